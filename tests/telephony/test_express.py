"""The short way through the door stores what the whole way stores, and takes nothing the whole way would refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.models import Company, User
from crm.tenancy import use_company
from telephony.door import memory
from telephony.models import ProviderAccount, WebhookAddress, WebhookEvent
from tests import factories

OF_ITSELF = {"id", "dedupe_key", "body", "received_at", "next_at", "headers"}


@pytest.fixture
def account(company: Company) -> ProviderAccount:
    """An account whose address this process has served before."""
    memory.forget_everything()
    with use_company(company):
        account = factories.make_account()
    assert factories.deliver(account, factories.make_event()).status_code == 200
    return account


def rows(account: ProviderAccount) -> list[dict[str, Any]]:
    with use_company(account.company_id):
        return list(WebhookEvent.objects.filter(account=account).order_by("pk").values())


def whole_ways(captured: CaptureQueriesContext) -> int:
    """How often the address was looked up, which the short way does not do by itself."""
    return sum('FROM "telephony_webhookaddress"' in query["sql"] for query in captured.captured_queries)


def test_the_short_way_stores_what_the_whole_way_stores(account: ProviderAccount) -> None:
    event = factories.make_event()
    with CaptureQueriesContext(connection) as captured:
        assert factories.deliver(account, event).status_code == 200

    assert whole_ways(captured) == 0
    first, second = rows(account)
    assert {name: first[name] for name in first.keys() - OF_ITSELF} == {
        name: second[name] for name in second.keys() - OF_ITSELF
    }
    assert event.ids[0].value.encode() in bytes(second["body"])
    assert event.ids[0].value in second["dedupe_key"]
    assert second["headers"].keys() == first["headers"].keys()
    assert abs((second["next_at"] - second["received_at"]).total_seconds()) < 5
    factories.work_off()


def test_a_repeat_goes_the_whole_way_and_is_one_row(account: ProviderAccount) -> None:
    delivery = factories.compose(account, factories.make_event())
    path = account.path  # type: ignore[attr-defined]
    assert [factories.post(path, delivery).status_code for _ in range(3)] == [200, 200, 200]
    assert len(rows(account)) == 2


def test_an_address_that_was_closed_takes_nothing(account: ProviderAccount) -> None:
    WebhookAddress.objects.get(account_id=account.pk).close()
    assert factories.deliver(account, factories.make_event()).status_code == 404
    assert len(rows(account)) == 1


@pytest.mark.parametrize(
    ("change", "code"), [({"is_active": False}, 404), ({"allowed_ips": "203.0.113.9"}, 401), ({"label": "Other"}, 200)]
)
def test_an_account_that_changed_is_read_anew(account: ProviderAccount, change: dict[str, Any], code: int) -> None:
    with use_company(account.company_id):
        ProviderAccount.objects.filter(pk=account.pk).update(**change)
    with CaptureQueriesContext(connection) as captured:
        assert factories.deliver(account, factories.make_event()).status_code == code
    assert whole_ways(captured) == 1
    assert len(rows(account)) == (2 if code == 200 else 1)


def test_a_secret_that_was_replaced_twice_verifies_nothing_any_more(account: ProviderAccount) -> None:
    with use_company(account.company_id):
        stored = ProviderAccount.objects.get(pk=account.pk)
        for secret in ("wsec_second", "wsec_third"):
            stored.set_webhook_secret(secret)
        stored.save()
    assert factories.deliver(account, factories.make_event()).status_code == 401
    assert len(rows(account)) == 1


def test_the_company_in_use_stays_in_use(account: ProviderAccount, company: Company) -> None:
    """The function sets the company and puts back what it found."""
    known = memory.recall("elevenlabs", next(token for _, token in memory._known if token))
    assert known is not None
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('app.company_id', true), '')")
        before = cursor.fetchone()
        assert factories.deliver(account, factories.make_event()).status_code == 200
        cursor.execute("select coalesce(current_setting('app.company_id', true), '')")
        assert cursor.fetchone() == before


def test_a_delivery_asks_nothing_of_what_is_there_for_people(account: ProviderAccount, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    delivery = factories.compose(account, factories.make_event())
    path = account.path  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, delivery.body, content_type="application/json", headers=delivery.headers)
    assert answer.status_code == 200
    assert [query["sql"] for query in captured.captured_queries if "django_session" in query["sql"]] == []
    assert len(rows(account)) == 2
