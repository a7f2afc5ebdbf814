"""Readings by a model as owed work: beside the rules, paid once, put off with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from analysis import reading as readings
from analysis.models import AnalysisUsage, Reading
from analysis.spending import DayIsSpent, day_of, refuse_past_cap
from calltracking.backlog import BAD, queue
from crm.leases import claim, work_on
from crm.models import Company, Contact
from crm.privacy import erase_person
from crm.tenancy import current_company_id, use_company
from telephony.events import CallStatus
from telephony.models import Call, Insight, Turn
from tests import factories
from tests.analysis.model_answers import answer, said, use_server
from tests.stubs.openai import OpenAIStub, Said, serve

pytestmark = pytest.mark.django_db(transaction=True)

TALK = (
    ("agent", "Hello, this is Aria from Northwind Homes. Who is this?"),
    ("customer", "Meera Nair. I want to see the two bedroom flat on Friday."),
)
TOLD = answer(
    contact_name=said("Meera Nair", 1, "Meera Nair"),
    intent=said("interested", 1, "I want to see the two bedroom flat"),
    moods=[{"turn": 1, "score": 0.6}],
    summary="Meera Nair wants to see the two bedroom flat on Friday.",
)


@pytest.fixture
def stub(settings: Any) -> Iterator[OpenAIStub]:
    with serve() as stub:
        use_server(settings, stub)
        stub.say(TOLD)
        yield stub


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


def make_call(company: Company, *, turns: Any = TALK, **fields: Any) -> Call:
    """A call that is over and owes its journey."""
    with use_company(company):
        return factories.make_call(
            contact=factories.make_contact(full_name=""), turns=turns, work_state="due", **fields
        )


def journey(call: Call) -> None:
    work_on(Call, company_id=call.company_id, pk=call.pk)


def reading_of(call: Call) -> Reading:
    with use_company(call.company_id):
        found: Reading = Reading.objects.get(call=call)
        return found


def ask(call: Call) -> Reading:
    """Have a worker do what the reading owes, whenever it is due."""
    with use_company(call.company_id):
        Reading.objects.filter(call=call).update(next_at=timezone.now())
    row = reading_of(call)
    work_on(Reading, company_id=call.company_id, pk=row.pk)
    return reading_of(call)


def insights_of(call: Call) -> list[Insight]:
    with use_company(call.company_id):
        return list(call.insights.order_by("pk"))


def spent(company: Company) -> list[AnalysisUsage]:
    with use_company(company):
        return list(AnalysisUsage.objects.order_by("pk"))


# ---- beside the rules -----------------------------------------------------------------------------------------


@pytest.mark.row("B.14", "S3.144")
def test_a_call_is_read_by_rule_at_once_and_by_the_model_after_it(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    [by_rule] = insights_of(call)
    assert (by_rule.backend, by_rule.is_current, by_rule.score is not None) == ("builtin", True, True)
    assert stub.asked == []
    assert reading_of(call).outcome == "owed"

    assert ask(call).outcome == "read"
    first, second = insights_of(call)
    assert (first.is_current, second.is_current) == (False, True)
    assert (second.backend, second.version) == ("openai", "read_call.1+gpt-5.4-mini")

    factories.work_off()
    with use_company(ours):
        call = Call.objects.get(pk=call.pk)
        assert call.intent == "interested"
        assert call.score == Insight.objects.get(pk=second.pk).score is not None
        assert Contact.objects.get(pk=call.contact_id).full_name == "Meera Nair"
        assert call.interaction.summary == "Meera Nair wants to see the two bedroom flat on Friday."
    assert len(stub.asked) == 1
    assert reading_of(call).answers == []


def test_without_a_model_nothing_is_owed(ours: Company, stub: OpenAIStub, settings: Any) -> None:
    settings.ANALYSIS_BACKEND = "builtin"
    call = make_call(ours)
    factories.work_off()
    with use_company(ours):
        assert not Reading.objects.exists()
    assert [insight.backend for insight in insights_of(call)] == ["builtin"]


@pytest.mark.parametrize("fields", [{"sends_transcripts": False}, {"is_demo": True}])
def test_a_company_that_does_not_send_what_was_said_sends_nothing(
    fields: dict[str, bool], ours: Company, stub: OpenAIStub
) -> None:
    Company.objects.filter(pk=ours.pk).update(**fields)
    call = make_call(ours)
    factories.work_off()
    assert stub.asked == []
    assert [insight.backend for insight in insights_of(call)] == ["builtin"]


def test_a_switch_that_is_thrown_while_it_waits_holds(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    Company.objects.filter(pk=ours.pk).update(sends_transcripts=False)
    assert ask(call).outcome == "stopped"
    assert stub.asked == []


def test_rules_do_not_replace_what_the_model_read(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    factories.work_off()
    before = [insight.pk for insight in insights_of(call)]
    with use_company(ours):
        Call.objects.get(pk=call.pk).owe_journey()
    factories.work_off()
    assert [insight.pk for insight in insights_of(call)] == before
    assert [(insight.backend, insight.is_current) for insight in insights_of(call)] == [
        ("builtin", False),
        ("openai", True),
    ]
    assert len(stub.asked) == 1


def test_other_turns_are_read_by_rule_and_owed_again(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    factories.work_off()
    say_more(call, "And my budget is 80 lakh.")
    with use_company(ours):
        Call.objects.get(pk=call.pk).owe_journey()
    journey(call)
    current = insights_of(call)[-1]
    assert (current.backend, current.is_current) == ("builtin", True)
    factories.work_off()
    assert insights_of(call)[-1].backend == "openai"
    assert len(stub.asked) == 2


def test_turns_that_come_while_the_model_reads_are_not_lost(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    stub.say(Said(lambda request: (say_more(call, "My budget is 80 lakh."), TOLD)[1]), TOLD)
    assert ask(call).outcome == "stopped"
    assert insights_of(call)[-1].backend == "builtin"
    factories.work_off()
    assert insights_of(call)[-1].backend == "openai"
    assert len(stub.data_of()["turns"]) == 3


def say_more(call: Call, text: str) -> None:
    from django.db import connections

    with use_company(call.company_id):
        Turn.objects.create(call=call, index=call.turns.count(), speaker="customer", content=text)
    if connection.connection is not None and current_company_id() is None and not connection.in_atomic_block:
        connections.close_all()


def test_nobody_is_asked_inside_a_transaction(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    open_ones: list[int] = []

    def look(request: dict[str, Any]) -> str:
        from django.db import connections

        with connections["owner"].cursor() as cursor:
            # Whoever read or wrote a table in a transaction that is open holds a lock on it.
            cursor.execute(
                "select count(*) from pg_locks l join pg_class c on c.oid = l.relation"
                " where l.database = (select oid from pg_database where datname = current_database())"
                " and l.pid <> pg_backend_pid() and c.relname like any(array['analysis_%', 'telephony_%', 'crm_%'])"
            )
            open_ones.append(cursor.fetchone()[0])
        connections.close_all()
        return TOLD

    stub.say(Said(look))
    assert ask(call).outcome == "read"
    assert open_ones == [0]


# ---- what goes wrong ------------------------------------------------------------------------------------------


def test_a_server_that_is_away_puts_it_off_with_growing_pauses(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    stub.say(Said(status=503))
    waits = []
    for _ in range(4):
        row = ask(call)
        assert (row.outcome, row.because, row.work_state) == ("waiting", "it failed (503)", "due")
        waits.append((row.next_at - timezone.now()).total_seconds() / 60)
    assert waits == sorted(waits)
    assert waits[0] < 2
    assert waits[-1] > 40
    assert spent(ours) == [], "nothing was paid"
    stub.say(TOLD)
    assert ask(call).outcome == "read"


def test_it_is_left_alone_for_as_long_as_it_asks(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    stub.say(Said(status=429, retry_after="1800"))
    row = ask(call)
    assert timedelta(minutes=29) < row.next_at - timezone.now() < timedelta(minutes=31)


def test_one_trouble_of_everybody_s_is_met_once(ours: Company, stub: OpenAIStub) -> None:
    calls = [make_call(ours) for _ in range(5)]
    for call in calls:
        journey(call)
    stub.say(Said(status=503))
    ask(calls[0])
    later = make_call(ours)
    journey(later)
    for call in [*calls, later]:
        row = reading_of(call)
        assert row.next_at > timezone.now() + timedelta(seconds=30)
        assert claim(Reading, company_id=ours.pk, pk=row.pk) is None
    assert len(stub.asked) == 1


def test_a_key_that_is_refused_is_said_where_connections_are_looked_at(
    ours: Company, stub: OpenAIStub, settings: Any
) -> None:
    settings.OPENAI_API_KEY = "sk-of-nobody"
    call = make_call(ours)
    journey(call)
    row = ask(call)
    assert (row.outcome, row.because) == ("waiting", "the key is not accepted (401)")
    assert row.next_at > timezone.now() + timedelta(minutes=50)
    with use_company(ours):
        [fact] = [fact for fact in queue(now=timezone.now()) if fact.name == "Model"]
    assert fact.tone == BAD
    assert fact.detail.startswith("The key is not accepted (401); tried again")
    assert "sk-" not in f"{row.because} {row.error} {fact}"


def test_a_refusal_stops_that_call_alone(ours: Company, stub: OpenAIStub) -> None:
    call, other = make_call(ours), make_call(ours)
    journey(call)
    journey(other)
    stub.say(Said(refusal="no"), TOLD)
    assert (ask(call).outcome, ask(call).because) == ("stopped", "the model refused to read this call")
    assert ask(other).outcome == "read"
    [usage, _] = spent(ours)
    assert usage.is_settled
    assert usage.tokens_in == 1200, "a refusal is paid for"


def test_an_answer_that_cannot_be_used_is_given_up_after_some_tries(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    stub.say("no")
    assert [ask(call).outcome for _ in range(5)] == ["waiting", "waiting", "waiting", "stopped", "stopped"]
    assert len(stub.asked) == 8, "one repair each"
    assert insights_of(call)[-1].backend == "builtin"


# ---- money ----------------------------------------------------------------------------------------------------


@pytest.mark.row("S4.64")
def test_tokens_and_cost_of_each_request_are_kept(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    stub.say("no", TOLD)
    factories.work_off()
    first, second = spent(ours)
    for usage in (first, second):
        assert (usage.call_id, usage.model, usage.prompt_version) == (call.pk, "gpt-5.4-mini", "read_call.1")
        assert (usage.tokens_in, usage.tokens_out, usage.is_settled) == (1200, 300, True)
        assert (usage.cost, usage.currency) == (Decimal("0.00225"), "USD")


def test_a_day_that_is_spent_waits_for_the_next(ours: Company, stub: OpenAIStub) -> None:
    Company.objects.filter(pk=ours.pk).update(model_cost_per_day=Decimal("0.04"))
    first, second = make_call(ours), make_call(ours)
    journey(first)
    journey(second)
    assert ask(first).outcome == "read"
    with use_company(ours):
        AnalysisUsage.objects.update(cost=Decimal("0.039"))
    row = ask(second)
    assert (row.outcome, row.because) == ("waiting", "the day's 0.04 USD are used up")
    company = Company.objects.get(pk=ours.pk)
    assert row.next_at == day_of(company, now=timezone.now())[1]
    assert len(stub.asked) == 1
    assert row.failures == 0


def test_a_request_that_nobody_settled_counts_as_the_most_it_may_be(
    ours: Company, stub: OpenAIStub, settings: Any
) -> None:
    call = make_call(ours)
    journey(call)
    settings.OPENAI_TIMEOUT_SECONDS = 0.2
    stub.is_awake.clear()
    ask(call)
    [usage] = spent(ours)
    assert (usage.is_settled, usage.tokens_out) == (False, 6_000)
    assert usage.cost > Decimal("0.027")


def test_caps_hold_to_the_token(ours: Company, settings: Any) -> None:
    settings.OPENAI_TOKENS_PER_DAY, settings.OPENAI_COST_PER_DAY = 1000, Decimal("0.01")
    with use_company(ours):
        refuse_past_cap(ours, tokens=1000, cost=Decimal("0.01"))
        for tokens, cost in ((1001, Decimal(0)), (1, Decimal("0.0101"))):
            with pytest.raises(DayIsSpent):
                refuse_past_cap(ours, tokens=tokens, cost=cost)


def test_a_call_that_would_take_too_much_is_never_sent(ours: Company, stub: OpenAIStub, settings: Any) -> None:
    settings.OPENAI_TOKENS_PER_CALL = 2_000
    call = make_call(ours)
    journey(call)
    row = ask(call)
    assert row.outcome == "stopped"
    assert "2,000 tokens" in row.because
    assert stub.asked == []


# ---- killed in the middle -------------------------------------------------------------------------------------


def test_what_was_paid_for_is_not_asked_again(ours: Company, stub: OpenAIStub, settings: Any) -> None:
    settings.OPENAI_WINDOW_TOKENS = 500
    speech = [("customer" if i % 2 else "agent", f"Sentence {i} of a long talk about flats.") for i in range(80)]
    call = make_call(ours, turns=speech)
    journey(call)
    windows = 0
    while ask(call).outcome == "owed":
        windows += 1
        assert len(reading_of(call).answers) == windows
        assert reading_of(call).attempts == 0
    assert reading_of(call).outcome == "read"
    assert len(stub.asked) == windows + 1 > 3


def test_a_worker_that_lost_the_row_changes_nothing(ours: Company, stub: OpenAIStub) -> None:
    call = make_call(ours)
    journey(call)
    row = reading_of(call)

    def steal(request: dict[str, Any]) -> str:
        with use_company(ours.pk):
            Reading.objects.get(pk=row.pk).owe()
        from django.db import connections

        connections.close_all()
        return TOLD

    stub.say(Said(steal), TOLD)
    ask(call)
    assert [insight.backend for insight in insights_of(call)] == ["builtin"]
    factories.work_off()
    assert [insight.backend for insight in insights_of(call)] == ["builtin", "openai"]
    assert len(stub.asked) == 2, "one request was lost, and paid"
    assert len(spent(ours)) == 2


def test_who_is_erased_while_the_model_reads_stays_erased(ours: Company, stub: OpenAIStub) -> None:
    by = factories.make_member(ours, role="owner")
    call = make_call(ours)
    journey(call)
    row = reading_of(call)

    def erase(request: dict[str, Any]) -> str:
        from django.db import connections

        with use_company(ours.pk):
            erase_person(Contact.objects.get(pk=call.contact_id), by=by, why="They asked for it")
        connections.close_all()
        return TOLD

    stub.say(Said(erase))
    with use_company(ours):
        Reading.objects.update(next_at=timezone.now())
    work_on(Reading, company_id=ours.pk, pk=row.pk)
    factories.work_off()
    with use_company(ours):
        assert not Reading.objects.exists()
        assert not Insight.objects.exists()
        assert Call.objects.filter(pk=call.pk, contact=None).exists()
    assert len(spent(ours)) == 1, "what it cost stays"


def test_joined_calls_are_read_as_one(ours: Company, stub: OpenAIStub) -> None:
    kept, gone = make_call(ours), make_call(ours, status=CallStatus.COMPLETED)
    factories.work_off()
    with use_company(ours):
        Call.objects.get(pk=kept.pk).merge(Call.objects.get(pk=gone.pk))
        assert Reading.objects.count() == 1
        assert AnalysisUsage.objects.filter(call=kept).count() == 2


def test_an_error_of_ours_is_kept_on_the_row(ours: Company, stub: OpenAIStub, monkeypatch: pytest.MonkeyPatch) -> None:
    call = make_call(ours)
    journey(call)
    monkeypatch.delattr(readings, "understanding_of")
    row = ask(call)
    assert row.work_state == "due"
    assert "NameError" in row.error
    assert len(row.answers) == 1, "what was paid for is kept"


# ---- what the page says ---------------------------------------------------------------------------------------


@pytest.mark.row("S4.64")
def test_managers_see_what_reading_a_call_cost(ours: Company, stub: OpenAIStub, client: Client) -> None:
    call = make_call(ours)
    factories.work_off()
    for role, is_told in (("manager", True), ("agent", False)):
        client.force_login(factories.make_member(ours, role=role).user)
        shown = client.get(f"/calls/{call.pk}/").content.decode()
        assert ("1 request · 1,500 tokens · 0.00225 USD" in shown) == is_told


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Said(status=503), "The model has not read it yet: it failed (503). It is tried again"),
        (Said(refusal="no"), "The model did not read this call: the model refused to read this call."),
        (None, "Read by rules. The model reads it next."),
    ],
)
def test_the_page_says_who_read_the_call_and_why(
    trouble: Said | None, told: str, ours: Company, stub: OpenAIStub, client: Client
) -> None:
    client.force_login(factories.make_member(ours, role="agent").user)
    call = make_call(ours)
    journey(call)
    if trouble:
        stub.say(trouble)
        ask(call)
    page = f"/calls/{call.pk}/"
    assert told in client.get(page).content.decode()
    stub.say(TOLD)
    with use_company(ours):
        Reading.objects.get(call=call).owe()
    ask(call)
    shown = client.get(page).content.decode()
    assert "A model, " in shown
    assert "Read by rules" not in shown
