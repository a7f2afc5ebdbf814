"""The facts of a call that its provider tells: their columns, and what one event says of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from crm import phones
from crm.models import Company
from telephony.events import CallDirection, CallEvent, CallKind, CallOutcome
from telephony.models.agents import Agent
from telephony.models.attribution import Attributed

FACTS = (
    "kind",
    "direction",
    "status",
    "is_end_assumed",
    "outcome",
    "customer_number",
    "customer_number_written",
    "our_number",
    "our_number_written",
    "agent",
    *Attributed.FACTS,
    "started_at",
    "answered_at",
    "ended_at",
    "duration_seconds",
    "language",
    "title",
    "provider_summary",
    "ended_because",
    "raw",
)


def facts_of(event: CallEvent) -> dict[str, Any]:
    """Return what the event says of each fact, in the columns' own terms; what it does not say is empty."""
    region = Company.objects.current().region
    ended_at = event.ended_at
    if ended_at is None and event.started_at and event.duration_seconds is not None and event.status.has_ended:
        ended_at = event.started_at + timedelta(seconds=event.duration_seconds)
    return {
        "kind": event.kind,
        "direction": event.direction if event.direction != CallDirection.UNKNOWN else "",
        "outcome": event.outcome if event.outcome != CallOutcome.UNKNOWN else "",
        "customer_number": phones.to_e164(event.customer_number, region=region),
        "customer_number_written": event.customer_number[:120],
        "our_number": phones.to_e164(event.our_number, region=region),
        "our_number_written": event.our_number[:120],
        "agent": _agent_of(event),
        **{name: getattr(event, name) for name in Attributed.FACTS},
        "started_at": event.started_at,
        "answered_at": event.answered_at,
        "ended_at": ended_at,
        "duration_seconds": event.duration_seconds,
        "language": event.language[:20],
        "title": event.title[:200],
        "provider_summary": event.summary,
        "ended_because": event.ended_because[:300],
        "raw": event.raw,
    }


def comparable(value: Any) -> str:
    """Return what puts two words about one fact in an order that does not depend on who came first."""
    return json.dumps(value, sort_keys=True, default=str)


def _agent_of(event: CallEvent) -> Agent | None:
    if not event.agent_id:
        return None
    kind = Agent.Kind.HUMAN if event.kind == CallKind.HUMAN else Agent.Kind.AI
    agent, _ = Agent.objects.get_or_create(
        provider=event.ids[0].provider,
        external_id=event.agent_id[:128],
        defaults={"kind": kind, "name": event.agent_name[:100]},
    )
    if event.agent_name and not agent.name:
        agent.name = event.agent_name[:100]
        agent.save(update_fields=["name"])
    return agent
