"""What loses calls is noticed, told once, and over by itself; the provider's own word on our webhook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from crm.leases import claim
from crm.models import Company
from crm.tenancy import use_company
from telephony import sync, watching
from telephony.models import ProviderAccount, Quarantined, SyncRun, Trouble, TroubleMail, WebhookCheck, WebhookEvent
from telephony.models.health import CALM_BETWEEN_MAILS
from tests import factories
from tests.stubs.elevenlabs import WEBHOOKS, Answer, ElevenLabsStub

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def company(db: None) -> Company:
    """With an owner, a manager, who are told, and an agent, who is not."""
    found = factories.make_company(name="Northwind Homes")
    for role in ("owner", "manager", "agent"):
        factories.make_member(found, role=role, email=f"{role}@northwind.example")
    return found


def synchronize(account: ProviderAccount) -> SyncRun:
    with use_company(account.company_id):
        run = SyncRun.objects.begin(account)
    lease = claim(SyncRun, company_id=run.company_id, pk=run.pk)
    assert lease is not None
    sync.synchronize(lease, pause=lambda _: None)
    with use_company(account.company_id):
        return SyncRun.objects.get(pk=run.pk)


def watch(account: ProviderAccount, *, after: timedelta = timedelta(0)) -> list[str]:
    """Look after the account, so much later; returns what is wrong with it then."""
    with use_company(account.company_id):
        account.refresh_from_db()
        watching.watch(account, now=timezone.now() + after)
        return sorted(Trouble.objects.open().filter(account=account).values_list("kind", flat=True))


def fail(account: ProviderAccount, times: int, because: str = "ElevenLabs refuses the account's API key.") -> None:
    with use_company(account.company_id):
        for _ in range(times):
            run = SyncRun.objects.create(account=account, until=timezone.now(), work_state="done")
            run.finish(because=because)


def hear(account: ProviderAccount, key: str = "heard", **fields: Any) -> None:
    with use_company(account.company_id):
        written = {"provider": account.provider, "dedupe_key": key, "body": b"{}", "work_state": "done", **fields}
        WebhookEvent.objects.create(account=account, **written)


def find_by_sync(account: ProviderAccount, calls: int) -> None:
    """Have calls that were over half an hour ago, and that no webhook told of."""
    at = timezone.now() - timedelta(minutes=30)
    with use_company(account.company_id):
        for _ in range(calls):
            factories.make_call(account=account, started_at=at - MINUTE, ended_at=at, reached_us_by="sync")


def mailed() -> list[tuple[str, str]]:
    """Send what is owed; returns to whom and with which subject, all that were ever sent."""
    factories.work_off()
    return sorted((message.to[0].partition("@")[0], message.subject) for message in mail.outbox)


# ---- failures -------------------------------------------------------------------------------------------------


@pytest.mark.row("S2.65")
def test_repeated_failures_are_mailed_once_and_so_is_their_end(account: ProviderAccount) -> None:
    fail(account, 2)
    assert watch(account) == []
    fail(account, 1)
    assert watch(account) == ["failing"]
    fail(account, 1)
    assert watch(account) == ["failing"]
    begun = "Synchronization fails · Voice agents · Northwind Homes"
    assert mailed() == [("manager", begun), ("owner", begun)]
    assert "refuses the account's API key" in str(mail.outbox[0].body)
    (html, kind), *_ = mail.outbox[0].alternatives  # type: ignore[attr-defined]
    assert kind == "text/html"
    assert "/sync-health/" in html

    assert synchronize(account).failed_because == ""
    assert watch(account) == []
    over = "Synchronization works again · Voice agents · Northwind Homes"
    assert mailed() == [("manager", begun), ("manager", over), ("owner", begun), ("owner", over)]
    assert watch(account) == []
    assert len(mailed()) == 4


def test_who_was_told_and_when_stands_in_rows(account: ProviderAccount) -> None:
    fail(account, 3)
    watch(account)
    mailed()
    with use_company(account.company_id):
        rows = list(TroubleMail.objects.select_related("member").order_by("pk"))
        assert sorted(row.member.role for row in rows) == ["manager", "owner"]
        assert all(row.sent_at and row.tells == "begun" for row in rows)


def test_a_trouble_that_was_over_before_the_mail_went_out_is_mailed_to_nobody(account: ProviderAccount) -> None:
    fail(account, 3)
    watch(account)
    synchronize(account)
    watch(account)
    assert mailed() == []


def test_what_comes_back_within_the_hour_is_shown_and_not_mailed(account: ProviderAccount) -> None:
    for _ in range(3):
        fail(account, 3)
        assert watch(account) == ["failing"]
        mailed()
        synchronize(account)
        assert watch(account) == []
    assert len(mailed()) == 4
    fail(account, 3)
    assert watch(account, after=CALM_BETWEEN_MAILS + MINUTE) == ["failing"]
    assert len(mailed()) == 6


def test_somebody_who_left_is_not_told(company: Company, account: ProviderAccount) -> None:
    fail(account, 3)
    watch(account)
    company.memberships.filter(role="manager").update(is_active=False)
    assert [who for who, _ in mailed()] == ["owner"]


def test_another_company_hears_nothing(account: ProviderAccount) -> None:
    other = factories.make_company(name="Southgate Offices")
    factories.make_member(other, role="owner", email="outsider@southgate.example")
    fail(account, 3)
    watching.watch_all()
    assert {who for who, _ in mailed()} == {"owner", "manager"}


# ---- webhooks -------------------------------------------------------------------------------------------------


@pytest.mark.row("S2.13")
def test_calls_that_synchronization_finds_after_the_last_webhook_are_silence(account: ProviderAccount) -> None:
    hear(account, received_at=timezone.now() - timedelta(hours=1))
    find_by_sync(account, 1)
    assert watch(account) == []  # one lost webhook is no silence
    find_by_sync(account, 1)
    assert watch(account) == ["silent"]
    hear(account, "back again")
    assert watch(account) == []


def test_calls_whose_webhook_may_still_come_are_no_silence(account: ProviderAccount) -> None:
    hear(account, received_at=timezone.now() - timedelta(minutes=20))
    at = timezone.now() - timedelta(minutes=9)
    with use_company(account.company_id):
        for _ in range(5):
            factories.make_call(account=account, started_at=at - MINUTE, ended_at=at, reached_us_by="sync")
    assert watch(account) == []
    assert watch(account, after=timedelta(minutes=2)) == ["silent"]


@pytest.mark.parametrize("why", ["never heard", "no address", "switched off"])
def test_who_expects_no_webhooks_is_not_silent(account: ProviderAccount, why: str) -> None:
    if why != "never heard":
        hear(account, received_at=timezone.now() - timedelta(hours=1))
    find_by_sync(account, 3)
    with use_company(account.company_id):
        if why == "no address":
            account.addresses.get().close()
        if why == "switched off":
            account.is_active = False
            account.save()
    assert watch(account) == []


@pytest.mark.row("S2.14")
def test_while_webhooks_are_silent_calls_are_asked_for_each_minute(account: ProviderAccount) -> None:
    hear(account, received_at=timezone.now() - timedelta(minutes=5))
    synchronize(account)
    start = timezone.now()

    def begun(minutes: int) -> int:
        watching.watch_all(now=start + MINUTE * minutes)
        with use_company(account.company_id):
            count = SyncRun.objects.open().count()
            for run in SyncRun.objects.open():
                run.finish(at=start + MINUTE * minutes)
        return count

    assert begun(1) == 0
    assert begun(6) == 1  # quiet for ten minutes: asked once, to see whether it is the webhooks
    assert begun(7) == begun(8) == 0
    with use_company(account.company_id):
        at = start - MINUTE
        for _ in range(2):
            factories.make_call(account=account, started_at=at - MINUTE, ended_at=at, reached_us_by="sync")
    assert [begun(minute) for minute in (20, 21, 22)] == [1, 1, 1]
    hear(account, "back again", received_at=start + MINUTE * 22)
    assert [begun(minute) for minute in (23, 24, 25)] == [0, 0, 0]


@pytest.mark.row("S2.93")
def test_deliveries_that_do_not_verify_or_are_given_up_are_told(account: ProviderAccount) -> None:
    hear(account, received_at=timezone.now() - timedelta(hours=1))
    with use_company(account.company_id):
        for _ in range(3):
            Quarantined.objects.create(
                account=account, provider=account.provider, body=b"{}", why="It does not verify."
            )
    assert watch(account) == ["unverified"]
    for place in range(3):
        hear(account, f"dead {place}", work_state="dead", received_at=timezone.now())
    assert watch(account) == ["given_up"]  # these verified
    with use_company(account.company_id):
        WebhookEvent.objects.update(work_state="done")
    assert watch(account) == []


# ---- what the provider says of our webhook --------------------------------------------------------------------


def check_of(account: ProviderAccount) -> WebhookCheck:
    synchronize(account)
    with use_company(account.company_id):
        return WebhookCheck.objects.get(account=account)


@pytest.mark.row("S2.13")
def test_a_webhook_that_the_provider_gave_up_is_noticed(account: ProviderAccount, stub: ElevenLabsStub) -> None:
    stub.set_up_webhook("https://elsewhere.example/hook", is_auto_disabled=True)
    webhook = stub.set_up_webhook(account.url, retry_enabled=False)  # type: ignore[attr-defined]
    check = check_of(account)
    assert (check.found, check.is_off, check.sends_again, check.could_not) == (1, False, False, "")
    assert watch(account) == []

    failed_at = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    webhook.update(
        is_auto_disabled=True,
        most_recent_failure_error_code=502,
        most_recent_failure_timestamp=int(failed_at.timestamp()),
    )
    check = check_of(account)
    assert (check.is_off_by_itself, check.failed_with, check.failed_at) == (True, 502, failed_at)
    assert watch(account) == ["switched_off"]
    assert {subject for _, subject in mailed()} == {"The webhook is switched off · Voice agents · Northwind Homes"}

    webhook.update(is_auto_disabled=False)
    check_of(account)
    assert watch(account) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(403), "it needs the right to read webhooks"),
        (Answer(500), "asked again with the next synchronization"),
        (Answer(body=b'{"webhooks": 7}'), "no list of webhooks"),
        (Answer(body=b"[]"), "no object"),
    ],
)
def test_a_provider_that_does_not_tell_ends_no_run(
    account: ProviderAccount, stub: ElevenLabsStub, answer: Answer, said: str
) -> None:
    stub.trouble = lambda path, times: answer if path == WEBHOOKS else None
    stub.keep(factories.make_event())
    with use_company(account.company_id):
        WebhookCheck.objects.create(account=account, asked_at=timezone.now() - timedelta(hours=1), found=1, is_off=True)
    run = synchronize(account)
    assert (run.failed_because, run.new) == ("", 1)
    assert stub.asked[WEBHOOKS] == 1
    with use_company(account.company_id):
        check = WebhookCheck.objects.get(account=account)
    assert said in check.could_not
    assert check.is_off  # what was known before stays


@pytest.mark.parametrize(
    "odd",
    [
        {"webhook_url": None, "is_disabled": "yes", "retry_enabled": "on"},
        {"most_recent_failure_timestamp": True, "most_recent_failure_error_code": "404"},
        {"most_recent_failure_timestamp": 10**30, "most_recent_failure_error_code": -1},
    ],
)
def test_odd_words_about_a_webhook_break_nothing(
    account: ProviderAccount, stub: ElevenLabsStub, odd: dict[str, Any]
) -> None:
    stub.set_up_webhook(account.url, **odd) if "webhook_url" not in odd else stub.webhooks.append(odd)  # type: ignore[attr-defined]
    check = check_of(account)
    assert (check.could_not, check.is_off, check.failed_with) == ("", False, None)
