"""What the readers must reach on our own conversations (docs/analysis.md has the figures of the last run)."""

import time
from statistics import mean

import pytest

from analysis.conversation import Conversation
from tests.evaluation.__main__ import counts
from tests.evaluation.fields import OURS, Count
from tests.evaluation.speed import calls_of, understand
from tests.evaluation.talks import ours

# Who we talked with and how to reach them is found, and what is found is right.
FLOORS = {"contact_name": 0.85, "email": 0.85, "phones": 0.85, "budget": 0.8}


@pytest.fixture(scope="module")
def found() -> dict[str, Count]:
    return counts([*ours("known"), *ours("unseen")], OURS)


@pytest.mark.parametrize("field", FLOORS)
def test_a_field_is_read_rightly_as_often_as_it_must(field: str, found: dict[str, Count]) -> None:
    counted = found[field]
    assert counted.right >= FLOORS[field] * counted.said
    assert counted.right >= FLOORS[field] * counted.found


def test_no_conversation_is_in_both_halves() -> None:
    ids = [talk.id for half in ("known", "unseen") for talk in ours(half)]
    assert len(ids) == len(set(ids)) >= 60


def test_two_thousand_turns_cost_at_most_sixty_times_what_forty_do() -> None:
    """Fifty times as many turns; counted in the time of this process, so that a busy machine changes nothing."""
    short, long = calls_of(40, number=60), calls_of(2000, number=2)
    for call in short[:10]:
        understand(call)
    # One quiet moment of three is enough: what is not linear is above the line in each.
    assert any(min(map(_spent, long)) <= 60 * mean(map(_spent, short)) for _ in range(3))


def _spent(call: Conversation) -> float:
    begun = time.process_time()
    understand(call)
    return time.process_time() - begun
