"""Who acts, and by which way in: told to the database, which writes it beside every change (crm/history.py)."""

from __future__ import annotations

import json
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import models


class Source(models.TextChoices):
    """The ways in which rows come to change."""

    PAGE = "page", "Page"
    ADMIN = "admin", "Admin"
    API = "api", "API"
    API_KEY = "api_key", "API key"
    PROVIDER = "provider", "Provider"
    WORKER = "worker", "Worker"
    COMMAND = "command", "Command"
    IMPORT = "import", "Import"
    OUTSIDE = "outside", "Outside Ringside"


@dataclass(frozen=True)
class Actor:
    """What is kept of who acted: ids and plain words, never a name or an address. One `deed` is one request or run."""

    source: Source
    member: int | None = None
    more: dict[str, Any] = field(default_factory=dict)
    deed: UUID | None = field(default_factory=uuid4)

    def in_json(self) -> str:
        member = {} if self.member is None else {"member": self.member}
        return json.dumps({"source": self.source.value, **member, **self.more})


acting_now: ContextVar[Actor | None] = ContextVar("actor", default=None)
_process: Actor | None = None


def this_process_is(source: Source, **more: Any) -> None:
    """Say who acts wherever nobody else is named: the command that runs, the web, the worker."""
    global _process
    _process = Actor(source, more=more, deed=None)


def actor_of_process() -> Actor | None:
    """Return who acts when nobody is named; None in a process that did not say what it is."""
    return _process


def current_actor() -> Actor | None:
    """Return who acts now, None when nobody said."""
    return acting_now.get() or _process


def as_told(actor: Actor | None) -> list[str]:
    """Return the two values of the settings that the triggers read; empty ones mean that nobody is named."""
    return [actor.in_json(), str(actor.deed or "")] if actor else ["", ""]
