"""The words that the model is asked with: versioned files in `analysis/prompts/`, loaded once.

A file is never changed once it was used: a new wording is a new file, and `VERSION` names it, so that each insight says
by which words it was read.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from analysis.conversation import Conversation, Line, WantedField

VERSION = "read_call.1"
REPAIR = "repair.1"
FOLDER = Path(__file__).resolve().parents[2] / "prompts"

Message = dict[str, str]


@cache
def load(name: str) -> str:
    """Return the text of a prompt file."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip()


def messages_for(
    conversation: Conversation, lines: tuple[Line, ...], *, summary_so_far: str, schema: dict[str, Any]
) -> list[Message]:
    """Return what is sent for one window: our instructions, and the conversation as JSON, as data.

    Neither the caller's number nor anything of the contact's card goes out: it is not needed to read what was said.
    """
    local = conversation.local_time
    data = {
        "called_at": f"{local:%A %Y-%m-%dT%H:%M}",
        "time_zone": conversation.time_zone,
        "country": conversation.region,
        "currency": conversation.currency,
        "our_company": conversation.our_name,
        "wanted": [_wanted(each) for each in conversation.wanted],
        "summary_so_far": summary_so_far,
        "turns": [{"turn": line.index, "speaker": line.speaker, "text": line.text} for line in lines],
    }
    instructions = f"{load(VERSION)}\n\n{json.dumps(schema, ensure_ascii=False, separators=(',', ':'))}"
    return [
        {"role": "system", "content": instructions},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
    ]


def repair_of(messages: list[Message], answer: str, *, wrong: str) -> list[Message]:
    """Return the messages that ask once more, with what was wrong with the answer."""
    return [
        *messages,
        {"role": "assistant", "content": answer[:20_000]},
        {"role": "user", "content": load(REPAIR).replace("{wrong}", wrong)},
    ]


def _wanted(field: WantedField) -> dict[str, Any]:
    told = {"key": field.key, "kind": field.kind, "description": field.description, "example": field.example}
    return {**told, "choices": list(field.choices)} if field.choices else told
