"""Provider accounts, their addresses, and the inbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from crm.models import Company, Membership, User
from crm.tenancy import use_company
from telephony.admin import inbox
from telephony.models import Agent, ProviderAccount, WebhookAddress, WebhookEvent
from tests import factories
from tests.admin.support import open_form, said, save, text_of

Browser = Callable[[User], Client]

INBOX = "/admin/telephony/webhookevent/"


def make_event(account: ProviderAccount, *, body: bytes = b'{"a":1}', **fields: Any) -> WebhookEvent:
    event: WebhookEvent = WebhookEvent.objects.create(
        account=account,
        provider=account.provider,
        dedupe_key=str(len(body)) + str(fields),
        body=body,
        **{"work_state": "done", "call_ref": "conv_1", **fields},
    )
    return event


# ---- accounts -------------------------------------------------------------------------------------------------


def test_a_secret_goes_in_and_never_comes_out(company: Company, owner: User, client_of: Browser) -> None:
    client = client_of(owner)
    url = reverse("admin:telephony_provideraccount_add")
    typed = {"provider": "elevenlabs", "label": "Front desk", "webhook_secret": "wsec_very_secret"}
    assert save(client, url, open_form(client, url), **typed).status_code == 302
    with use_company(company):
        account = ProviderAccount.objects.get(label="Front desk")
        assert account.webhook_secrets() == ("wsec_very_secret",)
    change = reverse("admin:telephony_provideraccount_change", args=[account.pk])
    for page in (change, reverse("admin:telephony_provideraccount_changelist")):
        assert "wsec_very_secret" not in text_of(client.get(page))
    assert ">Set<" in text_of(client.get(change))


def test_an_empty_secret_keeps_the_one_there_is_and_a_new_one_keeps_the_one_before(
    company: Company, owner: User, client_of: Browser
) -> None:
    with use_company(company):
        account = factories.make_account(secret="first")
    url = reverse("admin:telephony_provideraccount_change", args=[account.pk])
    client = client_of(owner)
    save(client, url, open_form(client, url), label="Renamed")
    save(client, url, open_form(client, url), webhook_secret="second")
    with use_company(company):
        account = ProviderAccount.objects.get(pk=account.pk)
        assert account.label == "Renamed"
        assert account.webhook_secrets() == ("second", "first")


def test_a_label_twice_is_refused_in_words(company: Company, owner: User, client_of: Browser) -> None:
    with use_company(company):
        factories.make_account(label="Front desk")
    client = client_of(owner)
    url = reverse("admin:telephony_provideraccount_add")
    answer = save(client, url, open_form(client, url), provider="elevenlabs", label="Front desk")
    assert "an account of this provider with this name already" in text_of(answer)


def test_a_new_address_is_shown_once_and_works(company: Company, owner: User, client_of: Browser) -> None:
    with use_company(company):
        account = factories.make_account()
    client = client_of(owner)
    url = reverse("admin:telephony_provideraccount_open_address", args=[account.pk])
    assert "http" not in re.findall(r'id="address"[^>]*value="([^"]*)', text_of(client.get(url)))
    answer = client.post(url)
    shown = re.search(r'id="address"[^>]*value="([^"]+)"', text_of(answer))
    assert shown is not None
    assert "no-store" in answer["Cache-Control"]
    token = shown[1].rsplit("/", 1)[1]
    assert token not in text_of(client.get(reverse("admin:telephony_provideraccount_change", args=[account.pk])))
    path = f"/api/{shown[1].partition('/api/')[2]}"
    event = factories.make_event()
    delivered = factories.post(path, factories.compose(account, event))
    assert delivered.status_code == 200


def test_a_manager_opens_no_address(company: Company, manager: User, outsider: User, client_of: Browser) -> None:
    with use_company(company):
        account = factories.make_account()
    url = reverse("admin:telephony_provideraccount_open_address", args=[account.pk])
    before = WebhookAddress.objects.count()
    assert client_of(manager).post(url).status_code == 403
    assert client_of(outsider).post(url).status_code == 404
    assert WebhookAddress.objects.count() == before


def test_an_address_is_closed_by_the_owner_alone(
    company: Company, owner: User, manager: User, outsider: User, client_of: Browser
) -> None:
    with use_company(company):
        account = factories.make_account()
    address = WebhookAddress.objects.get(account_id=account.pk)
    url = reverse("admin:telephony_webhookaddress_changelist")
    act = {"action": "close", "_selected_action": [address.pk], "index": "0"}
    for user in (manager, outsider):
        client_of(user).post(url, act)
        address.refresh_from_db()
        assert address.is_active
    assert "1 address closed" in said(client_of(owner).post(url, act))
    address.refresh_from_db()
    assert not address.is_active


# ---- the inbox ------------------------------------------------------------------------------------------------


def test_the_inbox_says_what_became_of_each_delivery(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        account = factories.make_account()
        call = factories.make_call(external_id="conv_known")
        make_event(account, call_ref="conv_known", ip="203.0.113.9")
        make_event(account, call_ref="", unrouted_because="A type we do not know: ping.")
        make_event(account, call_ref="", work_state="dead", error="ValueError: broken")
    page = text_of(client_of(manager).get(INBOX))
    for words in ("203.0.113.9", "Not used", "A type we do not know", "Given up", "ValueError: broken"):
        assert words in page, words
    assert reverse("call", args=[call.pk]) in page


def test_the_inbox_is_searched_by_a_calls_id_or_its_beginning(
    company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        account = factories.make_account()
        make_event(account, call_ref="conv_wanted")
        make_event(account, call_ref="conv_other")
    for words in ("conv_wanted", "conv_wan"):
        page = text_of(client_of(manager).get(INBOX, {"q": words}))
        assert "conv_wanted" in page
        assert "conv_other" not in page


def test_every_filter_of_the_inbox_answers(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    for query in ("state=waiting", "state=done", "state=unused", "state=dead", "state=x", "provider=elevenlabs"):
        assert client.get(f"{INBOX}?{query}").status_code == 200


def test_a_delivery_is_read_again(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        event = make_event(factories.make_account(), work_state="dead")
    answer = client_of(manager).post(INBOX, {"action": "replay", "_selected_action": [event.pk], "index": "0"})
    assert "1 delivery will be read again" in said(answer)
    with use_company(company):
        event.refresh_from_db()
        assert event.work_state == "due"


def test_a_body_is_set_in_lines_and_nothing_in_it_is_markup(
    company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        account = factories.make_account()
        event = make_event(account, body=b'{"said":"<script>alert(1)</script>"}')
        broken = make_event(account, body=b"\xff\x00 not json")
    client = client_of(manager)
    page = text_of(client.get(f"{INBOX}{event.pk}/change/"))
    assert "&quot;said&quot;: &quot;&lt;script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "not json" in text_of(client.get(f"{INBOX}{broken.pk}/change/"))


def test_a_large_body_is_cut(company: Company) -> None:
    with use_company(company):
        account = factories.make_account()
        large = make_event(account, body=b"[" + b"1," * 100_000 + b"1]")
        huge = make_event(account, body=b"x" * 1_500_000)
        for event in (large, huge):
            text, note = inbox.body_of(event)
            assert len(text) == inbox.MOST_SHOWN_BYTES
            assert "The first 100,000" in note


def test_an_agent_is_named_and_linked_to_a_member_of_this_company(
    company: Company, manager: User, outsider: User, client_of: Browser
) -> None:
    with use_company(company):
        aria = Agent.objects.get(name="Aria")
    url = reverse("admin:telephony_agent_change", args=[aria.pk])
    client = client_of(manager)
    theirs = Membership.objects.get(user=outsider)
    assert save(client, url, open_form(client, url), membership=str(theirs.pk)).status_code == 200
    ours = Membership.objects.get(user=manager)
    assert save(client, url, open_form(client, url), name="Aria II", membership=str(ours.pk)).status_code == 302
    with use_company(company):
        aria.refresh_from_db()
        assert (aria.name, aria.membership_id) == ("Aria II", ours.pk)
