"""A company's own rules: laid down, used, tried on the calls there are, and kept."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.utils import timezone

from analysis import rescoring
from analysis.findings import Evidence, Fact, Findings, Money
from analysis.models import HotRule, Rescoring, ScoreRule
from analysis.rules import rules_in_use
from analysis.scoring import DEFAULT_RULES, Hot, Rules
from analysis.undoing import before_last_change
from crm.actors import Source
from crm.leases import LeaseLost, WorkState, claim
from crm.models import Company, Lead
from crm.tenancy import acting, use_company
from telephony.models import Call, CallMetrics, Insight
from tests import factories

BUDGET = Findings(
    summary="They talked.",
    budget=Fact[Money](
        value=Money(maximum=8_000_000, currency="INR"),  # type: ignore[arg-type]
        confidence=0.9,
        evidence=Evidence(turn=1, quote="80 lakh", speaker="customer"),
    ),
)


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Ours")


def scored_call(*, days_ago: float = 1, budget: bool = True, **fields: Any) -> Call:
    """A call that was scored by the rules of a new company: 10 for its budget and 5 for talking."""
    call: Call = factories.make_call(started_at=timezone.now() - timedelta(days=days_ago), **fields)
    findings = BUDGET if budget else Findings(summary="They talked.")
    value = 15 if budget else 5
    factories.make_insight(call, findings=findings.model_dump(mode="json"), score=value, conversion_probability=0.02)
    CallMetrics.objects.create(call=call, measured={"turns": {"agent": 3, "customer": 3}})
    Call.objects.filter(pk=call.pk).update(score=value)
    return call


def work_off_rescoring() -> None:
    factories.work_off()


def test_a_new_company_scores_by_rows_of_its_own(ours: Company) -> None:
    other = factories.make_company()
    with use_company(ours):
        assert [rule.key for rule in ScoreRule.objects.all()] == [rule.key for rule in DEFAULT_RULES]
        assert rules_in_use() == Rules(DEFAULT_RULES)
        ScoreRule.objects.filter(key="budget").update(points=40, label="Knows what they can spend")
        ScoreRule.objects.filter(key="talked").update(is_active=False)
        HotRule.objects.update(from_score=50, needs_budget=True)
        used = rules_in_use()
    assert used.hot == Hot(from_score=50, needs_budget=True)
    by_key = {rule.key: rule for rule in used.weights}
    assert (by_key["budget"].points, by_key["budget"].label) == (40, "Knows what they can spend")
    assert "talked" not in by_key
    with use_company(other):
        assert rules_in_use() == Rules(DEFAULT_RULES)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_migration_gives_the_companies_there_are_what_they_were_scored_by() -> None:
    company = factories.make_company()
    with use_company(company):
        ScoreRule.objects.exclude(key="budget").delete()
        ScoreRule.objects.update(points=42)
        HotRule.objects.all().delete()
    fill = import_module("analysis.migrations.0002_rules_of_every_company").fill
    for _ in range(2):
        with connections["owner"].schema_editor() as editor:
            fill(apps, editor)
    with use_company(company):
        assert ScoreRule.objects.get(key="budget").points == 42
        assert set(ScoreRule.objects.values_list("key", flat=True)) >= {"talked", "refused", "do_not_call"}
        assert HotRule.objects.get().from_score == 70


def test_rules_without_rows_are_those_of_a_new_company(ours: Company) -> None:
    with use_company(ours):
        ScoreRule.objects.all().delete()
        HotRule.objects.all().delete()
        assert rules_in_use() == Rules(DEFAULT_RULES)


def test_a_call_that_comes_is_scored_by_the_company_s_rules(ours: Company) -> None:
    with use_company(ours):
        account = factories.make_account()
        ScoreRule.objects.exclude(key="talked").update(is_active=False)
        ScoreRule.objects.filter(key="talked").update(points=77, label="Spoke to us")
    factories.deliver(account, factories.make_event(call_id="conv_1", customer_number="+919845012345"))
    factories.work_off()
    with use_company(ours):
        insight = Insight.objects.get()
        call, lead = Call.objects.get(), Lead.objects.get()
    assert [(each["label"], each["points"]) for each in insight.reasons] == [("Spoke to us", 77)]
    assert (insight.score, call.score, lead.lead_score) == (77, 77, 77)
    assert insight.is_hot
    assert call.is_hot
    assert lead.is_hot


# ---- looking --------------------------------------------------------------------------------------------------


def test_a_preview_counts_what_would_change_and_saves_nothing(ours: Company) -> None:
    with use_company(ours):
        first, second, plain = scored_call(days_ago=1), scored_call(days_ago=2), scored_call(budget=False)
        Call.objects.filter(pk=second.pk).update(is_hot=True)
        weights = tuple(rule for rule in DEFAULT_RULES if rule.key != "talked")
        found = rescoring.preview(Rules(weights, Hot(from_score=10, needs_budget=True)), calls=Call.objects.all())
        assert (found.calls, found.moved, found.up, found.down) == (3, 3, 0, 3)
        assert (found.becomes_hot, found.stops_hot) == (1, 0)
        assert [move.call.pk for move in found.biggest] == [plain.pk, second.pk, first.pk]
        assert [(move.before, move.after) for move in found.biggest] == [(5, 0), (15, 10), (15, 10)]
        assert sorted(Call.objects.values_list("score", flat=True)) == [5, 15, 15]


def test_a_preview_looks_at_the_latest_calls_alone(ours: Company) -> None:
    with use_company(ours):
        latest = [scored_call(days_ago=days) for days in (1, 2, 3)]
        found = rescoring.preview(Rules(()), calls=Call.objects.all(), most=2)
        assert {move.call.pk for move in found.biggest} == {latest[0].pk, latest[1].pk}


def test_a_preview_asks_the_database_the_same_however_many_calls(ours: Company, django_assert_num_queries: Any) -> None:
    with use_company(ours):
        for days in range(1, 12):
            scored_call(days_ago=days)
        with django_assert_num_queries(4):
            assert rescoring.preview(Rules(()), calls=Call.objects.select_related("contact")).calls == 11


# ---- doing ----------------------------------------------------------------------------------------------------


def test_all_calls_get_the_new_rules_and_the_latest_rates_the_lead(ours: Company) -> None:
    other = factories.make_company()
    with use_company(other):
        theirs = scored_call()
    with use_company(ours):
        lead = factories.make_lead()
        contact = lead.contact_ptr if hasattr(lead, "contact_ptr") else lead
        latest = scored_call(days_ago=1, budget=False, contact_id=contact.pk)
        older = scored_call(days_ago=9, contact_id=contact.pk)
        unscored = factories.make_call()
        ScoreRule.objects.filter(key="talked").update(points=30)
        HotRule.objects.update(from_score=30)
        rescoring.begin(by=None)
    work_off_rescoring()
    with use_company(ours):
        run = Rescoring.objects.get()
        assert (run.total, run.done, run.moved, run.work_state) == (2, 2, 2, WorkState.DONE)
        assert run.finished_at is not None
        assert [Call.objects.get(pk=call.pk).score for call in (latest, older, unscored)] == [30, 40, None]
        insight = Insight.objects.get(call=latest)
        assert (insight.score, insight.is_hot, insight.reasons[0]["points"]) == (30, True, 30)
        rated = Lead.objects.get(pk=lead.pk)
        assert (rated.lead_score, rated.is_hot, rated.conversion_probability) == (30, True, 0.076)
    with use_company(other):
        assert Call.objects.get(pk=theirs.pk).score == 15


def test_a_pass_that_was_killed_goes_on_where_it_was(ours: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 2)
    with use_company(ours):
        calls = [scored_call(days_ago=days) for days in range(1, 6)]
        ScoreRule.objects.filter(key="budget").update(points=20)
        run = rescoring.begin(by=None)
    lease = claim(Rescoring, company_id=ours.pk, pk=run.pk)
    assert lease is not None
    with lease.effect(finish=False) as row:
        rescoring._rescore_batch(row)
    # The worker dies here; its lease runs out.
    with use_company(ours):
        assert Rescoring.objects.get().done == 2
        Rescoring.objects.update(lease_until=timezone.now())
    work_off_rescoring()
    with use_company(ours):
        run = Rescoring.objects.get()
        assert (run.done, run.moved) == (5, 5)
        assert {Call.objects.get(pk=call.pk).score for call in calls} == {25}


def test_a_slice_that_is_over_gives_the_row_back(ours: Company) -> None:
    with use_company(ours):
        scored_call()
        run = rescoring.begin(by=None)
    lease = claim(Rescoring, company_id=ours.pk, pk=run.pk)
    assert lease is not None
    rescoring.rescore(lease, seconds=0)
    with use_company(ours):
        row = Rescoring.objects.get()
        assert (row.work_state, row.attempts, row.finished_at) == (WorkState.DUE, 0, None)
    work_off_rescoring()
    with use_company(ours):
        assert Rescoring.objects.get().finished_at is not None


def test_beginning_again_starts_the_open_pass_over(ours: Company) -> None:
    with use_company(ours):
        scored_call()
        run = rescoring.begin(by=None)
    lease = claim(Rescoring, company_id=ours.pk, pk=run.pk)
    assert lease is not None
    with use_company(ours):
        Rescoring.objects.update(done=1, before_id=1)
        assert rescoring.begin(by=None).pk == run.pk
    with pytest.raises(LeaseLost), lease.effect():
        pytest.fail("the first worker's lease is gone")
    work_off_rescoring()
    with use_company(ours):
        assert Rescoring.objects.get().done == 1


# ---- going back -----------------------------------------------------------------------------------------------


def test_the_last_change_can_be_told_from_history(ours: Company) -> None:
    with acting(Source.PAGE), use_company(ours):
        assert before_last_change() is None
        ScoreRule.objects.filter(key="budget").update(points=11)
    with acting(Source.PAGE), use_company(ours):
        ScoreRule.objects.filter(key="talked").update(points=9)
        ScoreRule.objects.filter(key="name").update(is_active=False)
        HotRule.objects.update(from_score=60, needs_budget=True)
        change = before_last_change()
    assert change is not None
    assert change.earlier == {
        "talked": {"points": 5},
        "name": {"is_active": True},
        "hot": {"from_score": 70, "needs_budget": False},
    }
