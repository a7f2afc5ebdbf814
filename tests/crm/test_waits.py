"""How long is waited after a failure."""

from __future__ import annotations

from crm.waits import wait_after


def test_waits_double_and_are_bounded() -> None:
    for attempt in range(1, 30):
        expected = min(5 * 2**attempt, 15 * 60)
        assert 0.8 * expected <= wait_after(attempt, first=10, longest=15 * 60, jitter=0.2) <= 1.2 * expected


def test_a_million_failures_wait_no_longer_than_ten() -> None:
    assert wait_after(1_000_000, first=1, longest=30, jitter=0) == 30


def test_those_who_failed_together_part() -> None:
    assert len({wait_after(3, first=1, longest=30, jitter=0.5) for _ in range(20)}) > 10
