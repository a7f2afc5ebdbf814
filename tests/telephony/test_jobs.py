"""`POST /api/jobs/sync-elevenlabs-calls`, and the first account from the environment."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from crm.leases import claim
from crm.models import Company, User
from crm.tenancy import use_company
from telephony.api import jobs
from telephony.models import Call, ProviderAccount, SyncRun, WebhookAddress
from telephony.providers import get_provider
from tests import factories
from tests.stubs.elevenlabs import Answer, ElevenLabsStub
from tests.telephony.test_sync import begin, make_day

pytestmark = pytest.mark.django_db

URL = "/api/jobs/sync-elevenlabs-calls"


Browser = Callable[[User], Client]


@pytest.mark.row("S1.13", "S1.15", "S1.16", "S1.69", "S2.63")
def test_the_job_answers_what_it_found(
    account: ProviderAccount, stub: ElevenLabsStub, manager: User, client_of: Browser
) -> None:
    make_day(stub, 3)
    answer = client_of(manager).post(URL)
    assert answer.status_code == 200
    body = answer.json()
    with use_company(account.company_id):
        run = account.sync_runs.get()
        assert Call.objects.filter(account=account).count() == 3
    assert body.pop("message") == "Synchronized: 3 new calls."
    assert body["data"].pop("lastSyncTimestamp") == run.until.isoformat().replace("+00:00", "Z")
    assert body == {
        "success": True,
        "data": {"newCalls": 3, "attributedCalls": 0, "errors": 0},
        "newCalls": 3,
        "attributedCalls": 0,
        "errors": 0,
    }
    assert client_of(manager).post(URL, {}, content_type="application/json").json()["newCalls"] == 0


@pytest.mark.row("S1.14")
def test_the_job_may_ask_for_one_agent(
    account: ProviderAccount, stub: ElevenLabsStub, manager: User, client_of: Browser
) -> None:
    make_day(stub, 2, agent_id="agent_a")
    make_day(stub, 1, agent_id="agent_b")
    answer = client_of(manager).post(URL, {"agentId": "agent_a"}, content_type="application/json")
    assert answer.json()["newCalls"] == 2
    answer = client_of(manager).post(URL, {"agentId": ["a"]}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("who", ["agent", "viewer", "outsider"])
def test_only_those_with_the_right_may_ask(
    account: ProviderAccount, stub: ElevenLabsStub, who: str, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    make_day(stub, 1)
    answer = client_of(request.getfixturevalue(who)).post(URL)
    assert answer.status_code == (409 if who == "outsider" else 403)
    assert stub.asked.total() == 0


def test_nobody_may_ask_without_log_in(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    assert Client().post(URL).status_code in (401, 403)
    assert stub.asked.total() == 0


def test_without_an_account_that_can_be_asked_it_says_so(company: Company, manager: User, client_of: Browser) -> None:
    answer = client_of(manager).post(URL)
    assert (answer.status_code, answer.json()["success"]) == (409, False)
    assert "API key" in answer.json()["message"]


@pytest.mark.row("S2.64")
def test_a_failed_run_says_how_it_failed(
    account: ProviderAccount, stub: ElevenLabsStub, manager: User, client_of: Browser
) -> None:
    stub.key = "another"
    answer = client_of(manager).post(URL)
    assert (answer.status_code, answer.json()["success"], answer.json()["errors"]) == (502, False, 1)
    assert "API key" in answer.json()["message"]


def test_what_takes_longer_goes_on_by_itself(
    account: ProviderAccount, stub: ElevenLabsStub, manager: User, client_of: Browser, monkeypatch: Any
) -> None:
    monkeypatch.setattr(jobs, "SECONDS", 0.3)
    make_day(stub, 5)
    slow = [True]
    stub.trouble = lambda path, times: None if not slow else Answer(503, after_seconds=0.1)
    answer = client_of(manager).post(URL)
    assert (answer.status_code, answer.json()["success"]) == (202, True)
    slow.clear()
    factories.work_off()
    with use_company(account.company_id):
        assert (account.sync_runs.get().new, Call.objects.filter(account=account).count()) == (5, 5)


def test_a_run_under_way_is_told_and_not_begun_again(
    account: ProviderAccount, stub: ElevenLabsStub, manager: User, client_of: Browser
) -> None:
    run = begin(account)
    assert claim(SyncRun, company_id=run.company_id, pk=run.pk) is not None
    answer = client_of(manager).post(URL)
    assert (answer.status_code, stub.asked.total()) == (202, 0)
    with use_company(account.company_id):
        assert account.sync_runs.count() == 1


def test_the_admin_shows_what_each_run_found(
    account: ProviderAccount, stub: ElevenLabsStub, manager: User, client_of: Browser
) -> None:
    make_day(stub, 2)
    browser = client_of(manager)
    browser.post(URL)
    page = browser.get("/admin/telephony/syncrun/").content.decode()
    assert "Voice agents" in page
    assert "Done" in page
    with use_company(account.company_id):
        run = account.sync_runs.get()
    assert browser.get(f"/admin/telephony/syncrun/{run.pk}/change/").status_code == 200


# ---- the first account ----------------------------------------------------------------------------------------


@pytest.fixture
def named(settings: Any) -> Any:
    settings.COMPANY_NAME = "Lakeside Dental"
    settings.ELEVENLABS_API_KEY = "xi_from_environment"
    settings.ELEVENLABS_AGENT_IDS = ["agent_1", " agent_2 "]
    settings.ELEVENLABS_WEBHOOK_SECRET = "wsec_from_environment"
    settings.ELEVENLABS_REGION = "EU"
    return settings


def connect() -> str:
    said = StringIO()
    call_command("connect_from_env", stdout=said)
    return said.getvalue()


@pytest.mark.row("S1.59", "S1.60", "S1.61")
def test_the_environment_makes_the_first_account_once(db: None, named: Any) -> None:
    said = connect()
    assert f"{named.SITE_URL}/api/webhooks/elevenlabs" in said
    assert "xi_from" not in said
    found = Company.objects.get(name="Lakeside Dental")
    assert not found.is_demo
    with use_company(found):
        account = ProviderAccount.objects.get()
        assert (account.api_key(), account.webhook_secrets()) == ("xi_from_environment", ("wsec_from_environment",))
        assert (account.agent_ids.split(), account.region) == (["agent_1", "agent_2"], "eu")
        # Changed in the admin, it stays as people left it.
        account.label = "Ours"
        account.set_api_key("entered")
        account.save()
    assert connect() == ""
    with use_company(found):
        account = ProviderAccount.objects.get()
        assert (account.label, account.api_key()) == ("Ours", "entered")
    assert WebhookAddress.objects.filter(company=found, is_active=True).count() == 1


def test_a_company_of_that_name_is_used_and_the_demo_never(company: Company, named: Any) -> None:
    named.COMPANY_NAME = company.name
    demo = factories.make_company(name=company.name, slug="demo", is_demo=True)
    with use_company(company):
        ProviderAccount.objects.filter(provider="elevenlabs").update(is_demo=True)
    connect()
    with use_company(company):
        assert ProviderAccount.objects.filter(provider="elevenlabs", is_demo=False).count() == 1
    with use_company(demo):
        assert not ProviderAccount.objects.exists()


def test_a_webhook_to_the_printed_address_arrives(db: None, named: Any) -> None:
    connect()
    found = Company.objects.get(name="Lakeside Dental")
    event = factories.make_event()
    delivery = get_provider("elevenlabs").compose(event, secret="wsec_from_environment", at=timezone.now())
    assert factories.post("/api/webhooks/elevenlabs", delivery).status_code == 200
    factories.work_off()
    with use_company(found):
        assert Call.objects.get().reached_us_by == "webhook"


def test_nothing_is_made_of_half_an_environment(db: None, named: Any) -> None:
    named.COMPANY_NAME = ""
    with pytest.raises(CommandError, match="COMPANY_NAME"):
        connect()
    named.ELEVENLABS_API_KEY = named.ELEVENLABS_WEBHOOK_SECRET = ""
    assert connect() == ""
    assert not Company.objects.exists()
