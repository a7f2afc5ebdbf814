"""The page of calls without a campaign: one by a click, many at once with a look first, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calltracking.attribution import assign, attribute
from calltracking.attribution.figures import Days, attribution_numbers, campaign_numbers
from calltracking.attribution.foreseeing import foresee
from calltracking.models import AttributionBatch, AttributionEntry, LearntNumber
from calltracking.views import attributing_many
from crm.models import Campaign, Company, Contact, Membership, User
from crm.tenancy import use_company
from telephony.models import Agent, Call
from tests import factories
from tests.admin.support import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

PAGE = "/analytics/unattributed-calls/"
ASSIGN = f"{PAGE}assign/"
CHOICES = f"{PAGE}choices/"
DONE = "/analytics/attributions/"
HTMX = {"HX-Request": "true"}
NUMBER = "+919876543210"


@pytest.fixture
def ours(db: None) -> Company:
    """A company without a call."""
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def member(ours: Company) -> Membership:
    return factories.make_member(ours, role="agent", name="Agnes Agent")


@pytest.fixture
def browser(member: Membership, client_of: Browser) -> Client:
    return client_of(member.user)


@pytest.fixture
def spring(ours: Company) -> Campaign:
    with use_company(ours):
        return factories.make_campaign(name="Spring mailing", cost=900, starts_on=timezone.localdate())


def open_call(company: Company, **fields: Any) -> Call:
    with use_company(company):
        if "contact" not in fields:
            fields = {"customer_number": factories.make_number(), **fields}
        return factories.make_call(**{"attributed_by": "none", **fields})


def now(company: Company, call: Call) -> Call:
    with use_company(company):
        found: Call = Call.objects.select_related("campaign", "recipient").get(pk=call.pk)
        return found


def was(call: Call) -> str:
    return f"{call.campaign_id or ''}/{call.recipient_id or ''}/{call.attributed_by}"


def give(browser: Client, call: Call, **sent: Any) -> Any:
    headers = sent.pop("headers", HTMX)
    return browser.post(f"/calls/{call.pk}/campaign/", {"in": "row", "was": was(call), **sent}, headers=headers)


# ---- the list -------------------------------------------------------------------------------------------------


@pytest.mark.row("S2.47", "S1.53", "S2.48", "S2.49", "S1.21")
def test_every_call_without_a_campaign_is_listed_with_what_is_known_of_it(
    ours: Company, browser: Client, spring: Campaign
) -> None:
    with use_company(ours):
        lead = factories.make_lead(number=NUMBER, full_name="Meera Nair")
        aria = Agent.objects.create(kind=Agent.Kind.AI, name="Aria", provider="elevenlabs", external_id="aria")
        factories.make_call(campaign=spring, attributed_by="recipient", customer_number="+919876500001")
    call = open_call(ours, agent=aria, duration_seconds=252)
    with use_company(ours):
        Call.objects.filter(pk=call.pk).update(contact=lead.pk, customer_number=NUMBER)

    page = text_of(browser.get(PAGE))

    assert page.count('<tr id="open-') == 1
    for shown in ("Meera Nair", "+91 98765 43210", "Aria", "4:12", "Completed", "Assign to campaign"):
        assert shown in page


@pytest.mark.row("S2.98", "S2.116", "S2.50", "S2.52", "S2.53", "S1.56")
def test_a_suggestion_is_a_button_and_one_click_gives_the_call_to_it(
    ours: Company, browser: Client, spring: Campaign
) -> None:
    call = open_call(ours, turns=(("customer", "I got your Spring mailing."),))
    page = text_of(browser.get(PAGE))
    assert f'name="campaign" value="{spring.pk}"' in page
    assert "Its name was said on the call" in page

    answer = give(browser, call, campaign=spring.pk)

    assert "Given to Spring mailing." in text_of(answer)
    assert "Undo" in text_of(answer)
    kept = now(ours, call)
    assert (kept.campaign, kept.attributed_by) == (spring, "manual")
    with use_company(ours):
        numbers = attribution_numbers(Call.objects.all(), Days())
        [of_campaign] = campaign_numbers(Days())
    assert (numbers.attribution_rate, numbers.unattributed, of_campaign.calls) == (1.0, 0, 1)
    assert '<tr id="open-' not in text_of(browser.get(PAGE))


@pytest.mark.row("S2.54")
def test_opening_the_form_and_leaving_it_changes_nothing(ours: Company, browser: Client, spring: Campaign) -> None:
    call = open_call(ours)
    where = f"/calls/{call.pk}/campaign/"

    form = text_of(browser.get(f"{where}?in=row", headers=HTMX))
    again = text_of(browser.get(f"{where}?in=list", headers=HTMX))

    assert 'name="campaign_name"' in form
    assert f'<tr id="open-{call.pk}"' in again
    assert (now(ours, call).campaign_id, now(ours, call).attributed_by) == (None, "none")
    with use_company(ours):
        assert not AttributionBatch.objects.exists()


@pytest.mark.row("S2.50", "S2.51", "S1.54", "S2.114")
def test_a_campaign_is_typed_and_a_recipient_by_their_number_in_any_form(
    ours: Company, browser: Client, spring: Campaign
) -> None:
    with use_company(ours):
        recipient = factories.make_recipient(spring, number=NUMBER)
    call = open_call(ours)

    give(browser, call, campaign_name="spring MAILING", recipient_number="098765 43210")

    kept = now(ours, call)
    assert (kept.campaign, kept.recipient) == (spring, recipient)
    with use_company(ours):
        assert LearntNumber.objects.get().e164 == call.customer_number


@pytest.mark.row("S2.113")
def test_a_call_without_a_number_is_given_by_hand(ours: Company, browser: Client, spring: Campaign) -> None:
    call = open_call(ours, customer_number="")
    assert "No number" in text_of(browser.get(PAGE))

    give(browser, call, campaign_name=spring.name)

    assert now(ours, call).campaign == spring


@pytest.mark.row("S2.55")
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a campaign."),
        ({"campaign_name": "Autumn"}, "There is no campaign called “Autumn”. Choose one from the list."),
        ({"campaign": 987654321}, "This campaign is not there any more. Choose another."),
        ({"campaign_name": "Spring mailing", "recipient_number": "abc"}, "“abc” is no phone number."),
        ({"campaign_name": "Spring mailing", "recipient_number": "+91 98765 43210"}, "contacts nobody on"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_nothing_is_lost(
    ours: Company, browser: Client, spring: Campaign, sent: dict[str, Any], said: str
) -> None:
    call = open_call(ours)

    answer = text_of(give(browser, call, **sent))

    assert said in answer
    assert f'value="{sent.get("campaign_name", "")}"' in answer
    assert now(ours, call).campaign_id is None


def test_what_changed_meanwhile_is_not_overwritten(ours: Company, browser: Client, spring: Campaign) -> None:
    call = open_call(ours)
    with use_company(ours):
        other = factories.make_campaign()
        Call.objects.filter(pk=call.pk).update(campaign=other, attributed_by="recipient")

    answer = text_of(give(browser, call, campaign=spring.pk))

    assert "Nothing was overwritten" in answer
    assert now(ours, call).campaign == other


def test_the_page_costs_as_many_questions_for_many_calls_as_for_few(
    ours: Company, browser: Client, spring: Campaign, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        open_call(ours, turns=(("customer", "Spring mailing, please."),))
    with django_assert_max_num_queries(30):
        assert text_of(browser.get(PAGE)).count("Its name was said") == 30


# ---- undo -----------------------------------------------------------------------------------------------------


@pytest.mark.row("S1.56")
def test_a_click_is_undone_where_it_was_made(ours: Company, browser: Client, spring: Campaign) -> None:
    call = open_call(ours)
    give(browser, call, campaign=spring.pk)
    with use_company(ours):
        batch = AttributionBatch.objects.get()

    answer = browser.post(f"{DONE}{batch.pk}/undo/", {"in": "row", "call": call.pk}, headers=HTMX)

    assert f'<tr id="open-{call.pk}"' in text_of(answer)
    assert (now(ours, call).campaign_id, now(ours, call).attributed_by) == (None, "none")
    again = browser.post(f"{DONE}{batch.pk}/undo/", follow=True)
    assert "This was undone already. Nothing was changed." in text_of(again)


def test_the_list_of_what_was_done_undoes_what_the_member_may_undo(
    ours: Company, browser: Client, member: Membership, spring: Campaign, client_of: Browser
) -> None:
    call = open_call(ours)
    give(browser, call, campaign=spring.pk)
    with use_company(ours):
        batch = AttributionBatch.objects.get()
    other = client_of(factories.make_member(ours, role="agent").user)
    manager = client_of(factories.make_member(ours, role="manager").user)

    assert "1 call given to Spring mailing" in text_of(browser.get(DONE))
    assert "Undo: 1 call" in text_of(browser.get(DONE))
    assert "Undo: 1 call" not in text_of(other.get(DONE))
    assert other.post(f"{DONE}{batch.pk}/undo/").status_code == 403
    assert now(ours, call).campaign == spring

    done = manager.post(f"{DONE}{batch.pk}/undo/", follow=True)
    assert "Undone: 1 call is as before." in text_of(done)
    assert now(ours, call).campaign_id is None


# ---- many at once ---------------------------------------------------------------------------------------------


@pytest.mark.row("S2.57", "S2.58", "S2.59", "S2.60", "S1.55")
def test_chosen_calls_are_shown_first_and_given_in_one_operation_that_is_undone_as_one(
    ours: Company, browser: Client, spring: Campaign
) -> None:
    calls = [open_call(ours) for _ in range(4)]
    chosen = {"call": [call.pk for call in calls[:3]], "campaign_name": "Spring mailing"}

    look = text_of(browser.post(ASSIGN, chosen))

    assert "3 calls to Spring mailing" in look
    for before, after in (("0.0 %", "75.0 %"), ("4", "1"), ("–", "₹300")):
        assert f'<td class="rs-num">{before}</td><td class="rs-num">{after}</td>' in look, (before, after)
    with use_company(ours):
        assert not AttributionBatch.objects.exists()
        assert not Call.objects.exclude(campaign=None).exists()

    done = text_of(browser.post(ASSIGN, {**chosen, "apply": "1", "seen": "3"}, follow=True))

    assert "3 calls are now Spring mailing’s." in done
    with use_company(ours):
        batch = AttributionBatch.objects.get()
        assert (batch.changed, Call.objects.filter(campaign=spring).count()) == (3, 3)
        assert AttributionEntry.objects.filter(batch=batch).count() == 3
    undone = text_of(browser.post(f"{DONE}{batch.pk}/undo/", {"in": "list"}, follow=True))
    assert "Undone: 3 calls are as before." in undone
    assert undone.count('<tr id="open-') == 4


@pytest.mark.row("S2.115")
def test_all_that_match_are_given_though_they_fill_several_pages_and_none_that_came_later(
    ours: Company, browser: Client, spring: Campaign
) -> None:
    with use_company(ours):
        for _ in range(55):
            factories.make_call(customer_number=factories.make_number(), attributed_by="none")
        outbound = factories.make_call(direction="outbound", attributed_by="none")
    sent = {"all": "1", "filters": "direction=inbound", "campaign_name": "Spring mailing"}
    look = text_of(browser.post(ASSIGN, sent))
    assert "55 calls to Spring mailing" in look
    upto = look.partition('name="upto" value="')[2].partition('"')[0]
    late = open_call(ours)

    browser.post(ASSIGN, {**sent, "apply": "1", "upto": upto, "seen": "55"})

    with use_company(ours):
        assert AttributionBatch.objects.get().changed == 55
    assert (now(ours, outbound).campaign_id, now(ours, late).campaign_id) == (None, None)
    # Nothing stays that nobody can answer: a rate of 100 % is a matter of clicks.
    browser.post(ASSIGN, {"all": "1", "campaign_name": "Spring mailing", "apply": "1"})
    with use_company(ours):
        assert attribution_numbers(Call.objects.all(), Days()).attribution_rate == 1.0


def test_who_got_a_campaign_meanwhile_keeps_it(ours: Company, browser: Client, spring: Campaign) -> None:
    first, second = open_call(ours), open_call(ours)
    sent = {"call": [first.pk, second.pk], "campaign_name": "Spring mailing", "seen": "2", "apply": "1"}
    with use_company(ours):
        other = factories.make_campaign()
        assign(Call.objects.filter(pk=first.pk), campaign=other, by=factories.make_member(ours, role="agent"))

    done = text_of(browser.post(ASSIGN, sent, follow=True))

    assert "1 call is now Spring mailing’s. 1 call got a campaign meanwhile, and kept it." in done
    assert (now(ours, first).campaign, now(ours, second).campaign) == (other, spring)


@pytest.mark.row("S2.55")
def test_many_calls_are_refused_in_sentences(
    ours: Company, browser: Client, spring: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [open_call(ours) for _ in range(3)]
    nothing = browser.post(ASSIGN, {"campaign_name": "Spring mailing"}, follow=True)
    assert "Choose at least one call. Nothing was changed." in text_of(nothing)
    unnamed = text_of(browser.post(ASSIGN, {"call": [call.pk for call in calls], "apply": "1"}))
    assert "Choose a campaign." in unnamed
    assert unnamed.count('name="call"') == 3
    monkeypatch.setattr(attributing_many, "MOST_AT_ONCE", 2)
    many = browser.post(ASSIGN, {"all": "1", "campaign_name": "Spring mailing", "apply": "1"}, follow=True)
    assert "Choose at most 2 calls at a time" in text_of(many)
    with use_company(ours):
        assert not AttributionBatch.objects.exists()


@pytest.mark.row("S2.59", "S1.55")
def test_what_is_foreseen_comes_to_be(ours: Company, member: Membership, spring: Campaign) -> None:
    with use_company(ours):
        lead = factories.make_lead(status="interested", by=member)
        contact = Contact.objects.get(pk=lead.pk)
        customer = make_customer(member, worth=5000)
        won = make_customer(member, worth=700)
        shapes = [
            {"contact": contact},
            {"contact": contact, "outcome": "success"},
            {"customer_number": NUMBER},
            {"contact": customer},
        ]
        calls = [factories.make_call(attributed_by="none", **shape) for shape in shapes]
        calls.append(taken_from(spring, member))
        factories.make_call(campaign=spring, attributed_by="recipient", contact=won)
        factories.make_call(attributed_by="none", started_at=timezone.now() - timedelta(days=9))
        pks = [call.pk for call in calls]

        seen = foresee(pks, campaign=spring, within=Call.objects.all())
        assign(Call.objects.filter(pk__in=pks), campaign=spring, by=member)

        assert seen.days == Days(first=timezone.localdate(calls[0].started_at, ours.zone))
        assert attribution_numbers(Call.objects.all(), seen.days) == seen.all_then
        assert campaign_numbers(seen.days) == [seen.campaign_then]
        assert (seen.campaign_now.revenue, seen.campaign_then.revenue) == (700, 5700)
        assert (seen.all_now.accuracy, seen.all_then.accuracy) == (0.5, 1.0)
        assert (seen.campaign_then.calls, seen.campaign_then.leads) == (6, 3)


def make_customer(by: Membership, *, worth: int) -> Contact:
    lead = factories.make_lead(status="converted", by=by)
    Contact.objects.filter(pk=lead.pk).update(actual_value=worth)
    return Contact.objects.get(pk=lead.pk)


def taken_from(campaign: Campaign, member: Membership) -> Call:
    """A call whose campaign a rule found and a person took away."""
    call = factories.make_call(customer_number=factories.make_recipient(campaign).e164)
    attribute(call)
    assign(Call.objects.filter(pk=call.pk), campaign=None, by=member)
    return Call.objects.get(pk=call.pk)


# ---- the page of a call ---------------------------------------------------------------------------------------


@pytest.mark.row("S2.56")
def test_a_call_is_given_to_another_campaign_to_none_and_back_to_the_rules_on_its_page(
    ours: Company, browser: Client, spring: Campaign
) -> None:
    with use_company(ours):
        posters = factories.make_campaign(name="Posters")
        factories.make_recipient(posters, number=NUMBER)
        call = factories.make_call(campaign=posters, attributed_by="recipient", customer_number=NUMBER)

    answer = text_of(give(browser, call, **{"in": "card"}, campaign_name="Spring mailing"))
    assert "Given to Spring mailing." in answer
    assert "Chosen by a person" in answer
    assert now(ours, call).campaign == spring

    answer = text_of(give(browser, now(ours, call), **{"in": "card"}, act="none"))
    assert "No campaign brought it" in answer
    assert now(ours, call).campaign is None
    assert "Every call has its answer" in text_of(browser.get(PAGE))
    assert f'id="open-{call.pk}"' in text_of(browser.get(f"{PAGE}?show=none"))

    answer = text_of(give(browser, now(ours, call), **{"in": "card"}, act="rules"))
    assert "Given back to the rules." in answer
    assert (now(ours, call).campaign, now(ours, call).attributed_by) == (posters, "recipient")
    assert "The caller was contacted for it" in text_of(browser.get(f"/calls/{call.pk}/"))
    ledger = text_of(browser.get(f"/calls/{call.pk}/attribution/"))
    for step in ("Posters", "The caller was contacted for it", "Spring mailing", "Chosen by a person", "Agnes Agent"):
        assert step in ledger


def test_without_scripts_the_form_is_a_page_and_the_answer_a_message(
    ours: Company, browser: Client, spring: Campaign
) -> None:
    call = open_call(ours)
    assert "Which campaign brought the call" in text_of(browser.get(f"/calls/{call.pk}/campaign/"))

    done = browser.post(
        f"/calls/{call.pk}/campaign/",
        {"in": "card", "was": was(call), "campaign_name": "Spring mailing"},
        follow=True,
    )

    assert done.redirect_chain[-1][0] == f"/calls/{call.pk}/"
    assert "Given to Spring mailing." in text_of(done)
    assert '<button class="rs-link">Undo</button>' in text_of(done)


# ---- who may --------------------------------------------------------------------------------------------------


def test_a_viewer_reads_what_may_have_brought_a_call_and_says_nothing(
    ours: Company, spring: Campaign, client_of: Browser
) -> None:
    call = open_call(ours, turns=(("customer", "Spring mailing, please."),))
    client = client_of(factories.make_member(ours, role="viewer").user)

    page = text_of(client.get(PAGE))

    assert "Its name was said on the call" in page
    assert 'name="campaign"' not in page
    assert 'id="choose"' not in page
    for sent in ({"call": call.pk, "campaign": spring.pk, "apply": 1}, {}):
        assert client.post(ASSIGN, sent).status_code == 403
    assert give(client, call, campaign=spring.pk).status_code == 403
    assert now(ours, call).campaign is None


def test_an_outsider_and_a_limited_colleague_reach_only_their_own(
    ours: Company, member: Membership, spring: Campaign, outsider: User, client_of: Browser
) -> None:
    ours.agents_see = Company.Sight.OWN
    ours.save(update_fields=["agents_see"])
    with use_company(ours):
        lead = factories.make_lead(number=NUMBER, assignee=member, full_name="Meera Nair")
        strange = factories.make_lead(number="+919876543222", full_name="Zubaida Khan")
        theirs = factories.make_call(contact=Contact.objects.get(pk=lead.pk), attributed_by="none")
        call = factories.make_call(contact=Contact.objects.get(pk=strange.pk), attributed_by="none")
        factories.make_recipient(spring, number=NUMBER, contact_id=lead.pk)
        factories.make_recipient(spring, number="+919876543222", contact_id=strange.pk)
        factories.make_recipient(spring, number="+919876543233")
    colleague = client_of(member.user)
    sent = {"call": [theirs.pk, call.pk], "all": "", "campaign_name": "Spring mailing", "apply": "1"}

    offered = text_of(colleague.get(CHOICES, {"campaign_name": "Spring mailing", "recipient_number": ""}))
    assert "43210" in offered
    assert "43233" in offered
    assert "43222" not in offered
    assert "Zubaida" not in text_of(colleague.get(PAGE))
    assert give(colleague, call, campaign=spring.pk).status_code == 404
    colleague.post(ASSIGN, sent)
    assert (now(ours, theirs).campaign, now(ours, call).campaign) == (spring, None)

    abroad = client_of(outsider)
    assert give(abroad, call, campaign=spring.pk).status_code == 404
    abroad.post(ASSIGN, sent)
    with use_company(ours):
        batch = AttributionBatch.objects.get()
    assert abroad.post(f"{DONE}{batch.pk}/undo/").status_code == 404
    assert "Spring" not in text_of(abroad.get(CHOICES, {"campaign_name": "Spring"}))
    assert now(ours, call).campaign is None


def test_the_sidebar_leads_there(browser: Client) -> None:
    assert f'href="{PAGE}"' in text_of(browser.get("/calls/"))


@pytest.mark.parametrize("query", ["page=zzz", "days=999", "q=%00", "started_from=no", "show=zz", "direction=up"])
def test_no_address_breaks_the_page(browser: Client, query: str) -> None:
    assert browser.get(f"{PAGE}?{query}").status_code == 200


def test_campaigns_are_offered_by_what_is_typed(ours: Company, browser: Client, spring: Campaign) -> None:
    with use_company(ours):
        factories.make_campaign(name="Autumn posters")
    offered = text_of(browser.get(CHOICES, {"campaign_name": "mail"}))
    assert "Spring mailing" in offered
    assert "Autumn" not in offered
