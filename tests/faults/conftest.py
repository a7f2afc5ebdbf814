"""One world for all tests of this folder that one process runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import Programs, World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(tmp_path_factory.mktemp("faults"))
    yield world
    world.servers.stop()


@pytest.fixture(scope="session")
def web(world: World) -> Iterator[Programs]:
    """A web server that outlives everything that is done to its neighbors."""
    with world.running("web") as programs:
        yield programs
