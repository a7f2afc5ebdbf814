"""What a thief of a database dump gets: no token, no secret, no credential that works (bar S10)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone

from crm.models import Company, User
from crm.tenancy import use_company
from telephony.models import ProviderAccount
from telephony.providers import get_provider
from telephony.providers.base import InvalidSignature
from tests import factories
from tests.access.codes import KEY, give_app, give_recovery_codes

SECRETS = {
    "webhook secret": "wsec_7c1d5a90f3e24b68",
    "webhook secret before": "wsec_0a9b8c7d6e5f4321",
    "provider's API key": "xi_5d0e1f2a3b4c5d6e7f80",
    "initiation secret": "init-91f2c3d4e5a6b7c8",
}


@pytest.fixture
def secrets(company: Company, owner: User) -> dict[str, str]:
    """Every kind of secret there is, in use, by its name."""
    held = dict(SECRETS)
    with use_company(company):
        account = factories.make_account(secret=SECRETS["webhook secret before"])
        account.set_webhook_secret(SECRETS["webhook secret"])
        account.set_api_key(SECRETS["provider's API key"])
        account.set_initiation_secret(SECRETS["initiation secret"])
        account.save()
        held["webhook token"] = account.path.rpartition("/")[2]  # type: ignore[attr-defined]
        held["account"] = str(account.pk)
    give_app(owner)
    held["authenticator's key"] = KEY
    held |= {f"recovery code {number}": spare for number, spare in enumerate(give_recovery_codes(owner))}
    held["password"] = factories.PASSWORD
    Client().post("/accounts/password/reset/", {"email": owner.email})
    link = re.search(r"/key/(\S+?)/", str(mail.outbox[-1].body))
    assert link is not None
    held["reset link"] = link[1].partition("-")[2]
    return held


def dump() -> Iterator[str]:
    """Yield every row of every table, bytes in hex and as text."""
    # A dump is the owner's; its connection does not see the test's transaction, and each company sees all of its own.
    tables = "select tablename from pg_tables where schemaname = 'public' order by 1"
    with connections["default"].cursor() as cursor:
        cursor.execute(tables)
        names = [name for (name,) in cursor.fetchall()]
        for company in Company.objects.order_by("pk"):
            with use_company(company):
                for name in names:
                    cursor.execute(f'select t::text from "{name}" t')
                    for (row,) in cursor.fetchall():
                        yield row
                        yield from (bytes.fromhex(found).decode("latin-1") for found in _hex(row))


def _hex(row: str) -> list[str]:
    return [found[: len(found) // 2 * 2] for found in re.findall(r"\\x([0-9a-f]+)", row)]


def spellings(secret: str) -> set[str]:
    raw = secret.encode()
    encoded = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("="), raw.hex()}
    return {secret, secret[::-1], *encoded}


@pytest.mark.row("S0.128")
def test_a_dump_holds_no_usable_secret(secrets: dict[str, str]) -> None:
    rows = list(dump())
    assert any("Northwind Homes" in row for row in rows), "the dump is empty: the test proves nothing"
    del secrets["account"]
    found = [name for name, secret in secrets.items() for row in rows if any(each in row for each in spellings(secret))]
    assert found == []


def test_what_is_stored_of_a_token_opens_nothing(secrets: dict[str, str], company: Company) -> None:
    with use_company(company), connections["default"].cursor() as cursor:
        cursor.execute("select token_hash, hint from telephony_webhookaddress where company_id = %s", [company.pk])
        stored = cursor.fetchall()
    assert stored
    for token_hash, hint in stored:
        for guess in (token_hash, hint):
            assert Client().post(f"/api/webhooks/elevenlabs/{guess}", b"{}", "application/json").status_code in (
                401,
                404,
            )


def test_what_is_stored_of_a_secret_signs_nothing(secrets: dict[str, str], company: Company) -> None:
    with use_company(company):
        account = ProviderAccount.objects.get(pk=secrets["account"])
    provider = get_provider("elevenlabs")
    event = factories.make_event()
    for stored in (account.webhook_secret_sealed, account.previous_secret_sealed):
        for guess in (stored, stored.partition(".")[2]):
            forged = provider.compose(event, secret=guess, at=timezone.now())
            with pytest.raises(InvalidSignature):
                provider.verify(forged, secrets=account.webhook_secrets())


def test_a_secret_is_shown_on_no_page(
    secrets: dict[str, str], owner: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(owner)
    pages = ["/connections/", "/admin/telephony/provideraccount/"]
    pages.append(f"/admin/telephony/provideraccount/{secrets['account']}/change/")
    for path in pages:
        shown = client.get(path).content.decode()
        assert [name for name in SECRETS if secrets[name] in shown] == [], path
