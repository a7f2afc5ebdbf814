"""How fast the built-in backend understands a call: read, grounded, measured and scored."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import cycle, islice

from analysis.backends.builtin import BuiltinBackend
from analysis.conversation import Conversation
from analysis.grounding import ground
from analysis.metrics import measure
from analysis.scoring import score
from tests.evaluation.talks import ours

USUAL = 200
TURNS = (40, 200, 400, 1000, 2000)
STARTS = 5
# Prints the milliseconds from a bare interpreter to the first conversation read.
START = """
import time
begun = time.process_time()
from analysis.backends.builtin import BuiltinBackend
print((time.process_time() - begun) * 1000)
"""


def understand(conversation: Conversation) -> None:
    """Do for a call what its analysis costs, without a row."""
    grounded = ground(BuiltinBackend().analyze(conversation), conversation)
    score(grounded.findings, measure(conversation))


def calls_of(turns: int, *, number: int) -> list[Conversation]:
    """Return that many calls of so many turns, each put together from other talks of ours."""
    talks = [talk.conversation for half in ("known", "unseen") for talk in ours(half)]
    return [_joined(talks[place % len(talks) :] + talks[: place % len(talks)], turns) for place in range(number)]


def milliseconds(calls: Iterable[Conversation]) -> list[float]:
    """Return how long each call took."""
    return [_seconds(call) * 1000 for call in calls]


def figures() -> dict[str, str]:
    """Return every figure of speed with its name."""
    usual = milliseconds(calls_of(40, number=USUAL))
    medians = {turns: statistics.median(milliseconds(calls_of(turns, number=9))) for turns in TURNS}
    return {
        f"a call of 40 turns, median / 95th percentile of {USUAL} (goal 15)": f"{statistics.median(usual):.1f} / "
        f"{statistics.quantiles(usual, n=20)[-1]:.1f} ms",
        "calls of 40 turns a second, two processes (goal 100)": f"{_calls_a_second():.0f}",
        "turns: milliseconds": ", ".join(f"{turns:,}: {spent:.0f}" for turns, spent in medians.items()),
        "**2,000 turns / 40 turns** (linear is 50, at most 60)": f"**{medians[2000] / medians[40]:.0f}**",
        "importing the backend with its tables (goal 300)": f"{_start():.0f} ms",
    }


def _joined(talks: list[Conversation], turns: int) -> Conversation:
    lines = islice(cycle([line for talk in talks for line in talk.lines]), turns)
    return replace(talks[0], lines=tuple(replace(line, index=index) for index, line in enumerate(lines)))


def _seconds(call: Conversation) -> float:
    """The time of this process, so that a busy machine changes little."""
    begun = time.process_time()
    understand(call)
    return time.process_time() - begun


def _calls_a_second() -> float:
    calls = calls_of(40, number=400)
    with ProcessPoolExecutor(2) as workers:
        list(workers.map(understand, calls[:20], chunksize=5))
        begun = time.perf_counter()
        list(workers.map(understand, calls, chunksize=20))
        return len(calls) / (time.perf_counter() - begun)


def _start() -> float:
    """Return the milliseconds of a start, the median of some."""
    run = [sys.executable, "-c", START]
    started = [subprocess.run(run, capture_output=True, text=True, check=True).stdout for _ in range(STARTS)]
    return statistics.median(map(float, started))
