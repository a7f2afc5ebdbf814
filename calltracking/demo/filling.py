"""The demo company from nothing to its last call: founded at once, then filled through the front door.

Whatever was done stays done: who is stopped goes on where it was, and no call is told twice.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from calltracking.demo import DEMO_SLUG, campaigns, company, helping
from calltracking.demo.composing import Demo
from calltracking.demo.scenes import conversations, ids_of, scene_of
from crm.leases import due_rows, work_on_all, work_on_due
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call, CallId, WebhookEvent
from telephony.providers import get_provider

# The least of it: the calls that are written one by one.
WRITTEN_CALLS = 60
# From so many calls on a second process helps; it takes as long to start as these take.
WORTH_HELP = 200
HELPERS = 2
# The people work while they are rung.
KEEPS_UP_EVERY = 60

Row = Mapping[str, Any]
Doors = Mapping[str, tuple[str, str]]


class DoorIsClosed(Exception):
    """The webhook did not take a call of the demo."""


def found(*, calls: int) -> Company:
    """Return the demo company, founded now unless it is there: people, agents, accounts and campaigns, no call yet."""
    known = Company.objects.filter(slug=DEMO_SLUG).first()
    if known:
        return known
    now = timezone.now()
    with transaction.atomic():
        banyan = company.found_company(now=now, calls=max(calls, WRITTEN_CALLS))
        with use_company(banyan):
            company.hire_agents(banyan)
            company.open_accounts()
            company.know_the_reception()
            company.write_prices()
            campaigns.plan_campaigns([row for rows in rows_of(banyan) for row in rows], today=banyan.local(now))
    return banyan


def rows_of(banyan: Company) -> list[list[Row]]:
    """Return all calls as groups that are told in order: the written ones, then each customer's."""
    now, zone = banyan.created_at, banyan.zone
    written: list[Row] = [*conversations(now=now, zone=zone)]
    more = max((banyan.awaited_calls or 0) - len(written), 0)
    composed: list[list[Row]] = [[*calls] for calls in Demo(more, now.astimezone(zone).date(), zone, now).stories]
    return [written, *composed]


@dataclass(frozen=True)
class Progress:
    """How far the demo is, for its people to read."""

    done: int
    total: int


def progress_of(banyan: Company) -> Progress | None:
    """Return how far the company in use is being filled; None for one that is complete, as every real one is."""
    if banyan.awaited_calls is None:
        return None
    return Progress(done=min(Call.objects.count(), banyan.awaited_calls), total=banyan.awaited_calls)


@dataclass
class Filling:
    """The calls that are still to be told, and how many were."""

    banyan: Company
    groups: list[list[Row]]
    total: int
    done: int

    @classmethod
    def of(cls, banyan: Company) -> Filling:
        groups = rows_of(banyan)
        with use_company(banyan):
            known = set(CallId.objects.values_list("value", flat=True))
        left = [[row for row in rows if _id_of(row) not in known] for rows in groups]
        total, open_ = sum(map(len, groups)), sum(map(len, left))
        return cls(banyan=banyan, groups=[rows for rows in left if rows], total=total, done=total - open_)

    def run(self) -> Iterator[int]:
        """Tell every call and let it be read, then let the people do their work; yields how many are told."""
        with use_company(self.banyan):
            doors = company.open_doors()
        for _ in self._told(doors):
            self.done += 1
            if not self.done % KEEPS_UP_EVERY:
                with use_company(self.banyan):
                    company.keep_up(self.banyan, now=timezone.now())
            yield self.done
        while work_on_due(before=timezone.now()):
            pass
        self._conclude()

    def _told(self, doors: Doors) -> Iterator[None]:
        if self.total - self.done < WORTH_HELP or (os.cpu_count() or 1) < HELPERS:
            for rows in self.groups:
                yield from tell(rows, doors)
            return
        # Fresh processes, not copies: this one holds connections.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(HELPERS, context, helping.begin, (os.getpid(),)) as pool:
            try:
                for told in as_completed([pool.submit(helping.tell, rows, doors) for rows in self.groups]):
                    yield from (None for _ in range(told.result()))
            finally:
                # Who is stopped waits only for the calls that are being told.
                pool.shutdown(cancel_futures=True)

    def _conclude(self) -> None:
        now = timezone.now()
        rows = [row for group in rows_of(self.banyan) for row in group]
        composed = [row for row in rows if row.get("is_composed")]
        worth = {row["customer_number"]: row["worth"] for row in composed}
        bought = {row["customer_number"]: row["started_at"] for row in composed if row["has_bought"]}
        with use_company(self.banyan):
            campaigns.know_the_recipients()
            company.live_a_little(self.banyan, now=now, worth=worth, bought=bought)
            Company.objects.filter(pk=self.banyan.pk).update(awaited_calls=None)


def tell(rows: Sequence[Row], doors: Doors) -> Iterator[None]:
    """Send the calls to the door in their order, and have each read before the next; yields after each."""
    client = Client(SERVER_NAME=urlsplit(settings.SITE_URL).hostname or "localhost")
    for row in rows:
        scene = scene_of(row)
        path, secret = doors[scene.provider]
        _deliver(client, path, scene.provider, scene.event, secret=secret)
        for model in (WebhookEvent, Call):
            work_on_all(model, due_rows(model, before=timezone.now()))
        yield


def _deliver(client: Client, path: str, provider: str, event: Any, *, secret: str) -> None:
    made = get_provider(provider).compose(event, secret=secret, at=timezone.now(), url=f"{settings.SITE_URL}{path}")
    headers = dict(made.headers)
    content_type = headers.pop("content-type")
    answer = client.post(path, data=made.body, content_type=content_type, headers=headers, secure=True)
    if answer.status_code != 200:
        raise DoorIsClosed(f"the door answered {answer.status_code} to a call of the demo")


def _id_of(row: Row) -> str:
    return ids_of(row)[0].value
