"""Our own conversations with their truth, one a line, in `tests/analysis/corpus/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analysis.conversation import Conversation, Line

CORPUS = Path(__file__).resolve().parent / "corpus"
# Of a conversation that does not say when and where it was held.
HELD_AT, ZONE = "2025-05-21T14:30:00", "Asia/Kolkata"


@dataclass(frozen=True)
class Talk:
    """A conversation and what a careful person noted about it."""

    id: str
    conversation: Conversation
    truth: dict[str, Any]


def talks_in(path: Path) -> list[Talk]:
    """Return the conversations of one file, in its order."""
    return [_talk(json.loads(row)) for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]


def _talk(row: dict[str, Any]) -> Talk:
    zone = row.get("timezone", ZONE)
    turns = enumerate(row["turns"])
    conversation = Conversation(
        lines=tuple(
            Line(index, turn["speaker"], turn.get("content") or "", turn.get("start"), turn.get("end"))
            for index, turn in turns
        ),
        called_at=datetime.fromisoformat(row.get("called_at", HELD_AT)).replace(tzinfo=ZoneInfo(zone)),
        region=row.get("region", "IN"),
        currency=row.get("currency", "INR"),
        time_zone=zone,
    )
    return Talk(row["id"], conversation, row.get("truth", {}))
