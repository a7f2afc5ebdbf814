"""What a company wants to know is read from what was said: by kind, by the field's words, and never invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.backends import get_backend
from analysis.conversation import Conversation, WantedField
from analysis.findings import Fact, Findings, Money
from analysis.grounding import ground
from analysis.wanted import wanted_by
from tests.analysis.conversations import CALLED_AT, conversation

TRUCKS = WantedField("trucks", "number", "How many trucks they run.", "12", label="Number of trucks")
VOLUME = WantedField("call_volume", "number", "How many calls come in.", label="Monthly call volume")
RENT = WantedField("rent", "money", "What they pay in rent today.", label="Monthly rent")
MOVE = WantedField("move_in", "date", "When they want to move in.", label="Move-in date")
RENEWAL = WantedField("renewal", "date", "When their contract runs out.", label="Contract renewal")
PETS = WantedField("pets", "yes_no", "Whether they keep animals.", label="Has pets")
INSURED = WantedField("insured", "yes_no", "Whether insurance covers it.", label="Has insurance")
FURNISHING = WantedField(
    "furnishing", "choice", choices=("Furnished", "Semi-furnished", "Unfurnished"), label="Furnishing"
)
DEVICE = WantedField("device", "choice", choices=("Refrigerator", "Washing machine", "AC"), label="Device")
SLOT = WantedField("slot", "choice", "Which part of the day suits.", choices=("Morning", "Evening"), label="Time slot")
WHEELS = WantedField("wheels", "choice", choices=("2 wheeler", "4 wheeler"), label="Vehicle type")
SOURCE = WantedField("heard_from", "text", "Where they heard of us.", label="Heard about us")
COLOR = WantedField("color", "text", label="Favorite color")
EVERYTHING = (TRUCKS, VOLUME, RENT, MOVE, RENEWAL, PETS, INSURED, FURNISHING, DEVICE, SLOT, WHEELS, SOURCE, COLOR)


def talk(text: str, *, wanted: tuple[WantedField, ...]) -> Conversation:
    return replace(conversation(text), wanted=wanted)


def findings(text: str, *, wanted: tuple[WantedField, ...]) -> Findings:
    """What the built-in backend found, grounded."""
    heard = talk(text, wanted=wanted)
    return ground(get_backend("builtin").analyze(heard), heard).findings


def answers(text: str, *, wanted: tuple[WantedField, ...]) -> dict[str, Fact[Any]]:
    return findings(text, wanted=wanted).custom


READ: list[tuple[WantedField, str, Any]] = [
    (TRUCKS, "A: How many trucks do you run?\nC: Twelve.", 12),
    (TRUCKS, "A: How many trucks do you run?\nC: We have 12 trucks and 40 drivers.", 12),
    (TRUCKS, "A: And how many trucks is that?\nC: Two or three, I'd say.", 3),
    (TRUCKS, "A: How many trucks do you run?\nC: Ten. No wait, eleven with the new one.", 11),
    (TRUCKS, "A: How many trucks do you run?\nC: Two trucks and a van, so three. No wait, four.", 4),
    (TRUCKS, "A: How many trucks?\nC: None at the moment.", 0),
    (TRUCKS, "C: We run 45 trucks out of Nagpur.", 45),
    (TRUCKS, "A: So you have 20 trucks, right?\nC: Yes, exactly.", 20),
    (TRUCKS, "A: How many trucks?\nC: I don't know, my brother does.", None),
    (TRUCKS, "C: We have 40 drivers.", None),
    (TRUCKS, "A: We have 900 trucks on the road.\nC: Okay.", None),
    (TRUCKS, "A: What is your phone number?\nC: 98765 43210.", None),
    (VOLUME, "A: What call volume do you see in a month?\nC: About 3,000.", 3000),
    (VOLUME, "A: How many calls do you get a month?\nC: Around two thousand.", 2000),
    (RENT, "A: What rent do you pay at the moment?\nC: 25,000 rupees.", (25000, 25000)),
    (RENT, "C: Our monthly rent is 40k, which is too much.", (40000, 40000)),
    (RENT, "A: What is the rent you pay every month?\nC: Between 20 and 25 thousand.", (20000, 25000)),
    (RENT, "C: I can spend 80 lakh on the flat.", None),
    (MOVE, "A: When would you like to move in?\nC: The 15th of June.", "2025-06-15"),
    (MOVE, "A: What is your move-in date?\nC: Next Monday.", "2025-05-26"),
    (MOVE, "A: When do you plan to move?\nC: By the end of June.", "2025-06-30"),
    (MOVE, "A: When shall I call you?\nC: Tomorrow.", None),
    (RENEWAL, "A: When does your contract renew?\nC: In two months.", "2025-07-20"),
    (RENEWAL, "A: When does your contract expire?\nC: End of next month.", "2025-06-30"),
    (RENEWAL, "A: When does your contract expire?\nC: Next month.", "2025-06-01"),
    (RENEWAL, "A: When is your contract up for renewal?\nC: Not sure, let me check.", None),
    (PETS, "A: Do you have any pets?\nC: No, none.", False),
    (PETS, "A: Do you have pets?\nC: Yes, a dog.", True),
    (PETS, "C: We have two pets at home.", True),
    (PETS, "C: We don't have any pets.", False),
    (PETS, "C: Are pets allowed?", None),
    (PETS, "C: If I get pets later, is that fine?", None),
    (PETS, "A: Do you have pets or kids?\nC: Yes.", None),
    (INSURED, "A: Are you insured for this?\nC: Haan ji.", True),
    (INSURED, "C: There is no insurance on it.", False),
    (INSURED, "A: So you have insurance?\nC: Nahi.", False),
    (FURNISHING, "A: Furnished or unfurnished?\nC: Semi furnished would be best.", "Semi-furnished"),
    (FURNISHING, "C: I would like it unfurnished please.", "Unfurnished"),
    (FURNISHING, "C: Not furnished, unfurnished.", "Unfurnished"),
    (FURNISHING, "A: Do you want it furnished?\nC: A sofa would be nice.", None),
    (DEVICE, "C: My fridge stopped working.", "Refrigerator"),
    (DEVICE, "C: The washing-machine leaks.", "Washing machine"),
    (DEVICE, "C: My A.C. is not cooling.", "AC"),
    (DEVICE, "C: Do you repair fridges?", None),
    (DEVICE, "C: The toaster is broken.", None),
    (SLOT, "A: Which time slot suits you?\nC: Morning please.", "Morning"),
    (SLOT, "C: Good morning, I am calling about a flat.", None),
    (WHEELS, "A: What type of vehicle is it?\nC: A two-wheeler.", "2 wheeler"),
    (SOURCE, "A: How did you hear about us?\nC: Um, from a friend at work.", "from a friend at work"),
    (SOURCE, "A: How did you hear about us?\nC: Why do you ask?", None),
    (SOURCE, "A: Where did you hear about us?\nC: I don't remember.", None),
    (COLOR, "C: My favorite color is dark green.", "dark green"),
    (COLOR, "A: And your favorite color?\nC: It's blue. Anything else?", "blue"),
    (COLOR, "A: And your favorite color?\nC: Yes.", None),
]


@pytest.mark.row("S2.105")
@pytest.mark.parametrize(("field", "said", "value"), READ, ids=[said for _, said, _ in READ])
def test_a_field_is_read_by_its_kind_and_its_words(field: WantedField, said: str, value: Any) -> None:
    fact = answers(said, wanted=EVERYTHING).get(field.key)

    got = fact.value if fact else None
    if isinstance(got, Money):
        got = (got.minimum, got.maximum)
    assert got == value


@pytest.mark.parametrize("said", sorted({said for _, said, _ in READ}))
def test_a_sentence_answers_no_field_that_it_is_not_about(said: str) -> None:
    expected = {field.key for field, text, value in READ if text == said and value is not None}
    assert set(answers(said, wanted=EVERYTHING)) - expected == set()


@pytest.mark.parametrize(("field", "said", "value"), [row for row in READ if row[2] is not None])
def test_every_answer_quotes_the_turn_it_was_said_in(field: WantedField, said: str, value: Any) -> None:
    heard = talk(said, wanted=EVERYTHING)
    fact = answers(said, wanted=EVERYTHING)[field.key]

    assert fact.evidence.quote in heard.line(fact.evidence.turn).text
    assert 0 < fact.confidence <= 1


def test_what_is_said_last_wins_and_the_other_word_is_told() -> None:
    said = "A: How many trucks do you run?\nC: Twelve.\nA: Anything else?\nC: We run 14 trucks now."
    fact = answers(said, wanted=EVERYTHING)["trucks"]

    assert fact.value == 14
    assert fact.conflict.quote == "Twelve"


REAL_ESTATE = """
A: Hello, which kind of home are you looking for?
C: I need a 3 BHK flat in Whitefield or Indiranagar.
A: What is your budget?
C: 80 lakh to 1.2 crore.
A: Would you need a home loan?
C: Yes, I will take a loan.
A: When do you want to move in?
C: Within three months.
A: Would you like to visit the site on Saturday at 11?
C: Yes, Saturday at 11 works.
"""


@pytest.mark.row("S3.40", "S3.41", "S3.42", "S3.43", "S3.44", "S3.45")
def test_the_preset_of_real_estate_reads_what_buyers_say() -> None:
    found = {key: fact.value for key, fact in answers(REAL_ESTATE, wanted=wanted_by("real_estate")).items()}

    assert found["bedrooms"] == 3
    assert found["property_type"] == "Apartment"
    assert found["locations"] == ("Whitefield", "Indiranagar")
    assert (found["budget"].minimum, found["budget"].maximum) == (8_000_000, 12_000_000)
    assert found["financing"] == "Loan needed"
    assert found["timeline"] == "Within three months"
    assert found["site_visit"] is True
    assert found["site_visit_at"] == "2025-05-24T11:00:00+05:30"


def test_the_preset_of_b2b_sales_reads_what_buyers_say() -> None:
    said = """
A: How many people work at your company?
C: We are about 40 people.
A: Which tool are you using today?
C: We use Zoho for now, and it is slow.
A: Who else is involved in the decision?
C: Our finance head has to sign off first.
A: What budget do you have in mind?
C: Under 15,000 a month.
A: When does your contract end?
C: The 30th of June.
"""
    found = {key: fact.value for key, fact in answers(said, wanted=wanted_by("b2b_sales")).items()}

    assert found["company_size"] == 40
    assert found["current_tool"] == "Zoho"
    assert found["decision_process"] == "Our finance head has to sign off first"
    assert (found["budget"].maximum, found["budget"].period) == (15_000, "month")
    assert found["contract_end"] == "2025-06-30"


def test_the_preset_of_home_services_reads_what_people_say() -> None:
    said = """
A: How can I help?
C: Hi, my washing machine is leaking, there is water everywhere. It is an emergency.
A: Is it still under warranty?
C: No, it isn't.
A: Do you own the home or rent it?
C: I'm renting.
A: What is the address?
C: 14 Lake Road, Pune.
A: When should our technician come?
C: Tomorrow after 4 pm please.
"""
    found = {key: fact.value for key, fact in answers(said, wanted=wanted_by("home_services")).items()}

    assert found["appliance"] == "Washing machine"
    assert "washing machine is leaking" in found["problem"]
    assert found["emergency"] is True
    assert found["warranty"] is False
    assert found["home_owner"] is False
    assert found["address"].startswith("14 Lake Road")
    assert found["preferred_time"] == "2025-05-22T16:00:00+05:30"


@pytest.mark.parametrize(
    "said",
    [
        "C: We have two cars, and my brother visits with his.",
        "C: I live in my own house.",
        "C: I am calling about a loan I took last year.",
    ],
)
def test_what_a_careful_reader_does_not_find_is_not_found_by_loose_words(said: str) -> None:
    found = answers(said, wanted=wanted_by("real_estate"))
    assert set(found) & {"site_visit", "property_type", "financing", "bedrooms"} == set()


def test_nothing_that_is_not_wanted_is_told() -> None:
    assert set(answers(REAL_ESTATE, wanted=(PETS,))) == set()


def test_without_a_wish_everything_that_is_known_of_is_read() -> None:
    assert {"bedrooms", "locations", "site_visit"} <= set(answers(REAL_ESTATE, wanted=()))


def test_a_choice_of_a_known_field_is_one_of_the_list() -> None:
    """The careful reader says "Apartment"; a company that lists other words gets one of its own or none."""
    ours = WantedField("property_type", "choice", choices=("Flat", "Plot"), label="Property type")

    assert answers("C: I want a flat.", wanted=(ours,))["property_type"].value == "Flat"
    assert answers("C: I want a villa.", wanted=(ours,)) == {}


def test_the_answers_round_trip_through_json() -> None:
    found = findings(REAL_ESTATE, wanted=wanted_by("real_estate"))
    assert Findings.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("said", ["", "C: ", "A: Do you have pets?", "C: ?!?", "C: 7 7 7 or or no no wait", "C: ٣ ٤"])
def test_no_words_break_the_readers(said: str) -> None:
    assert isinstance(answers(said, wanted=EVERYTHING), dict)


def test_the_call_is_when_relative_days_count_from() -> None:
    fact = answers("A: When do you want to move in?\nC: Tomorrow.", wanted=(MOVE,))["move_in"]
    assert fact.value == f"{CALLED_AT:%Y-%m}-22"
