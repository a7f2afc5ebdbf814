"""Readings of a call: anew, one beside another, and with the speakers the other way round."""

from __future__ import annotations

import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from analysis.backends import BACKENDS, get_backend
from analysis.backends.builtin import BuiltinBackend
from calltracking.api.reprocess import ReprocessIn
from crm.history import histories
from crm.tenancy import use_company
from telephony.models import Call
from tests.factories import (
    TALK,
    client_with,
    deliver,
    make_account,
    make_call,
    make_company,
    make_event,
    make_key,
    make_member,
    work_off,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SWAPPED = tuple(({"agent": "customer", "customer": "agent"}[who], said) for who, said in TALK)


class NextBackend(BuiltinBackend):
    """The built-in reader as its next version: it knows no e-mail addresses any more."""

    name = "next"
    version = "3"

    def analyze(self, conversation):
        return super().analyze(conversation).model_copy(update={"email": None})

    def estimate(self, conversation):
        return SimpleNamespace(cost=Decimal("0.02"))


@pytest.fixture
def another_backend(monkeypatch):
    monkeypatch.setitem(BACKENDS, "next", f"{__name__}:NextBackend")
    monkeypatch.setitem(ReprocessIn._declared_fields["backend"]._kwargs, "choices", sorted(BACKENDS))
    yield "next"
    get_backend.cache_clear()


@pytest.fixture
def company(db):
    """A company without a call."""
    return make_company(name="Northwind Homes")


@pytest.fixture
def account(company):
    with use_company(company):
        return make_account()


@pytest.fixture
def agent(company):
    return make_member(company, role="agent").user


@pytest.fixture
def manager(company):
    return make_member(company, role="manager").user


def arrive(account, company, *, call_id="conv_heard", turns=TALK, **more):
    deliver(account, make_event(call_id=call_id, customer_number="+919845099999", turns=turns, **more))
    work_off()
    with use_company(company):
        return Call.objects.with_external_id(call_id).get()


# ---- anew -----------------------------------------------------------------------------------------------------


@pytest.mark.row("S3.118")
def test_reading_again_in_the_same_way_makes_no_second_reading(agent, client_of, account, company):
    call = arrive(account, company)

    client_of(agent).post(f"/calls/{call.pk}/reprocess/", headers=HTMX)
    work_off()

    with use_company(company):
        assert call.insights.count() == 1


@pytest.mark.row("S3.66", "B.9")
def test_the_api_has_a_call_read_by_another_backend_and_keeps_the_earlier_reading(account, company, another_backend):
    call = arrive(account, company)
    program = client_with(make_key(company, scopes=["calls:write"])[1])

    answer = program.post(
        "/api/telephony/calls/conv_heard/reprocess", {"backend": another_backend}, content_type="application/json"
    )
    work_off()

    assert (answer.status_code, answer.json()["success"]) == (202, True)
    with use_company(company):
        assert list(call.insights.order_by("pk").values_list("backend", "is_current")) == [
            ("builtin", False),
            ("next", True),
        ]
    told = program.get("/api/telephony/calls/conv_heard/insights").json()["results"]
    assert [one["backend"] for one in told] == ["next", "builtin"]


def test_the_backend_that_was_asked_for_stays_until_another_is(account, company, another_backend):
    call = arrive(account, company)
    program = client_with(make_key(company)[1])
    where = "/api/telephony/calls/conv_heard/reprocess"

    program.post(where, {"backend": another_backend}, content_type="application/json")
    work_off()
    with use_company(company):
        Call.objects.get(pk=call.pk).owe_journey()  # as a price that arrives late would
    work_off()
    with use_company(company):
        assert call.insights.get(is_current=True).backend == "next"

    program.post(where)
    work_off()
    with use_company(company):
        assert call.insights.get(is_current=True).backend == "builtin"


def test_a_backend_that_there_is_not_is_refused(account, company):
    arrive(account, company)
    program = client_with(make_key(company)[1])

    answer = program.post(
        "/api/telephony/calls/conv_heard/reprocess", {"backend": "oracle"}, content_type="application/json"
    )

    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"backend"}


def test_reading_a_call_needs_the_scope(account, company):
    arrive(account, company)
    program = client_with(make_key(company, scopes=["calls:read"])[1])

    assert program.post("/api/telephony/calls/conv_heard/reprocess").status_code == 403


def test_a_call_whose_reading_was_given_up_says_so_and_is_read_again(agent, client_of, account, company):
    call = arrive(account, company)
    with use_company(company):
        call.insights.all().delete()
        Call.objects.filter(pk=call.pk).update(work_state="dead", provider_summary="")
    browser = client_of(agent)

    page = browser.get(f"/calls/{call.pk}/").content.decode()
    assert "Reading this call failed five times" in page
    assert f'action="/calls/{call.pk}/reprocess/"' in page
    browser.post(f"/calls/{call.pk}/reprocess/", headers=HTMX)
    work_off()

    assert 'id="meaning"' in browser.get(f"/calls/{call.pk}/").content.decode()


# ---- one beside another ---------------------------------------------------------------------------------------


@pytest.mark.row("B.9")
def test_two_readings_are_shown_side_by_side(agent, client_of, account, company, another_backend):
    call = arrive(account, company)
    browser = client_of(agent)
    assert "This call was read once." in browser.get(f"/calls/{call.pk}/readings/").content.decode()
    client_with(make_key(company)[1]).post(
        "/api/telephony/calls/conv_heard/reprocess", {"backend": another_backend}, content_type="application/json"
    )
    work_off()

    page = browser.get(f"/calls/{call.pk}/readings/").content.decode()

    assert "Built-in rules, version" in page
    assert "next, version 3" in page
    assert "<del>meera.nair@example.com</del>" in page
    assert "vanished" in page
    assert "2 readings" in browser.get(f"/calls/{call.pk}/").content.decode()
    with use_company(company):
        first, second = call.insights.order_by("pk").values_list("pk", flat=True)
    turned = browser.get(f"/calls/{call.pk}/readings/?before={second}&after={first}", headers=HTMX).content.decode()
    assert "<ins>meera.nair@example.com</ins>" in turned
    same = browser.get(f"/calls/{call.pk}/readings/?before={second}&after={second}").content.decode()
    assert "one and the same reading" in same


# ---- many -----------------------------------------------------------------------------------------------------


def test_a_manager_has_the_calls_of_a_list_read_anew(manager, agent, client_of, account, company):
    calls = [arrive(account, company, call_id=f"conv_{n}") for n in range(3)]
    with use_company(company):
        make_call(status="no_answer")
    browser = client_of(manager)

    assert "3 calls will be read anew." in browser.get("/calls/reprocess/?status=completed").content.decode()
    answer = browser.post("/calls/reprocess/?status=completed", follow=True)

    assert "3 calls are being read anew." in answer.content.decode()
    with use_company(company):
        assert set(Call.objects.filter(pk__in=[c.pk for c in calls]).values_list("work_state", flat=True)) == {"due"}
    work_off()
    assert client_of(agent).get("/calls/reprocess/").status_code == 403
    assert "No call that is over matches" in browser.get("/calls/reprocess/?status=failed").content.decode()


def test_a_manager_is_told_what_it_costs(manager, client_of, account, company, another_backend, settings):
    for n in range(3):
        arrive(account, company, call_id=f"conv_{n}")
    browser = client_of(manager)
    assert "It costs" not in browser.get("/calls/reprocess/").content.decode()

    settings.ANALYSIS_BACKEND = another_backend

    assert "It costs about 0.06 USD." in browser.get("/calls/reprocess/").content.decode()


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("reprocess_calls", *options, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_costs_reads_and_tells_the_differences(account, company, another_backend):
    for n in range(3):
        arrive(account, company, call_id=f"conv_{n}")

    same = run("--company", company.slug, "--yes")
    told = run("--company", company.slug, "--backend", another_backend, "--yes")
    again = run("--company", company.slug, "--backend", another_backend, "--yes")

    assert "0 to read anew, 3 were read in the same way already" in same
    assert "3 to read anew" in told
    assert "about 0.06 USD" in told
    assert "3 calls read, 0 of them as before; score up 0, down 3, same 0, new 0." in told
    assert "E-mail" in told
    assert "Vanished" in told
    assert "0 to read anew" in again
    with use_company(company):
        assert set(Call.objects.exclude(score=None).values_list("read_with", flat=True)) == {"next"}


def test_a_run_that_was_stopped_goes_on_where_it_was(account, company, another_backend):
    for n in range(3):
        arrive(account, company, call_id=f"conv_{n}")

    run("--call", "conv_1", "--backend", another_backend, "--yes")

    assert "3 calls chosen: 2 to read anew, 1 were read in the same way already" in run(
        "--company", company.slug, "--backend", another_backend, "--yes"
    )


def test_the_command_asks_first(account, company, another_backend, monkeypatch):
    call = arrive(account, company)
    monkeypatch.setattr("builtins.input", lambda _: "n")

    with pytest.raises(CommandError, match=r"Nothing was read\."):
        run("--backend", another_backend, "--company", company.slug)

    with use_company(company):
        assert call.insights.count() == 1


def test_the_command_chooses_by_date(account, company, another_backend):
    arrive(account, company)

    assert "0 calls chosen" in run("--since", "2100-01-01", "--company", company.slug, "--yes")
    with pytest.raises(CommandError, match="is no date"):
        run("--since", "yesterday", "--yes")


# ---- speakers -------------------------------------------------------------------------------------------------


@pytest.mark.row("B.11")
def test_swapped_speakers_change_metrics_findings_and_score_and_swapping_back_undoes_it(
    agent, client_of, account, company
):
    call = arrive(account, company, turns=SWAPPED)
    browser = client_of(agent)
    page = browser.get(f"/calls/{call.pk}/").content.decode()
    assert "Are the speakers the wrong way round?" in page
    with use_company(company):
        before = call.insights.get(is_current=True)
        measured = call.metrics.get().measured["words"]

    assert browser.post(f"/calls/{call.pk}/speakers/", headers=HTMX)["HX-Refresh"] == "true"
    work_off()

    with use_company(company):
        now = Call.objects.select_related("contact").get(pk=call.pk)
        assert [turn.speaker for turn in now.turns.order_by("index")] == [who for who, _ in TALK]
        assert now.insights.get(is_current=True).findings["email"]["value"] == "meera.nair@example.com"
        assert now.score == now.insights.get(is_current=True).score != before.score
        assert now.metrics.get().measured["words"] == {"agent": measured["customer"], "customer": measured["agent"]}
        assert now.speakers_swapped_by.user == agent
        assert (now.contact.full_name, now.contact.email) == ("Meera Nair", "meera.nair@example.com")
    assert "Speakers swapped by" in browser.get(f"/calls/{call.pk}/").content.decode()
    assert "Speakers swapped" in browser.get(f"/calls/{call.pk}/history/").content.decode()

    browser.post(f"/calls/{call.pk}/speakers/", headers=HTMX)
    work_off()

    with use_company(company):
        now = Call.objects.get(pk=call.pk)
        assert [turn.speaker for turn in now.turns.order_by("index")] == [who for who, _ in SWAPPED]
        assert now.insights.get(is_current=True).findings == before.findings
        assert (now.speakers_swapped_at, now.speakers_swapped_by) == (None, None)
        history = histories()["telephony.call"].objects.filter(pgh_obj_id=call.pk)
        assert len([event for event in history if "speakers_swapped_at" in event.changes]) == 2


def test_what_the_provider_sends_later_stays_swapped(agent, client_of, account, company):
    event = make_event(call_id="conv_later", customer_number="+919845099999", turns=SWAPPED)
    deliver(account, event)
    work_off()
    with use_company(company):
        call = Call.objects.with_external_id("conv_later").get()
    client_of(agent).post(f"/calls/{call.pk}/speakers/", headers=HTMX)
    work_off()

    longer = (*SWAPPED, ("customer", "Thank you, goodbye."))
    arrive(account, company, call_id="conv_later", turns=longer, duration_seconds=99)

    with use_company(company):
        said = [(turn.speaker, turn.content) for turn in call.turns.order_by("index")]
    assert said == [*TALK, ("agent", "Thank you, goodbye.")]


def test_a_page_that_is_waiting_shows_the_new_reading_when_it_is_done(agent, client_of, account, company):
    call = arrive(account, company)
    browser = client_of(agent)

    browser.post(f"/calls/{call.pk}/speakers/", headers=HTMX)
    assert "is being read" in browser.get(f"/calls/{call.pk}/").content.decode()
    work_off()

    assert browser.get(f"/calls/{call.pk}/reading/", headers=HTMX)["HX-Refresh"] == "true"
