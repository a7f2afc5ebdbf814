"""The ledger: every answer with its reasons, one operation for many calls, and undo."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from calltracking.attribution import (
    CannotBeUndone,
    RecipientOfAnotherCampaign,
    assign,
    clear,
    keep_all,
    touches_of,
    undo,
)
from calltracking.models import AttributionBatch, AttributionEntry, LearntNumber
from crm import roles
from crm.actors import Source
from crm.models import Campaign, Company, Membership, Recipient
from crm.privacy import erase_person, export_person
from crm.roles import ATTRIBUTE_CALL, RUN_ATTRIBUTION
from crm.tenancy import acting, use_company
from telephony.events import ExternalId
from telephony.models import Call, ProviderAccount
from tests import factories

NUMBER, OTHER = "+919876543210", "+919876500000"


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def account(ours: Company) -> ProviderAccount:
    with use_company(ours):
        return factories.make_account()


@pytest.fixture
def member(ours: Company) -> Membership:
    return factories.make_member(ours, role="manager")


def tell(account: ProviderAccount, **facts: Any) -> Call:
    """Let the provider tell of a call; returns it after its journey."""
    event = factories.make_event(**{"customer_number": NUMBER, "turns": None, **facts})
    assert factories.deliver(account, event).status_code == 200
    factories.work_off()
    with use_company(account.company_id):
        return Call.objects.with_external_id(event.ids[0].value).get()


def only(call: Call) -> Any:
    return Call.objects.filter(pk=call.pk)


def state(call: Call) -> tuple[int | None, int | None, str]:
    row: tuple[int | None, int | None, str] = only(call).values_list("campaign_id", "recipient_id", "attributed_by")[0]
    return row


# ---- entries --------------------------------------------------------------------------------------------------


@pytest.mark.row("B.3")
def test_each_answer_says_by_which_rule_and_what_else_there_was(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        late = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=3)
        early = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=20)
        old = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=90)
        never = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=None)
    call = tell(account)
    with use_company(ours):
        entry = AttributionEntry.objects.get(call=call)
        assert (entry.by_before, entry.by, entry.campaign_before_id) == ("", "recipient", None)
        assert (entry.campaign_id, entry.recipient_id) == (late.campaign_id, late.pk)
        # Two campaigns contacted them in time: the later one is likely, and no more.
        assert entry.confidence == Decimal("0.75")
        assert (entry.source, entry.member_id) == (Source.WORKER, None)
        why = {candidate["recipient"]: candidate["why_not"] for candidate in entry.candidates}
        assert why == {
            late.pk: "",
            early.pk: "contacted_later",
            old.pk: "too_long_ago",
            never.pk: "never_contacted",
        }


def test_a_call_of_no_campaign_says_what_was_considered(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        old = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=90)
    call = tell(account)
    with use_company(ours):
        entry = AttributionEntry.objects.get(call=call)
        assert (entry.by, entry.campaign_id, entry.confidence) == ("none", None, None)
        assert [(c["recipient"], c["why_not"]) for c in entry.candidates] == [(old.pk, "too_long_ago")]


def test_a_journey_that_is_repeated_adds_no_entry(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(), number=NUMBER)
    call = tell(account)
    for _ in range(3):
        with use_company(ours):
            Call.objects.get(pk=call.pk).owe_journey()
        factories.work_off()
    with use_company(ours):
        assert AttributionEntry.objects.filter(call=call).count() == 1


@pytest.mark.row("B.3")
@pytest.mark.parametrize("deed", ["update", "delete", "sql update", "sql delete"])
def test_the_application_cannot_touch_the_ledger(in_company: Company, deed: str) -> None:
    entries = AttributionEntry.objects.all()
    assert entries.exists()
    deeds = {
        "update": lambda: entries.update(by="manual"),
        "delete": lambda: entries._raw_delete("default"),
        "sql update": lambda: run_sql("update calltracking_attributionentry set call_id = call_id"),
        "sql delete": lambda: run_sql("delete from calltracking_attributionentry"),
    }
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        deeds[deed]()


def run_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


# ---- many calls in one operation ------------------------------------------------------------------------------


@pytest.mark.row("S2.60", "S1.21")
def test_many_calls_are_given_in_one_operation_of_few_statements(
    ours: Company, member: Membership, django_assert_max_num_queries: Any
) -> None:
    with use_company(ours):
        campaign = factories.make_campaign()
        calls = [factories.make_call(customer_number=NUMBER, attributed_by="none") for _ in range(60)]
        chosen = Call.objects.filter(pk__in=[call.pk for call in calls])
        assert Call.objects.unattributed().count() == 60
        with acting(Source.PAGE, member=member.pk), django_assert_max_num_queries(9):
            batch = assign(chosen, campaign=campaign, by=member)
        assert (batch.kind, batch.changed, batch.made_by, batch.is_open) == ("assign", 60, member, False)
        assert set(chosen.values_list("campaign_id", "attributed_by")) == {(campaign.pk, "manual")}
        entries = AttributionEntry.objects.filter(batch=batch)
        assert entries.count() == 60
        assert set(entries.values_list("source", "member_id", "by")) == {("page", member.pk, "manual")}
        assert not Call.objects.unattributed().exists()


@pytest.mark.row("S2.56")
def test_a_call_is_given_to_another_campaign_and_back_to_the_rules(
    ours: Company, account: ProviderAccount, member: Membership
) -> None:
    with use_company(ours):
        recipient = factories.make_recipient(factories.make_campaign(), number=NUMBER)
        other = factories.make_campaign()
    call = tell(account)
    with use_company(ours):
        assign(only(call), campaign=other, by=member)
        assert state(call) == (other.pk, None, "manual")
    with use_company(ours):
        Call.objects.get(pk=call.pk).owe_journey()
    factories.work_off()
    with use_company(ours):
        assert state(call) == (other.pk, None, "manual")
        clear(only(call), by=member)
        assert state(call) == (recipient.campaign_id, recipient.pk, "recipient")
        assign(only(call), campaign=None, by=member)
        assert state(call) == (None, None, "manual")
        assert not Call.objects.unattributed().exists()
        ways = AttributionEntry.objects.filter(call=call).order_by("pk").values_list("by", "campaign_id")
        assert list(ways) == [
            ("recipient", recipient.campaign_id),
            ("manual", other.pk),
            ("recipient", recipient.campaign_id),
            ("manual", None),
        ]


@pytest.mark.row("S2.113")
def test_a_call_without_a_number_is_given_by_hand(ours: Company, account: ProviderAccount, member: Membership) -> None:
    call = tell(account, customer_number="")
    with use_company(ours):
        recipient = factories.make_recipient(factories.make_campaign())
        assign(only(call), campaign=recipient.campaign, recipient=recipient, by=member)
        assert state(call) == (recipient.campaign_id, recipient.pk, "manual")
        assert not LearntNumber.objects.exists()


def test_a_caller_who_is_on_the_list_is_taken_for_the_recipient(ours: Company, member: Membership) -> None:
    with use_company(ours):
        recipient = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=90)
        call = factories.make_call(customer_number=NUMBER)
        assign(only(call), campaign=recipient.campaign, by=member)
        assert state(call) == (recipient.campaign_id, recipient.pk, "manual")


def test_a_recipient_of_another_campaign_is_refused(ours: Company, member: Membership) -> None:
    with use_company(ours):
        recipient = factories.make_recipient(factories.make_campaign())
        call = factories.make_call()
        with pytest.raises(RecipientOfAnotherCampaign):
            assign(only(call), campaign=factories.make_campaign(), recipient=recipient, by=member)
        assert not AttributionBatch.objects.exists()


@pytest.mark.row("S2.114")
def test_another_number_of_the_same_recipient_is_remembered(
    ours: Company, account: ProviderAccount, member: Membership
) -> None:
    with use_company(ours):
        recipient = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=3)
    first = tell(account, customer_number=OTHER)
    with use_company(ours):
        assert state(first) == (None, None, "none")
        batch = assign(only(first), campaign=recipient.campaign, recipient=recipient, by=member)
    # Not because an earlier call was theirs: by the number itself.
    with use_company(ours):
        first.contact.numbers.all().delete()
    next_one = tell(account, customer_number="098765 00000")
    with use_company(ours):
        assert state(next_one) == (recipient.campaign_id, recipient.pk, "recipient")
        undo(batch, by=member)
        assert state(first) == (None, None, "none")
    # It follows the call before it, for no number finds them any more.
    assert tell(account, customer_number=OTHER).attributed_by == "earlier"


# ---- undo -----------------------------------------------------------------------------------------------------


@pytest.mark.row("B.3", "S2.60")
def test_undo_brings_back_what_stood_before_and_keeps_later_choices(
    ours: Company, account: ProviderAccount, member: Membership
) -> None:
    with use_company(ours):
        recipient = factories.make_recipient(factories.make_campaign(), number=NUMBER)
        given, later = factories.make_campaign(), factories.make_campaign()
        never_looked_at = factories.make_call()
    by_rule, untouched = tell(account), tell(account, customer_number=OTHER)
    with use_company(ours):
        changed_since = factories.make_call(attributed_by="none")
        everything = [by_rule, untouched, never_looked_at, changed_since]
        before = [state(call) for call in everything]
        batch = assign(Call.objects.filter(pk__in=[c.pk for c in everything]), campaign=given, by=member)
        assign(only(changed_since), campaign=later, by=member)
        undoing = undo(batch, by=member)
        assert (undoing.kind, undoing.undoes, undoing.changed, undoing.kept) == ("undo", batch, 3, 1)
        assert [state(call) for call in everything] == [*before[:3], (later.pk, None, "manual")]
        assert state(by_rule) == (recipient.campaign_id, recipient.pk, "recipient")
        with pytest.raises(CannotBeUndone, match="undone already"):
            undo(batch, by=member)
        # Undoing is an operation like any other.
        again = undo(undoing, by=member)
        assert again.changed == 3
        assert state(by_rule) == (given.pk, None, "manual")


def test_what_is_gone_does_not_come_back(ours: Company, account: ProviderAccount, member: Membership) -> None:
    with use_company(ours):
        gone = factories.make_recipient(factories.make_campaign(name="Gone"), number=NUMBER)
        kept = factories.make_recipient(factories.make_campaign(), number=OTHER)
    first, second = tell(account), tell(account, customer_number=OTHER)
    with use_company(ours):
        both = Call.objects.filter(pk__in=[first.pk, second.pk])
        batch = assign(both, campaign=factories.make_campaign(), by=member)
        Campaign.objects.filter(pk=gone.campaign_id).delete()
        Recipient.objects.filter(pk=kept.pk).delete()
        undo(batch, by=member)
        connection.check_constraints()
        assert (state(first), state(second)) == ((None, None, "none"), (kept.campaign_id, None, "recipient"))


def test_a_campaign_that_is_deleted_is_in_the_ledger_of_its_calls(
    ours: Company, account: ProviderAccount, member: Membership
) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(), number=NUMBER)
    call = tell(account)
    with use_company(ours), acting(Source.ADMIN, member=member.pk):
        Campaign.objects.all().delete()
        connection.check_constraints()
        assert state(call) == (None, None, "none")
        entry = AttributionEntry.objects.filter(call=call).order_by("-pk")[0]
        assert (entry.by_before, entry.by, entry.member_id) == ("recipient", "none", member.pk)


# ---- with everything else -------------------------------------------------------------------------------------


def test_two_rows_of_one_call_become_one_ledger(ours: Company, account: ProviderAccount, member: Membership) -> None:
    carrier, agent = ExternalId(provider="twilio", value="CA1"), ExternalId(provider="elevenlabs", value="conv_1")
    with use_company(ours):
        chosen = factories.make_campaign()
        factories.make_recipient(factories.make_campaign(), number=NUMBER)
        for ids, number in (((carrier,), NUMBER), ((agent,), "")):
            second = Call.objects.record(
                factories.make_event(ids=ids, customer_number=number, turns=None), account=account
            )
    factories.work_off()
    with use_company(ours):
        batch = assign(only(second), campaign=chosen, by=member)
        told = factories.make_event(ids=(agent, carrier), customer_number="", turns=None)
        Call.objects.record(told, account=account)
    factories.work_off()
    with use_company(ours):
        call = Call.objects.get()
        connection.check_constraints()
        assert state(call) == (chosen.pk, None, "manual")
        entries = AttributionEntry.objects.order_by("pk")
        assert {entry.call_id for entry in entries} == {call.pk}
        assert [entry.by for entry in entries] == ["recipient", "none", "manual"]
        undo(batch, by=member)
        assert state(call) == (None, None, "none")


def test_a_person_s_erasure_leaves_a_ledger_of_ids(ours: Company, account: ProviderAccount, member: Membership) -> None:
    with use_company(ours):
        recipient = factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=3)
    call = tell(account, customer_number=OTHER)
    with use_company(ours):
        assign(only(call), campaign=recipient.campaign, recipient=recipient, by=member)
        contact = Call.objects.get(pk=call.pk).contact
        told = export_person(contact)
        assert [entry["by"] for entry in told["attribution_of_calls"]] == ["none", "manual"]
        assert [one["e164"] for one in told["learnt_numbers"]] == [OTHER]
        erase_person(contact, by=member, why="They asked")
        connection.check_constraints()
        assert not LearntNumber.objects.exists()
        assert AttributionEntry.objects.filter(call=call).count() == 2
        assert state(call)[0] == recipient.campaign_id


def test_nothing_of_another_company_is_given_or_undone(ours: Company, member: Membership) -> None:
    other = factories.make_company()
    by = factories.make_member(other, role="owner")
    with use_company(other):
        campaign = factories.make_campaign()
        theirs = factories.make_call()
        batch = assign(only(theirs), campaign=campaign, by=by)
    with use_company(ours):
        mine = factories.make_call()
        assert assign(Call.objects.filter(pk__in=[theirs.pk]), campaign=None, by=member).changed == 0
        with pytest.raises(AttributionBatch.DoesNotExist):
            undo(batch, by=member)
        with connection.cursor() as cursor:
            cursor.callproc("calltracking_attributionentry_move", [theirs.pk, mine.pk])
        assert not AttributionEntry.objects.filter(call=mine).exists()
    with use_company(other):
        assert state(theirs) == (campaign.pk, None, "manual")
        assert AttributionEntry.objects.filter(call=theirs).count() == 1


def test_who_may_undo_what(ours: Company) -> None:
    members = {role: factories.make_member(ours, role=role) for role in ("owner", "manager", "agent", "viewer")}
    colleague = factories.make_member(ours, role="agent")
    with use_company(ours):
        batch = assign(only(factories.make_call()), campaign=factories.make_campaign(), by=members["agent"])
    assert {role for role, member in members.items() if batch.may_be_undone_by(member)} == {"owner", "manager", "agent"}
    assert not batch.may_be_undone_by(colleague)
    assert [roles.allows(role, ATTRIBUTE_CALL) for role in ("manager", "agent", "viewer")] == [True, True, False]
    assert [roles.allows(role, RUN_ATTRIBUTION) for role in ("manager", "agent", "viewer")] == [True, False, False]


def test_first_and_last_touch_follow_what_counts_now(
    ours: Company, member: Membership, django_assert_num_queries: Any
) -> None:
    with use_company(ours):
        contact, nobody = factories.make_contact(), factories.make_contact()
        spring, autumn = factories.make_campaign(), factories.make_campaign()
        calls = [
            factories.make_call(contact=contact, started_at=timezone.now() - timedelta(days=days))
            for days in (30, 20, 10)
        ]
        assign(only(calls[0]), campaign=spring, by=member)
        batch = assign(only(calls[2]), campaign=autumn, by=member)
        with django_assert_num_queries(1):
            touches = touches_of([contact.pk, nobody.pk])
        assert list(touches) == [contact.pk]
        assert (touches[contact.pk].first.campaign_id, touches[contact.pk].last.campaign_id) == (spring.pk, autumn.pk)
        undo(batch, by=member)
        last = touches_of([contact.pk])[contact.pk].last
        assert (last.campaign_id, last.call_id) == (spring.pk, calls[0].pk)


def test_nothing_to_write_costs_nothing(ours: Company, django_assert_num_queries: Any) -> None:
    with use_company(ours), django_assert_num_queries(0):
        assert keep_all([]) == 0
