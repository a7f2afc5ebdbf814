"""What the customer means, over a whole talk."""

from decimal import Decimal

import pytest

from analysis.findings import Intent
from analysis.metrics import measure
from analysis.scoring import score
from tests.analysis.conversations import conflict_of, conversation, read, value

SERIOUS = """
A: How can I help?
C: We need twenty desks in Pune. Our budget is two lakh a month.
A: How soon?
C: Within two months.
A: Shall I send the details?
C: Send me the proposal, it's asha at oakmere dot com.
A: Shall I call you on Monday at ten?
C: Yes, Monday at ten.
"""


def test_three_signs_of_being_serious_are_interest_even_when_the_next_step_is_a_call() -> None:
    found = read(SERIOUS)
    assert found.stated_intent is Intent.INTERESTED
    assert value(found.callback_at).hour == 10
    assert found.custom["seats"].value == 20


@pytest.mark.parametrize(
    "talk",
    [
        "A: Would you like to come and see the flat?\nC: Friday morning, nine.\n"
        "A: Friday at nine, at the gate.\nC: Bye.",
        "C: Can I come and see it tomorrow? Ten in the morning.\nA: Tomorrow at ten. I will be at the site.\nC: Good.",
        "C: Achha, dekhne aa sakte hain?\nA: Zaroor, kaunsa din?\nC: Itvar ko, teen baje.\n"
        "A: Sunday, teen baje, likh liya.\nC: Theek hai.",
    ],
)
def test_a_time_named_for_a_visit_and_repeated_by_us_is_an_agreed_visit(talk: str) -> None:
    found = read(talk)
    assert found.custom["site_visit"].value is True
    assert found.stated_intent is Intent.INTERESTED


def test_a_visit_keeps_its_hour_when_only_the_day_is_said_again() -> None:
    found = read(
        "A: Would you like to see the house?\nC: Yes, tomorrow.\nA: At three o'clock or four o'clock?\n"
        "C: Four is better.\nA: Tomorrow at four.\nC: Great, see you tomorrow."
    )
    assert found.custom["site_visit_at"].value == "2025-05-22T16:00:00+05:30"


@pytest.mark.parametrize(
    "said",
    [
        "I'm afraid it's a no. We've gone with another firm.",
        "Actually, we've dropped the idea.",
        "We gave up the shop last year.",
        "I don't think we'll be buying this year.",
        "Humne toh le liya, pichhle mahine.",
        "Ab zaroorat nahin hai.",
    ],
)
def test_a_refusal_with_its_reason_is_a_refusal(said: str) -> None:
    assert read(f"A: You had asked about a flat.\nC: {said}\nA: I see.\nC: Bye.").stated_intent is Intent.NOT_INTERESTED


def test_having_the_enquiry_closed_is_a_refusal() -> None:
    talk = "A: Do you still need it, or shall I close the enquiry?\nC: Close it, please.\nA: Done."
    assert read(talk).stated_intent is Intent.NOT_INTERESTED


def test_not_wanting_one_thing_refuses_nothing_else() -> None:
    found = read("A: Kitne seat chahiye?\nC: Bees. Aur unko khidki ke paas nahin chahiye.\nA: Theek hai.")
    assert found.stated_intent is not Intent.NOT_INTERESTED


@pytest.mark.parametrize(
    "said",
    [
        "Do not call this number again.",
        "Remove my number from your list.",
        "Dobara phone mat karna.",
        "Mujhe call mat karo, samjhe?",
        "Never call me again!",
    ],
)
def test_a_ban_needs_explicit_words_and_is_heard_in_both_languages(said: str) -> None:
    assert read(f"A: Hello, this is Asha.\nC: {said}").stated_intent is Intent.DO_NOT_CALL


@pytest.mark.parametrize(
    "said",
    [
        "Abhi call mat karo, shaam ko karna.",
        "You people never call back.",
        "Take that flat off the list, I don't like it.",
        "Please don't send me letters, call me.",
        "We'll see.",
    ],
)
def test_words_that_only_come_near_a_ban_are_none(said: str) -> None:
    assert read(f"A: Hello, this is Asha.\nC: {said}").stated_intent is not Intent.DO_NOT_CALL


def test_a_complaint_that_gets_a_ticket_shows_no_intent_to_buy() -> None:
    found = read(
        "A: How can I help?\nC: Our AC is broken since Monday.\nA: I'm raising a ticket. Shall I book a technician?\n"
        "C: Yes please.\nA: Done."
    )
    assert found.stated_intent is Intent.UNCLEAR


def test_talk_later_at_the_end_is_no_wish_to_be_called() -> None:
    assert read("A: Here is the link.\nC: Thank you. Talk later, bye.").stated_intent is Intent.UNCLEAR


def test_a_call_about_somebody_else_is_not_this_customers_callback() -> None:
    found = read("A: How is the flat?\nC: Lovely. My cousin wants one too, call her after five.\nA: I will.")
    assert found.callback_at is None


@pytest.mark.parametrize(
    ("talk", "amount"),
    [
        ("A: What is your budget?\nC: One crore forty, at the most.", 14_000_000),
        ("A: Budget?\nC: Ek crore bees ke aas paas.", 12_000_000),
        ("C: I've been given one lakh thirty by my partners.", 130_000),
        ("A: It is 5.2 lakh a month.\nC: My cap is 4.5.", 450_000),
        ("A: What is your budget?\nC: Eighty lakh. Okay, eighty it is.", 8_000_000),
        (
            "A: What is your budget?\nC: Sixty lakh.\nA: And parking?\nC: I won't lose it over ten thousand rupees.",
            6_000_000,
        ),
    ],
)
def test_a_budget_is_heard_in_the_way_indians_count(talk: str, amount: int) -> None:
    assert value(read(talk).budget).maximum == Decimal(amount)


@pytest.mark.parametrize(
    "talk",
    [
        "A: What amount is it?\nC: 12,400 on the second and 12,400 on the fourth.",
        "A: So that is flat 1203 in Tower One. Is that right?\nC: Yes.",
        "A: That flat is in your budget.\nC: Two lakh more for the parking? My God.",
    ],
)
def test_a_figure_that_nobody_called_a_budget_is_none(talk: str) -> None:
    assert read(talk).budget is None


def test_a_correction_is_no_conflict_but_a_contradiction_is() -> None:
    corrected = read("C: I want a two BHK flat.\nA: Fine.\nC: Sorry, make it three bedrooms.")
    assert corrected.custom["bedrooms"].value == 3
    assert conflict_of(corrected.custom["bedrooms"]) == ""
    contradicted = read(
        "A: What is your budget?\nC: Forty lakh.\nA: I see.\nC: So.\nA: Your budget again?\nC: Fifty lakh is my budget."
    )
    assert conflict_of(contradicted.budget) == "Forty lakh"


def test_the_summary_reads_as_a_person_would_write_it() -> None:
    assert read(
        "A: How can I help?\nC: Hello, this is Meera Iyer from Lakeside Dental. We need fifteen seats in Pune.\n"
        "A: What is your budget?\nC: One lakh a month.\nA: Would you like to come and see it on Friday at three?\n"
        "C: Yes, Friday at three is fine."
    ).summary == (
        "Meera Iyer of Lakeside Dental is looking for 15 seats in Pune, with a budget of up to ₹1 lakh a month. "
        "A visit was agreed for Friday 23 May at 15:00."
    )


def test_being_ready_makes_a_lead_hot_and_politeness_does_not() -> None:
    polite = (
        "A: Would you like to see the flat on Friday at three?\nC: Yes, Friday at three. Lovely, thank you so much!"
    )
    ready = f"{polite}\nA: Your budget?\nC: Sixty lakh, the loan is approved, and I'll sign this week. I decide."
    assert not score(read(polite), measure(conversation(polite))).is_hot
    assert score(read(ready), measure(conversation(ready))).is_hot
