"""The shape of the house, held by tests where import-linter cannot see it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from crm.leases import Leased, leased_models
from crm.signals import company_founded
from telephony.providers import PROVIDERS, get_provider
from telephony.providers.base import Provider
from telephony.signals import call_changed

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["crm", "telephony", "analysis", "calltracking"]
OURS = [model for app in FLOORS for model in apps.get_app_config(app).get_models()]


def test_foreign_keys_point_down() -> None:
    """A string reference slips past import-linter."""
    for model in OURS:
        floor = FLOORS.index(model._meta.app_label)
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                target = field.related_model._meta.app_label
                assert target not in FLOORS[floor + 1 :], f"{model.__name__}.{field.name} points up at {target}"


def test_a_changed_call_is_heard_by_one_receiver() -> None:
    assert len(call_changed.receivers) == 1


def test_a_founded_company_is_heard_by_one_receiver_of_each_floor_above() -> None:
    heard_by = sorted(receiver().__module__ for _, receiver, *_ in company_founded.receivers)
    assert heard_by == ["analysis.receivers", "calltracking.receivers"]


def test_every_leased_model_has_somebody_who_does_its_work() -> None:
    assert set(leased_models()) == {model for model in OURS if issubclass(model, Leased)}


@pytest.mark.row("S3.1")
def test_a_provider_is_a_line_of_the_registry_and_nothing_above_knows_its_name() -> None:
    for name, (label, _) in PROVIDERS.items():
        provider = get_provider(name)
        assert isinstance(provider, Provider)
        assert (provider.name, provider.label) == (name, label)
    # The demo chooses who carries its calls; the API's examples show what an id looks like.
    named = re.compile(rf"[\"']({'|'.join(PROVIDERS)})[\"']|telephony\.providers\.({'|'.join(PROVIDERS)})")
    allowed = {"calltracking/demo/scenes.py", "telephony/api/calls.py"}
    for floor in ("crm", "analysis", "calltracking"):
        for path in (ROOT / floor).rglob("*.py"):
            relative = str(path.relative_to(ROOT))
            if relative not in allowed and "migrations" not in relative:
                assert not named.search(path.read_text()), relative


def test_every_dependency_has_its_reason() -> None:
    reasons = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ringside"]["dependencies"]
    wanted = set()
    for file in ("base.in", "dev.in"):
        for line in (ROOT / "requirements" / file).read_text().splitlines():
            found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
            if found:
                wanted.add(found[0].lower())
    assert wanted == {name.lower() for name in reasons}


def test_no_file_outgrows_its_room() -> None:
    """A module becomes a package past about 300 lines (docs/architecture.md); tables of words may be longer."""
    tables = {"analysis/backends/builtin/numerals.py"}
    for floor in (*FLOORS, "config"):
        for path in (ROOT / floor).rglob("*.py"):
            relative = str(path.relative_to(ROOT))
            if "migrations" not in relative and relative not in tables:
                assert len(path.read_text().splitlines()) <= 330, relative
