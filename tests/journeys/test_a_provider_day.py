"""A day of a provider that loses, repeats and shuffles its webhooks: after synchronization nothing shows it.

Two companies live the same day at one stub: with the first everything arrives once and in order; of the second's
webhooks a fifth are never sent, others twice and late, and the provider is busy when asked. `make day` makes the day a
thousand calls long, and writes its figures to docs/reliability.md.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.leases import WorkState, claim, work_on_due
from crm.models import Company, Contact, Lead
from crm.tenancy import use_company
from telephony import missed, sync
from telephony.events import CallEvent, CallOutcome, CallStatus
from telephony.models import Call, CallId, ProviderAccount, SyncRun, Turn, WebhookEvent
from telephony.providers.base import Delivery
from tests import factories, reports
from tests.stubs import elevenlabs
from tests.stubs.elevenlabs import PREFIX, Answer, ElevenLabsStub

pytestmark = pytest.mark.django_db

LONG_DAY = 1000
CALLS = int(os.environ.get("RINGSIDE_DAY_CALLS", "150"))
DROPPED = 0.2
DOUBLED = 0.3
FACTS = (
    "status",
    "is_end_assumed",
    "outcome",
    "direction",
    "customer_number",
    "our_number",
    "started_at",
    "answered_at",
    "ended_at",
    "duration_seconds",
    "language",
    "title",
    "provider_summary",
    "ended_because",
    "agent__external_id",
    "attributed_by",
    "score",
    "feeling",
    "intent",
    "is_hot",
    "is_ambiguous",
    "contact__full_name",
    "interaction__outcome",
)
TALKS = (
    ("Hi, my name is {name}. I am interested in a two bedroom flat.", "My e-mail is {mail}. Please send the details."),
    ("This is {name}. Please call me back tomorrow at five.", "Yes, tomorrow is good for me."),
    ("I am {name}. No thanks, I am not interested.", "No. Goodbye."),
    ("This is {name}. Please take me off your list and do not call me again.", "Yes, never call this number."),
)


@pytest.fixture
def stub(settings: Any) -> Iterator[ElevenLabsStub]:
    with elevenlabs.serve() as running:
        settings.ELEVENLABS_BASE_URL = running.url
        yield running


def make_account(company: Company) -> ProviderAccount:
    with use_company(company):
        account = factories.make_account()
        account.set_api_key(elevenlabs.KEY)
        account.created_at = timezone.now() - timedelta(days=2)
        account.save()
        return account


def live_a_day(chance: random.Random) -> list[CallEvent]:
    """The day's calls, first to last: people who talk, web calls, failed starts, voicemails, calls nobody took."""
    began = timezone.now().replace(microsecond=0) - timedelta(hours=23)
    return [make_call(place, began=began, chance=chance) for place in range(CALLS)]


def make_call(place: int, *, began: Any, chance: random.Random) -> CallEvent:
    started = began + timedelta(hours=22) * place / CALLS
    # Some ring a second time; everybody says the same of themselves whenever they ring.
    person = place if chance.random() < 0.9 else chance.randrange(place + 1)
    name = f"{('Meera', 'Ravi', 'Asha', 'Arjun')[person % 4]} {('Nair', 'Menon', 'Pillai', 'Rao')[person // 4 % 4]}"
    first, second = (line.format(name=name, mail=f"person{person}@example.com") for line in TALKS[person % len(TALKS)])
    event = factories.make_event(
        call_id=f"conv_day_{place:06d}",
        started_at=started.replace(microsecond=0),
        duration_seconds=chance.randrange(0, 600),
        customer_number=f"+9198{person:08d}" if chance.random() < 0.95 else "",
        outcome=chance.choice(list(CallOutcome)),
        turns=(("agent", "Hello, this is Aria from Northwind Homes."), ("customer", first), ("customer", second)),
    )
    kind = chance.random()
    if kind < 0.05:
        return replace(event, status=CallStatus.FAILED, turns=(), ended_because="Missing variables")
    if kind < 0.1:
        return replace(event, status=CallStatus.VOICEMAIL, turns=event.turns[:1] if event.turns else ())
    if kind < 0.15 and event.customer_number:
        return replace(event, status=CallStatus.NO_ANSWER, turns=())
    return event


def state_of(company: Company) -> dict[str, Any]:
    """Everything a person would find at the end of the day, by the provider's ids and people's numbers."""
    with use_company(company):
        calls = {i.value: i.call_id for i in CallId.objects.filter(provider="elevenlabs")}
        facts = {pk: rest for pk, *rest in Call.objects.values_list("pk", *FACTS)}
        turns: dict[int, list[Any]] = {}
        for call, *said in Turn.objects.order_by("call_id", "index").values_list(
            "call_id", "index", "speaker", "content", "said_at"
        ):
            turns.setdefault(call, []).append(said)
        people = Contact.objects.values_list("numbers__e164", "full_name", "email", "latest_call_at", "interactions")
        leads = Lead.objects.exclude(lead_status="")
        return {
            "calls": {value: facts[pk] for value, pk in calls.items()},
            "turns": {value: turns.get(pk, []) for value, pk in calls.items()},
            "people": sorted((str(number), name, mail, str(at)) for number, name, mail, at, _ in people),
            "leads": sorted(map(str, leads.values_list("numbers__e164", "email", "lead_status", "lead_score"))),
            "rows": (Call.objects.count(), Contact.objects.count(), Turn.objects.count()),
        }


def send(account: ProviderAccount, delivery: Delivery) -> int:
    status: int = factories.post(account.path, delivery).status_code  # type: ignore[attr-defined]
    return status


def work() -> None:
    """Do what is due, and what becomes due by it; whether anything failed is asked at the end of the day."""
    while work_on_due(before=timezone.now()):
        pass


def synchronize(account: ProviderAccount) -> SyncRun:
    """One run to its end, by workers that each have a slice of it."""
    with use_company(account.company_id):
        run = SyncRun.objects.begin(account)
    while run.work_state != WorkState.DONE:
        lease = claim(SyncRun, company_id=run.company_id, pk=run.pk)
        assert lease is not None
        sync.synchronize(lease, seconds=2.0, pause=lambda _: None)
        with use_company(account.company_id):
            run = SyncRun.objects.get(pk=run.pk)
    return run


def unread(company: Company) -> list[str]:
    """Return the calls on which somebody spoke and that have no reading of their own."""
    with use_company(company):
        spoke = Call.objects.filter(turns__speaker="customer").distinct()
        silent = spoke.exclude(insights__is_current=True) | spoke.filter(metrics=None)
        return list(CallId.objects.filter(call__in=silent).values_list("value", flat=True))


@pytest.mark.row("S2.110", "S2.111", "S2.112", "S2.121", "S1.17", "B.6", "S0.120", "S0.139")
@pytest.mark.timeout(3600)
def test_a_bad_day_ends_like_a_good_one(stub: ElevenLabsStub) -> None:
    chance, began = random.Random(20261117), time.monotonic()
    good, bad = (factories.make_company(name=name) for name in ("Good Day Homes", "Bad Day Homes"))
    day = live_a_day(chance)
    hooks = []
    clean = make_account(good)
    for event in day:
        data = stub.keep(event)
        hooks.append((event, stub.webhook(data, secret=factories.SECRET, at=timezone.now())))
        assert send(clean, hooks[-1][1]) == 200
        work()

    lossy = make_account(bad)
    sent = [hook for hook in hooks if chance.random() >= DROPPED]
    dropped = {event.ids[0].value for event, _ in hooks} - {event.ids[0].value for event, _ in sent}
    shuffled = sent + [hook for hook in sent if chance.random() < DOUBLED]
    chance.shuffle(shuffled)
    for place, (_, delivery) in enumerate(shuffled):
        attempts = stub.push(delivery, lambda it: send(lossy, it))
        assert attempts[-1][1] == 200
        if place % 10 == 0:
            work()
        if place == len(shuffled) // 2:
            synchronize(lossy)  # while half of the day's webhooks are still under way
    stub.trouble = lambda path, times: Answer(429) if path != PREFIX and times % 3 == 1 else None
    factories.work_off()
    run = synchronize(lossy)
    factories.work_off()

    assert run.failed_because == ""
    assert state_of(bad) == state_of(good)
    assert unread(good) == unread(bad) == []
    with use_company(bad):
        runs = list(SyncRun.objects.order_by("pk"))
        assert (WebhookEvent.objects.count(), sum(one.failed for one in runs)) == (len(sent), 0)
        assert sum(one.new for one in runs) >= len(dropped)
        silent = set(CallId.objects.filter(call__log__name=missed.NO_WEBHOOK).values_list("value", flat=True))
        assert dropped <= {value for value in silent if value.startswith("conv_")}
    assert synchronize(lossy).changed == 0
    assert state_of(bad) == state_of(good)
    if CALLS >= LONG_DAY:
        figures = {
            "calls of the day": f"{CALLS:,}",
            "webhooks never sent": f"{len(dropped):,}",
            "deliveries sent, repeats included, shuffled": f"{len(shuffled):,}",
            "deliveries stored": f"{len(sent):,}",
            "new by synchronization": f"{sum(one.new for one in runs):,}",
            "noted as missed by webhooks": f"{sum(one.missed for one in runs):,}",
            "conversations that could not be read": sum(one.failed for one in runs),
            "calls, turns and people that differ from the clean day": 0,
            "calls with words and without a reading": 0,
            "seconds for both days": round(time.monotonic() - began),
        }
        text = f"{reports.when_and_where()}\n\n{reports.two_columns(figures)}"
        reports.put("reliability.md", name="day", command="make day", text=text)
