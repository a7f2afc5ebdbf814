"""What holds for the readers whatever is said: they never raise, invent nothing, and read back what was written."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.backends.builtin.amounts import read_amounts
from analysis.backends.builtin.emails import read_emails
from analysis.backends.builtin.moments import read_moments
from analysis.backends.builtin.names import read_answered_names, read_names
from analysis.backends.builtin.numerals import read_numbers
from analysis.backends.builtin.phones import read_phones
from analysis.backends.builtin.postal_codes import read_postal_codes
from analysis.backends.builtin.spelling import read_spelled
from tests.analysis.conversations import CALLED_AT

ANYTHING = st.text(max_size=120) | st.lists(
    st.sampled_from(
        [
            "my",
            "name",
            "is",
            "first",
            "last",
            "at",
            "the",
            "rate",
            "dot",
            "com",
            "gmailcom",
            "double",
            "triple",
            "nine",
            "oh",
            "eight",
            "hundred",
            "two",
            "to",
            "three",
            "lakh",
            "crore",
            "k",
            "grand",
            "between",
            "and",
            "under",
            "half",
            "past",
            "quarter",
            "twenty",
            "third",
            "of",
            "march",
            "next",
            "week",
            "friday",
            "kal",
            "parso",
            "baje",
            "sava",
            "dhai",
            "paune",
            "shaam",
            "zip",
            "pin",
            "code",
            "s",
            "w",
            "1",
            "a",
            "double",
            "l",
            "as",
            "in",
            "john",
            "for",
            "₹",
            "$",
            "£5",
            ",",
            ".",
            "?",
            "'",
            "-",
            "@",
            "_",
            "no",
            "wait",
            "98201",
            "23456",
            "½",
            "²",
            "५०",
            "नौ",
            "बजे",
            "İ",
            "ß",
        ]
    ),
    max_size=20,
).map(" ".join)
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
HINDI_DIGITS = ("shunya", "ek", "do", "teen", "char", "paanch", "chhe", "saat", "aath", "nau")


def _in_words(number: int) -> str:
    """A number below a thousand as English people say it."""
    small = (
        *DIGITS,
        *["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
    )
    tens = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
    if number < 20:
        return small[number]
    if number < 100:
        return tens[number // 10] + (f" {small[number % 10]}" if number % 10 else "")
    rest = f" and {_in_words(number % 100)}" if number % 100 else ""
    return f"{small[number // 100]} hundred{rest}"


@settings(max_examples=400, deadline=None)
@given(text=ANYTHING, region=st.sampled_from(["IN", "US", "GB"]))
def test_no_text_breaks_a_reader_and_every_find_stands_in_it(text: str, region: str) -> None:
    spans = [
        *[(each.start, each.end) for each in read_numbers(text)],
        *[(each.start, each.end) for each in read_amounts(text, currency="INR")],
        *[(each.start, each.end) for each in read_emails(text)],
        *[(each.start, each.end) for each in read_phones(text, region=region)],
        *[(each.start, each.end) for each in read_names(text)],
        *[(each.start, each.end) for each in read_answered_names(text)],
        *[(each.start, each.end) for each in read_postal_codes(text, region=region, is_asked=True)],
        *[(start, end) for _, start, end in read_spelled(text)],
    ]
    spans += [(each.start, each.end) for each in read_moments(text, called_at=CALLED_AT, is_answer=True)]
    wrong = [(start, end) for start, end in spans if not (0 <= start < end <= len(text) and text[start:end].strip())]
    assert wrong == [], ascii(text)


@settings(max_examples=200, deadline=None)
@given(number=st.integers(min_value=1, max_value=999), scale=st.sampled_from([1_000, 100_000, 1_000_000, 10_000_000]))
def test_an_amount_said_in_words_is_read_back(number: int, scale: int) -> None:
    word = {1_000: "thousand", 100_000: "lakh", 1_000_000: "million", 10_000_000: "crore"}[scale]
    (amount,) = read_amounts(f"{_in_words(number)} {word}", currency="USD")
    assert amount.money.maximum == Decimal(number) * scale


@settings(max_examples=200, deadline=None)
@given(
    low=st.integers(min_value=1, max_value=900),
    more=st.integers(min_value=1, max_value=90),
    form=st.sampled_from(
        ["between {} and {} lakh", "{} to {} lakh", "{}-{} lakh", "{} lakh to {} lakh", "{} se {} lakh"]
    ),
)
def test_a_range_written_is_read_back(low: int, more: int, form: str) -> None:
    (amount,) = read_amounts(form.format(low, low + more), currency="INR")
    assert (amount.money.minimum, amount.money.maximum) == (low * 100_000, (low + more) * 100_000)


@settings(max_examples=200, deadline=None)
@given(cents=st.integers(min_value=100, max_value=10_000_000), sign=st.sampled_from(["$", "₹", "£", "€"]))
def test_an_amount_written_in_figures_is_read_back(cents: int, sign: str) -> None:
    value = Decimal(cents) / 100
    (amount,) = read_amounts(f"it costs {sign}{value:,.2f}", currency="USD")
    assert amount.money.maximum == value
    assert amount.money.currency == {"$": "USD", "₹": "INR", "£": "GBP", "€": "EUR"}[sign]


@settings(max_examples=200, deadline=None)
@given(
    digits=st.lists(st.integers(0, 9), min_size=9, max_size=9),
    words=st.sampled_from([DIGITS, HINDI_DIGITS]),
    doubled=st.booleans(),
)
def test_the_figures_of_a_number_said_in_words_are_read_back(
    digits: list[int], words: tuple[str, ...], doubled: bool
) -> None:
    number = [9, *digits]
    said, place = [], 0
    while place < len(number):
        is_twice = doubled and place + 1 < len(number) and number[place] == number[place + 1]
        said.append(f"double {words[number[place]]}" if is_twice else words[number[place]])
        place += 2 if is_twice else 1
    (phone,) = read_phones(f"my number is {' '.join(said)}", region="IN")
    assert phone.value == "+91" + "".join(map(str, number))


@settings(max_examples=200, deadline=None)
@given(
    local=st.lists(st.sampled_from("abcdefghjklmnpqrstuvwxyz0123456789"), min_size=3, max_size=10),
    domain=st.sampled_from(["gmail", "yahoo", "outlook"]),
)
def test_an_address_spelled_letter_by_letter_is_read_back(local: list[str], domain: str) -> None:
    (address,) = read_emails(f"it's {' '.join(local)} at {domain} dot com")
    assert address.value == f"{''.join(local)}@{domain}.com"


@pytest.mark.parametrize("region", ["IN", "US", "GB"])
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_postal_code_said_in_words_is_read_back(region: str, data: st.DataObject) -> None:
    if region == "GB":
        area = data.draw(st.sampled_from(["LE", "S", "NW", "CF"]))
        figures = data.draw(st.lists(st.integers(1, 9), min_size=2, max_size=2))
        unit = data.draw(st.lists(st.sampled_from("ABDEFGHJLNPQRSTUWXYZ"), min_size=2, max_size=2))
        said = " ".join([*area.lower(), *(DIGITS[each] for each in figures), *(each.lower() for each in unit)])
        wanted = f"{area}{figures[0]} {figures[1]}{''.join(unit)}"
    else:
        size = 5 if region == "US" else 6
        figures = data.draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
        said, wanted = " ".join(DIGITS[each] for each in figures), "".join(map(str, figures))
    found = read_postal_codes(said, region=region, is_asked=True)
    assert [each.value for each in found] == [wanted]
