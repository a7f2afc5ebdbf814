"""How long to wait after a failure, so that whoever is away is not called again by everybody at once."""

from __future__ import annotations

import random


def wait_after(attempt: int, *, first: float, longest: float, jitter: float) -> float:
    """Return seconds to wait after the failure of attempt 1, 2 …: `first`, doubled each time up to `longest`.

    `jitter` is the share by which it may come out shorter or longer, so that those who failed together part.
    """
    # Of a float, so that a great many attempts make no number of a thousand digits.
    return min(first * 2.0 ** min(attempt - 1, 64), longest) * random.uniform(1 - jitter, 1 + jitter)
