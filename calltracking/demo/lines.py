"""What is said in the demo's calls: exchanges written by hand, read from the text files of `lines/`.

A file holds the exchanges of one business in one language. `[need]` opens a part; an empty line stands between its
exchanges; `A:` and `C:` are what agent and customer say, ` | ` stands between ways of saying it, `{area}` is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "lines"
SPEAKERS = {"A": "agent", "C": "customer"}

# Who speaks, and the ways in which they may say it.
Line = tuple[str, tuple[str, ...]]
Exchange = tuple[Line, ...]
Said = tuple[str, str]


@cache
def parts_of(name: str) -> Mapping[str, tuple[Exchange, ...]]:
    """Return a file's parts by name, each with its exchanges."""
    parts: dict[str, tuple[Exchange, ...]] = {}
    for block in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n["):
        key, bracket, body = block.partition("]")
        if bracket and not block.startswith("#"):
            exchanges = (_exchange(text) for text in body.strip().split("\n\n"))
            parts[key] = tuple(exchanges)
    return parts


def say(exchange: Exchange, slots: Mapping[str, str], random: Random) -> list[Said]:
    """Return the exchange as who says what, with one way of saying each line chosen and the slots filled."""
    return [(speaker, random.choice(ways).format_map(slots)) for speaker, ways in exchange]


def _exchange(text: str) -> Exchange:
    lines = (line.partition(": ") for line in text.splitlines())
    return tuple((SPEAKERS[who], tuple(ways.split(" | "))) for who, _, ways in lines)
