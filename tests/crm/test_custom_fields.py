"""What a company wants to know: its fields, and the answers as they are kept, found and left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.test import override_settings
from django.utils import timezone

from crm.custom_words import answers_of, say
from crm.models import Company, Contact, ContactValue, ExtractionField, Interaction, Membership
from crm.models.custom_fields import MOST_FIELDS, key_of
from crm.presets import PRESETS, FieldKind, Preset
from crm.privacy import export_person
from crm.tenancy import use_company
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> Company:
    """A company without fields; another one beside it has some."""
    factories.fill_company(factories.make_company(name="Beside", preset=Preset.REAL_ESTATE))
    return factories.make_company(name="Banyan")


@pytest.fixture
def person(ours: Company) -> Membership:
    return factories.make_member(ours, role="agent", name="Nandini Rao")


def learn(
    contact: Contact, said: dict[str, Any], *, days_ago: float = 1, source: Interaction | None = None
) -> list[str]:
    at = timezone.now() - timedelta(days=days_ago)
    contact.refresh_from_db()
    return ContactValue.objects.learn(contact, said, said_at=at, source=source)


def custom(contact: Contact) -> dict[str, Any]:
    return Contact.objects.get(pk=contact.pk).custom


# ---- fields and presets ---------------------------------------------------------------------------------------


@pytest.mark.row("S2.105")
def test_a_preset_lays_down_its_fields_once_and_leaves_what_people_made(ours: Company) -> None:
    with use_company(ours):
        mine = factories.make_field("My budget", "text", key="budget")

        assert ExtractionField.objects.lay_down(Preset.REAL_ESTATE) == len(PRESETS[Preset.REAL_ESTATE]) - 1
        assert ExtractionField.objects.lay_down(Preset.REAL_ESTATE) == 0
        assert ExtractionField.objects.get(key="budget") == mine
        assert ExtractionField.objects.get(key="budget").label == "My budget"
        assert [field.key for field in ExtractionField.objects.active()][:2] == ["budget", "bedrooms"]


def test_a_new_company_starts_from_its_preset_or_from_the_one_of_the_setting() -> None:
    chosen = factories.make_company(preset=Preset.HOME_SERVICES)
    with override_settings(EXTRACTION_PRESET="b2b_sales"):
        usual = factories.make_company()
    plain = factories.make_company()

    for company, preset in ((chosen, Preset.HOME_SERVICES), (usual, Preset.B2B_SALES), (plain, "")):
        with use_company(company):
            keys = {field.key for field in ExtractionField.objects.active()}
        assert keys == {field.key for field in PRESETS.get(preset, ())}


@pytest.mark.parametrize("preset", Preset.values)
def test_every_field_of_a_preset_passes_the_checks_of_the_form(ours: Company, preset: str) -> None:
    with use_company(ours):
        ExtractionField.objects.lay_down(preset)
        for field in ExtractionField.objects.all():
            field.full_clean()
            assert field.kind in FieldKind.values


def test_a_key_is_the_companys_own(ours: Company) -> None:
    with use_company(ours):
        factories.make_field("Bedrooms")
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.make_field("Bedrooms")
        with pytest.raises(ValidationError, match="There is a field with this key already"):
            ExtractionField(key="bedrooms", label="Again").full_clean()


def test_the_key_stays_and_the_kind_stays_once_there_are_answers(ours: Company, person: Membership) -> None:
    with use_company(ours):
        field = factories.make_field("Pets", "number")
        field.kind = "text"
        field.full_clean()
        field.kind = "number"
        ContactValue.objects.put(factories.make_contact(), {field: 2}, by=person)

        field.kind = "text"
        with pytest.raises(ValidationError, match="Make a new field"):
            field.full_clean()
        field.kind, field.key = "number", "cats"
        with pytest.raises(ValidationError, match="The key stays"):
            field.full_clean()


def test_a_company_has_a_sane_number_of_fields(ours: Company) -> None:
    with use_company(ours):
        for number in range(MOST_FIELDS):
            factories.make_field(f"Field {number}")
        with pytest.raises(ValidationError, match=f"{MOST_FIELDS} fields at most"):
            ExtractionField(key="one_more", label="One more").full_clean()
        assert ExtractionField.objects.lay_down(Preset.B2B_SALES) == 0


@pytest.mark.parametrize("choices", [[], ["One"], ["Flat", "flat"], ["x" * 61, "y"], ["A", ""]])
def test_a_list_has_at_least_two_different_choices(ours: Company, choices: list[str]) -> None:
    with use_company(ours), pytest.raises(ValidationError):
        ExtractionField(key="kind", label="Kind", kind="choice", choices=choices).full_clean()


@pytest.mark.parametrize("key", ["Pets", "1st", "my key", "", "x" * 41, "pets\n", "größe"])
def test_a_key_is_plain(ours: Company, key: str) -> None:
    with use_company(ours), pytest.raises(ValidationError):
        ExtractionField(key=key, label="Pets").full_clean()


def test_a_key_is_made_of_the_label() -> None:
    assert key_of("Move-in date (desired)") == "move_in_date_desired"
    assert key_of("बजट") == key_of("2nd owner") == ""


# ---- typing ---------------------------------------------------------------------------------------------------

MONEY = {"minimum": Decimal(4000000), "maximum": None, "currency": "INR", "period": "once"}


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("text", "  By hand ", "By hand"),
        ("text", ("Whitefield", "Indiranagar"), "Whitefield, Indiranagar"),
        ("text", "", None),
        ("number", 3, 3),
        ("number", "2.50", 2.5),
        ("number", True, None),
        ("number", float("nan"), None),
        ("number", float("inf"), None),
        ("number", "many", None),
        ("money", MONEY, {"minimum": 4000000, "maximum": None, "currency": "INR", "period": "once"}),
        ("money", {**MONEY, "minimum": None}, None),
        ("money", {**MONEY, "period": "week"}, None),
        ("money", 4000000, None),
        ("date", "2026-05-24", "2026-05-24"),
        ("date", "2026-05-24T11:00:00+05:30", "2026-05-24T11:00:00+05:30"),
        ("date", "someday", None),
        ("yes_no", False, False),
        ("yes_no", "yes", None),
        ("choice", "villa", "Villa"),
        ("choice", "Castle", None),
    ],
)
def test_an_answer_is_of_its_kind_or_none(kind: str, said: Any, kept: Any) -> None:
    field = ExtractionField(key="field", label="Field", kind=kind, choices=["Villa", "Plot"])
    assert field.typed(said) == kept
    assert type(field.typed(said)) is type(kept)


# ---- calls and people -----------------------------------------------------------------------------------------


@pytest.mark.row("S4.60")
def test_the_latest_call_stands_in_whatever_order_calls_are_read(ours: Company) -> None:
    with use_company(ours):
        factories.make_field("Bedrooms")
        contact = factories.make_contact()

        assert learn(contact, {"bedrooms": 2}, days_ago=3) == ["bedrooms"]
        assert learn(contact, {"bedrooms": 3}, days_ago=1) == ["bedrooms"]
        assert learn(contact, {"bedrooms": 4}, days_ago=2) == []
        assert learn(contact, {}, days_ago=0.5) == []
        assert custom(contact) == {"bedrooms": 3}


@pytest.mark.row("S4.60")
def test_no_call_changes_what_a_person_set_not_even_that_there_is_nothing(ours: Company, person: Membership) -> None:
    with use_company(ours):
        field, other = factories.make_field("Bedrooms"), factories.make_field("Pets")
        contact = factories.make_contact()
        learn(contact, {"bedrooms": 2, "pets": 1})
        contact.refresh_from_db()
        ContactValue.objects.put(contact, {field: 5, other: None}, by=person)

        assert learn(contact, {"bedrooms": 3, "pets": 4}, days_ago=-1) == []
        assert custom(contact) == {"bedrooms": 5}
        assert [(answer.words, answer.by) for answer in answers_of(contact)] == [("5", "Nandini Rao")]


def test_what_a_call_was_once_thought_to_have_said_goes_when_it_is_read_again(ours: Company) -> None:
    with use_company(ours):
        factories.make_field("Bedrooms")
        contact = factories.make_contact()
        entry = Interaction.objects.create(contact=contact, kind=Interaction.Kind.CALL)
        another = Interaction.objects.create(contact=contact, kind=Interaction.Kind.CALL)
        learn(contact, {"bedrooms": 2}, source=entry)

        assert learn(contact, {}, source=another) == []
        assert custom(contact) == {"bedrooms": 2}
        assert learn(contact, {}, source=entry) == ["bedrooms"]
        assert custom(contact) == {}


def test_what_is_no_field_or_switched_off_or_of_another_kind_is_not_kept(ours: Company) -> None:
    with use_company(ours):
        factories.make_field("Bedrooms")
        factories.make_field("Pets", is_active=False)
        contact = factories.make_contact()

        assert learn(contact, {"bedrooms": "three", "pets": 2, "site_visit": True}) == []
        assert custom(contact) == {}


@pytest.mark.parametrize(
    ("kind", "value", "found_by"),
    [
        ("number", 3, {"number": 3}),
        ("money", {"minimum": 4, "maximum": 9, "currency": "INR", "period": "once"}, {"number": 9}),
        ("money", {"minimum": 4, "maximum": None, "currency": "INR", "period": "once"}, {"number": 4}),
        ("yes_no", False, {"is_yes": False}),
        ("choice", "Plot", {"text": "Plot"}),
        ("text", "By hand", {"text": "By hand"}),
        ("date", "2026-05-24", {"moment": datetime.fromisoformat("2026-05-24T00:00:00+05:30")}),
    ],
)
def test_an_answer_is_found_by_columns(
    ours: Company, person: Membership, kind: str, value: Any, found_by: dict[str, Any]
) -> None:
    with use_company(ours):
        field = factories.make_field("Field", kind, choices=["Villa", "Plot"] if kind == "choice" else [])
        contact = factories.make_contact()
        ContactValue.objects.put(contact, {field: value}, by=person)

        assert ContactValue.objects.get(field=field, **found_by).contact_id == contact.pk
        assert custom(contact) == {"field": value}


def test_history_says_who_changed_an_answer(ours: Company, person: Membership) -> None:
    with use_company(ours):
        field, contact = factories.make_field("Pets"), factories.make_contact()
        ContactValue.objects.put(contact, {field: 2}, by=person)
        changes = Contact.pgh_event_model.objects.filter(pgh_obj_id=contact.pk, pgh_label="update").last().changes

    assert changes["custom"] == [{}, {"pets": 2}]


def test_answers_are_part_of_a_persons_export_and_go_with_them(ours: Company, person: Membership) -> None:
    with use_company(ours):
        contact = factories.make_contact()
        ContactValue.objects.put(contact, {factories.make_field("Pets", "text"): "Two cats"}, by=person)

        told = export_person(contact)
        assert told["contact"]["custom"] == {"pets": "Two cats"}
        assert told["custom_values"][0]["text"] == "Two cats"
        contact.delete()
        assert not ContactValue.objects.exists()


def test_one_company_sees_nothing_of_anothers_fields_and_answers(ours: Company) -> None:
    with use_company(ours):
        assert list(ExtractionField.objects.all()) == list(ContactValue.objects.all()) == []
        for table in ("crm_extractionfield", "crm_contactvalue"):
            with connection.cursor() as cursor:
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("money", {"minimum": 4, "maximum": 9, "currency": "INR", "period": "month"}, "₹4 to ₹9 a month"),
        ("money", {"minimum": 9, "maximum": 9, "currency": "INR", "period": "once"}, "₹9"),
        ("money", {"minimum": None, "maximum": 1500000, "currency": "INR", "period": "once"}, "up to ₹15,00,000"),
        ("money", {"minimum": 5.5, "maximum": None, "currency": "USD", "period": "year"}, "from $5.50 a year"),
        ("yes_no", False, "no"),
        ("number", 1250, "1,250"),
        ("date", "2026-05-24", "24 May 2026"),
    ],
)
def test_an_answer_is_told_as_people_write_it(kind: str, value: Any, words: str) -> None:
    assert say(ExtractionField(key="field", label="Field", kind=kind), value) == words


# ---- finding --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_index_finds_answers_under_the_policies(ours: Company) -> None:
    """By each column's own operators: one that is not leakproof would be a filter, and read every answer."""
    at = timezone.now()
    lookups: dict[str, dict[str, Any]] = {
        "value_by_number": {"number__gte": 500.0, "number__lte": 510.0},
        "value_by_text": {"text": "Plot 7"},
        "value_by_yes": {"is_yes": True},
        "value_by_moment": {"moment__gte": at, "moment__lt": at + timedelta(days=3)},
    }
    with use_company(ours):
        field = factories.make_field("Field")
        people = Contact.objects.bulk_create(Contact(full_name=f"Contact {n}") for n in range(2000))
        ContactValue.objects.bulk_create(
            ContactValue(
                contact=each,
                field=field,
                number=n,
                text=f"Plot {n}",
                is_yes=True if n % 500 == 0 else None,
                moment=at + timedelta(days=n),
            )
            for n, each in enumerate(people)
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze crm_contactvalue")
    with use_company(ours):
        for index, lookup in lookups.items():
            plan = ContactValue.objects.filter(field=field, **lookup).values("contact_id").explain()
            condition = plan.partition("Index Cond:")[2].partition("\n")[0]
            assert index in plan, plan
            assert next(iter(lookup)).partition("__")[0] in condition or index == "value_by_yes", plan
