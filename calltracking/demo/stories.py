"""What becomes of the demo's customers: the calls each of them has, from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

INBOUND, OUTBOUND = "inbound", "outbound"


@dataclass(frozen=True)
class Step:
    """One call of a story. `after`: so many days after the one before, or when a moment that was agreed has come.

    `parts` are those of the files in `lines/`, in order; one with a question mark is said now and then, and `*` stands
    for one to three exchanges of that part. `meant` is what the caller means, in the words of the findings.
    """

    title: str
    direction: str
    parts: tuple[str, ...] = ()
    meant: str = ""
    status: str = "done"
    outcome: str = "unknown"
    after: tuple[int, int] = (1, 4)
    is_on_the_day: bool = False


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ASKED = "greet.in need intro detail* budget timeline qa* objection?"
_PITCHED = "greet.out need.out detail* budget timeline qa* objection?"
INQUIRY = Step("inquiry", INBOUND, _parts(f"{_ASKED} decides end.interested bye"), "interested", outcome="success")
HOT = Step(
    "hot",
    INBOUND,
    _parts("greet.in need intro detail* budget timeline qa* decides end.hot bye"),
    "interested",
    outcome="success",
)
HOT_PITCH = Step(
    "hot",
    OUTBOUND,
    _parts("greet.out need.out detail* budget timeline qa* decides end.hot bye"),
    "interested",
    outcome="success",
)
PITCH = Step("inquiry", OUTBOUND, _parts(f"{_PITCHED} decides end.interested bye"), "interested", outcome="success")
ASKS_PRICE = Step("prices", INBOUND, _parts("greet.in need intro qa* objection? end.unclear"))
LATER = Step("later", OUTBOUND, _parts("greet.out need.out? end.callback"), "callback")
ASKS_LATER = Step("later", INBOUND, _parts("greet.in need intro end.callback"), "callback")
REFUSES = Step("no", OUTBOUND, _parts("greet.out end.no"), "not_interested", outcome="failure")
REFUSES_AFTER_ALL = Step(
    "no", OUTBOUND, _parts("again.out objection? end.no"), "not_interested", outcome="failure", after=(3, 12)
)
NEVER_AGAIN = Step("never", OUTBOUND, _parts("greet.out end.dnc"), "do_not_call", outcome="failure")
CALLED_BACK = Step(
    "again",
    OUTBOUND,
    _parts("again.out recall qa* objection? decides end.interested bye"),
    "interested",
    outcome="success",
    is_on_the_day=True,
)
AGAIN = Step(
    "again",
    OUTBOUND,
    _parts("again.out recall qa* objection? end.interested bye"),
    "interested",
    outcome="success",
    after=(2, 9),
)
RINGS_AGAIN = Step(
    "again", INBOUND, _parts("again.in recall qa* end.interested bye"), "interested", outcome="success", after=(2, 12)
)
HOT_AGAIN = Step(
    "hot", INBOUND, _parts("again.in recall qa* decides end.hot bye"), "interested", outcome="success", after=(1, 6)
)
CONFIRMS = Step("confirm", OUTBOUND, _parts("confirm"), "interested", outcome="success", is_on_the_day=True)
BOOKS = Step("book", OUTBOUND, _parts("book"), "interested", outcome="success", after=(1, 4))
COMPLAINS = Step("complaint", INBOUND, _parts("complain"), "unclear", after=(4, 15))
MISSED = Step("missed", INBOUND, status="no_answer")
NOT_REACHED = Step("unanswered", OUTBOUND, status="no_answer", after=(0, 2))
BUSY = Step("busy", OUTBOUND, status="busy", after=(0, 1))
FAILED = Step("failed", OUTBOUND, status="failed", outcome="failure", after=(0, 1))
MAILBOX = Step("voicemail", OUTBOUND, _parts("voicemail"), status="voicemail", after=(0, 3))
WRONG_NUMBER = Step("wrong", OUTBOUND, _parts("wrong"), "unclear", outcome="failure")

# So many of a hundred customers live through each; the keen ones are ready to buy.
STORIES: tuple[tuple[int, tuple[Step, ...]], ...] = (
    (5, (HOT, CONFIRMS, BOOKS)),
    (3, (HOT_PITCH, CONFIRMS)),
    (3, (MISSED, PITCH, HOT_AGAIN, BOOKS)),
    (3, (HOT,)),
    (2, (NOT_REACHED, HOT_PITCH, NOT_REACHED, CONFIRMS, BOOKS)),
    (11, (INQUIRY, AGAIN)),
    (7, (INQUIRY, NOT_REACHED, AGAIN, REFUSES_AFTER_ALL)),
    (9, (PITCH, RINGS_AGAIN)),
    (6, (INQUIRY, MISSED, AGAIN)),
    (9, (LATER, CALLED_BACK)),
    (5, (ASKS_LATER, CALLED_BACK, COMPLAINS)),
    (7, (ASKS_PRICE, RINGS_AGAIN)),
    (4, (ASKS_PRICE,)),
    (5, (NOT_REACHED, REFUSES)),
    (3, (REFUSES,)),
    (3, (NEVER_AGAIN,)),
    (3, (NOT_REACHED, BUSY, NOT_REACHED, MAILBOX)),
    (3, (MISSED, MAILBOX, RINGS_AGAIN)),
    (2, (FAILED, LATER, CALLED_BACK)),
    (1, (WRONG_NUMBER,)),
)
KEEN = frozenset((HOT, HOT_PITCH, HOT_AGAIN))


def story(random: Random) -> tuple[Step, ...]:
    """Return what one more customer lives through."""
    return random.choices([steps for _, steps in STORIES], weights=[share for share, _ in STORIES])[0]


def is_keen(steps: tuple[Step, ...]) -> bool:
    return not KEEN.isdisjoint(steps)
