"""A change of the built-in backend shows in what it reads of our own conversations."""

import json
from pathlib import Path

import pytest

from tests.analysis import golden

SHOWN_AT_MOST = 40


@pytest.mark.parametrize("corpus", golden.corpora(), ids=lambda path: path.stem)
def test_our_own_conversations_read_as_they_did(corpus: Path) -> None:
    kept = json.loads(golden.golden_of(corpus).read_text(encoding="utf-8"))
    changed = golden.differences(kept, golden.read(corpus))
    told = "\n".join([*changed[:SHOWN_AT_MOST], "If this is meant: python -m tests.analysis.golden"])
    assert not changed, f"{len(changed)} fields read differently:\n{told}"


def test_a_difference_names_the_conversation_the_field_and_both_readings() -> None:
    kept = {"one": {"intent": ["callback", 1, "call me"], "city": ["Pune", 0, "Pune"]}}
    found = {"one": {"intent": ["interested", 1, "call me"], "email": ["a@b.in", 2, "a@b.in"]}}
    assert golden.differences(kept, found) == [
        'one · intent: was ["callback", 1, "call me"], is ["interested", 1, "call me"]',
        'one · city: was ["Pune", 0, "Pune"], is nothing',
        'one · email: was nothing, is ["a@b.in", 2, "a@b.in"]',
    ]
