"""The rules over calls of the past: what a run would do, the run itself, killed in the middle, and undone."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from calltracking.attribution import CannotBeUndone, RunsAlready, assign, past, preview, rules_now, run, undo
from calltracking.models import AttributionBatch, AttributionEntry
from crm.leases import claim, work_on
from crm.models import Campaign, Company, Membership
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories

OURS = "+918000000150"


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def member(ours: Company) -> Membership:
    return factories.make_member(ours, role="manager")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few calls in a transaction, so that a short run has many."""
    monkeypatch.setattr(past, "CHUNK", 7)


def make_past() -> tuple[Campaign, list[Call]]:
    """Make 30 calls that nobody attributed: a third dialed a number that became a tracking number since.

    A caller of those calls again on the next day, over another line; one call was decided by a person.
    """
    now = timezone.now()
    campaign, calls = factories.make_campaign(name="Posters"), []
    for number in range(10):
        contact = factories.make_contact()
        for later, dialed in ((0, OURS), (1, "+918000000999")):
            calls.append(
                factories.make_call(
                    contact=contact,
                    our_number=dialed,
                    attributed_by="none",
                    started_at=now - timedelta(days=20 - number, hours=-24 * later),
                )
            )
        calls.append(factories.make_call(attributed_by="none", started_at=now - timedelta(days=20 - number)))
    Call.objects.filter(pk=calls[2].pk).update(attributed_by="manual", our_number=OURS)
    factories.make_line(number=OURS, campaign=campaign)
    return campaign, calls


def states() -> list[tuple[Any, ...]]:
    return list(Call.objects.order_by("pk").values_list("pk", "campaign_id", "recipient_id", "attributed_by"))


@pytest.mark.row("B.4")
@pytest.mark.parametrize("chunk", [4, 7, 1000])
def test_a_preview_says_what_the_run_then_does(
    ours: Company, member: Membership, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(past, "CHUNK", chunk)
    with use_company(ours):
        campaign, calls = make_past()
        before, looked = states(), []
        seen = preview(step=looked.append)
        assert states() == before
        assert not AttributionEntry.objects.exists()
    assert (seen.looked_at, seen.changed, sum(looked)) == (30, 20, 30)
    assert dict(seen.moves) == {(None, campaign.pk): 20}
    assert dict(seen.by_rule) == {"tracking_number": 10, "earlier": 10}
    assert len(seen.examples) == 10
    assert (seen.examples[0].call_id, seen.examples[0].after.campaign_id) == (calls[0].pk, campaign.pk)
    with use_company(ours):
        batch = run(by=member)
    factories.work_off()
    with use_company(ours):
        batch.refresh_from_db()
        assert (batch.looked_at, batch.changed, batch.is_open) == (30, 20, False)
        assert preview().changed == 0
        assert dict(Call.objects.values_list("pk", "attributed_by"))[calls[2].pk] == "manual"
        assert set(AttributionEntry.objects.values_list("batch", "member_id")) == {(batch.pk, member.pk)}
        assert Call.objects.filter(line=None, our_number=OURS).count() == 0


@pytest.mark.row("B.4")
def test_other_rules_are_looked_at_before_they_are_laid_down(ours: Company) -> None:
    with use_company(ours):
        make_past()
        without_earlier = [rule for rule in rules_now() if rule.kind != "earlier"]
        assert preview(rules=without_earlier).changed == 10
        assert preview(rules=[]).changed == 0


def test_only_calls_of_the_time_that_was_asked_for(ours: Company, member: Membership) -> None:
    with use_company(ours):
        make_past()
        now = timezone.now()
        since, until = now - timedelta(days=15, hours=1), now - timedelta(days=12, hours=1)
        seen = preview(since=since, until=until)
        # A call of the first day follows one from before, which this run does not touch.
        assert (seen.looked_at, seen.changed) == (9, 5)
        run(by=member, since=since, until=until)
    factories.work_off()
    with use_company(ours):
        assert Call.objects.filter(campaign__isnull=False).count() == 5


@pytest.mark.row("B.4")
def test_a_run_that_is_killed_in_the_middle_goes_on(ours: Company, member: Membership, small_chunks: None) -> None:
    with use_company(ours):
        make_past()
        batch = run(by=member)
    # Its worker takes two chunks and is never heard of again.
    lease = claim(AttributionBatch, company_id=ours.pk, pk=batch.pk)
    assert lease
    for _ in range(2):
        with lease.effect(finish=False) as row:
            assert past.run_a_chunk(row)
    with use_company(ours):
        assert Call.objects.filter(campaign__isnull=False).count() not in (0, 20)
        AttributionBatch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    factories.work_off()
    with use_company(ours):
        batch.refresh_from_db()
        assert (batch.looked_at, batch.changed, batch.is_open) == (30, 20, False)
        assert AttributionEntry.objects.count() == 20
        assert Call.objects.filter(campaign__isnull=False).count() == 20


def test_a_long_run_lets_others_have_their_turn(
    ours: Company, member: Membership, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "SLICE_SECONDS", 0.000001)
    with use_company(ours):
        make_past()
        batch = run(by=member)
    turns = 0
    while work_on(AttributionBatch, company_id=ours.pk, pk=batch.pk):
        turns += 1
    with use_company(ours):
        batch.refresh_from_db()
    assert batch.is_open is False
    assert turns > 3


def test_one_run_at_a_time(ours: Company, member: Membership) -> None:
    with use_company(ours):
        make_past()
        batch = run(by=member)
        with pytest.raises(RunsAlready):
            run(by=member)
        with pytest.raises(CannotBeUndone, match="still at work"):
            undo(batch, by=member)
    factories.work_off()
    with use_company(ours):
        run(by=member)


@pytest.mark.row("B.4", "B.3")
def test_a_whole_run_is_undone_in_the_background(ours: Company, member: Membership, small_chunks: None) -> None:
    with use_company(ours):
        _, calls = make_past()
        before = states()
        batch = run(by=member)
    factories.work_off()
    with use_company(ours):
        other = factories.make_campaign()
        assign(Call.objects.filter(pk=calls[0].pk), campaign=other, by=member)
        batch.refresh_from_db()
        undoing = undo(batch, by=member)
        assert undoing.is_open
    factories.work_off()
    with use_company(ours):
        undoing.refresh_from_db()
        assert (undoing.changed, undoing.kept, undoing.is_open) == (19, 1, False)
        assert states() == [(calls[0].pk, other.pk, None, "manual"), *before[1:]]


def test_a_chunk_costs_the_same_number_of_questions_whatever_its_size(
    ours: Company, member: Membership, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    with use_company(ours):
        make_past()
        batch = run(by=member)
        with django_assert_max_num_queries(12):
            assert past.run_a_chunk(batch)


def test_another_company_s_calls_stay_out_of_it(ours: Company, member: Membership) -> None:
    other = factories.make_company()
    with use_company(other):
        make_past()
        before = states()
    with use_company(ours):
        make_past()
        assert preview().looked_at == 30
        run(by=member)
    factories.work_off()
    with use_company(other):
        assert states() == before


# ---- the command ----------------------------------------------------------------------------------------------


@pytest.mark.row("B.4")
def test_the_command_shows_asks_and_runs(ours: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    with use_company(ours):
        make_past()
    said = StringIO()
    call_command("attribute_calls", company=ours.slug, dry_run=True, stdout=said)
    assert "30 calls, of which 20 would change" in said.getvalue()
    assert "20: no campaign → Posters" in said.getvalue()
    monkeypatch.setattr("builtins.input", lambda asked: "n")
    call_command("attribute_calls", company=ours.slug, stdout=said)
    with use_company(ours):
        assert not Call.objects.filter(campaign__isnull=False).exists()
    call_command("attribute_calls", company=ours.slug, since="2020-01-01", yes=True, stdout=said)
    assert "30 calls looked at, 20 changed" in said.getvalue()
    with use_company(ours):
        assert Call.objects.filter(campaign__isnull=False).count() == 20
    with pytest.raises(CommandError, match="no company"):
        call_command("attribute_calls", company="nobody")


# ---- how PostgreSQL finds it ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_questions_are_answered_by_indexes() -> None:
    from django.db import connection

    from calltracking.attribution import questions
    from tests.calltracking.test_attribution import FILL_CALLS, FILL_RECIPIENTS

    company = factories.make_company()
    now = timezone.now()
    with use_company(company), connection.cursor() as cursor:
        campaigns = [factories.make_campaign().pk for _ in range(20)]
        given = {"company": company.pk, "campaigns": campaigns}
        cursor.execute(FILL_CALLS, given)
        cursor.execute(FILL_RECIPIENTS, given)
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze telephony_call; analyze crm_recipient")
    one, pk = ["+919000002000"], company.pk
    asked = {
        "recipient_e164": (questions.ANSWERED, [[1], one, [now - timedelta(days=30)], [now], pk, pk, pk]),
        "recipient_external_id": (questions.NAMED_RECIPIENTS, [[1], ["r7"], [None], [None], pk, pk, pk]),
        "recipient_once_per_campaign": (questions.CALLERS_IN, [[1], one, [campaigns[0]], pk]),
        "call_touch": (questions.EARLIER, [[1], [7], [now], pk, [1]]),
    }
    with use_company(company), connection.cursor() as cursor:
        for index, (question, parameters) in asked.items():
            cursor.execute(f"explain {question}", parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert index in plan, plan
            assert "Seq Scan on crm_recipient" not in plan, plan
            assert "Seq Scan on telephony_call" not in plan, plan
