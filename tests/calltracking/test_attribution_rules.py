"""The rules as rows: their order, which of them are asked, how far they look; and in whatever order calls arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from calltracking.attribution import decide, known_of, rules_now
from calltracking.models import AttributionRule
from crm.models import Company, User
from crm.tenancy import use_company
from telephony.events import AttributedBy, CallDirection
from telephony.models import Call, PhoneLine, ProviderAccount
from tests import factories
from tests.admin.support import open_form, save, text_of

Browser = Callable[[User], Client]
NUMBER, OURS = "+919876543210", "+918000000150"
LIST = "/admin/calltracking/attributionrule/"


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def account(ours: Company) -> ProviderAccount:
    with use_company(ours):
        return factories.make_account()


def tell(account: ProviderAccount, **facts: Any) -> Call:
    """Let the provider tell of a call; returns it after its journey."""
    event = factories.make_event(**{"customer_number": NUMBER, "our_number": OURS, "turns": None, **facts})
    assert factories.deliver(account, event).status_code == 200
    factories.work_off()
    with use_company(account.company_id):
        found = Call.objects.with_external_id(event.ids[0].value)
        return found.select_related("campaign", "recipient", "line").get()


def found(call: Call) -> tuple[str, str]:
    return call.campaign.name if call.campaign else "", call.attributed_by


def rule(kind: AttributedBy) -> AttributionRule:
    return AttributionRule.objects.get(kind=kind)


# ---- tracking numbers -----------------------------------------------------------------------------------------


@pytest.mark.row("S1.64")
def test_who_dials_a_tracking_number_is_brought_by_its_campaign(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        campaign = factories.make_campaign(name="Posters")
        line = factories.make_line(number=OURS, campaign=campaign)
        recipient = factories.make_recipient(campaign, number=NUMBER, days_ago=None)
    call = tell(account, our_number="080 0000 0150")
    assert found(call) == ("Posters", "tracking_number")
    assert (call.line, call.recipient) == (line, recipient)


def test_a_call_that_we_made_was_not_dialed_by_anybody(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        line = factories.make_line(number=OURS, campaign=factories.make_campaign(name="Posters"))
    call = tell(account, direction=CallDirection.OUTBOUND)
    assert found(call) == ("", "none")
    assert call.line == line


def test_a_number_of_ours_without_a_campaign_brings_nobody(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        line = factories.make_line(number=OURS)
    call = tell(account)
    assert (found(call), call.line) == (("", "none"), line)


def test_another_company_s_tracking_number_is_none_of_ours(ours: Company, account: ProviderAccount) -> None:
    other = factories.make_company()
    with use_company(other):
        factories.make_line(number=OURS, campaign=factories.make_campaign())
    call = tell(account)
    assert (found(call), call.line) == (("", "none"), None)


def test_a_number_is_ours_once(ours: Company) -> None:
    with use_company(ours):
        factories.make_line(number=OURS)
        with pytest.raises(IntegrityError, match="line_once_per_number"), transaction.atomic():
            factories.make_line(number=OURS)


# ---- order, switch and window ---------------------------------------------------------------------------------


@pytest.mark.row("S1.64")
def test_the_first_rule_that_knows_decides_in_the_order_of_the_rows(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_line(number=OURS, campaign=factories.make_campaign(name="Dialed"))
        factories.make_campaign(name="Named", external_id="spring")
        factories.make_recipient(factories.make_campaign(name="Contacted"), number=NUMBER)
    assert found(tell(account, campaign_ref="spring")) == ("Dialed", "tracking_number")
    with use_company(ours):
        rule(AttributedBy.RECIPIENT).move_to(1)
    assert found(tell(account, campaign_ref="spring")) == ("Contacted", "recipient")
    with use_company(ours):
        AttributionRule.objects.filter(kind__in=["recipient", "tracking_number"]).update(is_active=False)
    assert found(tell(account, campaign_ref="spring")) == ("Named", "provider_metadata")
    with use_company(ours):
        AttributionRule.objects.update(is_active=False)
    assert found(tell(account, campaign_ref="spring")) == ("", "none")


@pytest.mark.row("S1.19")
@pytest.mark.parametrize(("days", "expected"), [(6.9, "recipient"), (7.1, "none")])
def test_an_answer_comes_within_the_days_of_the_rule(
    ours: Company, account: ProviderAccount, days: float, expected: str
) -> None:
    with use_company(ours):
        AttributionRule.objects.filter(kind="recipient").update(window_days=7)
        factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=days)
    assert tell(account).attributed_by == expected


def test_every_company_starts_from_the_same_rules(ours: Company) -> None:
    with use_company(ours):
        rows = list(AttributionRule.objects.in_order().values_list("position", "kind", "is_active", "window_days"))
    assert rows == [
        (1, "tracking_number", True, None),
        (2, "provider_metadata", True, None),
        (3, "recipient", True, 30),
        (4, "earlier", True, 30),
    ]


@pytest.mark.django_db(transaction=True)
def test_companies_from_before_get_the_rules_too() -> None:
    company = factories.make_company()
    with use_company(company):
        AttributionRule.objects.all().delete()
    statement = import_module("calltracking.migrations.0006_lay_down_attribution_rules").LAY_DOWN
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        cursor.execute(statement)
    with use_company(company):
        assert AttributionRule.objects.active().count() == 4


@pytest.mark.parametrize("wrong", [{"kind": "recipient", "window_days": None}, {"kind": "earlier", "window_days": 0}])
def test_the_database_refuses_a_rule_without_its_window(ours: Company, wrong: dict[str, Any]) -> None:
    with use_company(ours):
        row = AttributionRule.objects.filter(kind=wrong["kind"])
        with pytest.raises(IntegrityError, match="window"), transaction.atomic():
            row.update(**wrong)
        with pytest.raises(IntegrityError, match="window"), transaction.atomic():
            AttributionRule.objects.filter(kind="tracking_number").update(window_days=3)


def test_rules_are_put_in_order_in_the_admin(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    with use_company(company):
        url = f"{LIST}{rule(AttributedBy.RECIPIENT).pk}/change/"
    saved = save(client, url, open_form(client, url), position="1", window_days="14")
    assert saved.status_code == 302
    with use_company(company):
        order = list(AttributionRule.objects.in_order().values_list("kind", "position"))
        assert order == [("recipient", 1), ("tracking_number", 2), ("provider_metadata", 3), ("earlier", 4)]
        assert rules_now()[0].window == timedelta(days=14)
        history = AttributionRule.pgh_event_model.objects.filter(pgh_obj__kind="recipient", pgh_label="update")
        assert {name for event in history for name in event.changes} == {"position", "window_days"}
    page = text_of(client.get(LIST))
    assert "14 days" in page
    empty = save(client, url, open_form(client, url), window_days="")
    assert "Say within how many days." in text_of(empty)


def test_a_rule_is_switched_off_in_the_admin(company: Company, manager: User, agent: User, client_of: Browser) -> None:
    with use_company(company):
        url = f"{LIST}{rule(AttributedBy.EARLIER).pk}/change/"
    form = open_form(client_of(manager), url)
    form.pop("is_active")
    assert client_of(manager).post(url, form).status_code == 302
    with use_company(company):
        assert [one.kind for one in rules_now()] == ["tracking_number", "provider_metadata", "recipient"]
    assert client_of(agent).get(LIST).status_code == 403


# ---- an earlier call ------------------------------------------------------------------------------------------


@pytest.mark.row("S1.64")
def test_a_later_call_follows_what_brought_an_earlier_one(ours: Company, account: ProviderAccount) -> None:
    now = timezone.now().replace(microsecond=0)
    with use_company(ours):
        factories.make_line(number=OURS, campaign=factories.make_campaign(name="Posters"))
    tell(account, started_at=now - timedelta(days=50))
    first_after = tell(account, our_number="+918000000999", started_at=now - timedelta(days=25))
    assert found(first_after) == ("Posters", "earlier")
    # The window counts from the call that the campaign brought, not from one that followed it.
    assert found(tell(account, our_number="+918000000999", started_at=now - timedelta(days=2))) == ("", "none")


def test_calls_that_arrive_in_any_order_end_alike(ours: Company, account: ProviderAccount) -> None:
    now = datetime(2026, 11, 17, 12, tzinfo=UTC)
    with use_company(ours):
        factories.make_line(number=OURS, campaign=factories.make_campaign(name="Posters"))
    for number, order in enumerate(permutations([(0, "+918000000999"), (1, OURS), (2, "+918000000999")])):
        caller = f"+9198765432{number:02d}"
        for day, dialed in order:
            tell(account, customer_number=caller, our_number=dialed, started_at=now + timedelta(days=day))
        with use_company(ours):
            ended = list(Call.objects.filter(customer_number=caller).order_by("started_at").values("attributed_by"))
        assert [row["attributed_by"] for row in ended] == ["none", "tracking_number", "earlier"], order


# ---- what a decision costs ------------------------------------------------------------------------------------


def test_one_call_costs_few_questions_and_a_hundred_no_more(
    ours: Company, account: ProviderAccount, django_assert_max_num_queries: Any
) -> None:
    from calltracking.attribution.knowing import known_of_all

    with use_company(ours):
        campaign = factories.make_campaign(external_id="spring")
        factories.make_line(number=OURS, campaign=campaign)
        calls = []
        for _ in range(100):
            contact = factories.make_contact()
            number = contact.numbers.get().e164
            recipient = factories.make_recipient(campaign, number=number, external_id=number)
            calls.append(
                factories.make_call(
                    contact=contact,
                    our_number=OURS,
                    campaign_ref="spring",
                    recipient_ref=number,
                    campaign=campaign,
                    recipient=recipient,
                    attributed_by="recipient",
                )
            )
        rules = rules_now()
        with django_assert_max_num_queries(7):
            known = known_of_all(calls, rules)
        with django_assert_max_num_queries(8):
            one = known_of(calls[0])
        assert decide(one, rules) == decide(known[calls[0].pk], rules)
        assert {decide(facts, rules).by for facts in known.values()} == {"tracking_number"}


# ---- numbers of ours in the admin -----------------------------------------------------------------------------


def test_a_campaign_s_tracking_numbers_stand_on_its_page(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    with use_company(company):
        campaign = factories.make_campaign(name="Posters")
    url = f"/admin/crm/campaign/{campaign.pk}/change/"
    form = open_form(client, url)
    added = {"lines-TOTAL_FORMS": "1", "lines-0-written": "080 0000 0150", "lines-0-label": "Metro"}
    assert save(client, url, form, **added).status_code == 302
    with use_company(company):
        line = PhoneLine.objects.get(e164=OURS)
        assert (line.campaign, line.label) == (campaign, "Metro")
    again = f"/admin/crm/campaign/{factories_campaign(company)}/change/"
    taken = save(client, again, open_form(client, again), **added)
    assert "This number stands for “Posters” already." in text_of(taken)
    assert "Metro" in text_of(client.get("/admin/telephony/phoneline/"))


def factories_campaign(company: Company) -> int:
    with use_company(company):
        return int(factories.make_campaign().pk)


def test_a_number_keeps_its_digits_once_it_is_ours(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    with use_company(company):
        line = factories.make_line(number=OURS)
    url = f"/admin/telephony/phoneline/{line.pk}/change/"
    assert save(client, url, open_form(client, url), written="080 1111 1111", label="Reception").status_code == 302
    with use_company(company):
        line.refresh_from_db()
    assert (line.e164, line.label) == (OURS, "Reception")
    nonsense = save(client, "/admin/telephony/phoneline/add/", {}, written="call us")
    assert "This is no phone number." in text_of(nonsense)
