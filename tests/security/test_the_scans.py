"""The fast half of `make security`, in every run of the tests; and that each scan sees what it is there to see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.views.debug import get_default_exception_reporter_filter

from scripts import security


@pytest.mark.parametrize("name", [name for name in security.SCANS if name != "secrets in history"])
def test_a_scan_finds_nothing(name: str) -> None:
    assert security.SCANS[name]() == []


@pytest.mark.parametrize(
    "statement",
    [
        'f"select * from crm_contact where name = {name}"',
        '"select * from crm_contact where name = %s" % name',
        '"delete from crm_contact where id = " + pk',
        '"update {} set x = 1".format(table)',
        'f"set local role {role}"',
        'f"WITH old AS (SELECT {x}) SELECT 1"',
    ],
)
def test_sql_made_of_text_is_seen(statement: str) -> None:
    assert list(security._made_sql(ast.parse(statement)))


@pytest.mark.parametrize("statement", ['"select 1 where id = %s"', 'f"with {who} in it"', 'f"select"', '"set " + x'])
def test_other_text_is_not_taken_for_sql(statement: str) -> None:
    assert not list(security._made_sql(ast.parse(statement)))


PLANTED = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "cloud key": "AKIA" + "IOSFODNN7EXAMPLE",
    "key of a provider": "sk-" + "proj-4f9a8b7c6d5e4f3a2b1c0d9e",
    "signed token": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N",
    "password in an address": "postgresql://rs_app:" + "hunter2hunter2@db.internal/ringside",
    "key in the code": 'WEBHOOK_SECRET = "' + '8f14e45fceea167a5a36dedd4bea2543"',
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_seen(kind: str) -> None:
    assert security.SECRET[kind].search(PLANTED[kind])


def test_a_planted_file_is_found_and_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(security, "ROOT", tmp_path)
    (tmp_path / "settings.py").write_text("\n" + PLANTED["key in the code"])
    assert security.secrets() == ["settings.py:2 looks like a key in the code"]


def test_what_was_looked_at_is_still_there() -> None:
    """A list of exceptions that names what is gone excuses what comes next."""
    named = {path for _, path in security.REVIEWED} | {
        *security.SQL_OF_NAMES,
        *security.UNESCAPED,
        *security.NO_SECRETS,
    }
    assert {path for path in named if not (security.ROOT / path).exists()} == set()
    reasons = [*security.REVIEWED.values(), *(why for _, why in security.SQL_OF_NAMES.values())]
    assert all(len(reason) > 10 for reason in reasons)


def test_the_image_takes_no_keys_and_no_history_along() -> None:
    left_out = (security.ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "var"} <= set(left_out)


def test_the_debug_page_shows_no_secret_of_the_settings(settings: object) -> None:

    shown = str(get_default_exception_reporter_filter().get_safe_settings())
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "ELEVENLABS_API_KEY", "ELEVENLABS_WEBHOOK_SECRET", "REDIS_URL"):
        value = getattr(settings, name)
        for secret in value if isinstance(value, list) else [value]:
            assert not secret or secret not in shown, name
