"""A row that keeps its worker busy for ever ends the worker."""

from __future__ import annotations

import signal
import subprocess
import sys

HANGS = """
import logging, time
from crm.patience import end_of_patience, lose_patience_after
logging.basicConfig()
lose_patience_after({patience})
for seconds in ({seconds}):
    with end_of_patience():
        time.sleep(seconds)
time.sleep({idle})
"""


def run(*, patience: float, seconds: str, idle: float = 0) -> subprocess.CompletedProcess[str]:
    code = HANGS.format(patience=patience, seconds=seconds, idle=idle)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_who_is_busy_with_one_row_for_too_long_is_ended_and_says_so() -> None:
    ended = run(patience=0.5, seconds="0.1, 60")
    assert ended.returncode == -signal.SIGKILL
    assert "one row has been worked on for 0 seconds" in ended.stderr


def test_many_short_works_and_idle_time_are_nothing_to_end() -> None:
    assert run(patience=2, seconds="1, 1, 1", idle=3).returncode == 0
