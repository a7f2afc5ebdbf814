"""What waits to be done, in words: due rows of a company, and deliveries on disk for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q

from analysis.backends import REMOTE
from analysis.models import Reading
from crm.admin.cells import count_of
from crm.leases import Leased, WorkState, leased_models
from crm.wording import day_and_time
from telephony import spool

GOOD, INFO, WARN, BAD, PLAIN = "good", "info", "warn", "bad", "plain"
SLOW_AFTER, STUCK_AFTER = timedelta(minutes=1), timedelta(minutes=5)
QUEUE_WORDS = {"webhookevent": "delivery", "call": "call to read", "syncrun": "synchronization"}
QUEUE_PLURALS = {"webhookevent": "deliveries", "call": "calls to read", "syncrun": "synchronizations"}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of a card: what is looked at, how it is, and what that is made of. `tone` never stands alone."""

    name: str
    word: str
    tone: str
    detail: str = ""
    url: str = ""


def queue(*, now: datetime) -> tuple[Fact, ...]:
    """Return what waits to be done for the company in use, and what waits on disk for all of them."""
    waiting = (_backlog(model, now=now) for model in leased_models() if _is_shown(model))
    return (*waiting, *_model(), *_spooled())


# What PostgreSQL has to keep for an answered call to survive a power cut; any of the words will do.
DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}


def durability() -> Fact:
    """Return whether PostgreSQL is set up so that what it committed outlives a power cut."""
    with connection.cursor() as cursor:
        cursor.execute("select name, setting from pg_settings where name = any(%s) order by name", [list(DURABLE)])
        off = [f"{name} is {setting}" for name, setting in cursor.fetchall() if setting not in DURABLE[name]]
    if not off:
        return Fact(name="PostgreSQL", word="Keeps what it committed", tone=GOOD)
    said = "Calls that were answered for could be gone after a power cut. Switch it on in postgresql.conf."
    return Fact(name="PostgreSQL", word=sentence(off), tone=WARN, detail=said)


def sentence(parts: list[str]) -> str:
    """Return the parts as one: `webhook secret, API key and initiation secret`."""
    said = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return said[:1].upper() + said[1:]


def _is_shown(model: type[Leased]) -> bool:
    return model._meta.model_name in QUEUE_WORDS


def _backlog(model: type[Leased], *, now: datetime) -> Fact:
    kind = str(model._meta.model_name)
    owed = Q(work_state=WorkState.DUE) | Q(work_state=WorkState.LEASED, lease_until__lte=now)
    rows = model.objects.filter(owed).aggregate(
        count=Count("pk"), late=Count("pk", filter=Q(next_at__lte=now)), oldest=Min("next_at")
    )
    count, late, oldest = rows["count"], rows["late"], rows["oldest"]
    name = QUEUE_PLURALS[kind].capitalize()
    if not count:
        return Fact(name=name, word="Nothing waits", tone=GOOD)
    waited = now - oldest
    word = f"{count_of(count, QUEUE_WORDS[kind], plural=QUEUE_PLURALS[kind])} waiting"
    if not late:
        return Fact(name=name, word=word, tone=INFO, detail=f"tried again {day_and_time(oldest)}")
    if waited > STUCK_AFTER:
        said = f"the oldest is due since {day_and_time(oldest)}: are worker and sweeper running?"
        return Fact(name=name, word=word, tone=BAD, detail=said)
    seconds = int(waited.total_seconds())
    tone = WARN if waited > SLOW_AFTER else INFO
    return Fact(name=name, word=word, tone=tone, detail=f"the oldest for {seconds} s")


def _model() -> tuple[Fact, ...]:
    """How reading by a model goes; nothing where none is configured."""
    if settings.ANALYSIS_BACKEND not in REMOTE:
        return ()
    owed = Reading.objects.filter(work_state__in=(WorkState.DUE, WorkState.LEASED))
    count = owed.count()
    troubled = owed.waiting().filter(is_everybodys=True).order_by("-needs_mending", "next_at").first()
    word = f"{count_of(count, 'call')} to be read" if count else "Nothing waits"
    if troubled is None:
        return (
            Fact(name="Model", word=word, tone=INFO if count else GOOD, detail="by rule at once, by the model next"),
        )
    because = troubled.because[:1].upper() + troubled.because[1:]
    detail = f"{because}; tried again {day_and_time(troubled.next_at)}. Until then rules read the calls."
    return (Fact(name="Model", word=word, tone=BAD if troubled.needs_mending else WARN, detail=detail),)


def _spooled() -> tuple[Fact, ...]:
    waiting, bad = spool.count(), spool.count_bad()
    if not waiting and not bad:
        return (Fact(name="On disk", word="Nothing waits", tone=GOOD, detail="for the database to come back"),)
    parts = [f"{count_of(waiting, 'delivery', plural='deliveries')} of this machine"] if waiting else []
    if bad:
        parts.append(f"{bad:,} could not be taken: look at the log")
    tone = BAD if bad or spool.oldest_seconds() > STUCK_AFTER.total_seconds() else WARN
    return (Fact(name="On disk", word=f"{waiting + bad:,} waiting", tone=tone, detail=sentence(parts)),)
