"""A change of key: everything goes under the first one, whatever happens meanwhile, and nothing needs the old one."""

from __future__ import annotations

import base64
import os
import re
import signal
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connections, models

from crm import rotation, two_factor
from crm.encryption import UnableToUnseal, key_id_of, seal, seal_bytes, unseal
from crm.models import Company
from crm.tenancy import use_company
from telephony import spool
from telephony.models import ProviderAccount
from tests import factories
from tests.access.codes import KEY, give_app, give_recovery_codes
from tests.running.processes import manage, run

ROOT = Path(project.BASE_DIR)
SECRETS = ("wsec_first", "wsec_second", "xi-key-of-the-provider", "told-when-asking")


def make_key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


OLD, NEW = make_key("before"), make_key("after")


def make_account_with_secrets() -> ProviderAccount:
    account = factories.make_account(secret=SECRETS[0])
    account.set_webhook_secret(SECRETS[1])
    account.set_api_key(SECRETS[2])
    account.set_initiation_secret(SECRETS[3])
    account.save()
    return account


def secrets_of(account: ProviderAccount) -> tuple[str, ...]:
    newest, before = account.webhook_secrets()
    return before, newest, account.api_key(), account.initiation_secret()


@pytest.fixture
def sealed_before(db: None, settings: Any, tmp_path: Path) -> list[ProviderAccount]:
    """Two companies with accounts, and a person with a second factor, all of them sealed with the old key."""
    settings.ENCRYPTION_KEYS = [OLD]
    settings.VAR_DIR = tmp_path
    accounts = []
    for name in ("Northwind Homes", "Southgate Offices"):
        company = factories.make_company(name=name)
        with use_company(company):
            accounts += [make_account_with_secrets() for _ in range(3)]
    person = factories.make_member(company, role="owner").user
    give_app(person)
    give_recovery_codes(person)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    return accounts


def said_by(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


def everything_opens(accounts: list[ProviderAccount]) -> bool:
    for account in accounts:
        with use_company(account.company_id):
            assert secrets_of(ProviderAccount.objects.get(pk=account.pk)) == SECRETS
    app = Authenticator.objects.get(type="totp")
    assert unseal(app.data["secret"], context=two_factor.CONTEXT) == KEY
    assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 10
    return True


def test_everything_goes_under_the_first_key_and_the_old_one_can_go(
    sealed_before: list[ProviderAccount], settings: Any
) -> None:
    said = said_by()
    assert "8 rows sealed with the key after" in said
    assert "key after: 26 secrets" in said
    assert "key before" not in said
    settings.ENCRYPTION_KEYS = [NEW]
    assert everything_opens(sealed_before)
    settings.ENCRYPTION_KEYS = [OLD]
    with pytest.raises(UnableToUnseal), use_company(sealed_before[0].company_id):
        ProviderAccount.objects.get(pk=sealed_before[0].pk).api_key()


def test_a_second_run_changes_nothing(sealed_before: list[ProviderAccount]) -> None:
    said_by()
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    assert "0 rows sealed" in said_by()
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before


def test_a_look_changes_nothing_and_says_what_is_left(sealed_before: list[ProviderAccount]) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="still needed"):
        call_command("rotate_keys", "--check", stdout=out)
    assert "key before: 26 secrets" in out.getvalue()
    assert everything_opens(sealed_before)


def test_what_no_key_opens_is_named_and_the_rest_is_done(sealed_before: list[ProviderAccount], settings: Any) -> None:
    broken = sealed_before[1]
    with use_company(broken.company_id):
        ProviderAccount.objects.filter(pk=broken.pk).update(
            api_key_sealed=f"lost.{base64.b64encode(b'x' * 40).decode()}"
        )
    out = StringIO()
    with pytest.raises(CommandError, match="still needed"):
        call_command("rotate_keys", stdout=out)
    assert f"no key opens telephony.ProviderAccount.api_key_sealed of row {broken.pk}" in out.getvalue()
    assert "key after: 25 secrets" in out.getvalue()
    assert "key lost: 1 secrets" in out.getvalue()


def test_deliveries_that_wait_on_disk_keep_their_key_until_they_are_drained(
    sealed_before: list[ProviderAccount], settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    spool.folder().mkdir(parents=True)
    waiting = spool.folder() / "one.ev"
    waiting.write_bytes(seal_bytes(b"a delivery", context="telephony.spool"))
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    out = StringIO()
    with pytest.raises(CommandError, match="still needed"):
        call_command("rotate_keys", stdout=out)
    assert "key before: 1 files in the spool" in out.getvalue()
    waiting.unlink()
    assert "can go" in said_by()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["rotate:after_row", "rotate:before_commit", "rotate:after_place"])
def test_killed_in_the_middle_it_goes_on_where_it_ended(
    sealed_before: list[ProviderAccount], settings: Any, place: str
) -> None:
    """S12: a real process, killed with SIGKILL, then run again."""
    environment = {
        **os.environ,
        "DATABASE_URL": url_of_the_test_database(),
        "ENCRYPTION_KEYS": f"{NEW},{OLD}",
        "SECRET_KEY": project.SECRET_KEY,
        "VAR_DIR": str(settings.VAR_DIR),
        "TESTING": "true",
    }
    environment.pop("DATABASE_OWNER_URL")
    killed = run(*manage("rotate_keys"), env={**environment, "FAILPOINTS": place})
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert everything_opens(sealed_before)

    done = run(*manage("rotate_keys"), env=environment)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "The key after alone opens everything" in done.stdout
    settings.ENCRYPTION_KEYS = [NEW]
    assert everything_opens(sealed_before)


def url_of_the_test_database() -> str:
    name = connections["default"].settings_dict["NAME"]
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


# ---- none is forgotten --------------------------------------------------------------------------------------------


def test_every_column_that_is_named_sealed_is_registered() -> None:
    registered = {(column.model, column.column) for column in rotation.sealed_columns()}
    named = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.Field) and ("sealed" in field.name or "encrypted" in field.name)
        if isinstance(field, models.TextField | models.CharField | models.BinaryField | models.JSONField)
    }
    assert named <= registered, "register it in the app's apps.py (crm/rotation.py), or rotation will miss it"


def test_whatever_lies_sealed_in_the_database_is_registered(sealed_before: list[ProviderAccount]) -> None:
    """By what is in the rows, whatever the column is called."""
    registered = {(column.model._meta.db_table, column.column) for column in rotation.sealed_columns()}
    looks_sealed = re.compile(
        rf"\b{key_id_of(seal('x', context='x'))}\.[A-Za-z0-9+/]{{20,}}=*|\bbefore\.[A-Za-z0-9+/]{{20,}}"
    )
    found = set()
    tables = (
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    )
    for model in tables:
        table = model._meta.db_table
        for row in owner_rows(table):
            found |= {(table, column) for column, value in row.items() if value and looks_sealed.search(value)}
    assert ("telephony_provideraccount", "api_key_sealed") in found
    assert ("mfa_authenticator", "data") in found
    assert found <= registered


def owner_rows(table: str) -> list[dict[str, str | None]]:
    with connections["default"].cursor() as cursor:
        rows: list[dict[str, str | None]] = []
        for company in Company.objects.order_by("pk"):
            with use_company(company):
                cursor.execute(f'select * from "{table}"')
                names = [column[0] for column in cursor.description or ()]
                rows += [dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()]
    return rows


def test_whoever_seals_has_registered_what_it_seals() -> None:
    """A new caller of `seal` belongs in this list, and its column or file in `rotation.register…`."""
    known = {
        "crm/two_factor.py",
        "crm/rotation.py",
        "crm/encryption.py",
        "crm/models/invitations.py",
        "telephony/models/accounts.py",
        "telephony/models/refusals.py",
        "telephony/spool.py",
        "crm/shelves.py",
    }
    callers = {
        str(path.relative_to(ROOT))
        for floor in ("config", "crm", "telephony", "analysis", "calltracking")
        for path in (ROOT / floor).rglob("*.py")
        if re.search(r"\b(re)?seal(_bytes)?\(", path.read_text())
    }
    assert callers == known
