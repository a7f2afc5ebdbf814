"""What the built-in backend reads in our own conversations, kept so that a change shows: one file a corpus file.

`python -m tests.analysis.golden` writes the files anew; look at the difference before it is committed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.backends.builtin import BuiltinBackend
from analysis.conversation import Conversation
from analysis.findings import Findings
from analysis.grounding import ground
from tests.analysis.talks import CORPUS, talks_in

GOLDEN = Path(__file__).resolve().parent / "golden"

# Field: what was read, as JSON. Of a fact: value, turn, quote, and the quote that contradicts it.
Reading = dict[str, Any]


def corpora() -> list[Path]:
    """Return the corpus files, in order."""
    return sorted(CORPUS.glob("*.jsonl"))


def golden_of(corpus: Path) -> Path:
    """Return where the reading of a corpus file is kept."""
    return GOLDEN / f"{corpus.stem}.json"


def read(corpus: Path) -> dict[str, Reading]:
    """Return what the backend reads today, by conversation."""
    return {talk.id: reading(talk.conversation) for talk in talks_in(corpus)}


def reading(conversation: Conversation) -> Reading:
    """Return everything that was read of one conversation, field by field."""
    findings = ground(BuiltinBackend().analyze(conversation), conversation).findings
    return dict(_fields(findings))


def differences(kept: dict[str, Reading], found: dict[str, Reading]) -> list[str]:
    """Return a line for each field that reads differently, with both readings."""
    lines = []
    for name in dict.fromkeys((*kept, *found)):
        before, now = kept.get(name, {}), found.get(name, {})
        lines += [
            f"{name} · {field}: was {_shown(before, field)}, is {_shown(now, field)}"
            for field in dict.fromkeys((*before, *now))
            if before.get(field) != now.get(field)
        ]
    return lines


def main() -> int:
    """Write what is read today and say what changed."""
    for corpus in corpora():
        path, found = golden_of(corpus), read(corpus)
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for line in differences(kept, found) if kept else ():
            print(line)
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{path.name}: {len(found)} conversations")
    return 0


def _fields(findings: Findings) -> Iterator[tuple[str, Any]]:
    yield "summary", findings.summary
    if findings.sentiment:
        yield "sentiment", [findings.sentiment.label, findings.sentiment.score]
    yield "engagement", findings.engagement
    plain = findings.model_dump(mode="json")
    for name, fact in findings.facts():
        value = _value(plain, name)
        conflict = [fact.conflict.quote] if fact.conflict else []
        yield name, [value, fact.evidence.turn, fact.evidence.quote, *conflict]


def _value(plain: dict[str, Any], name: str) -> Any:
    """Return a fact's value as JSON: `phones[0]` and `custom.bedrooms` are looked up by their names."""
    field, _, place = name.rstrip("]").partition("[")
    if place:
        return plain[field][int(place)]["value"]
    group, _, key = name.partition(".")
    return (plain[group][key] if key else plain[group])["value"]


def _shown(reading: Reading, field: str) -> str:
    return json.dumps(reading[field], ensure_ascii=False) if field in reading else "nothing"


if __name__ == "__main__":
    sys.exit(main())
