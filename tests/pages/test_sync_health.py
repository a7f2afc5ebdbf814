"""Sync health: measures over time, what was wrong, and a person who says that they know of it; the widget on home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calltracking.connections import connections
from calltracking.sync_health import PERIODS, AccountHealth, Chart, health_of
from crm.models import Company, User
from crm.tenancy import use_company
from telephony.models import ProviderAccount, SyncRun, Trouble, WebhookCheck, WebhookEvent
from tests import factories
from tests.admin.support import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

# A Wednesday noon in India, half past six by UTC.
NOON = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def empty(db: None) -> Company:
    return factories.make_company(name="Quiet Corner")


def connect(company: Company, label: str = "Voice agents") -> ProviderAccount:
    with use_company(company):
        account = factories.make_account(label=label)
        account.set_api_key("xi-key")
        account.save()
    return account


def run(account: ProviderAccount, at: datetime, *, seconds: float = 2.0, **counts: Any) -> None:
    with use_company(account.company_id):
        ended = at + timedelta(seconds=seconds)
        told = {"until": at, "started_at": at, "finished_at": ended, "work_state": "done", **counts}
        SyncRun.objects.create(account=account, **told)


def hear(account: ProviderAccount, at: datetime) -> None:
    with use_company(account.company_id):
        WebhookEvent.objects.create(
            account=account,
            provider=account.provider,
            dedupe_key=str(at.timestamp()),
            body=b"{}",
            received_at=at,
            work_state="done",
        )


def be_in_trouble(account: ProviderAccount, at: datetime, **fields: Any) -> Trouble:
    with use_company(account.company_id):
        told = {"kind": "silent", "since": at, "begun_at": at, "said": "None arrives.", "found": 7, **fields}
        trouble: Trouble = Trouble.objects.create(account=account, **told)
    return trouble


def shown(company: Company, key: str = "24h", *, now: datetime = NOON) -> AccountHealth:
    with use_company(company):
        [found] = health_of(company, period=PERIODS[key], now=now)
    return found


def chart(health: AccountHealth, title: str) -> Chart:
    return next(one for one in health.charts if one.title == title)


@pytest.mark.row("S1.58")
def test_runs_and_webhooks_are_counted_for_each_period(empty: Company) -> None:
    account = connect(empty)
    run(account, NOON - HOUR, seen=10, new=2, changed=1, missed=2)
    run(account, NOON - 2 * HOUR, seconds=6.0, seen=8, failed=1, failed_because="No answer.")
    run(account, NOON - timedelta(days=3), seen=5, new=5)
    run(account, NOON - timedelta(days=20), seconds=-5.0, seen=7, new=7)  # the clock was set right meanwhile
    for minutes in (5, 6, 90):
        hear(account, NOON - timedelta(minutes=minutes))

    day = shown(empty)
    assert {figure.name: figure.value for figure in day.figures} == {
        "Runs": "2, 1 failed",
        "Listed": "18",
        "New": "2",
        "Changed": "1",
        "Missed by webhooks": "2",
        "Not readable": "1",
    }
    assert chart(day, "Webhooks received").total == "3"
    assert [bar.title for bar in chart(day, "Webhooks received").bars] == [
        "Wed 18 Nov, 10:00: 1",
        "Wed 18 Nov, 11:00: 2",
    ]
    assert chart(day, "Runs that failed").total == "1"
    lengths = chart(day, "Seconds a run took")
    assert (lengths.total, lengths.said) == ("4.0", "6.0 s at most")
    assert [bar.title for bar in lengths.bars] == ["Wed 18 Nov, 10:00: 6.0 s", "Wed 18 Nov, 11:00: 2.0 s"]
    assert chart(shown(empty, "7d"), "New by synchronization").total == "7"
    assert chart(shown(empty, "30d"), "New by synchronization").total == "14"
    assert [bar.title for bar in chart(shown(empty, "30d"), "Runs that failed").bars] == ["Wed 18 Nov: 1"]


@pytest.mark.parametrize("now", [datetime(2026, 3, 29, 9, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)])
@pytest.mark.parametrize("key", list(PERIODS))
def test_nothing_is_lost_when_the_clocks_change(db: None, now: datetime, key: str) -> None:
    company = factories.make_company(name="Lakeside", time_zone="Europe/Berlin")
    account = connect(company)
    for hour in range(20):
        hear(account, now - HOUR * hour)
    received = chart(shown(company, key, now=now), "Webhooks received")
    assert received.total == "20"
    assert len(received.bars) <= PERIODS[key].bars


def test_the_page_costs_the_same_for_any_number_of_accounts(
    empty: Company, client_of: Browser, django_assert_max_num_queries: Any
) -> None:
    for place in range(6):
        account = connect(empty, f"Account {place}")
        run(account, timezone.now() - HOUR)
        be_in_trouble(account, timezone.now() - HOUR)
    client = client_of(factories.make_member(empty, role="owner").user)
    client.get("/sync-health/")
    with django_assert_max_num_queries(16):
        assert client.get("/sync-health/").status_code == 200


@pytest.mark.row("S2.66")
def test_home_shows_the_last_synchronization_to_who_may_see_it(empty: Company, client_of: Browser) -> None:
    account = connect(empty)
    owner, agent = (factories.make_member(empty, role=role).user for role in ("owner", "agent"))
    assert "Not yet synchronized" in text_of(client_of(owner).get("/"))
    with time_machine.travel(NOON, tick=False):
        run(account, NOON - timedelta(minutes=7))
        page = text_of(client_of(owner).get("/"))
        assert "6 min ago" in page
        assert ">Synchronized<" in page
        be_in_trouble(account, NOON - timedelta(minutes=5))
        assert "Webhooks are silent" in text_of(client_of(owner).get("/"))
        assert "Synchronization" not in text_of(client_of(agent).get("/"))


@pytest.mark.row("S2.13")
def test_a_trouble_is_red_until_it_is_over_and_a_person_says_that_they_know(empty: Company, client_of: Browser) -> None:
    account = connect(empty)
    manager = factories.make_member(empty, role="manager", name="Manu Manager")
    client = client_of(manager.user)
    trouble = be_in_trouble(account, timezone.now() - HOUR)
    page = text_of(client.get("/sync-health/"))
    assert "7 calls came in by synchronization instead" in page
    assert "I know of it" in page

    url = reverse("trouble-acknowledge", args=[trouble.pk])
    assert client.get(url).status_code == 405
    assert client.post(url, {"period": "7d"})["Location"] == "/sync-health/?period=7d"
    page = text_of(client.get("/sync-health/"))
    assert "Manu Manager knows of it" in page
    assert "I know of it" not in page
    client_of(factories.make_member(empty, role="owner", name="Olga Owner").user).post(url)
    with use_company(empty):
        assert Trouble.objects.get(pk=trouble.pk).acknowledged_by == manager  # the first who said so

    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_setup", "--no-test", "--company", empty.slug, stdout=said)
    printed = " ".join(said.getvalue().split())
    assert "Webhooks are silent" in printed
    assert "I know of it" not in printed
    assert "Manu Manager" in printed
    with use_company(empty):
        trouble.end(at=timezone.now())
    assert "Going on" not in text_of(client.get("/sync-health/"))


def test_agents_do_not_see_it_and_other_companies_troubles_are_not_found(
    empty: Company, outsider: User, client_of: Browser
) -> None:
    trouble = be_in_trouble(connect(empty), timezone.now())
    agent = factories.make_member(empty, role="agent").user
    assert client_of(agent).get("/sync-health/").status_code == 403
    url = reverse("trouble-acknowledge", args=[trouble.pk])
    assert client_of(agent).post(url).status_code == 403
    assert client_of(outsider).post(url).status_code == 404


def test_without_an_account_the_page_says_where_to_begin(empty: Company, client_of: Browser) -> None:
    owner = factories.make_member(empty, role="owner").user
    assert "No provider is connected yet" in text_of(client_of(owner).get("/sync-health/?period=nonsense"))


@pytest.mark.row("S2.93")
@pytest.mark.parametrize(
    ("told", "word", "tone"),
    [
        ({"found": 1, "sends_again": True}, "Switched on, with retries", "good"),
        ({"found": 1, "sends_again": None}, "Switched on", "good"),
        ({"found": 1, "sends_again": False}, "Retries are off", "warn"),
        ({"found": 0}, "Our webhook is not listed", "warn"),
        ({"found": 1, "is_off": True}, "Our webhook is switched off", "bad"),
        ({"found": 1, "is_off": True, "is_off_by_itself": True, "failed_with": 502}, "Gave our webhook up", "bad"),
        ({"could_not": "ElevenLabs refuses."}, "Does not tell how the webhook is set up", "plain"),
    ],
)
def test_what_the_provider_says_of_our_webhook(empty: Company, told: dict[str, Any], word: str, tone: str) -> None:
    account = connect(empty)
    with use_company(empty):
        WebhookCheck.objects.create(account=account, asked_at=NOON, failed_at=NOON, **told)
        [connection] = connections(empty, now=NOON)
    fact = next(fact for fact in connection.facts if fact.name == "At ElevenLabs")
    assert (fact.word, fact.tone) == (word, tone)
    assert "no answer" not in fact.detail
