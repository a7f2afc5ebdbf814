"""The conversation initiation webhook: who is calling, asked as the phone rings, and what the agent is told.

Source: ElevenLabs documentation, «Twilio personalization». A dynamic variable that an agent uses and that is missing
from the answer ends the call, so every one of ours, and every one of the account's, is always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.briefing import brief
from crm.knowledge import Knowledge
from telephony.providers.base import Asked, NotUnderstood
from telephony.providers.numbers import number_in
from telephony.providers.untrusted import read_json

REPLY_TYPE = "conversation_initiation_client_data"


def read_initiation(body: bytes) -> Asked:
    """Translate the question; a SIP trunk's numbers come as addresses. Raises `NotUnderstood`."""
    said = read_json(body)
    if not any(name in said for name in ("caller_id", "call_sid", "agent_id")):
        raise NotUnderstood("A question about a caller names the caller, the agent or the call.")
    return Asked(
        caller_number=_number(said.get("caller_id")),
        our_number=_number(said.get("called_number")),
        agent_id=_text(said.get("agent_id")),
        call_ref=_text(said.get("call_sid")),
    )


def render_knowledge(knowledge: Knowledge, *, defaults: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the answer. Of a caller we do not know, the account's own values stand before our empty ones."""
    ours = brief(knowledge, at=at)
    told = {name: value if value else defaults.get(name, value) for name, value in ours.items()}
    reply: dict[str, Any] = {"type": REPLY_TYPE, "dynamic_variables": {**defaults, **told}}
    if knowledge.person:
        reply["user_id"] = str(knowledge.person.contact_id)
    return reply


def _number(said: object) -> str:
    return number_in(_text(said))


def _text(said: object) -> str:
    return said.strip()[:128] if isinstance(said, str) else ""
