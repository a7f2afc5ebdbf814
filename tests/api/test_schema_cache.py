"""The schema is drawn up once: then it comes from the cache, never from another release's, and never not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from crm import caching
from crm.api.schema import PACKAGES, code_version
from crm.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.row("S0.133", "S4.78")]

YAML, JSON = "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each drawing took, in seconds; the cache is empty."""
    cache.clear()
    seconds: list[float] = []
    draw = SchemaGenerator.get_schema

    def counted(*args: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return draw(*args, **options)
        finally:
            seconds.append(time.perf_counter() - began)

    monkeypatch.setattr(SchemaGenerator, "get_schema", counted)
    return seconds


def test_the_second_request_does_not_draw_it_up_again(
    drawn: list[float], agent: User, outsider: User, client_of: Callable[[User], Client]
) -> None:
    for count, accepted in enumerate((YAML, JSON), start=1):
        answers = [
            client_of(person).get("/api/schema", headers={"Accept": accepted}) for person in (agent, agent, outsider)
        ]
        assert len(drawn) == count
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        for name in ("Content-Type", "Content-Disposition", "Vary"):
            assert len({answer.get(name) for answer in answers}) == 1, name
        assert accepted in answers[0]["Content-Type"]


def test_what_is_kept_is_shown_to_members_alone(
    drawn: list[float], agent: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(agent).get("/api/schema").status_code == 200
    assert Client().get("/api/schema").status_code in (401, 403)


def test_a_version_of_its_own_is_drawn_up_for_who_asks(
    drawn: list[float], agent: User, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(agent)
    assert b"9.9" in browser.get("/api/schema?version=9.9").content
    assert b"9.9" not in browser.get("/api/schema").content
    assert len(drawn) == 2


def test_without_the_cache_it_is_drawn_up_each_time(
    drawn: list[float], agent: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_of(agent)
    monkeypatch.setattr(caching, "_away_until", time.monotonic() + 60)
    assert [browser.get("/api/schema").status_code for _ in range(2)] == [200, 200]
    assert len(drawn) == 2


def test_every_change_of_the_code_is_another_version(tmp_path: Path) -> None:
    versions = []
    for name, text in (("a.py", "x = 1"), ("a.py", "x = 2"), ("b.py", "x = 2")):
        folder = tmp_path / str(len(versions))
        (folder / PACKAGES[0]).mkdir(parents=True)
        (folder / PACKAGES[0] / name).write_text(text)
        versions.append(code_version(folder))
    assert len(set(versions)) == 3
