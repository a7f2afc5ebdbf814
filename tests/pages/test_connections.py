"""Connections: whether calls reach us, on a page and in a terminal; the key that is tried; whether we are ready."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calltracking import connections as shown
from calltracking.backlog import BAD, GOOD, PLAIN, WARN, Fact, durability, queue
from calltracking.connections import Connection
from crm.business_days import time_on_business_days
from crm.models import Company, User
from crm.tenancy import use_company
from telephony import credentials, spool
from telephony.models import ProviderAccount, Quarantined, SyncRun, WebhookEvent
from telephony.providers import PROVIDERS, get_provider
from tests import factories

Browser = Callable[[User], Client]

# A Wednesday noon in India.
NOON = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(db: None) -> Iterator[Company]:
    """A company with nothing but its name, in use."""
    company = factories.make_company(name="Quiet Corner")
    with use_company(company):
        yield company


@pytest.fixture(autouse=True)
def reachable(settings: Any, tmp_path: Any) -> None:
    settings.SITE_URL = "https://calls.example.com"
    settings.VAR_DIR = tmp_path


def make_account(*, label: str = "Front desk", is_complete: bool = True, **fields: Any) -> ProviderAccount:
    account = factories.make_account(label=label, **fields)
    if is_complete:
        account.set_api_key("xi-key")
        account.set_initiation_secret("isec_of_the_front_desk")
        account.save()
    return account


def hear(account: ProviderAccount, at: datetime, **fields: Any) -> None:
    key = f"{at.timestamp()}{fields}"
    written = {"provider": account.provider, "dedupe_key": key, "body": b"{}", "work_state": "done", **fields}
    WebhookEvent.objects.create(account=account, received_at=at, **written)


def make_run(account: ProviderAccount, at: datetime, **fields: Any) -> SyncRun:
    told = {"until": at, "started_at": at, "finished_at": at, "work_state": "done", **fields}
    run: SyncRun = SyncRun.objects.create(account=account, **told)
    return run


def only(company: Company, *, now: datetime = NOON) -> Connection:
    [found] = shown.connections(company, now=now)
    return found


def fact(company: Company, name: str, *, now: datetime = NOON) -> Fact:
    return next(f for f in only(company, now=now).facts if f.name == name)


# ---- what an account says -------------------------------------------------------------------------------------


def test_an_account_that_hears_and_is_synchronized_works(empty: Company) -> None:
    account = make_account()
    hear(account, NOON - timedelta(minutes=3))
    make_run(account, NOON - timedelta(minutes=7), seen=34, changed=2)

    found = only(empty)

    assert (found.word, found.tone) == ("Working", GOOD)
    assert {f.tone for f in found.facts} == {GOOD}


@pytest.mark.row("B.20", "S2.92")
def test_the_exact_addresses_are_shown_for_the_site_as_it_is_set(empty: Company, settings: Any) -> None:
    make_account()

    for site in ("https://calls.example.com", "https://staging.example.com"):
        settings.SITE_URL = site
        assert [paste.text for paste in only(empty).pastes] == [
            f"{site}/api/webhooks/elevenlabs/<token>",
            f"{site}/api/webhooks/elevenlabs/<token>/initiation",
            "X-Ringside-Secret",
        ]


@pytest.mark.row("S2.124")
@pytest.mark.parametrize(
    ("site", "said"),
    [("http://localhost:8000", True), ("http://127.0.0.1", True), ("https://x.tunnel.example", False)],
)
def test_an_address_that_no_provider_can_reach_is_pointed_out(settings: Any, site: str, said: bool) -> None:
    settings.SITE_URL = site

    assert (shown.reach() is not None) is said


def test_an_account_that_was_never_heard_of_waits_and_one_without_an_address_needs_somebody(empty: Company) -> None:
    account = make_account()
    assert (only(empty).word, fact(empty, "Webhooks").tone) == ("Waiting for the first call", PLAIN)

    account.addresses.get().close()
    assert (only(empty).word, fact(empty, "Webhooks").word) == ("Needs you", "No address is open")


@pytest.mark.parametrize(
    ("heard_at", "tone"),
    [
        (NOON - timedelta(hours=23), GOOD),
        (NOON - timedelta(hours=25), WARN),
        (NOON - timedelta(days=5), WARN),
    ],
)
def test_a_working_day_without_a_webhook_is_silence(empty: Company, heard_at: datetime, tone: str) -> None:
    hear(make_account(), heard_at)

    assert fact(empty, "Webhooks").tone == tone


def test_a_quiet_weekend_is_no_silence(empty: Company) -> None:
    friday, monday = NOON + timedelta(days=2), NOON + timedelta(days=5)
    hear(make_account(), friday)

    assert fact(empty, "Webhooks", now=monday - timedelta(hours=1)).tone == GOOD
    assert fact(empty, "Webhooks", now=monday + timedelta(hours=1)).tone == WARN


def test_time_on_business_days_counts_whole_and_partial_days(empty: Company) -> None:
    start = NOON + timedelta(days=2)
    assert time_on_business_days(empty, start=start, end=start + timedelta(hours=3)) == timedelta(hours=3)
    assert time_on_business_days(empty, start=start, end=start + timedelta(days=3)) == timedelta(days=1)
    assert time_on_business_days(empty, start=start, end=start) == timedelta()


@pytest.mark.row("B.6")
def test_silent_webhooks_while_synchronization_finds_calls_are_red(empty: Company) -> None:
    account = make_account()
    hear(account, NOON - timedelta(hours=2))
    make_run(account, NOON - timedelta(minutes=5), seen=12, new=4, missed=4)

    assert (fact(empty, "Webhooks").word, fact(empty, "Webhooks").tone) == ("Not arriving", BAD)
    assert "4 missed by webhooks" in fact(empty, "Synchronization").detail

    hear(account, NOON - timedelta(minutes=1))
    assert fact(empty, "Webhooks").tone == GOOD


def test_a_synchronization_that_failed_says_why_and_one_that_is_open_does_not_hide_it(empty: Company) -> None:
    account = make_account()
    make_run(account, NOON - timedelta(minutes=20), failed_because="ElevenLabs refuses the key.")
    make_run(account, NOON, finished_at=None)

    found = fact(empty, "Synchronization")

    assert (found.tone, found.detail) == (BAD, "ElevenLabs refuses the key.")
    assert found.url == reverse("admin:telephony_syncrun_changelist")


@pytest.mark.parametrize(
    ("secrets", "tone", "word"),
    [
        ({}, BAD, "Webhook secret, API key and initiation secret not set"),
        ({"webhook": 1}, WARN, "API key and initiation secret not set"),
        ({"webhook": 1, "key": 1}, PLAIN, "Initiation secret not set"),
        ({"webhook": 1, "key": 1, "asking": 1}, GOOD, "All set"),
    ],
)
def test_what_is_not_set_is_named(empty: Company, secrets: dict[str, int], tone: str, word: str) -> None:
    account = make_account(is_complete=False)
    account.webhook_secret_sealed = account.webhook_secret_sealed if "webhook" in secrets else ""
    if "key" in secrets:
        account.set_api_key("xi-key")
    if "asking" in secrets:
        account.set_initiation_secret("isec")
    account.save()

    assert (fact(empty, "Secrets").tone, fact(empty, "Secrets").word) == (tone, word)


def test_secrets_that_no_key_opens_are_red(empty: Company, settings: Any) -> None:
    make_account()
    settings.ENCRYPTION_KEYS = ["other:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]

    assert fact(empty, "Secrets").tone == BAD


def test_failures_of_a_day_are_counted(empty: Company) -> None:
    account = make_account()
    hear(account, NOON - timedelta(hours=2), work_state="dead", error="boom")
    hear(account, NOON - timedelta(days=2), work_state="dead", error="long ago")
    Quarantined.objects.create(account=account, provider="elevenlabs", body=b"", why="no", received_at=NOON)
    Quarantined.objects.create(account=account, provider="elevenlabs", body=b"", why="no", released_at=NOON)

    found = fact(empty, "Failures")

    assert (found.tone, found.word) == (BAD, "2 to look at")
    assert found.detail == "1 delivery given up in 24 hours and 1 delivery that did not verify"


def test_a_demo_account_is_never_silent_and_never_tested(empty: Company) -> None:
    hear(make_account(is_demo=True, is_complete=False), NOON - timedelta(days=30))

    assert (only(empty).word, only(empty).can_test) == ("Working", False)


def test_an_account_that_is_off_is_not_judged(empty: Company) -> None:
    make_account(is_complete=False, is_active=False)

    assert (only(empty).word, only(empty).tone) == ("Switched off", PLAIN)


# ---- what waits -----------------------------------------------------------------------------------------------


def waiting(name: str, *, now: datetime = NOON) -> Fact:
    return next(f for f in queue(now=now) if f.name == name)


@pytest.mark.parametrize(("minutes", "tone"), [(0.1, "info"), (2, WARN), (6, BAD)])
def test_the_queue_says_how_much_waits_and_since_when(empty: Company, minutes: float, tone: str) -> None:
    account = make_account()
    assert waiting("Deliveries").word == "Nothing waits"
    for i in range(3):
        due_at = NOON - timedelta(minutes=minutes - i * 0.01)
        hear(account, NOON - timedelta(seconds=i), work_state="due", next_at=due_at)

    assert (waiting("Deliveries").word, waiting("Deliveries").tone) == ("3 deliveries waiting", tone)


def test_a_row_that_waits_for_its_next_attempt_is_not_late(empty: Company) -> None:
    hear(make_account(), NOON, work_state="due", next_at=NOON + timedelta(minutes=4))

    assert (waiting("Deliveries").word, waiting("Deliveries").tone) == ("1 delivery waiting", "info")


def test_what_waits_on_disk_is_shown(empty: Company) -> None:
    assert waiting("On disk").tone == GOOD
    spool.folder().mkdir(parents=True)
    (spool.folder() / "1-g-a.ev").write_bytes(b"x")
    assert (waiting("On disk").word, waiting("On disk").tone) == ("1 waiting", WARN)
    (spool.folder() / "1-g-b.bad").write_bytes(b"x")
    assert waiting("On disk").tone == BAD


# ---- the page -------------------------------------------------------------------------------------------------


@pytest.mark.row("B.20")
def test_the_page_shows_each_account_and_no_secret(company: Company, owner: User, client_of: Browser) -> None:
    with use_company(company):
        make_account()

    page = client_of(owner).get("/connections/").content.decode()

    for words in (
        "Front desk",
        "https://calls.example.com/api/webhooks/elevenlabs/&lt;token&gt;/initiation",
        "X-Ringside-Secret",
        "Open a new address",
        "Test the key",
        "What waits to be done",
    ):
        assert words in page, words
    for secret in ("xi-key", "isec_of_the_front_desk", factories.SECRET):
        assert secret not in page


def test_a_manager_looks_and_an_agent_does_not(
    company: Company, manager: User, agent: User, outsider: User, client_of: Browser
) -> None:
    with use_company(company):
        make_account(label="Only ours")

    page = client_of(manager).get("/connections/").content.decode()
    assert "Only ours" in page
    assert "Open a new address" not in page
    assert client_of(agent).get("/connections/").status_code == 403
    assert "Only ours" not in client_of(outsider).get("/connections/").content.decode()


def test_the_refresh_brings_only_what_may_have_changed(company: Company, owner: User, client_of: Browser) -> None:
    part = client_of(owner).get("/connections/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert part.count("hx-swap-oob") >= 4
    assert "Copy" not in part


def test_a_company_without_accounts_reads_how_to_connect_one(db: None, client_of: Browser) -> None:
    company = factories.make_company()
    page = client_of(factories.make_member(company, role="owner").user).get("/connections/").content.decode()
    assert page.count("<li>") >= 4
    assert "Add an account" in page

    page = client_of(factories.make_member(company, role="manager").user).get("/connections/").content.decode()
    assert "An owner of the company can add the account." in page


def test_the_queries_do_not_grow_with_the_accounts(
    company: Company, owner: User, client_of: Browser, django_assert_max_num_queries: Any
) -> None:
    with use_company(company):
        for i in range(12):
            account = make_account(label=f"Line {i}")
            hear(account, timezone.now())
            make_run(account, timezone.now())
    browser = client_of(owner)

    with django_assert_max_num_queries(17):
        assert "Line 11" in browser.get("/connections/").content.decode()


# ---- is the key any good --------------------------------------------------------------------------------------


class Vendor(BaseHTTPRequestHandler):
    """Lists one conversation to whoever has the key; hangs and fails when it is told to."""

    status, hang = 200, threading.Event()

    def do_GET(self) -> None:
        if self.headers["xi-api-key"] == "hang":
            self.hang.wait(20)
        status = 401 if self.headers["xi-api-key"] == "bad" else self.status
        body = json.dumps({"conversations": [{"conversation_id": "c1", "status": "done"}], "has_more": False}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def vendor(settings: Any) -> Iterator[type[Vendor]]:
    class Own(Vendor):
        hang = threading.Event()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.ELEVENLABS_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    yield Own
    Own.hang.set()
    server.shutdown()
    thread.join()
    server.server_close()


def with_key(company: Company, key: str, *, label: str = "Asked") -> ProviderAccount:
    with use_company(company):
        account = factories.make_account(label=label)
        account.set_api_key(key)
        account.save()
        return account


@pytest.mark.row("B.20")
def test_a_key_is_tried_at_the_provider(company: Company, vendor: type[Vendor]) -> None:
    good = credentials.try_key(with_key(company, "good"))
    bad = credentials.try_key(with_key(company, "bad", label="Refused"))

    assert (good.is_good, good.said) == (
        True,
        "ElevenLabs accepts the key. It lists 1 call of the last 24 hours.",
    )
    assert not bad.is_good
    assert "refuses" in bad.said


def test_a_provider_that_is_busy_or_hangs_is_not_waited_for(company: Company, vendor: type[Vendor]) -> None:
    hanging = credentials.try_key(with_key(company, "hang"), seconds=0.3)
    assert (hanging.is_good, "did not answer" in hanging.said) == (False, True)

    vendor.status = 503
    busy = credentials.try_key(with_key(company, "good", label="Busy"))
    assert (busy.is_good, busy.said) == (False, "The provider is busy or did not answer. Try again in a moment.")


def test_an_account_without_a_key_is_told_so(company: Company) -> None:
    with use_company(company):
        account = factories.make_account()

    assert "no API key" in credentials.try_key(account).said


def test_the_button_answers_with_a_sentence(
    company: Company, manager: User, agent: User, outsider: User, client_of: Browser, vendor: type[Vendor]
) -> None:
    address = f"/connections/{with_key(company, 'good').pk}/test/"

    part = client_of(manager).post(address, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "accepts the key" in part.content.decode()
    assert "<html" not in part.content.decode()
    plain = client_of(manager).post(address, follow=True)
    assert "accepts the key" in plain.content.decode()
    assert client_of(agent).post(address).status_code == 403
    assert client_of(outsider).post(address).status_code == 404
    assert client_of(manager).get(address).status_code == 405


def test_a_demo_account_never_calls_out(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        demo = factories.make_account(is_demo=True)

    part = client_of(manager).post(f"/connections/{demo.pk}/test/", headers={"HX-Request": "true"})

    assert "offers no test" in part.content.decode()


# ---- in a terminal --------------------------------------------------------------------------------------------


def check_setup(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_setup", *arguments, stdout=out)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.row("B.20", "S2.92")
def test_check_setup_prints_what_to_paste_and_fails_when_something_is_red(
    db: None, vendor: type[Vendor], settings: Any
) -> None:
    company = factories.make_company(slug="quiet-corner")
    account = with_key(company, "good", label="A label that is rather long, for a table in a narrow terminal")
    with use_company(company):
        hear(account, timezone.now())

    code, said = check_setup("--company", "quiet-corner")
    assert code == 0, said
    assert "https://calls.example.com/api/webhooks/elevenlabs/<token>/initiation" in said
    assert "accepts the key" in said

    with use_company(company):
        account.set_api_key("bad")
        account.save()
    assert check_setup("--company", "quiet-corner")[0] == 1
    assert check_setup("--company", "quiet-corner", "--no-test")[0] == 0


def test_check_setup_looks_at_every_company_and_names_one_it_does_not_know(
    company: Company, other_company: Company
) -> None:
    said = check_setup("--no-test")[1]
    assert "Northwind Homes" in said
    assert "Southgate Offices" in said
    with pytest.raises(CommandError, match="no company with the short name 'nope'"):
        call_command("check_setup", "--company", "nope")


# ---- ready ----------------------------------------------------------------------------------------------------


def test_a_process_with_its_database_and_its_migrations_is_ready(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"ready")


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_is_not_ready_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    try:
        answer = Client().get("/readyz")
        alive = Client().get("/healthz")
    finally:
        connection.close()
        monkeypatch.undo()

    assert (answer.status_code, answer.content) == (503, b"The database does not answer.")
    assert alive.status_code == 200


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_with_a_migration_missing_it_is_not_ready(client: Client) -> None:
    where = "app = 'telephony' and name ^@ '0001_squashed'"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"update django_migrations set app = 'elsewhere' where {where}")
        try:
            answer = client.get("/readyz")
        finally:
            cursor.execute("update django_migrations set app = 'telephony' where app = 'elsewhere'")

    assert (answer.status_code, answer.content) == (503, b"Migrations are missing: 1.")


@pytest.mark.django_db(transaction=True)
def test_what_a_power_cut_would_cost_is_said() -> None:
    def with_commit(word: str) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("select set_config('synchronous_commit', %s, false)", [word])
        return durability()

    with connection.cursor() as cursor:
        cursor.execute("select setting from pg_settings where name = 'fsync'")
        is_kept = cursor.fetchone() == ("on",)
    try:
        off, on = with_commit("off"), with_commit("on")
    finally:
        connection.close()
    assert (off.tone, "ynchronous_commit is off" in off.word) == (WARN, True)
    assert "ynchronous_commit" not in on.word
    # The tests' own server keeps nothing, and says so.
    assert (on.tone == GOOD) == is_kept


def test_the_regions_people_choose_from_are_those_the_client_knows() -> None:
    from telephony.providers.elevenlabs.client import HOSTS

    assert {value for value, _ in get_provider("elevenlabs").regions} == set(HOSTS)
    assert all(get_provider(name).regions == () for name in PROVIDERS if name != "elevenlabs")
