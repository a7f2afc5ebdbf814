"""The readers on what recognizers write and people say: spelled, cut over turns, taken back, mixed with Hindi."""

from datetime import datetime
from decimal import Decimal

import pytest

from analysis.backends.builtin.amounts import read_amounts
from analysis.backends.builtin.emails import read_emails
from analysis.backends.builtin.moments import read_moments
from analysis.backends.builtin.phones import read_phones
from analysis.backends.builtin.postal_codes import read_postal_codes
from analysis.backends.builtin.spelling import read_spelled
from tests.analysis.conversations import CALLED_AT, read, value


@pytest.mark.parametrize(
    ("said", "minimum", "maximum"),
    [
        ("a couple of grand", 2_000, 2_000),
        ("somewhere between fifteen hundred and two grand", 1_500, 2_000),
        ("3k-4k", 3_000, 4_000),
        ("a hundred and fifty k", 150_000, 150_000),
        ("a lakh and a half", 150_000, 150_000),
        ("pachas se saath lakh", 5_000_000, 6_000_000),
        ("dedh crore se zyada nahi", None, 15_000_000),
        ("at least two hundred thousand, up to three", 200_000, 300_000),
        ("minimum 20 maximum 30 lakh", 2_000_000, 3_000_000),
        ("fifty cents", Decimal("0.5"), Decimal("0.5")),
    ],
)
@pytest.mark.row("S0.56", "S3.40")
def test_an_amount_is_read_in_its_everyday_forms(
    said: str, minimum: Decimal | int | None, maximum: Decimal | int
) -> None:
    (amount,) = read_amounts(said, currency="USD")
    assert (amount.money.minimum, amount.money.maximum) == (minimum, maximum)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("in a fortnight", "2025-06-04T10:00"),
        ("a week from Friday", "2025-05-30T10:00"),
        ("next week on Friday at 3", "2025-05-30T15:00"),
        ("half nine tomorrow", "2025-05-22T09:30"),
        ("twenty to six", "2025-05-21T17:40"),
        ("ten past four", "2025-05-21T16:10"),
        ("the twenty third of June", "2025-06-23T10:00"),
        ("june third at noon", "2025-06-03T12:00"),
        ("in an hour and a half", "2025-05-21T16:00"),
        ("sava paanch baje", "2025-05-21T17:15"),
        ("paune chhe baje", "2025-05-21T17:45"),
        ("dhai baje", "2025-05-22T14:30"),
        ("4 to 5 pm tomorrow", "2025-05-22T16:00"),
        ("28 tareekh ko", "2025-05-28T10:00"),
        ("Friday the 30th at 6pm", "2025-05-30T18:00"),
        ("2025-06-15", "2025-06-15T10:00"),
    ],
)
def test_a_time_is_read_in_its_everyday_forms(said: str, when: str) -> None:
    (moment,) = read_moments(said, called_at=CALLED_AT)
    assert moment.when(called_at=CALLED_AT) == datetime.fromisoformat(when).replace(tzinfo=CALLED_AT.tzinfo)
    assert said[moment.start : moment.end].strip() in said


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("j as in john k as in king lowell at quarrystone dot net", "jklowell@quarrystone.net"),
        ("it's d-a-v-i-d at gmail dot com", "david@gmail.com"),
        ("anna double s at gmail dot com", "annass@gmail.com"),
        ("john smith all one word at gmail dot com", "johnsmith@gmail.com"),
        ("info at acme hyphen tools dot co dot uk", "info@acme-tools.co.uk"),
        ("vijay 451 gmailcom", "vijay451@gmail.com"),
        ("i have h dot salgado at outlook dot com", "h.salgado@outlook.com"),
    ],
)
@pytest.mark.row("S0.42", "S3.39")
def test_an_address_is_read_as_people_spell_it(said: str, address: str) -> None:
    assert [each.value for each in read_emails(said)] == [address]


@pytest.mark.parametrize(
    ("said", "region", "code"),
    [
        ("l e two three g h", "GB", "LE2 3GH"),
        ("it's n w one six x e", "GB", "NW1 6XE"),
        ("b for bravo s for sierra eight, two, l for lima p for papa", "GB", "BS8 2LP"),
        ("e 2 0 U s--", "GB", "E2 0US"),
        ("spokane nine nine two oh one", "US", "99201"),
        ("Madison, WI 53703", "US", "53703"),
        ("four double one zero five seven", "IN", "411057"),
        ("Pune 411 045", "IN", "411045"),
    ],
)
@pytest.mark.row("S0.40")
def test_a_postal_code_is_read_written_or_spelled(said: str, region: str, code: str) -> None:
    assert [each.value for each in read_postal_codes(said, region=region, is_asked=True)] == [code]


@pytest.mark.parametrize("said", ["I paid 53703 dollars", "order 5551234567", "it's ₹411045", "about 500000"])
def test_a_figure_of_something_else_is_no_postal_code(said: str) -> None:
    assert read(f"A: How can I help?\nC: {said}", region="US").postal_code is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("eight hundred five five five oh one nine nine", "+18005550199"),
        ("four one five five five five zero one double two", "+14155550122"),
        ("area code seven one eight five five five zero one three eight", "+17185550138"),
    ],
)
def test_a_number_is_read_as_people_say_it(said: str, number: str) -> None:
    assert [each.value for each in read_phones(said, region="US")] == [number]


def test_a_number_given_over_turns_and_taken_back_is_one_number() -> None:
    parts = read("A: Your number?\nC: seven oh three\nA: okay\nC: five five five\nA: yes\nC: zero one nine nine\nA: "
                 "703-555-0199, right?\nC: yes", region="US")  # fmt: skip
    assert [each.value for each in parts.phones] == ["+17035550199"]
    corrected = read("A: Your number?\nC: 415-555-0121. Sorry, 415-555-0112.", region="US")
    assert [each.value for each in corrected.phones] == ["+14155550112"]


def test_letters_that_are_spelled_make_a_word_with_its_place() -> None:
    said = "it's m c a double l i s t e r"
    ((word, start, end),) = read_spelled(said)
    assert (word, said[start:end]) == ("mcallister", "m c a double l i s t e r")


@pytest.mark.parametrize(
    ("talk", "name"),
    [
        ("A: So that's Karen Holt?\nC: No, it's Caryn Hult. C-A-R-Y-N, H-U-L-T.", "Caryn Hult"),
        ("A: Your name?\nC: rahul\nA: last name\nC: bansal", "Rahul Bansal"),
        ("A: First and last name?\nC: first name is tobias last name renner", "Tobias Renner"),
        ("A: hi\nC: hi my name is\nC: linda\nC: thompson\nA: hello linda", "Linda Thompson"),
        ("A: Your name?\nC: Dwayne, D-W-A-Y-N-E, Castellano.", "Dwayne Castellano"),
        ("A: Is this Jonah?\nC: This is his wife, Miriam.", "Miriam"),
        ("A: May I know your full name?\nC: harriet coleclough\nA: Please spell it.\nC: c o l c l o u g h",
         "Harriet Colclough"),
    ],
)  # fmt: skip
@pytest.mark.row("S0.38", "S3.38")
def test_a_name_in_pieces_or_spelled_is_put_together(talk: str, name: str) -> None:
    assert value(read(talk, region="US").contact_name) == name


def test_a_user_name_is_read_where_one_is_asked_for_or_named() -> None:
    found = read(
        "A: Your username, email and order ID?\nC: czhang94\nC: czhang94@email.com\nC: 1553732700", region="US"
    )
    assert found.custom["username"].value == "czhang94"
    assert "username" not in read("A: Your order ID?\nC: czhang94", region="US").custom


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("Kal nahi, shukravaar ko subah gyarah baje.", "2025-05-23T11:00"),
        ("Monday's no good. Tuesday at ten?", "2025-05-27T10:00"),
        ("Tomorrow I'm travelling, Friday at four.", "2025-05-23T16:00"),
    ],
)
def test_a_day_that_will_not_do_is_not_the_one_agreed(said: str, when: str) -> None:
    found = read(f"A: Shall I call you tomorrow?\nC: {said}\nA: Sure.")
    assert value(found.callback_at) == datetime.fromisoformat(when).replace(tzinfo=CALLED_AT.tzinfo)


def test_a_budget_read_back_in_full_counts_once_they_say_yes() -> None:
    found = read("A: What's the max you can do?\nC: Four fifty.\nA: Four hundred fifty thousand?\nC: Yes.", region="US")
    assert value(found.budget).maximum == 450_000
