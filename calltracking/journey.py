"""The whole story of a call, told from top to bottom.

A call that has something new is a due row; `advance` takes it through its steps: who called is committed before what
was said is analyzed, what follows from that together. Both commit behind the lease's fence and may be repeated: killed
anywhere, the journey starts again and changes nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analysis.conversation import Conversation
from analysis.corrections import corrected
from analysis.findings import Findings, Intent, Money
from analysis.reading import owe_after, remote_backend, understood_already
from analysis.understanding import Understanding, conversation_of, keep, keep_score
from analysis.understanding import understand as read_conversation
from calltracking.attribution import attribute
from calltracking.notifying import tell_hot
from crm.failpoints import failpoint
from crm.leases import Lease
from crm.models import Company, Contact, ContactValue, Interaction, Lead, LeadStatus, LeadStatusChange
from crm.tenancy import use_company
from telephony.models import Call, Insight

STATUS_OF_INTENT = {
    Intent.INTERESTED: LeadStatus.INTERESTED,
    Intent.NOT_INTERESTED: LeadStatus.NOT_INTERESTED,
    Intent.CALLBACK: LeadStatus.CALLBACK,
    Intent.DO_NOT_CALL: LeadStatus.DO_NOT_CALL,
}


def advance(lease: Lease) -> None:
    """Take the call as far as what is known of it allows."""
    with lease.effect(finish=False) as call:
        identify(call)
        failpoint("journey:after_identify", row=lease.pk)
        attribute(call)
        heard = hear(call)
    failpoint("journey:between_steps", row=lease.pk)
    understood = understand(lease, heard) if heard else None
    failpoint("journey:before_keep", row=lease.pk)
    with lease.effect() as call:
        told = None
        if understood:
            told = corrected(call, understood)
            insight = keep(call, understood, scored=told.score)
            recognize(call, told.findings)
            score(call, told, insight=insight)
        failpoint("journey:before_act", row=lease.pk)
        act(call, told)
        failpoint("journey:after_act", row=lease.pk)


# ---- identify: who called -------------------------------------------------------------------------------------


def identify(call: Call) -> None:
    """Find or create the contact by number, and log the call in their history.

    A number that several people share is never guessed: the call waits for evidence or for a person. Whom a person
    chose stays.
    """
    if call.contact is None and call.customer_number:
        known = Contact.objects.for_number(
            e164=call.customer_number,
            written=call.customer_number_written or call.customer_number,
            source=f"{call.get_kind_display()} call",
            met_at=call.started_at,
        )
        call.contact = known[0] if len(known) == 1 else None
        call.is_ambiguous = len(known) > 1
        call.save(update_fields=["contact", "is_ambiguous"])
    log_interaction(call)


def log_interaction(call: Call) -> None:
    """Keep one entry for the call in its contact's history, saying what we know by now."""
    contact = call.contact
    if contact is None:
        return
    interaction = call.interaction or Interaction(kind=Interaction.Kind.CALL)
    is_outbound = call.direction == Call.Direction.OUTBOUND
    interaction.contact = contact
    interaction.direction = Interaction.Direction.OUTBOUND if is_outbound else Interaction.Direction.INBOUND
    interaction.summary = call.provider_summary or call.title
    interaction.outcome = call.get_status_display()
    interaction.happened_at = call.started_at
    interaction.save()
    if call.interaction_id != interaction.pk:
        call.interaction = interaction
        call.save(update_fields=["interaction"])
    contact.met_at(call.started_at)


# ---- understand: what was said and meant ----------------------------------------------------------------------


@dataclass(frozen=True)
class Heard:
    """What was said in a call, and what a model made of exactly that before, if one did."""

    call: Call
    conversation: Conversation
    already: Understanding | None


def hear(call: Call) -> Heard | None:
    """Return what was said, with the call locked: whatever is said later starts the journey again.

    None without a conversation, or when neither the company nor a person wants it read.
    """
    is_wanted = call.has_ended and (call.wants_analysis or Company.objects.current().analyzes_calls)
    conversation = conversation_of(call) if is_wanted else None
    return Heard(call, conversation, understood_already(call, conversation)) if conversation else None


def understand(lease: Lease, heard: Heard) -> Understanding:
    """Analyze what was said, with no transaction open."""
    call = heard.call
    if remote_backend(call.read_with):
        # A model, where one is to read, does so in its own time; the journey then runs again.
        with use_company(lease.company_id):
            owe_after(call, heard.conversation)
    return heard.already or read_conversation(heard.conversation, backend_name=call.read_with)


# ---- recognize: who it was after all --------------------------------------------------------------------------


def recognize(call: Call, findings: Findings) -> None:
    """Use what was said to tell apart people who share a number, or to find a caller without one.

    Only evidence that fits exactly one of them counts.
    """
    if call.contact_id is not None:
        return
    said_email = findings.email.value.lower() if findings.email else ""
    said_name = findings.contact_name.value.lower() if findings.contact_name else ""
    if call.is_ambiguous:
        candidates = list(Contact.objects.with_number(call.customer_number))
        fits = [c for c in candidates if said_email and c.email == said_email] or [
            c for c in candidates if said_name and c.full_name.lower() == said_name
        ]
    elif said_email:
        fits = Contact.objects.for_email(said_email, source=f"{call.get_kind_display()} call")
    else:
        fits = []
    if len(fits) == 1:
        link(call, fits[0])
        # A campaign may have brought an earlier call of theirs.
        attribute(call)


def link(call: Call, contact: Contact) -> None:
    """Say whose call it was. The history entry moves to them."""
    call.contact, call.is_ambiguous = contact, False
    call.save(update_fields=["contact", "is_ambiguous"])
    log_interaction(call)


def choose(call: Call, contact: Contact) -> None:
    """A person says whose call it was; the journey goes on from there."""
    link(call, contact)
    call.owe_journey()


# ---- score: how promising it is -------------------------------------------------------------------------------


def score(call: Call, understood: Understanding, *, insight: Insight | None = None) -> None:
    """Keep the call's score with its reasons, on the insight or else the current one."""
    insight = insight or call.insights.get(is_current=True)
    keep_score(call, insight, understood.score, findings=understood.findings)


# ---- act: the lead and its next step --------------------------------------------------------------------------


def act(call: Call, understood: Understanding | None) -> None:
    """Enrich the contact, rate the lead, move its status and plan the next step.

    Calls arrive in any order, and the lead ends as if they had come in the order in which they were held: the latest
    conversation rates it, the latest one that says what the caller wants moves it, and never against what a person
    decided after it.
    """
    if call.contact_id is None or not call.has_ended:
        return
    lead = Lead.of(Contact.objects.select_for_update(of=("self",)).get(pk=call.contact_id))
    with lead.written_once():
        follow(call, lead, understood)
    if understood and understood.score.is_hot:
        tell_hot(call, lead)


def follow(call: Call, lead: Lead, understood: Understanding | None) -> None:
    """Let the lead follow the call."""
    if understood:
        enrich(lead, understood.findings)
        learn(lead, understood.findings, call=call)
        tell_interaction(call, understood)
    later = Call.objects.filter(contact=lead.pk, started_at__gt=call.started_at)
    if not later.exists():
        later = later.none()
    if understood and not later.exclude(score=None).exists():
        rate(lead, understood)
    is_outdated = later.filter(intent__in=STATUS_OF_INTENT).exists()
    status = status_after(call, lead, understood, is_outdated=is_outdated)
    if status:
        callback_at = understood.findings.callback_at if understood else None
        lead.move_to(
            status,
            why=f"{call.get_kind_display()} call",
            source=call.interaction,
            agreed_at=callback_at.value if callback_at else None,
            at=call.ended_at or call.started_at,
        )


# The fields of the contact's card that a call can fill, and the findings that do.
CARD = {
    "full_name": "contact_name",
    "business_name": "business_name",
    "owner_name": "owner_name",
    "email": "email",
    "website": "website",
    "industry": "industry",
    "city": "city",
    "state": "state",
    "address": "address",
    "company_size": "company_size",
    "is_decision_maker": "decision_maker",
}


def enrich(contact: Contact, findings: Findings) -> None:
    """Fill in what the contact's card does not know yet."""
    said = {name: getattr(findings, finding) for name, finding in CARD.items()}
    contact.fill_in(**{name: fact.value for name, fact in said.items() if fact is not None})


def learn(contact: Contact, findings: Findings, *, call: Call) -> None:
    """Keep the answers to what the company wants to know; the latest call's stand, and a person's before any call's."""
    said = {
        key: fact.value.model_dump() if isinstance(fact.value, Money) else fact.value
        for key, fact in findings.custom.items()
    }
    ContactValue.objects.learn(contact, said, said_at=call.started_at, source=call.interaction)


def tell_interaction(call: Call, understood: Understanding) -> None:
    """Give the history entry our own summary."""
    interaction = call.interaction
    if interaction and understood.findings.summary:
        interaction.summary = understood.findings.summary
        interaction.outcome = understood.findings.stated_intent.value.replace("_", " ").capitalize()
        interaction.save(update_fields=["summary", "outcome"])


def rate(lead: Lead, understood: Understanding) -> None:
    """Keep the score and the mood on the lead."""
    scored, mood = understood.score, understood.findings.sentiment
    feeling = mood.label if mood else ""
    lead.rate(score=scored.value, probability=scored.probability, is_hot=scored.is_hot, feeling=feeling)


def status_after(call: Call, lead: Lead, understood: Understanding | None, *, is_outdated: bool) -> str:
    """Return the status the lead has after this call, or an empty string to leave everything as it is.

    `is_outdated`: in a later call they said what they want.
    """
    if decided_since(lead, call.started_at):
        return ""
    meant = STATUS_OF_INTENT.get(understood.findings.stated_intent) if understood else None
    if meant == LeadStatus.DO_NOT_CALL:
        # Who asked not to be called stays so until a person says otherwise, however late we hear of it.
        return meant
    if lead.lead_status in (LeadStatus.CONVERTED, LeadStatus.DO_NOT_CALL):
        return ""
    if meant and not is_outdated:
        return meant
    if lead.lead_status:
        return ""
    company = Company.objects.current()
    is_hot = bool(understood and understood.score.is_hot)
    return LeadStatus.NEW if company.creates_leads or is_hot else ""


def decided_since(lead: Lead, moment: datetime) -> bool:
    """Return whether a person set the lead's status after that moment."""
    by_person = LeadStatusChange.objects.filter(contact_id=lead.pk, by__isnull=False)
    return by_person.filter(changed_at__gte=moment).exists()
