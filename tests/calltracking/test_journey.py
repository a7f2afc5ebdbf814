"""The journey of a call, through the front door: who called, what it meant, what happens next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from calltracking import journey
from calltracking.models import CallNote
from crm.leases import work_on_due
from crm.models import (
    Company,
    Contact,
    ContactValue,
    ExtractionField,
    FollowUp,
    Interaction,
    Lead,
    LeadStatus,
    LeadStatusChange,
    PhoneNumber,
)
from crm.tenancy import use_company
from telephony.events import CallDirection, CallKind, CallOutcome, CallStatus, ExternalId
from telephony.models import Call, CallEventLog, CallId, CallMetrics, Insight, ProviderAccount, Turn
from tests import factories

NUMBER = "+919876543210"
INTERESTED = (
    ("agent", "Hello, this is Aria from Banyan. How can I help?"),
    ("customer", "Hi, my name is Meera Nair. I am very interested in the two bedroom flat."),
    ("agent", "What is your e-mail address?"),
    ("customer", "It is meera.nair@example.com. Please send me the details."),
)
REFUSING = (
    ("agent", "Hello, this is Aria from Banyan."),
    ("customer", "No thank you, I am not interested."),
)
NEVER_AGAIN = (
    ("agent", "Hello, this is Aria from Banyan."),
    ("customer", "Please do not call me again. Take me off your list."),
)
PLAIN = (
    ("agent", "Hello, this is Aria from Banyan."),
    ("customer", "What are your office hours?"),
    ("agent", "Nine to six."),
    ("customer", "Okay."),
)


@pytest.fixture
def ours(db: None) -> Company:
    """A company that holds nothing yet; another one beside it holds something."""
    factories.fill_company(factories.make_company(name="Beside"))
    return factories.make_company(name="Banyan", opens_at=datetime(2026, 1, 1, 9).time())


@pytest.fixture
def account(ours: Company) -> ProviderAccount:
    with use_company(ours):
        return factories.make_account()


def tell(account: ProviderAccount, **facts: Any) -> str:
    """Have a call told and worked off; returns its id at the provider."""
    event = factories.make_event(**{"turns": INTERESTED, "customer_number": NUMBER, **facts})
    assert factories.deliver(account, event).status_code == 200
    factories.work_off()
    return event.ids[0].value


def call_of(external_id: str) -> Call:
    return Call.objects.with_external_id(external_id).get()


# ---- learn ----------------------------------------------------------------------------------------------------

WANTS_THREE = (
    ("agent", "Hello, this is Aria from Banyan. How many bedrooms do you want, and what is your budget?"),
    ("customer", "I want a 3 BHK in Whitefield, between 80 and 90 lakh."),
    ("agent", "Do you have pets?"),
    ("customer", "Yes, two dogs."),
)


@pytest.mark.row("S3.40", "S3.42", "S4.60", "S2.105")
def test_what_a_call_says_of_the_companys_own_fields_lands_on_the_contact(
    ours: Company, account: ProviderAccount
) -> None:
    with use_company(ours):
        ExtractionField.objects.lay_down("real_estate")
        factories.make_field("Has pets", "yes_no")
    tell(account, turns=WANTS_THREE)
    with use_company(ours):
        contact = Contact.objects.get()

        assert contact.custom == {
            "bedrooms": 3,
            "budget": {"minimum": 8000000, "maximum": 9000000, "currency": "INR", "period": "once"},
            "locations": "Whitefield",
            "has_pets": True,
        }
        assert ContactValue.objects.get(field__key="budget").number == 9000000


def test_a_person_and_a_later_call_come_before_a_call_that_is_read_again(
    ours: Company, account: ProviderAccount
) -> None:
    with use_company(ours):
        ExtractionField.objects.lay_down("real_estate")
    first = tell(account, turns=WANTS_THREE, started_at=timezone.now() - timedelta(days=2))
    tell(account, turns=(("customer", "No wait, make it a 4 BHK."),), started_at=timezone.now() - timedelta(days=1))
    with use_company(ours):
        contact = Contact.objects.get()
        assert contact.custom["bedrooms"] == 4
        by, locations = factories.make_member(ours), ExtractionField.objects.get(key="locations")
        ContactValue.objects.put(contact, {locations: "Indiranagar"}, by=by)
        call_of(first).owe_journey()
    factories.work_off()
    with use_company(ours):
        custom = Contact.objects.get().custom

    assert (custom["bedrooms"], custom["locations"]) == (4, "Indiranagar")


# ---- identify -------------------------------------------------------------------------------------------------


@pytest.mark.row("S4.31", "S0.65")
def test_an_unknown_caller_becomes_a_contact_and_a_lead(ours: Company, account: ProviderAccount) -> None:
    external_id = tell(account, turns=PLAIN)
    with use_company(ours):
        contact = Contact.objects.get()
        assert contact.numbers.get().e164 == NUMBER
        assert contact.lead_status == LeadStatus.NEW
        assert contact.source == "AI agent call"
        assert call_of(external_id).contact == contact
        assert LeadStatusChange.objects.get().to_status == LeadStatus.NEW
        assert FollowUp.objects.open().get().is_automatic


@pytest.mark.row("S4.31")
def test_a_company_that_creates_no_leads_still_creates_the_contact(ours: Company, account: ProviderAccount) -> None:
    Company.objects.filter(pk=ours.pk).update(creates_leads=False)
    tell(account, turns=PLAIN)
    with use_company(ours):
        assert Contact.objects.get().lead_status == ""
        assert not FollowUp.objects.exists()


@pytest.mark.parametrize("written", ["098765 43210", "9876543210", "+91 98765-43210", "919876543210"])
def test_a_known_caller_is_found_in_another_written_form(ours: Company, account: ProviderAccount, written: str) -> None:
    with use_company(ours):
        known = factories.make_contact(full_name="Meera Nair", number=NUMBER)
    external_id = tell(account, customer_number=written)
    with use_company(ours):
        assert call_of(external_id).contact == known
        assert Contact.objects.count() == 1


def test_the_same_caller_in_another_company_is_somebody_else(ours: Company, account: ProviderAccount) -> None:
    other = factories.make_company()
    with use_company(other):
        theirs = factories.make_contact(full_name="Theirs", number=NUMBER)
    tell(account)
    with use_company(other):
        assert Contact.objects.get() == theirs
        assert not Call.objects.exists()
    with use_company(ours):
        assert Contact.objects.get().pk != theirs.pk


@pytest.mark.row("B.5")
def test_a_shared_number_is_never_guessed_and_never_multiplied(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        people = [factories.make_contact(full_name=name, number=NUMBER) for name in ("Ravi Iyer", "Asha Iyer")]
    external_id = tell(account, turns=PLAIN)
    with use_company(ours):
        call = call_of(external_id)
        assert (call.contact, call.is_ambiguous, call.interaction) == (None, True, None)
        assert list(Contact.objects.order_by("pk")) == people
        assert not Interaction.objects.exists()
        assert not Contact.objects.exclude(lead_status="").exists()
        assert call.insights.filter(is_current=True).exists()


@pytest.mark.row("B.5")
@pytest.mark.parametrize(
    "facts",
    [{"full_name": "Meera Nair"}, {"full_name": "Somebody", "email": "meera.nair@example.com"}],
    ids=["by name", "by e-mail"],
)
def test_what_is_said_tells_people_of_a_shared_number_apart(
    ours: Company, account: ProviderAccount, facts: dict[str, str]
) -> None:
    with use_company(ours):
        factories.make_contact(full_name="Asha Iyer", number=NUMBER)
        right = factories.make_contact(number=NUMBER, **facts)
    external_id = tell(account)
    with use_company(ours):
        call = call_of(external_id)
        assert (call.contact, call.is_ambiguous) == (right, False)
        assert call.interaction.contact == right
        assert Contact.objects.count() == 2


@pytest.mark.row("B.5")
def test_evidence_that_fits_two_people_decides_nothing(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        for _ in range(2):
            factories.make_contact(full_name="Meera Nair", number=NUMBER)
    external_id = tell(account)
    with use_company(ours):
        assert (call_of(external_id).contact, call_of(external_id).is_ambiguous) == (None, True)


@pytest.mark.row("B.5")
def test_whom_a_person_chose_stays(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_contact(full_name="Meera Nair", number=NUMBER)
        chosen = factories.make_contact(full_name="Asha Iyer", number=NUMBER)
    external_id = tell(account, turns=PLAIN)
    with use_company(ours):
        journey.choose(call_of(external_id), chosen)
    factories.work_off()
    with use_company(ours):
        call = call_of(external_id)
        assert (call.contact, call.is_ambiguous) == (chosen, False)
        assert Interaction.objects.get().contact == chosen
        assert Contact.objects.get(pk=chosen.pk).lead_status == LeadStatus.NEW


def test_a_web_call_without_a_number_is_known_by_the_e_mail_that_was_said(
    ours: Company, account: ProviderAccount
) -> None:
    with use_company(ours):
        known = factories.make_contact(full_name="Meera", email="meera.nair@example.com")
    external_id = tell(account, customer_number="", our_number="")
    with use_company(ours):
        assert call_of(external_id).contact == known
        assert Contact.objects.count() == 1


def test_a_web_call_whose_caller_says_an_e_mail_makes_a_contact(ours: Company, account: ProviderAccount) -> None:
    external_id = tell(account, customer_number="", our_number="")
    with use_company(ours):
        contact = Contact.objects.get()
        assert (contact.email, contact.full_name) == ("meera.nair@example.com", "Meera Nair")
        assert call_of(external_id).contact == contact
        assert not PhoneNumber.objects.exists()


def test_a_web_call_that_says_nothing_of_its_caller_stays_without_one(ours: Company, account: ProviderAccount) -> None:
    external_id = tell(account, customer_number="", our_number="", turns=PLAIN)
    with use_company(ours):
        assert call_of(external_id).contact is None
        assert not Contact.objects.exists()


def test_a_missed_call_still_makes_the_lead(ours: Company, account: ProviderAccount) -> None:
    external_id = tell(
        account, status=CallStatus.NO_ANSWER, turns=None, duration_seconds=0, outcome=CallOutcome.UNKNOWN
    )
    with use_company(ours):
        call = call_of(external_id)
        assert call.is_missed
        assert call.contact.lead_status == LeadStatus.NEW
        assert not Insight.objects.exists()
        assert Interaction.objects.get().outcome == "No answer"


def test_a_call_that_still_rings_makes_a_contact_and_waits_with_the_rest(ours: Company) -> None:
    with use_company(ours):
        account = factories.make_account("fake")
    started = timezone.now().replace(microsecond=0) - timedelta(minutes=2)
    ids = (ExternalId(provider="fake", value="line-1"),)
    ringing = {"status": CallStatus.RINGING, "duration_seconds": None, "turns": None, "name": "ringing"}
    tell(account, ids=ids, started_at=started, **ringing)
    with use_company(ours):
        assert Contact.objects.get().lead_status == ""
        assert not FollowUp.objects.exists()
    tell(account, ids=ids, started_at=started, turns=INTERESTED)
    with use_company(ours):
        assert Contact.objects.get().lead_status == LeadStatus.INTERESTED
        assert Call.objects.count() == Interaction.objects.count() == 1


# ---- history --------------------------------------------------------------------------------------------------


@pytest.mark.row("S4.26", "S4.27")
def test_every_call_is_one_entry_of_its_contact_s_history(ours: Company, account: ProviderAccount) -> None:
    started = timezone.now().replace(microsecond=0) - timedelta(minutes=20)
    external_id = tell(account, started_at=started)
    with use_company(ours):
        entry = Interaction.objects.get()
        call = call_of(external_id)
        assert call.interaction == entry
        assert (entry.kind, entry.direction, entry.happened_at) == ("call", "inbound", started)
        assert entry.outcome == "Interested"
        assert entry.summary == call.insights.get(is_current=True).summary
        assert call.contact.latest_call_at == started


def test_an_outbound_call_is_an_outbound_entry(ours: Company, account: ProviderAccount) -> None:
    tell(account, direction=CallDirection.OUTBOUND)
    with use_company(ours):
        assert Interaction.objects.get().direction == "outbound"


@pytest.mark.row("B.7", "S4.32", "S4.56")
def test_ai_and_human_calls_stand_on_one_contact_and_one_timeline(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        line = factories.make_account("fake")
    now = timezone.now().replace(microsecond=0)
    ai = tell(account, started_at=now - timedelta(hours=2))
    human = tell(
        line,
        ids=(ExternalId(provider="fake", value="line-1"),),
        customer_number="098765 43210",
        agent_id="nandini",
        agent_name="Nandini Rao",
        started_at=now - timedelta(hours=1),
    )
    with use_company(ours):
        calls = [call_of(ai), call_of(human)]
        assert [call.kind for call in calls] == [CallKind.AI_AGENT, CallKind.HUMAN]
        assert calls[0].contact == calls[1].contact == Contact.objects.get()
        timeline = Interaction.objects.order_by("happened_at")
        assert [entry.pk for entry in timeline] == [call.interaction_id for call in calls]
        for call in calls:
            assert call.metrics.get().turns == len(INTERESTED)
            assert call.insights.get(is_current=True).score == call.score


# ---- understand, score, act -----------------------------------------------------------------------------------


@pytest.mark.row("S0.74", "S4.104")
def test_an_interested_caller_is_enriched_rated_and_followed_up(ours: Company, account: ProviderAccount) -> None:
    external_id = tell(account)
    with use_company(ours):
        call, lead = call_of(external_id), Lead.objects.get()
        assert (lead.full_name, lead.email) == ("Meera Nair", "meera.nair@example.com")
        assert lead.lead_status == LeadStatus.INTERESTED
        assert lead.lead_score == call.score > 0
        assert lead.conversion_probability == call.insights.get(is_current=True).conversion_probability
        assert lead.priority == (5 if call.is_hot else 4)
        follow_up = FollowUp.objects.open().get()
        assert follow_up.source == call.interaction
        assert [change.to_status for change in LeadStatusChange.objects.all()] == ["interested"]
        assert (call.intent, call.attributed_by) == ("interested", "none")


@pytest.mark.row("S0.76")
def test_a_caller_who_refuses_is_nurtured_later(ours: Company, account: ProviderAccount) -> None:
    tell(account, turns=REFUSING)
    with use_company(ours):
        lead = Lead.objects.get()
        assert (lead.lead_status, lead.priority) == (LeadStatus.NOT_INTERESTED, 1)
        assert FollowUp.objects.open().get().reason.startswith("Nurture")


@pytest.mark.row("S0.78")
def test_who_asks_not_to_be_called_is_not_called(ours: Company, account: ProviderAccount) -> None:
    tell(account, started_at=timezone.now().replace(microsecond=0) - timedelta(hours=3))
    tell(account, turns=NEVER_AGAIN)
    with use_company(ours):
        lead = Lead.objects.get()
        assert (lead.lead_status, lead.do_not_call, lead.is_hot) == (LeadStatus.DO_NOT_CALL, True, False)
        assert not FollowUp.objects.open().exists()
    tell(account, started_at=timezone.now().replace(microsecond=0) - timedelta(seconds=100))
    with use_company(ours):
        assert Lead.objects.get().lead_status == LeadStatus.DO_NOT_CALL
        assert not FollowUp.objects.open().exists()


def test_what_is_known_of_a_contact_is_not_overwritten(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_contact(full_name="Dr. M. Nair", number=NUMBER)
    tell(account)
    with use_company(ours):
        contact = Contact.objects.get()
        assert (contact.full_name, contact.email) == ("Dr. M. Nair", "meera.nair@example.com")


def test_provider_success_never_converts_the_lead(ours: Company, account: ProviderAccount) -> None:
    external_id = tell(account, turns=PLAIN, outcome=CallOutcome.SUCCESS)
    with use_company(ours):
        assert call_of(external_id).outcome == "success"
        assert Lead.objects.get().lead_status == LeadStatus.NEW


def test_a_customer_stays_one(ours: Company, account: ProviderAccount) -> None:
    by = factories.make_member(ours)
    with use_company(ours):
        long_ago = timezone.now() - timedelta(days=30)
        factories.make_lead(status=LeadStatus.CONVERTED, by=by, number=NUMBER, at=long_ago)
    tell(account, turns=REFUSING)
    with use_company(ours):
        assert Lead.objects.get().lead_status == LeadStatus.CONVERTED


def test_an_older_call_that_comes_late_does_not_move_the_lead(ours: Company, account: ProviderAccount) -> None:
    now = timezone.now().replace(microsecond=0)
    tell(account, turns=INTERESTED, started_at=now - timedelta(hours=1))
    with use_company(ours):
        before = Lead.objects.values("lead_status", "lead_score", "latest_call_at", "priority").get()
    older = tell(account, turns=REFUSING, started_at=now - timedelta(days=2))
    with use_company(ours):
        assert Lead.objects.values("lead_status", "lead_score", "latest_call_at", "priority").get() == before
        assert call_of(older).interaction.contact == Contact.objects.get()
        assert call_of(older).intent == "not_interested"


def test_what_a_person_decides_after_the_call_is_not_overwritten(ours: Company, account: ProviderAccount) -> None:
    by = factories.make_member(ours)
    external_id = tell(account, turns=INTERESTED)
    with use_company(ours):
        Lead.objects.get().move_to(LeadStatus.NOT_INTERESTED, by=by, why="They bought elsewhere")
        call_of(external_id).owe_journey()
    factories.work_off()
    with use_company(ours):
        assert Lead.objects.get().lead_status == LeadStatus.NOT_INTERESTED
        assert LeadStatusChange.objects.count() == 2


def test_what_a_person_decided_before_the_call_gives_way_to_it(ours: Company, account: ProviderAccount) -> None:
    by = factories.make_member(ours)
    with use_company(ours):
        factories.make_lead(
            status=LeadStatus.NOT_INTERESTED, by=by, number=NUMBER, at=timezone.now() - timedelta(days=9)
        )
    tell(account, turns=INTERESTED)
    with use_company(ours):
        assert Lead.objects.get().lead_status == LeadStatus.INTERESTED


def test_a_follow_up_that_was_done_stays_done_when_the_call_is_read_again(
    ours: Company, account: ProviderAccount
) -> None:
    external_id = tell(account)
    with use_company(ours):
        FollowUp.objects.open().get().finish()
        call_of(external_id).owe_journey()
    factories.work_off()
    with use_company(ours):
        assert not FollowUp.objects.open().exists()


# ---- again, and killed anywhere -------------------------------------------------------------------------------

KEPT = (
    Contact,
    PhoneNumber,
    Call,
    CallId,
    CallEventLog,
    Turn,
    Interaction,
    Insight,
    CallMetrics,
    LeadStatusChange,
    FollowUp,
    CallNote,
)
# What says that work was done, not what came of it.
WORK = {"next_at", "attempts", "lease_until", "lease_token", "error"}


def everything(company: Company) -> dict[str, list[dict[str, Any]]]:
    """Every row of the company that a journey may write."""
    with use_company(company):
        return {
            model.__name__: [
                {name: value for name, value in row.items() if name not in WORK}
                for row in model.objects.order_by("pk").values()
            ]
            for model in KEPT
        }


@pytest.mark.parametrize("turns", [INTERESTED, REFUSING, NEVER_AGAIN, PLAIN, None])
def test_the_journey_again_changes_nothing(ours: Company, account: ProviderAccount, turns: Any) -> None:
    external_id = tell(account, turns=turns)
    before = everything(ours)
    for _ in range(2):
        with use_company(ours):
            call_of(external_id).owe_journey()
        factories.work_off()
        assert everything(ours) == before


STEPS = [
    "identify",
    "attribute",
    "understand",
    "recognize",
    "score",
    "act",
    "enrich",
    "rate",
    "log_interaction",
    "keep",
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_journey_that_dies_in_any_step_ends_as_if_it_had_not(
    ours: Company, account: ProviderAccount, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
) -> None:
    twin = factories.make_company(name=ours.name)
    with use_company(twin):
        elsewhere = factories.make_account()
    event = factories.make_event(turns=INTERESTED)
    at = timezone.now()
    factories.deliver(elsewhere, event, at=at)
    factories.work_off()

    died: list[str] = []
    monkeypatch.setattr(journey, step, dying_once(getattr(journey, step), moment=moment, died=died))
    factories.deliver(account, event, at=at)
    while work_on_due(before=timezone.now()):
        pass
    assert died == [step]
    assert factories.failures() != []
    make_due_now(ours)
    factories.work_off()
    assert without_identity(everything(ours)) == without_identity(everything(twin))


def dying_once(real: Callable[..., Any], *, moment: str, died: list[str]) -> Callable[..., Any]:
    """The step, but the first time it is taken its worker dies before or after it."""

    def step(*args: Any, **options: Any) -> Any:
        if died:
            return real(*args, **options)
        died.append(real.__name__)
        if moment == "after":
            real(*args, **options)
        raise RuntimeError("killed")

    return step


def make_due_now(company: Company) -> None:
    with use_company(company):
        Call.objects.filter(work_state="due").update(next_at=timezone.now() - timedelta(seconds=1))


def without_identity(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The rows without what differs between any two companies: ids, and when our own machine wrote them."""

    def shared(row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name != "created_at" and not name.endswith("id")}

    return {model: [shared(row) for row in found] for model, found in rows.items()}
