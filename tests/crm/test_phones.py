"""One number in every written form, and no two numbers taken for one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.models import Company, Contact
from crm.phones import to_display, to_e164, to_search_prefix
from crm.tenancy import use_company
from tests import factories

SAME = [
    ("+1 (202) 555-1234", "+12025551234", "US"),
    ("202-555-1234", "+12025551234", "US"),
    ("+12025551234", "2025551234", "US"),
    ("(202) 555 1234", "12025551234", "US"),
    ("+91 98765 43210", "09876543210", "IN"),
    ("9876543210", "+919876543210", "IN"),
    ("+919876543210", "919876543210", "IN"),
    ("+44 20 7946 0958", "02079460958", "GB"),
    ("+442079460958", "+44 (0)20 7946 0958", "GB"),
    ("+1 202 555 1234 ext 77", "+12025551234", "US"),
]
DIFFERENT = [
    ("+12025551234", "+442025551234"),
    ("+919876543210", "+19876543210"),
    ("+4930123456", "+49 30 1234567"),
]


@pytest.mark.row("S1.20")
@pytest.mark.parametrize(("one", "other", "region"), SAME)
def test_two_written_forms_are_one_number(one: str, other: str, region: str) -> None:
    assert to_e164(one, region=region) == to_e164(other, region=region) != ""


@pytest.mark.parametrize("region", ["US", "IN", "GB"])
@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_numbers_stay_two(one: str, other: str, region: str) -> None:
    assert to_e164(one, region=region) != to_e164(other, region=region)


@pytest.mark.parametrize(("one", "other", "region"), SAME)
def test_a_contact_is_found_by_every_written_form_of_its_number(db: None, one: str, other: str, region: str) -> None:
    company = factories.make_company(region=region)
    with use_company(company):
        contact = factories.make_contact(number=to_e164(one, region=region))
        factories.make_contact()
        assert Contact.objects.with_number(to_e164(other, region=region)).get() == contact
        assert Contact.objects.search(other, region=region).get() == contact
        assert Contact.objects.search(one, region=region).get() == contact


@pytest.mark.parametrize(
    "written", [None, "", "   ", "anonymous", "unknown", "+", "12", "sip:aria@pbx", "\x00", "🙂" * 20, "1" * 400]
)
def test_what_is_no_number_is_empty(written: str | None) -> None:
    assert to_e164(written, region="IN") == ""


def test_the_same_digits_are_read_with_the_company_s_region() -> None:
    assert to_e164("09876543210", region="IN") == "+919876543210"
    assert to_e164("202-555-1234", region="US") == "+12025551234"
    assert to_e164("202-555-1234", region="IN") != "+12025551234"


def test_a_plus_is_never_second_guessed() -> None:
    for region in ("IN", "US", "GB", "DE"):
        assert to_e164("+919876543210", region=region) == "+919876543210"


WRITTEN = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789+()- .,;#xext", max_size=30),
    st.from_regex(r"\A\+[1-9][0-9]{1,20}\Z"),
)


@given(written=WRITTEN, region=st.sampled_from(["IN", "US", "GB", "DE"]))
@example(written="+44 (0)(0)20 7946 0958", region="GB")
@example(written="tel:+91-98765-43210", region="IN")
def test_any_text_gives_a_number_that_stays_itself(written: str, region: str) -> None:
    number = to_e164(written, region=region)
    assert number == "" or (number.startswith("+") and number[1:].isdigit() and len(number) <= 20)
    assert to_e164(number, region=region) == number


@given(written=WRITTEN)
def test_showing_and_searching_never_fail(written: str) -> None:
    assert isinstance(to_display(written), str)
    prefix = to_search_prefix(written, region="IN")
    assert prefix == "" or prefix.startswith("+")


@pytest.mark.parametrize(
    ("typed", "prefix"),
    [
        ("98765", "+9198765"),
        ("098765", "+9198765"),
        ("+91 987", "+91987"),
        ("+919876543210", "+919876543210"),
        ("Meera", ""),
        ("12", ""),
        ("flat 123", ""),
    ],
)
def test_a_partly_typed_number_is_a_beginning(typed: str, prefix: str) -> None:
    assert to_search_prefix(typed, region="IN") == prefix


def test_a_partly_typed_number_finds_the_contact(in_company: Company) -> None:
    contact = factories.make_contact(number="+919876543210")
    for typed in ("98765", "9876543210", "+91 98765", "0 98765 43210", "(98765) 43210"):
        assert Contact.objects.search(typed, region="IN").get() == contact, typed
