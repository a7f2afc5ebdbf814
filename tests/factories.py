"""Rows for tests, made by plain functions; what a test does not name does not matter to it.

Company rows are made in the company in use: call these inside `use_company(company)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

from django.test import Client
from django.utils import timezone

from analysis.models import AnalysisUsage, HotRule, Reading, Rescoring, ScoreRule
from calltracking.figures.keeping import level_of
from calltracking.models import (
    AttributionBatch,
    AttributionEntry,
    CallNote,
    DailyCallStats,
    Export,
    LearntNumber,
    Notification,
    SavedView,
    ServicePrice,
)
from crm.leases import due_rows, leased_models, work_on_due
from crm.models import (
    ApiKey,
    Campaign,
    Company,
    Contact,
    ContactImport,
    ContactValue,
    Erased,
    ExtractionField,
    FollowUp,
    ImportedContact,
    Interaction,
    Invitation,
    Lead,
    LeadStatus,
    Membership,
    NotificationPreference,
    Recipient,
    RepeatableAnswer,
    StaffVisit,
    User,
)
from crm.models.invitations import hash_token
from crm.roles import Scope
from crm.tenancy import use_company
from telephony.events import (
    CallDirection,
    CallEvent,
    CallKind,
    CallOutcome,
    CallStatus,
    ExternalId,
    Speaker,
    TurnSaid,
)
from telephony.models import (
    Agent,
    Call,
    CallEventLog,
    CallId,
    CallMetrics,
    Correction,
    Insight,
    PhoneLine,
    ProviderAccount,
    Quarantined,
    SyncRun,
    Trouble,
    TroubleMail,
    Turn,
    WebhookCheck,
    WebhookEvent,
)
from telephony.providers import get_provider
from telephony.providers.base import Delivery

_numbers = count(1)

SECRET = "wsec_for_tests"
PASSWORD = "correct horse battery staple"
TALK = (
    ("agent", "Hello, this is Aria from Northwind Homes. How can I help?"),
    ("customer", "Hi, my name is Meera Nair. I am interested in a two bedroom flat."),
    ("agent", "Lovely. What is your e-mail address?"),
    ("customer", "It is meera.nair@example.com. Can you send me the details?"),
)


# ---- companies and people -------------------------------------------------------------------------------------


def make_company(*, name: str = "Company", **fields: Any) -> Company:
    """Found a company of India, rupees and a five-day week, unless told otherwise."""
    return Company.objects.found(name=name, **{"slug": f"company-{next(_numbers)}", **fields})


def make_member(
    company: Company, *, role: str = "agent", name: str = "", email: str = "", is_active: bool = True
) -> Membership:
    """Create a user with PASSWORD who belongs to the company; returns the membership."""
    email = email or f"{role}-{next(_numbers)}@example.com"
    user = User.objects.create_user(email, PASSWORD, name=name)
    return Membership.objects.create(company=company, user=user, role=role, is_active=is_active)


def make_key(
    company: Company, *, role: str = "manager", scopes: Sequence[str] = tuple(Scope.values), **fields: Any
) -> tuple[ApiKey, str]:
    """Make an API key of the company; returns it with its text."""
    by = fields.pop("made_by", None) or make_member(company, role="owner")
    return ApiKey.objects.make(label=fields.pop("label", "Export"), scopes=scopes, role=role, made_by=by, **fields)


def client_with(text: str) -> Client:
    """Return a program that sends the key with each request."""
    return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)


def make_invitation(*, by: Membership, email: str = "", role: str = "viewer", **fields: Any) -> Invitation:
    """Create an invitation whose mail went out."""
    number = next(_numbers)
    made: Invitation = Invitation.objects.create(
        **{
            "email": email or f"invited-{number}@example.com",
            "role": role,
            "invited_by": by,
            "token_hash": hash_token(f"token {number}"),
            "expires_at": timezone.now() + timedelta(days=7),
            "sent_at": timezone.now(),
            "work_state": "done",
            **fields,
        }
    )
    return made


def make_staff() -> User:
    """Create somebody who runs the platform and belongs to no company."""
    return User.objects.create_user(f"staff-{next(_numbers)}@platform.example", PASSWORD, is_platform_staff=True)


def make_visit(**fields: Any) -> StaffVisit:
    """Let platform staff have looked in, yesterday for an hour."""
    began_at = timezone.now() - timedelta(days=1)
    visit: StaffVisit = StaffVisit.objects.create(
        **{
            "staff": make_staff(),
            "reason": "Asked why no call arrived",
            "began_at": began_at,
            "until": began_at + timedelta(hours=1),
            **fields,
        }
    )
    return visit


# ---- contacts and leads ---------------------------------------------------------------------------------------


def make_number() -> str:
    """Return a valid Indian mobile number nobody has yet."""
    return f"+9198{next(_numbers):08d}"


def make_contact(*, number: str | None = None, **fields: Any) -> Contact:
    """Create a contact with a number of its own; `number=""` for one without."""
    contact: Contact = Contact.objects.create(**{"full_name": f"Contact {next(_numbers)}", **fields})
    number = make_number() if number is None else number
    if number:
        contact.add_number(e164=number, written=number, is_primary=True)
    return contact


def make_lead(
    *,
    status: str = LeadStatus.NEW,
    by: Membership | None = None,
    number: str | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> Lead:
    """Create a lead that came to its status the way leads do: with history, priority and follow-up."""
    lead = Lead.of(make_contact(number=number, **fields))
    lead.move_to(status, by=by, at=at)
    return cast("Lead", Lead.objects.get(pk=lead.pk))


def make_field(label: str = "Pets", kind: str = "number", **fields: Any) -> ExtractionField:
    """Create a field of the company's own; its key is made of the label."""
    from crm.models.custom_fields import key_of

    position = ExtractionField.objects.next_position()
    made = {"key": key_of(label), "label": label, "kind": kind, "position": position, **fields}
    return cast("ExtractionField", ExtractionField.objects.create(**made))


# ---- campaigns ------------------------------------------------------------------------------------------------


def make_campaign(**fields: Any) -> Campaign:
    """Create a campaign that runs, with a name of its own."""
    written = {"name": f"Campaign {next(_numbers)}", "status": Campaign.Status.ACTIVE, **fields}
    return cast("Campaign", Campaign.objects.create(**written))


def make_recipient(campaign: Campaign, *, number: str = "", days_ago: float | None = 2, **fields: Any) -> Recipient:
    """Create a recipient who was contacted two days ago, on a number of their own unless told; None: never."""
    number = number or make_number()
    contacted_at = None if days_ago is None else timezone.now() - timedelta(days=days_ago)
    written = {"e164": number, "written": number, "contacted_at": contacted_at, **fields}
    return cast("Recipient", Recipient.objects.create(campaign=campaign, **written))


def make_line(*, number: str = "", campaign: Campaign | None = None, **fields: Any) -> PhoneLine:
    """Create a number of ours; with a campaign it is a tracking number."""
    number = number or make_number()
    written = {"e164": number, "written": number, "campaign": campaign, **fields}
    return cast("PhoneLine", PhoneLine.objects.create(**written))


# ---- calls ----------------------------------------------------------------------------------------------------


def make_account(
    provider: str = "elevenlabs", *, secret: str = SECRET, label: str = "", **fields: Any
) -> ProviderAccount:
    """Create an account whose webhooks arrive at `account.path`, signed with `account.secret`."""
    label = label or f"Account {next(_numbers)}"
    account = ProviderAccount(provider=provider, label=label, **fields)
    account.set_webhook_secret(secret)
    account.save()
    _, url = account.open_address()
    # For `deliver` alone: none of them is kept anywhere in clear.
    account.url, account.secret = url, secret  # type: ignore[attr-defined]
    account.path = f"/api/{url.partition('/api/')[2]}"  # type: ignore[attr-defined]
    return account


def make_call(
    *,
    contact: Contact | None = None,
    turns: Sequence[tuple[str, str]] = (),
    external_id: str = "",
    **fields: Any,
) -> Call:
    """Create a call that is over and whose journey is done."""
    number = contact.numbers.first() if contact else None
    started_at = fields.pop("started_at", None) or timezone.now() - timedelta(hours=1)
    seconds = fields.pop("duration_seconds", 95)
    call: Call = Call.objects.create(
        **{
            "provider": "elevenlabs",
            "direction": CallDirection.INBOUND,
            "status": CallStatus.COMPLETED,
            "contact": contact,
            "customer_number": number.e164 if number else "",
            "customer_number_written": number.written if number else "",
            "started_at": started_at,
            "answered_at": started_at,
            "ended_at": started_at + timedelta(seconds=seconds),
            "duration_seconds": seconds,
            "work_state": "done",
            "raw": {"made": "by a test"},
            **fields,
        }
    )
    CallId.objects.create(call=call, provider=call.provider, value=external_id or f"conv_{call.pk}")
    Turn.objects.bulk_create(Turn.of(call, index=i, said=said) for i, said in enumerate(make_turns(turns)))
    return call


def make_insight(call: Call, **fields: Any) -> Insight:
    """Create the call's current insight; its findings are empty unless told."""
    from analysis.findings import Findings

    findings = fields.pop("findings", None) or Findings(summary="They talked.").model_dump(mode="json")
    written = {"backend": "builtin", "version": "test", "input_hash": "0" * 64, "summary": "They talked."}
    return Insight.objects.create(call=call, findings=findings, **{**written, "score": 55, **fields})


def fill_company(company: Company) -> None:
    """Give the company at least one row in every company table."""
    by = make_member(company, role="agent")
    key, _ = make_key(company, made_by=by)
    with use_company(company):
        RepeatableAnswer.objects.create(caller=f"key:{key.pk}", key="k", fingerprint="0" * 64, status=201, body={})
        account = make_account()
        lead = make_lead(status=LeadStatus.INTERESTED, by=by, email=f"lead-{next(_numbers)}@example.com")
        interaction = Interaction.objects.create(contact_id=lead.pk, kind=Interaction.Kind.CALL)
        aria = Agent.objects.create(kind=Agent.Kind.AI, name="Aria", provider="elevenlabs", external_id="agent_aria")
        recipient = make_recipient(make_campaign(), contact_id=lead.pk)
        call = make_call(
            campaign=recipient.campaign,
            recipient=recipient,
            attributed_by="recipient",
            contact=Contact.objects.get(pk=lead.pk),
            turns=TALK,
            account=account,
            agent=aria,
            interaction=interaction,
        )
        make_insight(call)
        Correction.objects.create(call=call, name="city", verdict="added", value="Pune", words="Pune", by=by)
        CallMetrics.objects.create(call=call, turns=len(TALK), customer_turns=2)
        Reading.objects.create(call=call, backend="openai", outcome="read", work_state="done")
        AnalysisUsage.objects.create(call=call, backend="openai", model="gpt-5.4-mini", currency="USD", tokens_in=900)
        CallEventLog.objects.create(call=call, name="ended", happened_at=call.ended_at)
        CallNote.objects.create(call=call, by=by, text="Sent the floor plan.")
        WebhookEvent.objects.create(
            account=account, provider=account.provider, dedupe_key="made", body=b"{}", work_state="done"
        )
        Quarantined.objects.create(account=account, provider=account.provider, body=b"{}", why="It does not verify.")
        SyncRun.objects.create(
            account=account, until=timezone.now(), finished_at=timezone.now(), seen=1, work_state="done"
        )
        WebhookCheck.objects.create(account=account, asked_at=timezone.now(), found=1)
        trouble = Trouble.objects.create(
            account=account,
            kind="silent",
            since=timezone.now(),
            begun_at=timezone.now(),
            over_at=timezone.now(),
            said="-",
        )
        TroubleMail.objects.create(trouble=trouble, member=by, tells="begun", work_state="done")
        Rescoring.objects.create(by=by, total=1, done=1, finished_at=timezone.now(), work_state="done")
        # Rules leave history when somebody changes them; here they end as they were.
        for more in (1, 0):
            ScoreRule.objects.filter(key="talked").update(points=5 + more)
            HotRule.objects.update(from_score=70 + more)
        FollowUp.objects.create(contact_id=lead.pk, due_at=timezone.now(), reason="Ring them", assignee=by)
        ContactValue.objects.put(Contact.objects.get(pk=lead.pk), {make_field(): 2}, by=by)
        make_invitation(by=by)
        make_visit()
        make_line(campaign=recipient.campaign)
        ServicePrice.objects.create(service="telephony", unit="minute", amount="1.50")
        batch = AttributionBatch.objects.create(
            kind="assign", made_by=by, finished_at=timezone.now(), work_state="done"
        )
        AttributionEntry.objects.create(
            call=call, by="recipient", campaign_id=recipient.campaign_id, recipient_id=recipient.pk, batch=batch
        )
        LearntNumber.objects.create(recipient=recipient, e164=make_number(), batch=batch)
        Export.objects.create(
            what="calls", format="csv", made_by=by, source="page", finished_at=timezone.now(), work_state="done"
        )
        batch_of_contacts = ContactImport.objects.create(
            file_name="people.csv",
            format="csv",
            made_by=by,
            source="page",
            stage="done",
            finished_at=timezone.now(),
            work_state="done",
            made=1,
        )
        ImportedContact.objects.create(batch=batch_of_contacts, contact_id=lead.pk, was_made=True)
        SavedView.objects.create(page="calls", name="Hot ones", query="hot=true", made_by=by)
        NotificationPreference.objects.create(member=by, kind="follow_up", in_bell=True, by_mail=True)
        Notification.objects.create(member=by, kind="hot_lead", call=call, contact_id=lead.pk, work_state="done")
        Erased.objects.remember(["number:+910000000001"], by=by, at=timezone.now())
        DailyCallStats.objects.create(day=company.local(call.started_at).date(), level=level_of(()), calls=1)
        # A call leaves history only once somebody decides something about it.
        Call.objects.filter(pk=call.pk).update(disposition="Booked a visit")


# ---- what providers tell --------------------------------------------------------------------------------------


def make_turns(turns: Sequence[tuple[str, str]]) -> tuple[TurnSaid, ...]:
    """Turn `("customer", "words")` pairs into turns five seconds apart."""
    return tuple(
        TurnSaid(speaker=Speaker(speaker), said=said, start_seconds=5.0 * index)
        for index, (speaker, said) in enumerate(turns)
    )


def make_event(
    *,
    turns: Sequence[tuple[str, str]] | tuple[TurnSaid, ...] | None = TALK,
    call_id: str = "",
    **fields: Any,
) -> CallEvent:
    """Make what an AI agent's provider tells of an inbound call that ended a minute ago."""
    now = timezone.now().replace(microsecond=0)
    seconds = fields.get("duration_seconds", 95)
    started_at = fields.get("started_at", now - timedelta(seconds=(seconds or 0) + 60))
    ended_at = started_at + timedelta(seconds=seconds) if started_at and seconds is not None else None
    said = turns if turns is None or (turns and isinstance(turns[0], TurnSaid)) else make_turns(cast("Any", turns))
    facts: dict[str, Any] = {
        "ids": (ExternalId(provider="elevenlabs", value=call_id or f"conv_{next(_numbers):026d}"),),
        "name": "ended",
        "told_at": ended_at or now,
        "status": CallStatus.COMPLETED,
        "outcome": CallOutcome.SUCCESS,
        "direction": CallDirection.INBOUND,
        "kind": CallKind.AI_AGENT,
        "customer_number": "+919876543210",
        "our_number": "+918000000100",
        "started_at": started_at,
        "answered_at": started_at,
        "ended_at": ended_at,
        "duration_seconds": seconds,
        "agent_id": "agent_aria",
        "agent_name": "Aria",
        "language": "en",
        "title": "A call",
        "summary": "They talked.",
        "ended_because": "Call ended by remote party",
        "turns": said,
    }
    return CallEvent(**{**facts, **fields})


def compose(account: ProviderAccount, event: CallEvent, *, at: datetime | None = None) -> Delivery:
    """Return the signed delivery by which the account's provider tells of the call."""
    secret, url = account.secret, account.url  # type: ignore[attr-defined]
    return get_provider(account.provider).compose(event, secret=secret, at=at or timezone.now(), url=url)


def post(path: str, delivery: Delivery, *, client: Client | None = None, **extra: Any) -> Any:
    """Post a delivery to the door; returns the answer."""
    headers = {name: value for name, value in delivery.headers.items() if name != "content-type"}
    kind = delivery.headers.get("content-type", "application/json")
    # Django's client leaves the type out when the body is empty.
    sent = {"CONTENT_TYPE": kind, **extra}
    return (client or Client()).post(path, data=delivery.body, content_type=kind, headers=headers, **sent)


def deliver(account: ProviderAccount, event: CallEvent, *, at: datetime | None = None) -> Any:
    """Send the event through the front door, as the account's provider would; returns the answer."""
    path = account.path  # type: ignore[attr-defined]
    return post(path, compose(account, event, at=at))


def work_off() -> None:
    """Do everything that is due, and what becomes due by it; nothing may fail."""
    while work_on_due(before=timezone.now()):
        pass
    assert failures() == []


def failures() -> list[str]:
    """Return the errors of the rows that were put back or given up, in every company."""
    found = []
    for company in Company.objects.all():
        with use_company(company):
            for model in leased_models():
                rows = model.objects.exclude(error="").values_list("error", flat=True)
                found += [f"{model._meta.label}: {error}" for error in rows]
    return found


def still_due() -> list[tuple[int, int]]:
    """Return `(company_id, id)` of every row that is due now."""
    return [row for model in leased_models() for row in due_rows(model, before=timezone.now())]
