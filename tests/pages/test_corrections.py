"""What a person does with a reading on the call's page: right, wrong, this instead; and it stays."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crm.models import Contact, Lead
from crm.tenancy import use_company
from telephony.models import Call, Correction
from tests.factories import deliver, make_account, make_call, make_event, make_insight, work_off

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def heard(company):
    """A call that came through the door and was read."""
    with use_company(company):
        account = make_account()
    deliver(account, make_event(call_id="conv_heard", customer_number="+919845099999"))
    work_off()
    with use_company(company):
        return Call.objects.with_external_id("conv_heard").select_related("contact").get()


@pytest.fixture
def browser(agent, client_of):
    return client_of(agent)


def inputs(page: str, label: str) -> dict[str, str]:
    """The hidden inputs beside the buttons of the value with that label."""
    row = next(part for part in page.split('<li class="rs-fact') if f'label">{label}<' in part)
    return {
        name: value.replace("&quot;", '"').replace("&#x27;", "'")
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', row)
        if name != "csrfmiddlewaretoken"
    }


def shown(browser: Any, call: Call) -> str:
    page: str = browser.get(f"/calls/{call.pk}/").content.decode()
    return page


def say(browser: Any, call: Call, **said: Any) -> Any:
    return browser.post(f"/calls/{call.pk}/value/", said, headers=HTMX)


def read_again(call: Call, company: Any) -> None:
    """Read the call anew in a way that makes a new insight: as another version of the reader would."""
    with use_company(company):
        call.insights.filter(is_current=True).update(input_hash="another")
        call.owe_journey()
    work_off()


@pytest.mark.row("B.1")
def test_each_value_shows_its_words_turn_second_speaker_and_how_sure_we_are(browser, heard):
    page = shown(browser, heard)
    row = next(part for part in page.split('<li class="rs-fact') if 'label">E-mail<' in part)

    assert 'href="#turn-3"' in row
    assert "<q>meera.nair@example.com</q>" in row
    assert "turn 4 · 0:15" in row
    assert re.search(r"the customer, \d+ % sure", row)


def test_a_contradicted_value_says_so_with_the_other_words(browser, company):
    evidence = {"turn": 0, "quote": "two", "second": None, "speaker": "customer"}
    other = {"turn": 1, "quote": "three", "second": None, "speaker": "customer"}
    fact = {"value": 2, "confidence": 0.9, "evidence": evidence, "conflict": other}
    with use_company(company):
        call = make_call(turns=[("customer", "two rooms"), ("customer", "or three")])
        make_insight(call, findings={"custom": {"bedrooms": fact}})

    page = shown(browser, call)

    assert "also said otherwise" in page
    assert "<q>three</q>" in page
    say(browser, call, verdict="confirmed", **inputs(page, "Bedrooms"))
    assert "also said otherwise" not in shown(browser, call)


@pytest.mark.row("B.2")
def test_a_confirmed_value_survives_another_reading(browser, heard, company):
    answer = say(browser, heard, verdict="confirmed", **inputs(shown(browser, heard), "E-mail"))

    assert "E-mail is confirmed." in answer.content.decode()
    read_again(heard, company)
    with use_company(company):
        assert heard.insights.count() == 2
    assert "confirmed</span> by" in shown(browser, heard)


def test_a_corrected_value_counts_at_once_for_score_contact_and_api(browser, heard, company):
    with use_company(company):
        assert Contact.objects.get(pk=heard.contact_id).full_name == "Meera Nair"

    answer = say(
        browser, heard, **{**inputs(shown(browser, heard), "Name"), "verdict": "corrected", "value": "Mira Nayar"}
    )

    page = answer.content.decode()
    assert "Mira Nayar" in page
    assert "was read as <del>Meera Nair</del>" in page
    assert 'id="lead"' in page
    assert "hx-swap-oob" in page
    with use_company(company):
        assert Contact.objects.get(pk=heard.contact_id).full_name == "Mira Nayar"
    read_again(heard, company)
    with use_company(company):
        assert Contact.objects.get(pk=heard.contact_id).full_name == "Mira Nayar"
    told = browser.get("/api/telephony/calls/conv_heard/insights").json()["results"]
    assert [one["customer_name"] for one in told] == ["Mira Nayar", "Meera Nair"]
    assert told[0]["corrections"] == [{"name": "contact_name", "verdict": "corrected", "value": "Mira Nayar"}]


def test_what_a_person_wrote_on_the_card_is_not_written_over_by_a_correction(browser, heard, company):
    with use_company(company):
        Contact.objects.filter(pk=heard.contact_id).update(full_name="Ms Nair")

    say(browser, heard, **{**inputs(shown(browser, heard), "Name"), "verdict": "corrected", "value": "Mira Nayar"})

    with use_company(company):
        assert Contact.objects.get(pk=heard.contact_id).full_name == "Ms Nair"


def test_a_rejected_value_leaves_card_and_score_and_comes_back_when_undone(browser, heard, company):
    with use_company(company):
        score = Call.objects.get(pk=heard.pk).score
    about = inputs(shown(browser, heard), "E-mail")

    say(browser, heard, verdict="rejected", **about)
    read_again(heard, company)

    with use_company(company):
        now = Call.objects.select_related("contact").get(pk=heard.pk)
        assert now.score == score - 5  # «Gave an e-mail address» is gone
        assert now.contact.email == ""
        assert Lead.objects.get(pk=now.contact_id).lead_score == now.score
    assert "taken away by" in shown(browser, heard)

    say(browser, heard, verdict="undo", name=about["name"], item=about["item"])

    with use_company(company):
        now = Call.objects.select_related("contact").get(pk=heard.pk)
        assert (now.score, now.contact.email) == (score, "meera.nair@example.com")
        assert not Correction.objects.filter(call=heard).exists()


def test_a_corrected_intent_moves_the_lead(browser, heard, company):
    say(browser, heard, **{**inputs(shown(browser, heard), "Wants"), "verdict": "corrected", "value": "not_interested"})

    with use_company(company):
        now = Call.objects.get(pk=heard.pk)
        assert (now.intent, now.is_hot) == ("not_interested", False)
        assert Lead.objects.get(pk=now.contact_id).lead_status == "not_interested"


def test_a_missing_value_is_added_with_the_turn_it_was_said_in(browser, heard, company):
    form = browser.get(f"/calls/{heard.pk}/value/?name=budget", headers=HTMX).content.decode()
    assert 'name="minimum"' in form
    assert 'name="currency" value="INR"' in form

    money = {"minimum": "", "maximum": "9000000", "currency": "INR", "period": "once"}
    answer = say(browser, heard, name="budget", item="", saw="", verdict="added", turn="2", **money)

    assert "up to ₹90 L" in answer.content.decode()
    with use_company(company):
        kept = Correction.objects.get(call=heard)
        assert kept.evidence["turn"] == 1
        assert kept.evidence["quote"] == heard.turns.get(index=1).content
        assert any(reason["label"] == "Budget stated" for reason in heard.insights.get().reasons)
    assert browser.get("/api/telephony/calls/conv_heard/insights").json()["results"][0]["budget_max"] == "9000000.00"


def test_a_value_that_nobody_said_leads_to_no_turn(browser, heard, company):
    say(browser, heard, name="city", item="", saw="", verdict="added", value="Kochi")

    page = shown(browser, heard)

    assert "Kochi" in page
    assert "#turn--1" not in page
    with use_company(company):
        assert Contact.objects.get(pk=heard.contact_id).city == "Kochi"


@pytest.mark.parametrize(
    ("name", "entered", "stored"),
    [
        ("decision_maker", {"value": "no"}, False),
        ("company_size", {"value": "25"}, 25),
        ("callback_at", {"value": "2030-01-15T10:30"}, "2030-01-15T10:30:00+05:30"),
        ("timeline", {"text": "after Diwali", "days": ""}, {"text": "after Diwali", "days": None}),
        ("resolution", {"value": "escalated"}, "escalated"),
        ("phones", {"value": "098450 12345"}, "+919845012345"),
        ("objections", {"value": "Too far"}, "Too far"),
    ],
)
def test_each_kind_of_value_has_inputs_of_its_own(browser, heard, company, name, entered, stored):
    assert browser.get(f"/calls/{heard.pk}/value/?name={name}", headers=HTMX).status_code == 200

    say(browser, heard, name=name, item="", saw="", verdict="added", **entered)

    with use_company(company):
        assert Correction.objects.get(call=heard, name=name).value == stored
    assert browser.get(f"/calls/{heard.pk}/").status_code == 200


def test_a_date_in_a_field_of_the_company_s_own_is_entered_as_a_date(browser, company):
    evidence = {"turn": 0, "quote": "Sunday", "second": None, "speaker": "customer"}
    fact = {"value": "2030-01-15T16:00:00+05:30", "confidence": 0.9, "evidence": evidence, "conflict": None}
    with use_company(company):
        call = make_call(turns=[("customer", "On Sunday at four")])
        make_insight(call, findings={"custom": {"site_visit_at": fact}})
    page = shown(browser, call)
    form = browser.get(f"/calls/{call.pk}/value/?name=custom.site_visit_at", headers=HTMX).content.decode()

    say(browser, call, **{**inputs(page, "Site visit at"), "verdict": "corrected", "value": "2030-01-16T17:00"})

    assert "Tue 15 Jan, 16:00" in page
    assert 'value="2030-01-15T16:00"' in form
    with use_company(company):
        assert Correction.objects.get(call=call).value == "2030-01-16T17:00:00+05:30"


@pytest.mark.parametrize(
    ("name", "entered", "said"),
    [
        ("email", {"value": "not an address"}, "This is no e-mail address."),
        ("phones", {"value": "12"}, "This is no phone number."),
        ("company_size", {"value": "many"}, "Enter a number."),
        ("budget", {"minimum": "9", "maximum": "2", "currency": "INR", "period": "once"}, "is more than"),
        ("budget", {"currency": "INR", "period": "once"}, "Write an amount"),
        ("callback_at", {"value": "soon"}, "This is no day and time."),
        ("resolution", {"value": "maybe"}, "Select a valid choice"),
        ("city", {"value": " "}, "Write what is right."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(browser, heard, company, name, entered, said):
    with use_company(company):
        Correction.objects.filter(call=heard).delete()
        heard.insights.update(findings={})

    answer = say(browser, heard, name=name, item="", saw="", verdict="added", **entered)

    assert said in answer.content.decode()
    with use_company(company):
        assert not Correction.objects.filter(call=heard).exists()


def test_a_click_on_an_old_page_overwrites_nothing(browser, heard, company):
    about = inputs(shown(browser, heard), "Name")
    say(browser, heard, **{**about, "verdict": "corrected", "value": "Mira Nayar"})

    answer = say(browser, heard, **{**about, "verdict": "corrected", "value": "Somebody Else"})

    assert "This value changed while you had it open." in answer.content.decode()
    with use_company(company):
        assert Correction.objects.get(call=heard).value == "Mira Nayar"


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "shoe_size", "verdict": "confirmed"},
        {"name": "custom.unheard_of", "verdict": "added", "value": "x"},
        {"name": "phones[0]", "verdict": "confirmed"},
        {"name": "city", "verdict": "believed"},
        {"verdict": "confirmed"},
        {"name": "cit\x00y", "item": "\x00", "verdict": "believed"},
    ],
)
def test_what_there_is_not_is_not_found(browser, heard, asked):
    assert say(browser, heard, **asked).status_code == 404


def test_without_javascript_the_same_works_page_by_page(browser, heard, company):
    page = browser.get(f"/calls/{heard.pk}/value/?name=contact_name").content.decode()
    assert "Back to the call" in page
    about = {
        name: value.replace("&quot;", '"')
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)">', page)
        if value
    }

    answer = browser.post(
        f"/calls/{heard.pk}/value/",
        {"name": "contact_name", "saw": about["saw"], "verdict": "corrected", "value": "Mira Nayar"},
        follow=True,
    )

    assert "Name is put right." in answer.content.decode()


def test_who_put_what_right_is_in_the_call_s_history(browser, agent, heard, company):
    say(browser, heard, **{**inputs(shown(browser, heard), "Name"), "verdict": "corrected", "value": "Mira Nayar"})

    told = browser.get(f"/calls/{heard.pk}/history/").content.decode()

    assert "Mira Nayar" in told
    assert "Corrected" in told
    assert "Page" in told


def test_a_viewer_sees_what_was_put_right_and_no_buttons(viewer, client_of, browser, heard):
    say(browser, heard, name="phones", item="", saw="", verdict="added", value="098450 12345")
    looking = client_of(viewer)

    page, history = shown(looking, heard), looking.get(f"/calls/{heard.pk}/history/").content.decode()

    assert "added</span> by" in page
    assert "rs-fact-acts" not in page
    assert "845012345" not in re.sub(r"\D", "", page + history)
