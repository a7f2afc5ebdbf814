"""`pytest --rows`: the acceptance rows that no test proves yet.

A test names the rows it proves with `@pytest.mark.row("S0.74")`. The list of rows lies beside the project, in
`../shared/ACCEPTANCE.md`; without it only the rows that tests name are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ACCEPTANCE = Path(__file__).resolve().parents[2] / "shared" / "ACCEPTANCE.md"
_ROW = re.compile(r"^\| (S\d+\.\d+|B\.\d+) \|", re.MULTILINE)

_wanted = pytest.StashKey[list[str]]()
_proved = pytest.StashKey[set[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rows", action="store_true", help="list the acceptance rows without a test, and run nothing")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--rows"):
        return
    config.stash[_proved] = {str(row) for item in items for mark in item.iter_markers("row") for row in mark.args}
    config.stash[_wanted] = _ROW.findall(ACCEPTANCE.read_text()) if ACCEPTANCE.exists() else []
    config.hook.pytest_deselected(items=items[:])
    items[:] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--rows") or _proved not in config.stash:
        return
    wanted, proved = config.stash[_wanted], config.stash[_proved]
    write = terminalreporter.write_line
    terminalreporter.section("acceptance rows")
    if not wanted:
        write(f"{ACCEPTANCE} is not here; tests name {len(proved)} rows.")
        return
    everyone, done = Counter(map(_section, wanted)), Counter(_section(row) for row in wanted if row in proved)
    for section, total in everyone.items():
        missing = [row for row in wanted if _section(row) == section and row not in proved]
        write(f"{section}: {done[section]} of {total} proved")
        write("   without a test: " + " ".join(missing) if missing else "   complete")
    write(f"all: {sum(done.values())} of {len(wanted)} proved")
    for row in sorted(proved - set(wanted)):
        write(f"a test names {row}, which is no row")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    # Running nothing is what was asked for.
    if session.config.getoption("--rows") and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def _section(row: str) -> str:
    return row.split(".", maxsplit=1)[0]
