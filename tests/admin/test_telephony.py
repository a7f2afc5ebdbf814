"""Provider accounts, their addresses, and the inbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
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


def test_key_and_initiation_secret_go_in_and_never_come_out(company: Company, owner: User, client_of: Browser) -> None:
    with use_company(company):
        account = factories.make_account()
    client = client_of(owner)
    url = reverse("admin:telephony_provideraccount_change", args=[account.pk])
    typed = {"api_key": " xi_very_secret ", "initiation_secret": "isec_very_secret_indeed"}
    assert save(client, url, open_form(client, url), **typed).status_code == 302
    save(client, url, open_form(client, url), label="Renamed")
    with use_company(company):
        kept = ProviderAccount.objects.get(pk=account.pk)
        assert (kept.api_key(), kept.initiation_secret()) == ("xi_very_secret", "isec_very_secret_indeed")
    page = text_of(client.get(url))
    assert "very_secret" not in page
    assert page.count(">Set<") == 3


@pytest.mark.parametrize("secret", ["short", "ünïcode and long enough"])
def test_a_secret_that_no_header_can_carry_is_refused(
    company: Company, owner: User, client_of: Browser, secret: str
) -> None:
    with use_company(company):
        account = factories.make_account()
    url = reverse("admin:telephony_provideraccount_change", args=[account.pk])
    client = client_of(owner)
    answer = save(client, url, open_form(client, url), initiation_secret=secret)
    assert "Use at least 16 plain letters" in text_of(answer)


def test_a_made_secret_is_shown_once_and_counts(
    company: Company, owner: User, manager: User, outsider: User, client_of: Browser
) -> None:
    with use_company(company):
        account = factories.make_account()
    url = reverse("admin:telephony_provideraccount_make_secret", args=[account.pk])
    assert client_of(manager).post(url).status_code == 403
    assert client_of(outsider).post(url).status_code == 404
    client = client_of(owner)
    assert 'id="secret"' not in text_of(client.get(url))
    answer = client.post(url)
    shown = re.search(r'id="secret"[^>]*value="([^"]+)"', text_of(answer))
    assert shown is not None
    assert "no-store" in answer["Cache-Control"]
    with use_company(company):
        assert ProviderAccount.objects.get(pk=account.pk).initiation_secret() == shown[1]
        other = factories.make_account("fake")
    refused = client.post(reverse("admin:telephony_provideraccount_make_secret", args=[other.pk]))
    assert refused.status_code == 404


@pytest.mark.row("S2.92", "B.20")
def test_the_addresses_to_paste_stand_on_the_account(
    company: Company, owner: User, client_of: Browser, settings: Any
) -> None:
    settings.SITE_URL = "https://staging.example.com"
    with use_company(company):
        account = factories.make_account()
    client = client_of(owner)
    page = text_of(client.get(reverse("admin:telephony_provideraccount_change", args=[account.pk])))
    for path in ("&lt;token&gt;", "&lt;token&gt;/initiation"):
        assert f"https://staging.example.com/api/webhooks/elevenlabs/{path}</code>" in page
    opened = text_of(client.post(reverse("admin:telephony_provideraccount_open_address", args=[account.pk])))
    assert re.search(
        r'id="asking"[^>]*value="https://staging.example.com/api/webhooks/elevenlabs/.+/initiation"', opened
    )


def test_variables_are_lines_for_a_person(company: Company, owner: User, client_of: Browser) -> None:
    with use_company(company):
        account = factories.make_account(initiation_variables={"office": "Indiranagar", "greeting": "a = b"})
    client = client_of(owner)
    url = reverse("admin:telephony_provideraccount_change", args=[account.pk])
    form = open_form(client, url)
    assert form["initiation_variables"].split() == ["office", "=", "Indiranagar", "greeting", "=", "a", "=", "b"]
    assert save(client, url, form).status_code == 302
    save(client, url, open_form(client, url), initiation_variables="office = Koramangala\n\n customer_name=there\nx =")
    with use_company(company):
        kept = ProviderAccount.objects.get(pk=account.pk).initiation_variables
    assert kept == {"office": "Koramangala", "customer_name": "there", "x": ""}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("office = A\ncustomer name", "Line 2 has no"),
        ("customer name = A", "is no name"),
        ("system__time = now", "are the provider"),
        ("a = 1\na = 2", "a second time"),
        ("a = " + "x" * 1_001, "is too long"),
        ("\n".join(f"v{i} = 1" for i in range(101)), "100 are the most"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named(
    company: Company, owner: User, client_of: Browser, lines: str, said: str
) -> None:
    with use_company(company):
        account = factories.make_account()
    client = client_of(owner)
    url = reverse("admin:telephony_provideraccount_change", args=[account.pk])
    assert said in text_of(save(client, url, open_form(client, url), initiation_variables=lines))


def test_an_account_s_region_agents_and_senders_are_chosen(company: Company, owner: User, client_of: Browser) -> None:
    with use_company(company):
        account = factories.make_account()
        fake = factories.make_account("fake")
    client = client_of(owner)
    url = reverse("admin:telephony_provideraccount_change", args=[account.pk])
    typed = {"region": "in", "agent_ids": "agent_a\nagent_b", "allowed_ips": "203.0.113.0/24"}
    assert save(client, url, open_form(client, url), **typed).status_code == 302
    with use_company(company):
        kept = ProviderAccount.objects.get(pk=account.pk)
        assert (kept.region, kept.agent_ids.split()) == ("in", ["agent_a", "agent_b"])
        assert kept.allows_ip("203.0.113.9")
    assert "no IP address" in text_of(save(client, url, open_form(client, url), allowed_ips="everybody"))
    assert save(client, url, open_form(client, url), region="mars").status_code == 200
    theirs = text_of(client.get(reverse("admin:telephony_provideraccount_change", args=[fake.pk])))
    assert "New API key" not in theirs
    assert "initiation" not in theirs.lower()


def test_a_manager_reads_an_account_and_types_nothing(company: Company, manager: User, client_of: Browser) -> None:
    with use_company(company):
        account = factories.make_account(initiation_variables={"office": "Indiranagar"})
    page = text_of(client_of(manager).get(reverse("admin:telephony_provideraccount_change", args=[account.pk])))
    assert "Not set" in page
    assert "New API key" not in page
    assert 'name="webhook_secret"' not in page


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
