"""Columns computed again from what is kept of a call."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call, ProviderAccount
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    with use_company(company):
        account = factories.make_account()
    for _ in range(3):
        factories.deliver(account, factories.make_event())
    factories.work_off()
    return account


def break_calls(account: ProviderAccount, **wrong: object) -> None:
    with use_company(account.company_id):
        Call.objects.filter(account=account).update(**wrong)


def values(account: ProviderAccount, *names: str) -> set[tuple[object, ...]]:
    with use_company(account.company_id):
        return set(Call.objects.filter(account=account).values_list(*names))


def command(*arguments: str) -> str:
    said = StringIO()
    call_command("backfill_calls", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.row("S1.9", "S1.8")
def test_a_column_that_was_read_wrongly_is_right_again(account: ProviderAccount) -> None:
    break_calls(account, duration_seconds=1, title="", outcome="unknown", customer_number="")
    said = command()
    assert values(account, "duration_seconds", "title", "outcome", "customer_number") == {
        (95, "A call", "success", "+919876543210")
    }
    assert "3 changed" in said
    assert "duration_seconds 3" in said
    assert "0 changed (nothing)" in command()


def test_only_the_named_column_is_touched(account: ProviderAccount) -> None:
    break_calls(account, duration_seconds=1, title="Wrong")
    command("--field", "title")
    assert values(account, "duration_seconds", "title") == {(1, "A call")}
    with pytest.raises(CommandError, match="invalid choice"):
        command("--field", "raw")


def test_a_rehearsal_says_what_would_change_and_changes_nothing(account: ProviderAccount) -> None:
    break_calls(account, title="Wrong")
    assert "3 would change (title 3)" in command("--dry-run")
    assert values(account, "title") == {("Wrong",)}
    assert factories.still_due() == []


def test_what_another_account_told_later_stays(account: ProviderAccount) -> None:
    later = timezone.now().replace(year=2099).isoformat()
    with use_company(account.company_id):
        for call in Call.objects.filter(account=account):
            call.title, call.told["title"] = "Told later", later
            call.save()
    command()
    assert values(account, "title") == {("Told later",)}


def test_a_column_in_which_the_caller_was_missing_finds_its_contact(account: ProviderAccount) -> None:
    break_calls(account, customer_number="", customer_number_written="", contact=None, interaction=None)
    command()
    factories.work_off()
    with use_company(account.company_id):
        assert all(call.contact for call in Call.objects.filter(account=account))


def test_a_call_that_cannot_be_read_stops_nothing(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        first = Call.objects.filter(account=account).earliest("pk")
        Call.objects.filter(pk=first.pk).update(raw={"strange": True})
    break_calls(account, title="Wrong")
    said = command()
    assert values(account, "title") == {("Wrong",), ("A call",)}
    assert "2 changed" in said


def test_other_companies_are_read_apart(account: ProviderAccount, other_company: Company) -> None:
    break_calls(account, title="Wrong")
    command("--company", other_company.slug)
    assert values(account, "title") == {("Wrong",)}
