"""One call, one row: whatever is told, in whatever order, however often."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.leases import WorkState
from crm.models import Company
from crm.tenancy import use_company
from telephony.events import (
    CallDirection,
    CallEvent,
    CallKind,
    CallOutcome,
    CallStatus,
    ExternalId,
    Speaker,
    ToolUse,
    TurnSaid,
)
from telephony.models import Agent, Call, CallEventLog, CallId, ProviderAccount
from tests import factories

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def account(in_company: Company) -> ProviderAccount:
    return factories.make_account()


def record(account: ProviderAccount, *events: CallEvent) -> Call:
    """Record events one after the other; returns the call as it is stored."""
    for event in events:
        call = Call.objects.record(event, account=account)
    return Call.objects.get(pk=call.pk)


def told(call_id: str, *, after: float, name: str = "updated", **facts: Any) -> CallEvent:
    """Something told of a call some seconds after it began; it says nothing but what is given."""
    ids = facts.pop("ids", (ExternalId(provider="elevenlabs", value=call_id),))
    return CallEvent(ids=ids, name=name, told_at=NOW + timedelta(seconds=after), **facts)


def snapshot(call: Call) -> dict[str, Any]:
    """Everything that is known of a call, but for what differs between any two rows."""
    own = ("id", "created_at", "told", "next_at", "agent_id", "account_id")
    row = {name: value for name, value in Call.objects.filter(pk=call.pk).values().get().items() if name not in own}
    turns = call.turns.order_by("index").values_list("index", "speaker", "content", "said_at", "was_interrupted")
    log = call.log.order_by("happened_at", "name").values_list("name", "happened_at")
    return {**row, "agent": str(call.agent), "turns": list(turns), "log": list(log), "ids": call.ids.count()}


# ---- idempotent -----------------------------------------------------------------------------------------------


@pytest.mark.row("S2.9", "S2.3")
def test_the_same_account_again_changes_nothing_and_owes_no_journey(account: ProviderAccount) -> None:
    event = factories.make_event()
    call = record(account, event)
    assert call.work_state == WorkState.DUE
    Call.objects.filter(pk=call.pk).update(work_state=WorkState.DONE)
    before = snapshot(call)
    assert snapshot(record(account, event, event)) == before
    assert Call.objects.get(pk=call.pk).work_state == WorkState.DONE


def test_news_owes_the_journey_again(account: ProviderAccount) -> None:
    event = factories.make_event()
    call = record(account, event)
    Call.objects.filter(pk=call.pk).update(work_state=WorkState.DONE)
    record(account, replace(event, told_at=event.told_at + timedelta(seconds=1), title="A better title"))
    assert Call.objects.get(pk=call.pk).work_state == WorkState.DUE


def test_everything_told_is_kept(account: ProviderAccount) -> None:
    event = factories.make_event(customer_number="098765 43210", raw={"as": "it came"})
    call = record(account, event)
    assert (call.customer_number, call.customer_number_written) == ("+919876543210", "098765 43210")
    assert (call.status, call.outcome, call.direction, call.kind) == ("completed", "success", "inbound", "ai_agent")
    assert (call.started_at, call.ended_at, call.duration_seconds) == (event.started_at, event.ended_at, 95)
    assert (call.title, call.provider_summary, call.language) == ("A call", "They talked.", "en")
    assert (call.ended_because, call.raw) == ("Call ended by remote party", {"as": "it came"})
    assert (call.agent.name, call.agent.kind, call.agent.external_id) == ("Aria", "ai", "agent_aria")
    assert [turn.content for turn in call.turns.order_by("index")] == [said for _, said in factories.TALK]
    assert [entry.name for entry in call.log.all()] == ["ended"]


def test_a_number_nobody_can_read_is_kept_as_it_came(account: ProviderAccount) -> None:
    call = record(account, factories.make_event(customer_number="anonymous"))
    assert (call.customer_number, call.customer_number_written) == ("", "anonymous")


# ---- status ---------------------------------------------------------------------------------------------------

ENDS = [status for status in CallStatus if status.has_ended]


@pytest.mark.parametrize("end", ENDS)
def test_an_end_is_final(account: ProviderAccount, end: CallStatus) -> None:
    for later in CallStatus:
        call_id = f"conv_{end}_{later}"
        call = record(account, told(call_id, after=10, status=end), told(call_id, after=20, status=later, title="Late"))
        assert (call.status, call.title) == (end, "Late")


def test_the_status_moves_forward_only(account: ProviderAccount) -> None:
    path = (CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.COMPLETED)
    for order in permutations(range(4)):
        call_id = f"conv_{order}"
        seen = [record(account, told(call_id, after=10 * place, status=path[place])).status for place in order]
        ranks = [path.index(CallStatus(status)) for status in seen]
        assert ranks == sorted(ranks)
        assert seen[-1] == CallStatus.COMPLETED


def test_an_assumed_end_gives_way_to_the_provider_s_word(account: ProviderAccount) -> None:
    call = record(account, told("conv_1", after=0, status=CallStatus.IN_PROGRESS))
    Call.objects.filter(pk=call.pk).update(status=CallStatus.FAILED, is_end_assumed=True)
    call = record(account, told("conv_1", after=90, status=CallStatus.RINGING))
    assert (call.status, call.is_end_assumed) == (CallStatus.FAILED, True)
    call = record(account, told("conv_1", after=100, status=CallStatus.COMPLETED))
    assert (call.status, call.is_end_assumed) == (CallStatus.COMPLETED, False)


def test_facts_that_come_after_the_end_still_land(account: ProviderAccount) -> None:
    call = record(
        account,
        told("conv_1", after=0, status=CallStatus.COMPLETED, started_at=NOW),
        told("conv_1", after=60, duration_seconds=42, language="hi", outcome=CallOutcome.SUCCESS),
        told(
            "conv_1",
            after=120,
            ids=(ExternalId(provider="elevenlabs", value="conv_1"), ExternalId(provider="twilio", value="CA1")),
        ),
    )
    assert (call.status, call.duration_seconds, call.language, call.outcome) == ("completed", 42, "hi", "success")
    assert call.ids.count() == 2


def test_what_an_event_does_not_tell_stays(account: ProviderAccount) -> None:
    event = factories.make_event(call_id="conv_1")
    before = snapshot(record(account, event))
    call = record(account, CallEvent(ids=event.ids, name="ended", told_at=event.told_at + timedelta(hours=1)))
    after = snapshot(call)
    assert {k: v for k, v in after.items() if k != "log"} == {k: v for k, v in before.items() if k != "log"}


def test_an_empty_transcript_erases_nothing(account: ProviderAccount) -> None:
    event = factories.make_event()
    record(account, event)
    call = record(account, replace(event, told_at=event.told_at + timedelta(seconds=5), turns=()))
    assert call.turns.count() == len(factories.TALK)


def test_an_earlier_account_that_comes_late_does_not_replace_a_later_one(account: ProviderAccount) -> None:
    call = record(
        account,
        told("conv_1", after=20, title="Later", duration_seconds=0),
        told("conv_1", after=10, title="Earlier", language="hi", duration_seconds=9),
    )
    assert (call.title, call.language, call.duration_seconds) == ("Later", "hi", 0)


# ---- any order ------------------------------------------------------------------------------------------------


def life_of(call_id: str) -> list[CallEvent]:
    """A call as two systems tell it: the carrier its ringing and its end, the AI agent what was said."""
    ours = ExternalId(provider="elevenlabs", value=call_id)
    both = (ours, ExternalId(provider="twilio", value=f"CA{call_id}"))
    started = NOW + timedelta(seconds=4)
    return [
        told(call_id, after=0, name="ringing", status=CallStatus.RINGING, customer_number="+919876543210"),
        told(call_id, after=4, name="answered", status=CallStatus.IN_PROGRESS, answered_at=started, language="en"),
        told(call_id, after=60, name="turns", turns=factories.make_turns(factories.TALK[:2]), title="Half"),
        told(call_id, after=95, name="ended", ids=both, status=CallStatus.COMPLETED, duration_seconds=91),
        told(
            call_id,
            after=97,
            name="analyzed",
            started_at=started,
            turns=factories.make_turns(factories.TALK),
            title="Whole",
            language="hi",
            agent_id="agent_aria",
            agent_name="Aria",
            outcome=CallOutcome.SUCCESS,
            direction=CallDirection.INBOUND,
        ),
        told(call_id, after=300, name="priced", raw={"cost": 3}),
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)), again=st.lists(st.integers(0, 5), max_size=4))
def test_any_order_of_a_call_s_events_ends_in_the_same_row(
    account: ProviderAccount, order: list[int], again: list[int]
) -> None:
    expected = final_row(account, range(6))
    assert final_row(account, [*order, *again]) == expected


_lives = iter(range(10**6))


def final_row(account: ProviderAccount, order: Any) -> dict[str, Any]:
    # No number alone: the company's own call is named so after its row.
    life = life_of(f"conv_life_{next(_lives)}")
    return snapshot(record(account, *(life[place] for place in order)))


def test_two_words_of_one_moment_end_the_same_whichever_comes_first(account: ProviderAccount) -> None:
    titles = []
    for call_id, order in (("conv_a", ("One", "Two")), ("conv_b", ("Two", "One"))):
        titles.append(record(account, *(told(call_id, after=5, title=title) for title in order)).title)
    assert titles[0] == titles[1]


# ---- ids ------------------------------------------------------------------------------------------------------


def test_the_ids_of_two_providers_meet_on_one_row(account: ProviderAccount) -> None:
    carrier, agent = ExternalId(provider="twilio", value="CA1"), ExternalId(provider="elevenlabs", value="conv_1")
    first = record(account, told("", after=0, ids=(carrier,), status=CallStatus.RINGING, kind=CallKind.HUMAN))
    second = record(account, told("", after=5, ids=(agent, carrier), status=CallStatus.COMPLETED, agent_id="agent_x"))
    third = record(account, told("", after=9, ids=(agent,), title="By the agent's id"))
    assert first.pk == second.pk == third.pk
    assert set(third.ids.values_list("provider", "value")) == {("twilio", "CA1"), ("elevenlabs", "conv_1")}
    assert Agent.objects.get(external_id="agent_x").provider == "elevenlabs"


def test_the_same_id_at_two_providers_is_two_calls(account: ProviderAccount) -> None:
    one = record(account, told("", after=0, ids=(ExternalId(provider="twilio", value="1"),)))
    other = record(account, told("", after=0, ids=(ExternalId(provider="exotel", value="1"),)))
    assert one.pk != other.pk


def test_the_same_id_in_two_companies_is_two_calls(company: Company, other_company: Company) -> None:
    event = factories.make_event()
    made = []
    for one in (company, other_company):
        with use_company(one):
            made.append(record(factories.make_account(), event))
    assert made[0].pk != made[1].pk
    assert [call.company_id for call in made] == [company.pk, other_company.pk]


@pytest.mark.django_db(transaction=True)
def test_events_of_one_new_call_at_once_make_one_row() -> None:
    company = factories.make_company()
    with use_company(company):
        account = factories.make_account()
    events = life_of("conv_at_once")
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
        at_once = snapshot(Call.objects.get())
        in_order = final_row(account, range(6))
        assert CallId.objects.count() == 4
    assert at_once == in_order


# ---- turns ----------------------------------------------------------------------------------------------------


def test_turns_are_replaced_only_when_they_differ(account: ProviderAccount) -> None:
    event = factories.make_event()
    call = record(account, event)
    first = list(call.turns.order_by("index").values_list("pk", flat=True))
    later = event.told_at + timedelta(seconds=5)
    record(account, replace(event, told_at=later))
    assert list(call.turns.order_by("index").values_list("pk", flat=True)) == first
    longer = (*event.turns, TurnSaid(speaker=Speaker.CUSTOMER, said="Thank you."))
    record(account, replace(event, told_at=later, turns=longer))
    assert [turn.content for turn in call.turns.order_by("index")][-1] == "Thank you."
    assert call.turns.count() == len(longer)


@pytest.mark.row("S0.11", "S0.14")
def test_a_turn_says_who_when_and_what(account: ProviderAccount) -> None:
    event = factories.make_event()
    call = record(account, event)
    second = call.turns.get(index=1)
    assert (second.speaker, second.start_seconds) == ("customer", 5.0)
    assert second.said_at == event.started_at + timedelta(seconds=5)


def test_an_interrupted_turn_and_its_tools_are_kept(account: ProviderAccount) -> None:
    turn = TurnSaid(
        speaker=Speaker.AGENT,
        said="We have two fl...",
        intended="We have two flats left.",
        was_interrupted=True,
        tools=(ToolUse(name="look_up", parameters="{}", result="two", is_error=False),),
    )
    silent = TurnSaid(speaker=Speaker.AGENT, said="", tools=(ToolUse(name="end_call"),))
    call = record(account, factories.make_event(turns=(turn, silent)))
    first, second = call.turns.order_by("index")
    assert (first.content, first.intended, first.was_interrupted) == (turn.said, turn.intended, True)
    assert first.tools == [{"name": "look_up", "parameters": "{}", "result": "two", "is_error": False}]
    assert (second.content, second.tools[0]["name"], second.said_at) == ("", "end_call", None)


def test_turns_are_timed_from_the_start_that_is_told_later(account: ProviderAccount) -> None:
    started = NOW - timedelta(minutes=3)
    call = record(
        account,
        told("conv_1", after=0, turns=factories.make_turns(factories.TALK)),
        told("conv_1", after=5, started_at=started),
    )
    assert [turn.said_at for turn in call.turns.order_by("index")] == [
        started + timedelta(seconds=5 * index) for index in range(len(factories.TALK))
    ]


# ---- the log, finding, words ----------------------------------------------------------------------------------


def test_what_happened_is_logged_once_per_event(account: ProviderAccount) -> None:
    for event in life_of("conv_log") * 2:
        call = record(account, event)
    names = CallEventLog.objects.filter(call=call).order_by("happened_at").values_list("name", flat=True)
    assert list(names) == ["ringing", "answered", "turns", "ended", "analyzed", "priced"]


def test_a_call_is_found_by_any_of_its_ids_its_number_and_its_caller(account: ProviderAccount) -> None:
    contact = factories.make_contact(full_name="Meera Nair", number="+919876500001")
    call = factories.make_call(contact=contact, external_id="conv_find_me")
    factories.make_call()
    for text in ("conv_find_me", "98765 00001", "meera", "+9198765000"):
        assert Call.objects.search(text, region="IN").get() == call, text
    assert Call.objects.with_external_id("conv_find_me").get() == call


@pytest.mark.parametrize(
    ("direction", "status", "missed"),
    [
        (CallDirection.INBOUND, CallStatus.NO_ANSWER, True),
        (CallDirection.INBOUND, CallStatus.BUSY, True),
        (CallDirection.INBOUND, CallStatus.COMPLETED, False),
        (CallDirection.OUTBOUND, CallStatus.NO_ANSWER, False),
    ],
)
def test_missed_is_inbound_and_never_answered(direction: str, status: str, missed: bool) -> None:
    assert Call(direction=direction, status=status).is_missed is missed


def test_from_and_to_follow_the_direction() -> None:
    call = Call(direction=CallDirection.OUTBOUND, customer_number="+91", our_number="+44")
    assert (call.from_number, call.to_number) == ("+44", "+91")
    call.direction = CallDirection.INBOUND
    assert (call.from_number, call.to_number) == ("+91", "+44")


def test_one_receiver_hears_that_a_call_changed() -> None:
    from calltracking.receivers import owe_the_journey
    from telephony.signals import call_changed

    assert [ref() for (_, ref, *_) in call_changed.receivers] == [owe_the_journey]


def test_a_time_without_a_zone_never_reaches_a_call(account: ProviderAccount) -> None:
    call = record(account, factories.make_event())
    for name in ("started_at", "answered_at", "ended_at"):
        value = getattr(call, name)
        assert isinstance(value, datetime)
        assert value.tzinfo is not None
