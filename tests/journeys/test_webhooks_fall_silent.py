"""A provider that stops pushing for half an hour, and loses a fifth of what it pushes before and after.

Time is passed in, a minute at a time: each minute calls end, webhooks come or do not, and the timetable does what it
does. Every call is there one interval after its end, none twice, also when late webhooks bring them again; people are
told once that it began and once that it is over. `make silence` has a thousand calls in the half hour.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from crm.leases import work_on_due
from crm.models import Company, User
from crm.tenancy import use_company
from telephony.models import Call, CallId, ProviderAccount, SyncRun, Trouble, WebhookEvent
from telephony.providers.base import Delivery
from telephony.tasks import begin_syncs, watch
from tests import factories, reports
from tests.stubs import elevenlabs
from tests.stubs.elevenlabs import ElevenLabsStub

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

LONG = 1000
SILENT_CALLS = int(os.environ.get("RINGSIDE_SILENCE_CALLS", "60"))
A_MINUTE = SILENT_CALLS / 30
# A Wednesday, ten in the morning where the company works.
BEGAN = datetime(2026, 11, 18, 4, 30, tzinfo=UTC)
# Minutes after the beginning: the pushes stop right after a synchronization, which is the worst moment.
STOPS, RETURNS, ENDS = 16, 46, 66
SYNC_EVERY = 15
LOST = 0.2
SECONDS = 40
# The interval, and the minute in which the run that began then does its work.
WITHIN = timedelta(minutes=SYNC_EVERY + 1)


@dataclass
class Day:
    """What became of the calls, by the provider's ids: when each ended, when it was first there, what never came."""

    account: ProviderAccount
    stub: ElevenLabsStub
    chance: random.Random
    ended: dict[str, datetime] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    unsent: list[dict[str, Any]] = field(default_factory=list)
    alarmed: datetime | None = None
    over: datetime | None = None

    def live(self, minute: int, calls: int) -> None:
        """A minute of the provider's: calls end, and it pushes or does not."""
        for place in range(calls):
            at = timezone.now()
            ref = f"conv_{minute:03d}_{place:03d}"
            started = at - timedelta(seconds=SECONDS)
            number = f"+91987{minute:04d}{place:03d}"
            event = factories.make_event(
                call_id=ref, started_at=started, duration_seconds=SECONDS, customer_number=number
            )
            data = self.stub.keep(event)
            self.ended[ref] = at
            if STOPS <= minute < RETURNS or self.chance.random() < LOST:
                self.unsent.append(data)
            else:
                self.send(self.pushed(data))

    def pushed(self, data: dict[str, Any]) -> Delivery:
        return self.stub.webhook(data, secret=factories.SECRET, at=timezone.now())

    def send(self, delivery: Delivery) -> None:
        assert factories.post(self.account.path, delivery).status_code == 200  # type: ignore[attr-defined]

    def tick(self, minute: int) -> None:
        """What the timetable and the workers do in that minute."""
        if minute % SYNC_EVERY == 0:
            begin_syncs()
        watch()
        while work_on_due(before=timezone.now()):
            pass

    def look(self) -> None:
        with use_company(self.account.company_id):
            for ref in CallId.objects.exclude(value__in=self.seen).values_list("value", flat=True):
                self.seen[ref] = timezone.now()
            trouble = Trouble.objects.filter(kind="silent").first()
        self.alarmed = self.alarmed or (trouble.begun_at if trouble else None)
        self.over = self.over or (trouble.over_at if trouble else None)

    def overdue(self) -> list[str]:
        """Return the calls that should be there by now and are not."""
        return [ref for ref, at in self.ended.items() if ref not in self.seen and at < timezone.now() - WITHIN]


@pytest.fixture
def stub(settings: Any) -> Iterator[ElevenLabsStub]:
    settings.SITE_URL = "https://calls.example.com"
    with elevenlabs.serve() as running:
        settings.ELEVENLABS_BASE_URL = running.url
        yield running


@pytest.fixture
def company(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


def connect(company: Company, stub: ElevenLabsStub) -> ProviderAccount:
    with use_company(company):
        account = factories.make_account(label="Voice agents")
        account.set_api_key(stub.key)
        account.set_initiation_secret("isec_for_tests")
        account.save()
    stub.set_up_webhook(account.url, retry_enabled=True)
    return account


def begun_per_hour(account: ProviderAccount, start: datetime, end: datetime) -> float:
    with use_company(account.company_id):
        runs = SyncRun.objects.filter(started_at__gte=start, started_at__lt=end).count()
    return runs / ((end - start) / timedelta(hours=1))


@pytest.mark.row("S2.13", "S2.14", "S2.65", "S2.93", "S1.58", "S1.66")
@pytest.mark.timeout(3600)
def test_half_an_hour_without_webhooks_loses_nothing(
    company: Company, stub: ElevenLabsStub, client_of: Browser
) -> None:
    began = time.monotonic()
    with time_machine.travel(BEGAN - timedelta(hours=1), tick=False) as clock:
        owner = factories.make_member(company, role="owner", name="Olga Owner")
        manager = factories.make_member(company, role="manager", name="Manu Manager")
        for role in ("agent", "viewer"):
            factories.make_member(company, role=role)
        factories.make_member(company, role="manager", is_active=False)
        day = Day(connect(company, stub), stub, random.Random(20261121))
        due = 0.0
        for minute in range(ENDS + 1):
            clock.move_to(BEGAN + timedelta(minutes=minute))
            due += A_MINUTE if minute < ENDS else 0
            day.live(minute, int(due))
            due -= int(due)
            day.tick(minute)
            day.look()
            assert day.overdue() == []

        # The calls of the last minutes wait for the next run, which the timetable brings.
        for minute in range(ENDS + 1, ENDS + SYNC_EVERY + 1):
            clock.move_to(BEGAN + timedelta(minutes=minute))
            day.tick(minute)
            day.look()
        assert set(day.seen) == set(day.ended) == set(stub.conversations)

        # What the provider could not push it pushes late, some of it twice: nothing is there twice.
        late = [day.pushed(data) for data in day.unsent]
        for delivery in [*late, *late[::3]]:
            day.send(delivery)
        factories.work_off()
        with use_company(company):
            assert Call.objects.count() == CallId.objects.filter(provider="elevenlabs").count() == len(day.ended)
            assert WebhookEvent.objects.count() == len(day.ended)

        # Noticed within a quarter of an hour, and over with the first webhook.
        stopped, returned = (BEGAN + timedelta(minutes=minute) for minute in (STOPS, RETURNS))
        assert day.alarmed is not None
        assert day.over is not None
        assert day.alarmed - stopped <= timedelta(minutes=15)
        assert timedelta(0) <= day.over - returned <= timedelta(minutes=3)
        # Asked for each minute while it lasted, and as before once it was over.
        assert begun_per_hour(day.account, day.alarmed, day.over) >= 55
        assert begun_per_hour(day.account, day.over + timedelta(minutes=1), day.over + timedelta(minutes=31)) <= 6

        begun, over = mail.outbox[:2], mail.outbox[2:]
        told = sorted([owner.user.email, manager.user.email])
        assert sorted(one.to[0] for one in begun) == sorted(one.to[0] for one in over) == told
        assert {one.subject for one in begun} == {"Webhooks are silent · Voice agents · Northwind Homes"}
        assert {one.subject for one in over} == {"Webhooks arrive again · Voice agents · Northwind Homes"}

        page = client_of(owner.user).get("/sync-health/?period=24h").content.decode()
        assert "Webhooks are silent" in page
        assert "came in by synchronization instead" in page
        assert "Told by mail" in page
        said = StringIO()
        call_command("check_setup", "--no-test", stdout=said)
        assert "RED" not in said.getvalue()
    if SILENT_CALLS >= LONG:
        _report(day, stopped, seconds=time.monotonic() - began)


def _report(day: Day, stopped: datetime, *, seconds: float) -> None:
    late = [day.seen[ref] - at for ref, at in day.ended.items()]
    assert day.alarmed
    with use_company(day.account.company_id):
        missed = sum(SyncRun.objects.values_list("missed", flat=True))
    figures = {
        "calls in all": f"{len(day.ended):,}",
        "calls of the silent half hour": f"{SILENT_CALLS:,}",
        "webhooks that did not come in time": f"{len(day.unsent):,}",
        "calls there in the end": f"{len(day.seen):,}",
        "calls there twice, after late webhooks too": 0,
        "longest from a call's end until it was there": f"{max(late) / timedelta(minutes=1):.0f} min",
        "noticed after": f"{(day.alarmed - stopped) / timedelta(minutes=1):.0f} min",
        "noted as missed by webhooks": f"{missed:,}",
        "mails to each owner and manager": 2,
        "seconds for all of it": round(seconds),
    }
    text = f"{reports.when_and_where()}\n\n{reports.two_columns(figures)}"
    reports.put("reliability.md", name="silence", command="make silence", text=text)
