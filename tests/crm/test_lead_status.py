"""A lead's status: six of them, what each is worth, and the follow-up each asks for."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from crm.models import Company, Contact, FollowUp, FollowUpRule, Interaction, Lead, LeadStatus, LeadStatusChange
from crm.models.lead_status import FOLLOW_UP_DAYS, priority_of
from crm.tenancy import use_company
from tests import factories

INDIA = ZoneInfo("Asia/Kolkata")
MONDAY = datetime(2026, 1, 5, 10, tzinfo=INDIA)
FRIDAY = datetime(2026, 1, 9, 10, tzinfo=INDIA)


def opening(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=9, tzinfo=INDIA)


def closing(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=18, tzinfo=INDIA)


def open_follow_up(lead: Lead) -> FollowUp:
    return FollowUp.objects.open().get(contact_id=lead.pk)


# ---- statuses and priorities ----------------------------------------------------------------------------------


@pytest.mark.row("S0.64")
def test_there_are_exactly_six_statuses() -> None:
    assert LeadStatus.values == ["new", "interested", "not_interested", "callback", "converted", "do_not_call"]


@pytest.mark.row("S0.65")
def test_a_contact_that_becomes_a_lead_begins_as_new(in_company: Company) -> None:
    lead = Lead.of(factories.make_contact())
    assert not lead.is_lead
    lead.move_to(LeadStatus.NEW)
    assert Lead.objects.get(pk=lead.pk).lead_status == "new"
    assert LeadStatusChange.objects.get(contact_id=lead.pk).from_status == ""


@pytest.mark.row("S0.66", "S0.67", "S0.68", "S0.69", "S0.70", "S0.71")
@pytest.mark.parametrize(
    ("status", "priority"),
    [
        (LeadStatus.CONVERTED, 5),
        (LeadStatus.INTERESTED, 4),
        (LeadStatus.CALLBACK, 3),
        (LeadStatus.NEW, 2),
        (LeadStatus.NOT_INTERESTED, 1),
        (LeadStatus.DO_NOT_CALL, 1),
    ],
)
def test_each_status_stands_for_a_priority(in_company: Company, status: LeadStatus, priority: int) -> None:
    assert factories.make_lead(status=status).priority == priority


@pytest.mark.row("S0.67")
def test_high_interest_makes_a_lead_hot_unless_they_refused() -> None:
    hot = {status: priority_of(status, is_hot=True, score=90) for status in LeadStatus}
    assert hot == {
        LeadStatus.NEW: 5,
        LeadStatus.INTERESTED: 5,
        LeadStatus.CALLBACK: 5,
        LeadStatus.CONVERTED: 5,
        LeadStatus.NOT_INTERESTED: 1,
        LeadStatus.DO_NOT_CALL: 1,
    }


@pytest.mark.row("S0.68", "S0.70")
def test_a_new_lead_is_warm_when_it_is_qualified_and_cold_when_it_is_not(in_company: Company) -> None:
    lead = factories.make_lead(status=LeadStatus.NEW)
    priorities = []
    for score in (49, 50, 20):
        lead.rate(score=score, probability=0.3, is_hot=False)
        priorities.append(Lead.objects.get(pk=lead.pk).priority)
    assert priorities == [2, 4, 2]
    lead.rate(score=55, probability=0.3, is_hot=False)
    lead.move_to(LeadStatus.CALLBACK)
    assert lead.priority == 3
    Lead.objects.filter(pk=lead.pk).update(priority=1)  # a person's own choice
    lead = Lead.objects.get(pk=lead.pk)
    lead.rate(score=10, probability=0.1, is_hot=False)
    assert lead.priority == 1


@pytest.mark.row("S0.66")
@pytest.mark.parametrize("priority", [0, 6, 99])
def test_the_database_refuses_any_other_priority(in_company: Company, priority: int) -> None:
    contact = factories.make_contact()
    with pytest.raises(IntegrityError, match="contact_priority_is_1_to_5"), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(priority=priority)


def test_a_rating_moves_the_priority_of_a_lead_and_leaves_a_contact_alone(in_company: Company) -> None:
    lead, contact = factories.make_lead(), Lead.of(factories.make_contact())
    for one in (lead, contact):
        one.rate(score=80, probability=0.84, is_hot=True)
    assert Lead.objects.get(pk=lead.pk).priority == 5
    assert Contact.objects.get(pk=contact.pk).priority == 2
    assert Contact.objects.get(pk=contact.pk).lead_score == 80


# ---- history --------------------------------------------------------------------------------------------------


def test_every_change_is_kept_with_who_and_why(company: Company) -> None:
    by = factories.make_member(company)
    with use_company(company):
        lead = factories.make_lead(at=MONDAY)
        lead.move_to(LeadStatus.CALLBACK, why="Call", at=MONDAY + timedelta(hours=1))
        lead.move_to(LeadStatus.CONVERTED, by=by, why="Signed", at=MONDAY + timedelta(days=1))
        history = LeadStatusChange.objects.filter(contact_id=lead.pk).order_by("changed_at")
        assert [(c.from_status, c.to_status, c.by, c.why) for c in history] == [
            ("", "new", None, ""),
            ("new", "callback", None, "Call"),
            ("callback", "converted", by, "Signed"),
        ]


def test_the_same_status_again_is_no_change(in_company: Company) -> None:
    lead = factories.make_lead(status=LeadStatus.INTERESTED)
    lead.move_to(LeadStatus.INTERESTED)
    assert LeadStatusChange.objects.filter(contact_id=lead.pk).count() == 1


# ---- follow-ups -----------------------------------------------------------------------------------------------


@pytest.mark.row("S0.74", "S0.75", "S0.76", "S0.77")
@pytest.mark.parametrize(
    ("status", "at", "due", "overdue"),
    [
        (LeadStatus.INTERESTED, MONDAY, "2026-01-06", "2026-01-07"),
        (LeadStatus.INTERESTED, FRIDAY, "2026-01-12", "2026-01-13"),
        (LeadStatus.CALLBACK, MONDAY, "2026-01-08", "2026-01-12"),
        (LeadStatus.CALLBACK, FRIDAY, "2026-01-14", "2026-01-16"),
        (LeadStatus.NOT_INTERESTED, MONDAY, "2026-02-16", "2026-02-16"),
        (LeadStatus.NEW, MONDAY, "2026-01-14", "2026-01-14"),
        (LeadStatus.NEW, FRIDAY, "2026-01-20", "2026-01-20"),
    ],
)
def test_each_status_has_its_follow_up_in_business_days(
    in_company: Company, status: LeadStatus, at: datetime, due: str, overdue: str
) -> None:
    follow_up = open_follow_up(factories.make_lead(status=status, at=at))
    assert follow_up.due_at == opening(due)
    assert follow_up.overdue_at == closing(overdue)
    assert follow_up.is_automatic
    assert follow_up.reason == FOLLOW_UP_DAYS[status][2]


@pytest.mark.row("S0.78")
@pytest.mark.parametrize("status", [LeadStatus.CONVERTED, LeadStatus.DO_NOT_CALL])
def test_a_closed_lead_has_no_follow_up_and_loses_the_open_one(in_company: Company, status: LeadStatus) -> None:
    lead = factories.make_lead(status=LeadStatus.INTERESTED, at=MONDAY)
    planned = open_follow_up(lead)
    lead.move_to(status, at=FRIDAY, agreed_at=FRIDAY + timedelta(days=1))
    planned.refresh_from_db()
    assert planned.state == FollowUp.State.CANCELED
    assert not FollowUp.objects.open().filter(contact_id=lead.pk).exists()


@pytest.mark.row("S0.78")
def test_do_not_call_is_kept_on_the_contact_whatever_comes_after(in_company: Company) -> None:
    lead = factories.make_lead(status=LeadStatus.DO_NOT_CALL)
    lead.move_to(LeadStatus.INTERESTED)
    assert Contact.objects.get(pk=lead.pk).do_not_call


def test_an_agreed_time_wins_over_the_table(in_company: Company) -> None:
    lead = factories.make_lead(at=MONDAY)
    agreed = datetime(2026, 1, 10, 16, 30, tzinfo=INDIA)
    lead.move_to(LeadStatus.CALLBACK, agreed_at=agreed, at=MONDAY)
    follow_up = open_follow_up(lead)
    assert (follow_up.due_at, follow_up.overdue_at) == (agreed, agreed)
    assert follow_up.is_overdue(at=agreed + timedelta(seconds=1))
    assert not follow_up.is_overdue(at=agreed)


def test_a_new_status_moves_the_one_open_automatic_follow_up(in_company: Company) -> None:
    lead = factories.make_lead(at=MONDAY)
    first = open_follow_up(lead)
    lead.move_to(LeadStatus.INTERESTED, at=MONDAY)
    assert open_follow_up(lead).pk == first.pk
    assert open_follow_up(lead).due_at == opening("2026-01-06")


def test_the_database_refuses_a_second_open_automatic_follow_up(in_company: Company) -> None:
    lead = factories.make_lead()
    with pytest.raises(IntegrityError, match="one_open_automatic_follow_up"), transaction.atomic():
        FollowUp.objects.create(contact_id=lead.pk, due_at=MONDAY, is_automatic=True)
    FollowUp.objects.create(contact_id=lead.pk, due_at=MONDAY, reason="A person's own")


def test_a_person_s_follow_up_is_never_moved(in_company: Company) -> None:
    lead = factories.make_lead(at=MONDAY)
    chosen = datetime(2026, 3, 2, 11, tzinfo=INDIA)
    open_follow_up(lead).reschedule(due_at=chosen, reason="After their holiday")
    lead.move_to(LeadStatus.CONVERTED, at=FRIDAY)
    kept = FollowUp.objects.get(contact_id=lead.pk)
    assert (kept.due_at, kept.state, kept.is_automatic) == (chosen, "open", False)


def test_a_follow_up_that_was_done_does_not_come_back_for_the_same_call(in_company: Company) -> None:
    lead = factories.make_lead(at=MONDAY)
    call = Interaction.objects.create(contact_id=lead.pk, kind="call", happened_at=MONDAY)
    lead.move_to(LeadStatus.INTERESTED, source=call, at=MONDAY)
    open_follow_up(lead).finish()
    lead.move_to(LeadStatus.INTERESTED, source=call, at=MONDAY)
    assert not FollowUp.objects.open().filter(contact_id=lead.pk).exists()


def test_a_follow_up_that_a_person_moved_gets_no_twin_from_the_same_call(in_company: Company) -> None:
    lead = factories.make_lead(at=MONDAY)
    call = Interaction.objects.create(contact_id=lead.pk, kind="call", happened_at=MONDAY)
    lead.move_to(LeadStatus.INTERESTED, source=call, at=MONDAY)
    open_follow_up(lead).reschedule(due_at=FRIDAY)
    lead.move_to(LeadStatus.INTERESTED, source=call, at=MONDAY)
    assert open_follow_up(lead).due_at == FRIDAY


def test_a_later_call_plans_a_new_follow_up_after_one_that_was_done(in_company: Company) -> None:
    lead = factories.make_lead(at=MONDAY)
    for at in (MONDAY, FRIDAY):
        call = Interaction.objects.create(contact_id=lead.pk, kind="call", happened_at=at)
        lead.move_to(LeadStatus.INTERESTED, source=call, at=at)
        follow_up = open_follow_up(lead)
        assert follow_up.source == call
        follow_up.finish()


def test_a_company_s_own_rules_are_used(in_company: Company) -> None:
    FollowUpRule.objects.filter(status="new").update(due_days=2, overdue_days=3, reason="Ours")
    follow_up = open_follow_up(factories.make_lead(at=MONDAY))
    assert (follow_up.due_at, follow_up.reason) == (opening("2026-01-07"), "Ours")


def test_a_rule_that_is_off_plans_nothing_but_an_agreed_time(in_company: Company) -> None:
    FollowUpRule.objects.update(is_active=False)
    lead = factories.make_lead(at=MONDAY)
    assert not FollowUp.objects.open().filter(contact_id=lead.pk).exists()
    lead.move_to(LeadStatus.CALLBACK, at=MONDAY, agreed_at=FRIDAY)
    assert open_follow_up(lead).due_at == FRIDAY


def test_business_days_are_the_company_s(db: None) -> None:
    sunday_to_thursday = factories.make_company(
        business_days="71234", time_zone="Asia/Dubai", opens_at=time(8), closes_at=time(16)
    )
    with use_company(sunday_to_thursday):
        thursday = datetime(2026, 1, 8, 12, tzinfo=UTC)
        follow_up = open_follow_up(factories.make_lead(status=LeadStatus.INTERESTED, at=thursday))
    dubai = ZoneInfo("Asia/Dubai")
    assert follow_up.due_at == datetime(2026, 1, 11, 8, tzinfo=dubai)
    assert follow_up.overdue_at == datetime(2026, 1, 12, 16, tzinfo=dubai)


def test_a_reopened_follow_up_belongs_to_the_person_who_reopened_it(in_company: Company) -> None:
    lead = factories.make_lead()
    follow_up = open_follow_up(lead)
    follow_up.finish()
    lead.move_to(LeadStatus.INTERESTED)
    follow_up.reopen()
    assert FollowUp.objects.open().filter(contact_id=lead.pk).count() == 2
