"""Conversations with their truth: our own (tests/analysis/corpus) and the samples beside the repository, where
they are.

A line of our own: `{"id", "turns": [{"speaker", "content", "start"?, "end"?}], "called_at", "region", "currency",
"timezone", "truth": {…}}`. A truth names what was said; what it leaves out of `ALWAYS_TOLD` was not said.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analysis.conversation import Conversation, Line
from tests.analysis.talks import CORPUS, Talk, talks_in

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "sample_conversations" / "sample_conversations.jsonl"

# What every truth of ours tells, if only by leaving it out.
ALWAYS_TOLD = (
    "contact_name",
    "business_name",
    "email",
    "phones",
    "city",
    "address",
    "postal_code",
    "budget",
    "callback_at",
    "bedrooms",
    "locations",
    "site_visit_at",
    "username",
    "emergency",
)
# The samples do not say when they were held; on a Wednesday every weekday is still to come.
SAMPLES_HELD_AT = datetime(2025, 5, 21, 14, 30, tzinfo=ZoneInfo("America/New_York"))


def ours(half: str) -> list[Talk]:
    """Return one part of our own: `known`, which the readers were written against, or `unseen`."""
    talks = talks_in(CORPUS / f"{half}.jsonl")
    return [replace(talk, truth=dict.fromkeys(ALWAYS_TOLD) | talk.truth) for talk in talks]


def of_meaning() -> list[Talk]:
    """Return those whose truth tells what the call meant."""
    return [talk for path in sorted(CORPUS.glob("meaning_*.jsonl")) for talk in talks_in(path)]


def samples() -> list[Talk]:
    """Return the sample conversations, none when they are not on this machine."""
    if not SAMPLES.exists():
        return []
    return [_sample(json.loads(row)) for row in SAMPLES.read_text().splitlines()]


def _sample(row: dict[str, Any]) -> Talk:
    is_british = row["source"].startswith("evi")
    conversation = Conversation(
        lines=_lines(row),
        called_at=SAMPLES_HELD_AT,
        region="GB" if is_british else "US",
        currency="GBP" if is_british else "USD",
        time_zone="America/New_York",
    )
    return Talk(row["id"], conversation, row["truth"])


def _lines(row: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(index, turn["speaker"], turn.get("content") or "", turn.get("start"), turn.get("end"))
        for index, turn in enumerate(row["turns"])
    )
