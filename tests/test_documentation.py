"""What the documentation says is so: settings, commands, roles, features, files, addresses and links."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from crm.roles import RIGHTS, SPECIAL_RIGHTS, Role
from tests.rows import ACCEPTANCE

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "crm", "telephony", "analysis", "calltracking")
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
OPERATIONS = ROOT / "docs" / "operations.md"
FEATURES = ROOT / "docs" / "features.md"

ENVIRONMENT = (
    r'\benv\.\w+\(\s*"([A-Z][A-Z_]+)"',
    r'\benviron(?:\.get|\.setdefault|\.pop)?[(\[]\s*"([A-Z][A-Z_]+)"',
    r'"([A-Z][A-Z_]+)" (?:not )?in os\.environ',
)
ROW = r"(?:S\d+|B)\.\d+"


def programs() -> Iterator[Path]:
    yield ROOT / "manage.py"
    for folder in (*PACKAGES, "scripts"):
        yield from (ROOT / folder).rglob("*.py")


def variables() -> set[str]:
    """Every environment variable that the code, the image and compose.yaml read."""
    found = {name for file in programs() for how in ENVIRONMENT for name in re.findall(how, file.read_text())}
    shell = (ROOT / "Dockerfile", ROOT / "compose.yaml")
    return found | {name for file in shell for name in re.findall(r"\$\{([A-Z_]+)", file.read_text())}


def first_cells(page: Path) -> list[str]:
    return re.findall(r"^\| (.+?) \|", page.read_text(), re.MULTILINE)


def rows_of_features() -> tuple[set[str], set[str]]:
    """The ids that `docs/features.md` says are there, and those that are not yet."""
    there, _, not_yet = FEATURES.read_text().partition("\n## Not yet\n")
    return tuple(set(re.findall(rf"^\| ({ROW}) \|", part, re.MULTILINE)) for part in (there, not_yet))


def rows_of_tests() -> set[str]:
    marks = (
        mark
        for file in (ROOT / "tests").rglob("test_*.py")
        for mark in re.findall(r"mark\.row\(([^)]*)\)", file.read_text())
    )
    contract = (ROOT / "tests" / "telephony" / "provider_contract.py").read_text()
    marked = (*marks, *re.findall(r"mark\.row\(([^)]*)\)", contract))
    return {row for mark in marked for row in re.findall(rf'"({ROW})"', mark)}


@pytest.mark.row("S1.67")
def test_every_setting_is_documented_and_nothing_else() -> None:
    told = {name for cell in first_cells(OPERATIONS) for name in re.findall(r"^`([A-Z_]+)`$", cell)}
    assert told == variables()


def test_every_feature_that_a_test_proves_is_in_the_list() -> None:
    there, not_yet = rows_of_features()
    assert rows_of_tests() - there == set()
    assert there & not_yet == set()


@pytest.mark.skipif(not ACCEPTANCE.exists(), reason="the list of rows is not on this machine")
def test_the_list_of_features_names_only_rows_there_are() -> None:
    there, not_yet = rows_of_features()
    known = set(re.findall(rf"^\| ({ROW}) \|", ACCEPTANCE.read_text(), re.MULTILINE))
    assert (there | not_yet) - known == set()


@pytest.mark.row("S1.67")
def test_every_command_is_mentioned() -> None:
    said = "\n".join(page.read_text() for page in (*PAGES[:2], OPERATIONS))
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    ours = {file.stem for file in ROOT.glob("*/management/commands/*.py") if file.parents[2].name in PACKAGES}
    wanted = {f"make {target}" for target in targets} | {f"manage.py {name}" for name in ours - {"__init__"}}
    assert {command for command in wanted if not re.search(rf"\b{re.escape(command)}\b", said)} == set()


@pytest.mark.row("S1.67")
def test_every_page_and_endpoint_is_told() -> None:
    """What acts for a page, or is a part of it, stands below it; endpoints are told one by one."""
    said = "\n".join(page.read_text() for page in PAGES)
    told = {_shape(address) for address in re.findall(r"`(?:[A-Z][A-Z, ]+ )?(/[^`\s?]*)[^`]*`", said)}
    missing = {route for route in _routes() if not {route, *_pages_above(route)} & told}
    assert missing == set()


@pytest.mark.row("S1.67")
def test_every_screen_of_the_admin_is_told() -> None:
    said = "\n".join(page.read_text() for page in PAGES)
    screens = {f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry}
    assert {screen for screen in screens if screen not in said} == set()


def test_every_dependency_has_its_reason() -> None:
    entries = "\n".join(file.read_text() for file in (ROOT / "requirements").glob("*.in"))
    named = {name.lower() for name in re.findall(r"^([A-Za-z][\w.-]*)", entries, re.MULTILINE)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert named == set(project["tool"]["ringside"]["dependencies"])


def test_every_role_is_told_as_it_is() -> None:
    cell = rf" ({'|'.join(Role.values)}|–) \|"
    told = re.findall(rf"^\| `([\w.]+)` \|{cell * 4}$", _security(), re.MULTILINE)
    held = {
        model: tuple(least.value if least else "–" for least in (r.view, r.add, r.change, r.delete))
        for model, r in RIGHTS.items()
    }
    assert {model: tuple(rights) for model, *rights in told} == held


def test_every_special_right_is_told_as_it_is() -> None:
    told = dict(re.findall(rf"^\| `([\w.]+)` \| ({'|'.join(Role.values)}) \|$", _security(), re.MULTILINE))
    assert told == {right: least.value for right, (least, _) in SPECIAL_RIGHTS.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_points_at_is_there(page: Path) -> None:
    text = page.read_text()
    missing = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not _leads_somewhere(page, link)]
    folders = "|".join((*PACKAGES, "docs", "requirements", "scripts", "static", "templates", "tests"))
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", text)
    missing += [path for path in named if not (ROOT / path).exists()]
    missing += [address for address in re.findall(r"`(?:GET |POST )?(/[^`\s]*)`", text) if not _resolves(address)]
    assert missing == []


def _security() -> str:
    return (ROOT / "docs" / "security.md").read_text()


def _routes(patterns: list[Any] | None = None, before: str = "/") -> Iterator[str]:
    """Yield the shape of every address of ours; the admin's screens are models, log-in is allauth's."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield _shape(route)
        elif entry.namespace != "admin" and not route.startswith("/accounts/"):
            yield from _routes(entry.url_patterns, route)


def _shape(address: str) -> str:
    return re.sub(r"<[^>]+>", "<>", address).rstrip("/") or "/"


def _pages_above(route: str) -> set[str]:
    """Return the pages that an address stands below; an endpoint stands for itself."""
    parts = [] if route.startswith("/api/") else route.split("/")[1:-1]
    return {"/" + "/".join(parts[:length]) for length in range(1, len(parts) + 1)}


def _leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, heading = link.partition("#")
    target = (page.parent / path) if path else page
    if not target.exists() or not heading:
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
    return heading in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def _resolves(address: str) -> bool:
    """Whether one of ours is at the address; `<id>` stands for any id, and … for more of the same."""
    path = re.sub(r"<[^>]+>", "1", address.partition("?")[0]).removesuffix("…")
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
