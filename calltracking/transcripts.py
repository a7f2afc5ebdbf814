"""A conversation that somebody pasted, line by line."""

from __future__ import annotations

import re

from analysis.conversation import Line, Speaker

MOST_LINES = 500
MOST_CHARACTERS = 50_000
_LINE = re.compile(r"^\s*(?:\[?\d{1,2}:\d\d(?::\d\d)?\]?\s*[-–]?\s*)?([^\W\d_][\w ]{0,20}?)\s*:\s*(.*)$")
SPEAKERS: dict[str, Speaker] = {
    **dict.fromkeys(("agent", "a", "ai", "us", "rep", "assistant", "bot", "me", "we"), "agent"),
    **dict.fromkeys(("customer", "c", "caller", "client", "user", "lead", "them", "human"), "customer"),
}


class UnreadableTranscript(ValueError):
    """The text is no conversation. The message says, to the person who pasted it, what to write instead."""


def read_transcript(text: str) -> tuple[Line, ...]:
    """Return the lines of a text such as `Agent: Hello.`; a line without a speaker goes on with the one before.

    Raises `UnreadableTranscript`.
    """
    if not text.strip():
        raise UnreadableTranscript("Choose a call, or paste a conversation.")
    if len(text) > MOST_CHARACTERS:
        raise UnreadableTranscript(f"This is too long. Paste at most {MOST_CHARACTERS:,} characters.")
    said: list[tuple[Speaker, str]] = []
    for number, row in enumerate((row for row in text.splitlines() if row.strip()), start=1):
        match = _LINE.match(row)
        speaker = SPEAKERS.get(match[1].lower()) if match else None
        if speaker and match:
            said.append((speaker, match[2].strip()))
        elif said:
            said[-1] = (said[-1][0], f"{said[-1][1]} {row.strip()}")
        else:
            raise UnreadableTranscript(f"Line {number} has no speaker. Begin lines with “Agent:” or “Customer:”.")
    if len(said) > MOST_LINES:
        raise UnreadableTranscript(f"This is too long. Paste at most {MOST_LINES} lines.")
    if not any(words for _, words in said):
        raise UnreadableTranscript("Nobody says anything in it.")
    return tuple(Line(index=place, speaker=speaker, text=words) for place, (speaker, words) in enumerate(said))
