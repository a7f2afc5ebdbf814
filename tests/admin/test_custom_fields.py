"""The company's own fields in the admin: their form, trying them, answers on people's forms, and lists by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import Company, Contact, ContactValue, ExtractionField, Lead, User
from crm.tenancy import use_company
from tests import factories
from tests.admin.support import open_form, said, save, text_of

Browser = Callable[[User], Client]

FIELDS = "/admin/crm/extractionfield/"
TRY = f"{FIELDS}try/"
LEADS = "/admin/crm/lead/"
PETS = {"label": "Number of pets", "key": "", "kind": "number", "description": "How many pets they have."}
PASTED = "Agent: How many pets do you have?\nCustomer: Two cats and a dog, so three. No wait, four."


def keys(company: Company) -> list[str]:
    with use_company(company):
        return [field.key for field in ExtractionField.objects.order_by("position", "pk")]


def new_field(client: Client, **changes: Any) -> Any:
    form = open_form(client, f"{FIELDS}add/")
    return save(client, f"{FIELDS}add/", form, **{**PETS, **changes})


# ---- the form of a field --------------------------------------------------------------------------------------


@pytest.mark.row("S2.105")
@pytest.mark.parametrize("role", ["owner", "manager"])
def test_owners_and_managers_add_a_field_and_its_key_is_made_of_the_label(
    company: Company, role: str, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    answer = new_field(client_of(request.getfixturevalue(role)))

    assert answer.status_code == 302
    assert "number_of_pets" in keys(company)


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_nobody_else_does(company: Company, role: str, client_of: Browser, request: pytest.FixtureRequest) -> None:
    client, before = client_of(request.getfixturevalue(role)), keys(company)

    assert client.get(FIELDS).status_code == 403
    assert client.post(f"{FIELDS}add/", PETS).status_code == 403
    assert client.post(TRY, {**PETS, "transcript": PASTED}).status_code == 403
    assert keys(company) == before


def test_a_list_is_written_one_choice_a_line(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)

    assert "two different choices" in text_of(new_field(client, kind="choice", choices="Villa\nvilla"))
    assert new_field(client, kind="choice", choices=" Villa \n\nPlot\r\n").status_code == 302
    with use_company(company):
        assert ExtractionField.objects.get(key="number_of_pets").choices == ["Villa", "Plot"]


def test_a_field_that_has_answers_keeps_its_key_and_is_not_deleted(
    company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        field = ExtractionField.objects.get(values__isnull=False)
    client, url = client_of(manager), f"{FIELDS}{field.pk}/"

    form = open_form(client, f"{url}change/")
    assert "key" not in form
    save(client, f"{url}change/", form, key="other", label="Animals")
    assert client.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    with use_company(company):
        again = ExtractionField.objects.get(pk=field.pk)
    assert (again.key, again.label) == (field.key, "Animals")


def test_fields_are_moved_and_switched_off(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    for label in ("First", "Second", "Third"):
        new_field(client, label=label)
    with use_company(company):
        third = ExtractionField.objects.get(key="third")
    first, *_ = before = keys(company)

    client.post(FIELDS, {"action": "move_up", "_selected_action": third.pk})
    assert keys(company) == [*before[:-2], "third", "second"]
    client.post(FIELDS, {"action": "move_down", "_selected_action": third.pk})
    assert keys(company) == before
    client.post(FIELDS, {"action": "switch_off", "_selected_action": third.pk})
    with use_company(company):
        assert "third" not in [field.key for field in ExtractionField.objects.active()]
    assert keys(company)[0] == first


def test_a_preset_chosen_for_the_company_adds_its_fields(company: Company, owner: User, client_of: Browser) -> None:
    client, url, before = client_of(owner), f"/admin/crm/company/{company.pk}/change/", keys(company)

    answer = save(client, url, open_form(client, url), preset="home_services")

    assert "7 more fields" in said(answer)
    assert keys(company)[: len(before)] == before
    assert "appliance" in keys(company)
    save(client, url, open_form(client, url), preset="")
    assert "appliance" in keys(company)


# ---- trying it ------------------------------------------------------------------------------------------------


def test_a_field_is_tried_on_pasted_words_before_it_is_saved(
    company: Company, manager: User, client_of: Browser
) -> None:
    before = keys(company)
    page = text_of(client_of(manager).post(TRY, {**PETS, "transcript": PASTED, "position": "1", "is_active": "on"}))

    assert "<td>4</td>" in page
    assert "Customer, turn 2" in page
    assert keys(company) == before


def test_a_field_is_tried_on_a_call_of_the_company_and_leads_to_the_turn(
    company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(company):
        call = factories.make_call(turns=(("agent", "How many pets do you have?"), ("customer", "Three.")))
    posted = {**PETS, "call": str(call.pk), "position": "1", "is_active": "on"}
    page = text_of(client_of(manager).post(TRY, posted))

    assert f"{reverse('call', args=[call.pk])}#turn-1" in page
    assert "“Three”" in page


def test_a_saved_field_is_tried_as_it_stands_in_the_form(company: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    new_field(client, label="Animals", key="animals", description="")
    with use_company(company):
        field = ExtractionField.objects.get(key="animals")
    form = open_form(client, f"{FIELDS}{field.pk}/change/")
    posted = {**form, "label": "Number of pets", "tried": str(field.pk), "transcript": PASTED}

    assert "Customer, turn 2" in text_of(client.post(TRY, posted))
    with use_company(company):
        assert ExtractionField.objects.get(pk=field.pk).label == "Animals"


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({}, "Choose a call, or paste a conversation."),
        ({"call": "987654321"}, "Choose a call, or paste a conversation."),
        ({"call": "x" * 40}, "Choose a call, or paste a conversation."),
        ({"transcript": "hello there"}, "Line 1 has no speaker. Begin lines with “Agent:” or “Customer:”."),
        ({"transcript": "Agent:"}, "Nobody says anything in it."),
        ({"transcript": "Customer: hi\n" * 501}, "Paste at most 500 lines"),
        ({"transcript": "Customer: " + "x" * 50_001}, "Paste at most 50,000 characters"),
        ({"transcript": PASTED, "label": ""}, "Label: This field is required."),
        ({"transcript": PASTED, "kind": "choice"}, "two different choices"),
        ({"transcript": PASTED, "kind": "color"}, "Kind: Select a valid choice"),
        ({"transcript": PASTED, "tried": "9" * 30}, "Customer, turn 2"),
    ],
)
def test_what_cannot_be_tried_is_told_in_a_sentence(
    manager: User, client_of: Browser, posted: dict[str, str], sentence: str
) -> None:
    answer = client_of(manager).post(TRY, {**PETS, "position": "1", "is_active": "on", **posted})

    assert answer.status_code == 200
    assert sentence in text_of(answer)


def test_no_call_of_another_company_can_be_tried(
    company: Company, other_company: Company, manager: User, client_of: Browser
) -> None:
    with use_company(other_company):
        call = factories.make_call(turns=(("agent", "How many pets do you have?"), ("customer", "Three.")))
    posted = {**PETS, "call": str(call.pk), "position": "1", "is_active": "on"}

    assert "Choose a call" in text_of(client_of(manager).post(TRY, posted))
    assert f'value="{call.pk}"' not in text_of(client_of(manager).get(f"{FIELDS}add/"))


# ---- answers on the forms of people ---------------------------------------------------------------------------


@pytest.fixture
def fields(company: Company) -> dict[str, ExtractionField]:
    """One field of each kind; the rows of `fill_company` make way."""
    with use_company(company):
        ContactValue.objects.all().delete()
        ExtractionField.objects.all().delete()
        return {
            kind: factories.make_field(
                f"The {kind}", kind, key=kind, choices=["Villa", "Plot"] if kind == "choice" else []
            )
            for kind in ("text", "number", "money", "date", "yes_no", "choice")
        }


@pytest.fixture
def lead(company: Company) -> Lead:
    with use_company(company):
        return factories.make_lead(full_name="Meera Nair")


def url_of(lead: Lead) -> str:
    return reverse("admin:crm_lead_change", args=[lead.pk])


def custom(company: Company, lead: Lead) -> dict[str, Any]:
    with use_company(company):
        return Contact.objects.get(pk=lead.pk).custom


@pytest.mark.row("S4.60")
def test_answers_are_edited_by_kind_and_then_no_call_changes_them(
    company: Company, fields: dict[str, ExtractionField], lead: Lead, agent: User, client_of: Browser
) -> None:
    client = client_of(agent)
    written = {
        "answer_text": "By hand",
        "answer_number": "1,250",
        "answer_money_from": "4000000",
        "answer_money_to": "6000000",
        "answer_money_period": "once",
        "answer_date_day": "2026-05-24",
        "answer_date_time": "11:00",
        "answer_yes_no": "no",
        "answer_choice": "Plot",
    }
    kept = {
        "text": "By hand",
        "number": 1250,
        "money": {"minimum": 4000000, "maximum": 6000000, "currency": "INR", "period": "once"},
        "date": "2026-05-24T11:00:00+05:30",
        "yes_no": False,
        "choice": "Plot",
    }

    assert save(client, url_of(lead), open_form(client, url_of(lead)), **written).status_code == 302
    assert custom(company, lead) == kept
    # Saving again what the form shows changes nothing, not even the history.
    form = open_form(client, url_of(lead))
    assert {name: form[name] for name in written} == {**written, "answer_number": "1250"}
    with use_company(company):
        events = Contact.pgh_event_model.objects.filter(pgh_obj_id=lead.pk).count()
    save(client, url_of(lead), form)
    with use_company(company):
        assert Contact.pgh_event_model.objects.filter(pgh_obj_id=lead.pk).count() == events
        contact = Contact.objects.get(pk=lead.pk)
        said_at = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
        ContactValue.objects.learn(contact, {"number": 3, "choice": "Villa"}, said_at=said_at, source=None)
    assert custom(company, lead) == kept


def test_an_emptied_answer_is_gone(
    company: Company, fields: dict[str, ExtractionField], lead: Lead, agent: User, client_of: Browser
) -> None:
    client = client_of(agent)
    save(client, url_of(lead), open_form(client, url_of(lead)), answer_choice="Plot", answer_money_to="9")
    save(client, url_of(lead), open_form(client, url_of(lead)), answer_choice="", answer_money_to="")

    assert custom(company, lead) == {}


def test_an_answer_that_has_left_the_list_stays_until_it_is_changed(
    company: Company, fields: dict[str, ExtractionField], lead: Lead, agent: User, client_of: Browser
) -> None:
    client = client_of(agent)
    save(client, url_of(lead), open_form(client, url_of(lead)), answer_choice="Plot")
    with use_company(company):
        ExtractionField.objects.filter(key="choice").update(choices=["Villa", "House"])

    form = open_form(client, url_of(lead))
    assert form["answer_choice"] == "Plot"
    assert save(client, url_of(lead), form, answer_text="By hand").status_code == 302
    assert custom(company, lead) == {"text": "By hand", "choice": "Plot"}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"answer_number": "many"}, "This is no number. Write digits alone"),
        ({"answer_money_from": "lots"}, "This is no amount. Write digits alone"),
        ({"answer_money_from": "9", "answer_money_to": "4"}, "“Up to” has to be at least “from”."),
        ({"answer_date_time": "11:00"}, "Choose the day, too."),
        ({"answer_date_day": "someday"}, "Enter a valid date."),
        ({"answer_choice": "Castle"}, "Select a valid choice."),
        ({"answer_yes_no": "perhaps"}, "Select a valid choice."),
    ],
)
def test_an_answer_of_another_kind_is_refused_with_a_sentence(
    company: Company,
    fields: dict[str, ExtractionField],
    lead: Lead,
    agent: User,
    client_of: Browser,
    written: dict[str, str],
    sentence: str,
) -> None:
    client = client_of(agent)
    answer = save(client, url_of(lead), open_form(client, url_of(lead)), **written)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert custom(company, lead) == {}


def test_a_viewer_reads_the_answers_on_the_card_and_has_no_inputs(
    company: Company, fields: dict[str, ExtractionField], lead: Lead, viewer: User, client_of: Browser
) -> None:
    with use_company(company):
        by = factories.make_member(company, name="Nandini Rao")
        ContactValue.objects.put(Contact.objects.get(pk=lead.pk), {fields["choice"]: "Plot"}, by=by)
    page = text_of(client_of(viewer).get(url_of(lead)))

    assert "The choice" in page
    assert "set by Nandini Rao" in page
    assert "answer_choice" not in page


def test_somebody_new_is_added_with_answers(
    company: Company, fields: dict[str, ExtractionField], agent: User, client_of: Browser
) -> None:
    client, url = client_of(agent), f"{LEADS}add/"
    assert save(client, url, open_form(client, url), full_name="Somebody New", answer_number="3").status_code == 302
    with use_company(company):
        assert Contact.objects.get(full_name="Somebody New").custom == {"number": 3}


# ---- lists ----------------------------------------------------------------------------------------------------


@pytest.fixture
def two_leads(company: Company, fields: dict[str, ExtractionField]) -> None:
    """One who answered everything and one who answered otherwise."""
    answered = {
        "Answered Person": (3, 6_000_000, "2026-05-24", True, "Plot"),
        "Otherwise Person": (5, 9_000_000, "2026-06-30", False, "Villa"),
    }
    with use_company(company):
        by = factories.make_member(company)
        for name, (number, most, day, is_yes, choice) in answered.items():
            contact = Contact.objects.get(pk=factories.make_lead(full_name=name).pk)
            money = {"minimum": 4_000_000, "maximum": most, "currency": "INR", "period": "once"}
            said = {"number": number, "money": money, "date": day, "yes_no": is_yes, "choice": choice}
            ContactValue.objects.put(contact, {fields[kind]: value for kind, value in said.items()}, by=by)


@pytest.mark.parametrize(
    "asked",
    [
        {"answer_choice": "Plot"},
        {"answer_yes_no": "yes"},
        {"answer_number_from": "3", "answer_number_to": "4"},
        {"answer_number_to": "4"},
        {"answer_money_from": "5000000", "answer_money_to": "7000000"},
        {"answer_date_to": "2026-05-24"},
        {"answer_date_from": "2026-05-24", "answer_date_to": "2026-06-01"},
        {"answer_choice": "Plot", "answer_yes_no": "yes", "answer_number_from": "3"},
    ],
)
def test_leads_are_listed_by_what_they_answered(
    two_leads: None, agent: User, client_of: Browser, asked: dict[str, str]
) -> None:
    page = text_of(client_of(agent).get(LEADS, asked))

    assert "Answered Person" in page
    assert "Otherwise Person" not in page


@pytest.mark.parametrize(
    "asked",
    [
        {"answer_number_from": "many"},
        {"answer_date_from": "someday"},
        {"answer_date_to": "9999-12-31"},
        {"answer_choice": "Castle"},
        {"answer_yes_no": "perhaps"},
        {"answer_money_from": "nan"},
    ],
)
def test_what_no_answer_can_be_filters_nothing(
    two_leads: None, agent: User, client_of: Browser, asked: dict[str, str]
) -> None:
    answer = client_of(agent).get(LEADS, asked)

    assert answer.status_code == 200
    assert "Answered Person" in text_of(answer)
    assert "Otherwise Person" in text_of(answer)


def test_filters_cost_one_query_whatever_their_number(two_leads: None, agent: User, client_of: Browser) -> None:
    client = client_of(agent)
    client.get(LEADS)

    def queries(asked: dict[str, str]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(LEADS, asked)
        return len([query for query in caught if "extractionfield" in query["sql"].split(" from ")[0].lower()])

    assert queries({}) == 1
    assert queries({"answer_choice": "Plot", "answer_number_from": "3"}) == 1


def test_contacts_have_the_same_filters(two_leads: None, agent: User, client_of: Browser) -> None:
    page = text_of(client_of(agent).get("/admin/crm/contact/", {"answer_choice": "Plot"}))

    assert "Answered Person" in page
    assert "Otherwise Person" not in page
