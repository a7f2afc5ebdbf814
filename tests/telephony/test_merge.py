"""Two rows that turn out to be one call."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connections, models
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.models import AnalysisUsage, Reading
from calltracking.journey import link
from calltracking.models import AttributionEntry, CallNote
from crm.history import Change
from crm.models import Company, Contact, FollowUp, Interaction
from crm.tenancy import use_company
from telephony.events import CallEvent, CallKind, CallStatus, ExternalId
from telephony.models import Call, CallEventLog, CallId, CallMetrics, Correction, ProviderAccount, Turn
from tests import factories
from tests.telephony.test_calls import NOW, life_of, record, snapshot, told

AGENT, CARRIER = ExternalId(provider="elevenlabs", value="conv_of_agent"), ExternalId(provider="twilio", value="CA1")
BOTH = (AGENT, CARRIER)


@pytest.fixture
def account(in_company: Company) -> ProviderAccount:
    return factories.make_account()


def two_rows(account: ProviderAccount) -> tuple[Call, Call]:
    """The carrier's row, which came first, and the AI agent's."""
    first = record(account, told("", after=0, ids=(CARRIER,), name="ringing", status=CallStatus.RINGING))
    second = record(account, told("", after=9, ids=(AGENT,), turns=factories.make_turns(factories.TALK), title="Talk"))
    assert first.pk != second.pk
    return first, second


def meet(account: ProviderAccount, **facts: Any) -> Call:
    return record(account, told("", after=60, ids=BOTH, status=CallStatus.COMPLETED, **facts))


@pytest.mark.row("S2.9")
def test_an_event_with_both_ids_makes_one_row_of_two_and_keeps_the_older(account: ProviderAccount) -> None:
    first, second = two_rows(account)
    call = meet(account)
    assert call.pk == first.pk
    assert not Call.objects.filter(pk=second.pk).exists()
    assert {(i.provider, i.value) for i in call.ids.all()} == {("elevenlabs", "conv_of_agent"), ("twilio", "CA1")}
    assert (call.status, call.title, call.turns.count()) == ("completed", "Talk", len(factories.TALK))
    assert {entry.name for entry in call.log.all()} == {"ringing", "updated"}
    assert call.work_state == "due"
    # Repeated, it changes nothing.
    before = snapshot(call)
    assert snapshot(meet(account)) == before


def test_everything_that_hangs_on_either_row_is_kept(account: ProviderAccount, company: Company) -> None:
    by = factories.make_member(company)
    first, second = two_rows(account)
    contact = factories.make_contact()
    for call in (first, second):
        link(call, contact)
        factories.make_insight(call)
        CallMetrics.objects.create(call=call)
        CallNote.objects.create(call=call, by=by, text=f"On {call.pk}.")
    later = second.interaction
    step = FollowUp.objects.create(contact=contact, source=later, due_at=timezone.now(), reason="Ring", assignee=by)
    call = meet(account)
    assert call.notes.count() == 2
    assert call.insights.count() == 2
    assert call.insights.filter(is_current=True).count() == 1
    assert call.metrics.count() == 1
    assert [entry.pk for entry in contact.interactions.filter(kind="call")] == [first.interaction_id]
    assert FollowUp.objects.get(pk=step.pk).source_id == first.interaction_id
    assert not Interaction.objects.filter(pk=later.pk).exists()


def test_whose_call_it_was_is_kept_from_the_row_that_knows(account: ProviderAccount) -> None:
    _, second = two_rows(account)
    contact = factories.make_contact()
    link(second, contact)
    call = meet(account)
    assert (call.contact, call.interaction) == (contact, second.interaction)
    factories.work_off()
    assert Contact.objects.get(pk=contact.pk).interactions.filter(kind="call").count() == 1


def test_an_end_that_was_told_counts_before_one_that_was_assumed(account: ProviderAccount) -> None:
    first, _ = two_rows(account)
    first.assume_end()
    record(account, told("", after=20, ids=(AGENT,), status=CallStatus.VOICEMAIL))
    call = record(account, told("", after=30, ids=BOTH))
    assert (call.status, call.is_end_assumed) == ("voicemail", False)


def test_every_table_that_points_at_a_call_is_moved() -> None:
    """A new one must join `telephony.merging` (or `move_with_call`), or its rows would go with the younger call."""
    pointing = {
        relation.related_model
        for relation in Call._meta.related_objects
        if not isinstance(relation, models.OneToOneRel)
    }
    from telephony.models import Insight

    # History stays with the row it tells of; what moves leaves an event that says where to.
    pointing -= {model for model in pointing if issubclass(model, Change)}
    assert pointing == {
        CallId,
        CallEventLog,
        Turn,
        Insight,
        Correction,
        CallMetrics,
        CallNote,
        Reading,
        AnalysisUsage,
        AttributionEntry,
    }


# ---- any order ------------------------------------------------------------------------------------------------

_lives = count()


def two_lives(name: str) -> list[CallEvent]:
    """A call as two systems tell it apart, until one names both ids."""
    carrier = ExternalId(provider="twilio", value=f"CA{name}")
    own = [told("", after=1, ids=(carrier,), name="queued", status=CallStatus.QUEUED, our_number="+918000000100")]
    own.append(told("", after=96, ids=(carrier,), name="billed", duration_seconds=92, kind=CallKind.AI_AGENT))
    own.append(
        told("", after=50, ids=(carrier,), name="heard", turns=factories.make_turns(factories.TALK[:1]), language="fr")
    )
    return [*life_of(name), *own]


def final(account: ProviderAccount, order: Any) -> dict[str, Any]:
    life = two_lives(f"two_{next(_lives)}")
    for place in order:
        record(account, life[place])
    return snapshot(Call.objects.with_external_id(life[0].ids[0].value).get())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(9)), again=st.lists(st.integers(0, 8), max_size=4))
def test_any_order_in_which_two_systems_tell_of_a_call_ends_in_the_same_row(
    account: ProviderAccount, order: list[int], again: list[int]
) -> None:
    expected = final(account, range(9))
    assert final(account, [*order, *again]) == expected


@pytest.mark.django_db(transaction=True)
def test_rows_that_meet_at_once_become_one() -> None:
    company = factories.make_company()
    with use_company(company):
        account = factories.make_account()
        two_rows(account)
    events = [
        told("", after=60, ids=BOTH, status=CallStatus.COMPLETED),
        told("", after=61, ids=(CARRIER,), name="billed", duration_seconds=50),
        told("", after=62, ids=(AGENT,), name="analyzed", title="Whole"),
        told("", after=63, ids=BOTH[::-1], name="priced", language="hi"),
    ]
    start, errors = threading.Barrier(len(events)), []

    def tell(event: CallEvent) -> None:
        try:
            start.wait(20)
            with use_company(company):
                Call.objects.record(event, account=account)
        except Exception as error:  # an error in a thread is the test's
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tell, args=(event,)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    with use_company(company):
        call = Call.objects.get()
        assert (call.title, call.duration_seconds, call.language, call.status) == ("Whole", 50, "hi", "completed")
        assert call.started_at == NOW + timedelta(seconds=0)
        assert call.turns.count() == len(factories.TALK)


def test_what_people_said_and_how_it_is_heard_comes_along(company: Company) -> None:
    with use_company(company):
        kept = factories.make_call()
        gone = factories.make_call(turns=[("agent", "I want a flat."), ("customer", "Northwind Homes, hello.")])
        gone.swap_speakers(by=None)
        Correction.objects.create(call=gone, name="city", verdict="added", value="Pune")
        Correction.objects.create(call=gone, name="email", verdict="rejected", value="a@example.com")
        Correction.objects.create(call=kept, name="email", verdict="rejected", value="b@example.com")

        kept.merge(gone)

        said = {one.name: one.value for one in Correction.objects.filter(call=kept)}
        assert said == {"city": "Pune", "email": "b@example.com"}
        assert kept.speakers_swapped_at is not None
        assert [turn.speaker for turn in kept.turns.order_by("index")] == ["customer", "agent"]


@pytest.mark.row("S1.65")
def test_the_later_word_on_a_conversion_comes_along(company: Company) -> None:
    with use_company(company):
        kept, gone = factories.make_call(), factories.make_call(outcome="success")
        kept.say_converted(True, by=None)
        gone.say_converted(False, by=None)

        kept.merge(gone)

        kept.refresh_from_db()
        assert (kept.said_converted, kept.is_conversion) == (False, False)
