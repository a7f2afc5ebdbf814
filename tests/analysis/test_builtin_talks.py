"""Short talks, each for one thing that people said in a way that the readers once missed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from analysis.conversation import WantedField
from analysis.findings import Intent, Resolution
from tests.analysis.conversations import read, value
from tests.analysis.test_wanted_fields import answers

HOW = "A: How can I help?\nC: "


@pytest.mark.parametrize(
    ("talk", "field", "told"),
    [
        (HOW + "Water is pouring through my ceiling, can you send somebody out right now?", "emergency", True),
        (HOW + "My furnace quit last night, it's four degrees in here and I have a newborn.", "emergency", True),
        (HOW + "The breaker panel is buzzing and there's a burnt smell.", "emergency", True),
        (HOW + "Geyser se paani leak ho raha hai, pura bathroom bhar gaya.", "emergency", True),
        (HOW + "Do you mend a burst pipe on Sundays?", "emergency", None),
        (
            "A: May I have your name?\nC: First name Siobhan, S-I-O-B-H-A-N, last name O'Malley.",
            "contact_name",
            "Siobhan O'Malley",
        ),
        (HOW + "My AC is out. It's 880 Juniper Lane, Apartment 4B.", "address", "880 Juniper Lane, Apartment 4B"),
        ("A: When shall I ring?\nC: A week on Monday, half ten in the morning.", "callback_at", "2025-06-02 10:30"),
        ("A: When works?\nC: Friday.\nA: Eleven?\nC: Eleven's fine, call me then.", "callback_at", "2025-05-23 11:00"),
        ("A: Can I send it?\nC: It's not a priority for us. Try me mid July.", "callback_at", "2025-07-15 10:00"),
        (
            "A: When should we follow up?\nC: Tuesday morning.\nA: Tuesday at 9?\nC: Make it 9:30.",
            "callback_at",
            "2025-05-27 09:30",
        ),
        ("A: When do you need it?\nC: The end of July.", "timeline", 71),
        ("A: When do you want to move?\nC: First of next month.", "timeline", 11),
        ("A: Is this the owner?\nC: No. I just answer the phones.", "decision_maker", False),
        ("A: I am sorry.\nC: I want your supervisor.\nA: I'll transfer you now.", "resolution", Resolution.ESCALATED),
        (
            "A: Can I send it?\nC: You can, but it is not a priority.\nA: When, then?\nC: Try me mid July.",
            "intent",
            Intent.CALLBACK,
        ),
        ("A: Any smell of gas?\nC: A little, yes.", "emergency", True),
        ("A: Any smell of gas?\nC: No, nothing like that.", "emergency", None),
        ("A: May I know your name?\nC: Naam Bharat Tiwari.", "contact_name", "Bharat Tiwari"),
        (
            "A: Your e-mail?\nC: It's tom underscore, then keating, k e a t i n g, at outlook dot com.",
            "email",
            "tom_keating@outlook.com",
        ),
        (
            "A: How does twelve thousand sound?\nC: Steep.\nA: Nine?\nC: Then we have a deal.",
            "intent",
            Intent.INTERESTED,
        ),
        ("A: Shall I explain?\nC: RERA number chahiye mujhe. Warna nahi lena.", "intent", None),
        (
            "A: A visit?\nC: Can't you just send me the price list? I don't want to come all the way there.",
            "intent",
            Intent.INTERESTED,
        ),
        ("A: Shall I remove you?\nC: No no, keep me on, just don't call on weekends.", "intent", None),
        (HOW + "Our CFO signs off anything above 20k.", "budget", None),
        ("A: Did the technician fix it?\nC: He did, works perfectly now.", "resolution", Resolution.RESOLVED),
        ("A: When?\nC: She's back on the 30th.", "resolution", None),
    ],
)
def test_it_is_heard(talk: str, field: str, told: Any) -> None:
    fact = getattr(read(talk), field)
    found = fact and fact.value
    if field == "callback_at":
        found = f"{found:%Y-%m-%d %H:%M}"
    if field == "timeline":
        found = found.days
    assert found == told


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("It looks decent, but a competitor quoted us thirty percent less.", "Too expensive"),
        ("My boss only looks at the bottom line.", "Too expensive"),
        ("I'm worried about data security.", "Does not trust it"),
        ("What happens if you guys go under?", "Does not trust it"),
        ("To be honest, it's not a priority this quarter.", "Not now"),
        ("We already booked with another builder.", "Uses someone else"),
    ],
)
def test_an_objection_is_heard_in_these_words_too(said: str, reason: str) -> None:
    assert [each.value for each in read(f"A: Shall I send the offer?\nC: {said}").objections] == [reason]


def test_who_is_in_no_hurry_with_a_repair_objects_to_nothing() -> None:
    assert read(HOW + "I'd like to book a service for my air conditioner, no rush at all.").objections == ()


@pytest.mark.parametrize(
    ("said", "areas"),
    [
        ("Park Slope or Cobble Hill.", ("Park Slope", "Cobble Hill")),
        ("Koramangala, HSR or BTM.", ("Koramangala", "HSR", "BTM")),
        ("Somewhere near Quillhaven, preferably.", ("Quillhaven",)),
        ("Not before December.", None),
        ("Badhiya, papers bhi dikha dena.", None),
    ],
)
def test_an_area_of_no_table_is_heard_in_an_answer_to_where(said: str, areas: tuple[str, ...] | None) -> None:
    found = read(f"A: Which area do you prefer?\nC: {said}").custom.get("locations")
    assert (found and found.value) == areas


@pytest.mark.parametrize(
    "talk",
    [
        "A: What do you like least about where you live now?\nC: Water. We buy tankers every second day.",
        "A: Location bhej di hai.\nC: Mast, papers bhi dikha dena.",
        "A: Price sales manager karenge.\nC: Makaan ka paisa aa gaya hai, loan nahin lena.",
    ],
)
def test_what_is_no_area_is_none(talk: str) -> None:
    found = read(talk)
    assert (found.custom.get("locations"), found.city) == (None, None)


def test_a_town_named_like_a_word_is_heard_as_one() -> None:
    assert value(read("A: Where are you calling from?\nC: I am from Gaya.").city) == "Gaya"


def test_a_million_two_is_no_million_and_two() -> None:
    found = read("A: What is your budget?\nC: If I love it, up to a million two.")
    assert value(found.budget).maximum == Decimal(1_200_000)


def test_what_a_company_earns_is_no_budget() -> None:
    found = read("A: Your annual revenue?\nC: We did just under four million last year.")
    assert (found.budget, value(found.annual_revenue).maximum) == (None, Decimal(4_000_000))


def test_bathrooms_are_no_bedrooms() -> None:
    found = read("A: How many beds?\nC: At least four, and three baths.")
    assert value(found.custom["bedrooms"]) == 4


def test_a_nightmare_is_no_tool() -> None:
    tool = WantedField("current_tool", "text", "What tool they use today.", label="Current tool")
    assert answers("A: Why now?\nC: Our current CRM is a nightmare.", wanted=(tool,)) == {}


@pytest.mark.parametrize(
    ("talk", "key", "told"),
    [
        ("A: How many bedrooms?\nC: Three minimum, four would be a bonus.", "bedrooms", 3),
        ("A: How many seats?\nC: We'd start with two dozen.", "seats", 24),
        ("A: When can you view?\nC: Thursday after 5.\nA: Booked, Thursday 5:30.\nC: Great.", "site_visit", True),
        (
            "A: So?\nC: My husband wants to see the sample flat. Saturday at four?\nA: See you Saturday at four.",
            "site_visit_at",
            "2025-05-24T16:00:00+05:30",
        ),
        ("A: Where?\nC: I saw your ad for the two bed in Baner.", "locations", ("Baner",)),
        (
            "A: Where do you want to buy?\nC: We're in Thane now but want to move closer to Powai.",
            "locations",
            ("Powai",),
        ),
        ("A: Which area?\nC: HSR or Koramangala, not Whitefield, too far.", "locations", ("HSR", "Koramangala")),
        (
            "A: Is the flat for yourself?\nC: It's an investment. Hinjewadi phase 2 ya Wakad.",
            "locations",
            ("Hinjewadi", "Wakad"),
        ),
        (
            "A: What day is best for the visit?\nC: Parso subah gyarah baje aa sakta hoon.\nA: Theek hai.",
            "site_visit_at",
            "2025-05-23T11:00:00+05:30",
        ),
    ],
)
def test_a_wish_is_heard(talk: str, key: str, told: Any) -> None:
    assert value(read(talk).custom[key]) == told


def test_a_limit_that_they_confirm_is_their_budget() -> None:
    found = read("A: So you're after a 3 BHK under 90 lakhs in Kharadi?\nC: That's right.")
    assert value(found.budget).maximum == 9_000_000
