"""The plain readers, each on a sentence."""

from datetime import datetime
from decimal import Decimal

import pytest

from analysis.backends.builtin.amounts import read_amounts
from analysis.backends.builtin.emails import read_emails
from analysis.backends.builtin.moments import read_moments
from analysis.backends.builtin.names import read_names
from analysis.backends.builtin.numerals import read_numbers
from analysis.backends.builtin.phones import read_phones
from tests.analysis.conversations import CALLED_AT


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("1.2 crore", 12_000_000),
        ("sava crore", 12_500_000),
        ("twelve hundred", 1_200),
        ("two fifty thousand", 250_000),
        ("50k", 50_000),
        ("5L", 500_000),
        ("2.5 Cr", 25_000_000),
        ("1 crore 20 lakh", 12_000_000),
        ("dedh lakh", 150_000),
        ("one hundred and thirty five", 135),
        ("a hundred and thirty four", 134),
        ("one and a half crore", 15_000_000),
        ("half a million", 500_000),
        ("saade teen lakh", 350_000),
        ("paune do crore", 17_500_000),
        ("1,20,000", 120_000),
        ("५० लाख", 5_000_000),
        ("one point two crore", 12_000_000),
        ("dhai sau", 250),
        ("thirty-five hundred", 3_500),
    ],
)
def test_a_number_is_read_as_people_say_it(said: str, value: int) -> None:
    assert [number.value for number in read_numbers(said)] == [value]


@pytest.mark.parametrize("said", ["what do you think", "a lot", "teen drivers", "k", "do it now"])
def test_words_that_only_look_like_numbers_are_left_alone(said: str) -> None:
    assert read_numbers(said) == []


@pytest.mark.parametrize(
    ("said", "minimum", "maximum", "currency", "period"),
    [
        ("two to three hundred thousand", 200_000, 300_000, "USD", "once"),
        ("under 50 lakh", None, 5_000_000, "INR", "once"),
        ("between 40 and 50 lakh", 4_000_000, 5_000_000, "INR", "once"),
        ("between twelve hundred and fifteen hundred a month", 1_200, 1_500, "USD", "month"),
        ("$2,000 a month", 2_000, 2_000, "USD", "month"),
        ("can't go over eighty lakh", None, 8_000_000, "INR", "once"),
        ("80 lakh to 1 crore", 8_000_000, 10_000_000, "INR", "once"),
        ("50 lakh tak", None, 5_000_000, "INR", "once"),
        ("at least 20k", 20_000, None, "USD", "once"),
        ("do teen lakh rupaye", 200_000, 300_000, "INR", "once"),
        ("£350 per month", 350, 350, "GBP", "month"),
        ("max 2 crore", None, 20_000_000, "INR", "once"),
        ("we could do three thousand at most", None, 3_000, "USD", "once"),
    ],
)
@pytest.mark.row("S0.56", "S3.40")
def test_an_amount_keeps_its_limits_currency_and_period(
    said: str, minimum: int | None, maximum: int | None, currency: str, period: str
) -> None:
    (amount,) = read_amounts(said, currency="USD")
    money = amount.money
    assert (money.minimum, money.maximum) == (minimum and Decimal(minimum), maximum and Decimal(maximum))
    assert (money.currency, money.period) == (currency, period)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("john dot smith at gmail dot com", "john.smith@gmail.com"),
        ("my email is meera ninety two at the rate yahoo dot co dot in ok", "meera92@yahoo.co.in"),
        ("it's j o h n underscore doe at hotmail dot com", "john_doe@hotmail.com"),
        ("Email: czhang94@email.com.", "czhang94@email.com"),
        ("you can mail me at priya at lakeside dental dot com", "priya@lakesidedental.com"),
        ("email id hai rahul dot verma 21 at gmail dot com", "rahul.verma21@gmail.com"),
        ("r a j 7 7 at the rate of gmail dot com", "raj77@gmail.com"),
    ],
)
@pytest.mark.row("S0.42", "S3.39")
def test_an_e_mail_address_is_read_written_or_spoken(said: str, address: str) -> None:
    assert [each.value for each in read_emails(said)] == [address]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("nine eight two oh double four five six seven eight", "+919820445678"),
        ("98201 23456", "+919820123456"),
        ("+91 98201-23456", "+919820123456"),
        ("nau aath do zero ek do teen char paanch chhe", "+919820123456"),
        ("triple nine 8 7 6 5 4 3 2", "+919998765432"),
        ("98201 double three four five six", "+919820133456"),
        ("ninety eight two zero one two three four five six", "+919820123456"),
    ],
)
@pytest.mark.row("S0.44")
def test_a_phone_number_is_read_in_figures_and_in_words(said: str, number: str) -> None:
    assert [each.value for each in read_phones(said, region="IN")] == [number]


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("tomorrow at 11", "2025-05-22T11:00"),
        ("Saturday at eleven", "2025-05-24T11:00"),
        ("kal subah", "2025-05-22T10:00"),
        ("kal subah 11 baje", "2025-05-22T11:00"),
        ("call me after 6 pm", "2025-05-21T18:00"),
        ("in an hour", "2025-05-21T15:30"),
        ("Thursday week", "2025-05-29T10:00"),
        ("end of the month", "2025-05-31T10:00"),
        ("5th of June at 4:30 pm", "2025-06-05T16:30"),
        ("next Monday at half past ten", "2025-05-26T10:30"),
        ("day after tomorrow evening at 5", "2025-05-23T17:00"),
        ("shaam ko 5 baje", "2025-05-21T17:00"),
        ("saade gyarah baje", "2025-05-22T11:30"),
        ("quarter to five", "2025-05-21T16:45"),
        ("tonight at 8", "2025-05-21T20:00"),
        ("कल सुबह 11 बजे", "2025-05-22T11:00"),
        ("at 6 am tomorrow", "2025-05-22T06:00"),
    ],
)
def test_a_time_counts_from_the_call_in_its_zone(said: str, when: str) -> None:
    (moment,) = read_moments(said, called_at=CALLED_AT)
    assert moment.when(called_at=CALLED_AT) == datetime.fromisoformat(when).replace(tzinfo=CALLED_AT.tzinfo)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Hi, this is Meera Iyer from Lakeside Dental", "Meera Iyer"),
        ("my name is james miller i would like to check", "James Miller"),
        ("mera naam Rohan Gupta hai", "Rohan Gupta"),
        ("I'm Priya Nair, I run a bakery", "Priya Nair"),
        ("Daniel O'Connor here", "Daniel O'Connor"),
        ("main Anita bol rahi hoon", "Anita"),
        ("मेरा नाम सुनीता है", "सुनीता"),
    ],
)
@pytest.mark.row("S0.38", "S3.38")
def test_a_name_is_read_however_it_is_given(said: str, name: str) -> None:
    assert [each.value for each in read_names(said)] == [name]


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry",
        "this is ridiculous",
        "I am looking for a flat",
        "It's John's account I ask about",
        "main kya karu",
        "Im here to talk",
    ],
)
def test_what_is_no_name_is_not_taken_for_one(said: str) -> None:
    assert read_names(said) == []
