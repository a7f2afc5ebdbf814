"""The chaos of `make chaos`, for as long as `make test` has time: its harness works, and nothing is lost."""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.faults import chaos
from tests.faults.harness import World


@pytest.mark.timeout(300)
@pytest.mark.row("S2.9", "S2.86")
def test_a_short_chaos_loses_and_doubles_nothing(world: World) -> None:
    """Bars R1 and R2, short; `CHAOS_SECONDS` makes it longer and `CHAOS_SEED` repeats it as far as chance allows."""
    seed = int(os.environ.get("CHAOS_SEED", time.time()))
    result = chaos.run(world, seconds=float(os.environ.get("CHAOS_SECONDS", "15")), random_=random.Random(seed))
    assert not chaos.is_bad(result), (seed, result)
    assert result["deliveries answered otherwise"] == 0, (seed, result)
    assert result["kills"] >= 5, (seed, result)
    world.check(seconds=60, dead=result["given up after five attempts"])
