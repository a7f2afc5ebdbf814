"""What the customer means: said in many ways, denied, supposed, by a machine, by our own agent."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.backends import get_backend
from analysis.conversation import Conversation, Line
from analysis.findings import BusinessOutcome, Intent, Resolution
from analysis.grounding import FROM_EITHER_SPEAKER, ground
from tests.analysis import conversations, golden
from tests.analysis.conversations import CALLED_AT, conflict_of, conversation, read, value
from tests.analysis.talks import Talk, talks_in

ASKED_TO_GIVE = "A: Would you like to donate a part of your payment today?\nC: {}"
OFFERED = "A: The plan is ninety dollars a month, shall I sign you up?\nC: {}"
OUR_TALKS = [talk for corpus in golden.corpora() for talk in talks_in(corpus)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("That's a bit steep for us.", "Too expensive"),
        ("I don't have much money right now", "Too expensive"),
        ("itna mehnga, budget nahi hai", "Too expensive"),
        ("We've been using Ledgerwise for six years.", "Uses someone else"),
        ("kisi aur company se baat chal rahi hai", "Uses someone else"),
        ("Let me think about it.", "Wants to think"),
        ("soch ke batata hoon", "Wants to think"),
        ("abhi nahi, agle mahine dekhte hain", "Not now"),
        ("Try us again in January.", "Not now"),
        ("I'd have to run it past my partner first", "Has to ask someone"),
        ("papa se poochna padega", "Has to ask someone"),
        ("How do I know it's not a scam?", "Does not trust it"),
        ("Can you send me something in writing first?", "Wants details first"),
        ("It's an hour from where I work.", "Too far"),
        ("I don't want to be locked in.", "Contract too long"),
        ("I'm not comfortable giving my card number", "Does not want to share details"),
        ("Sounds like a lot of hassle", "Too much trouble"),
        ("We're good on that, thanks.", "Does not need it"),
        ("No thanks.", "Declined"),
    ],
)
@pytest.mark.row("S0.53", "S3.52")
def test_an_objection_is_heard_in_soft_words(said: str, reason: str) -> None:
    assert reason in [each.value for each in read(OFFERED.format(said)).objections]


@pytest.mark.parametrize(
    "said",
    [
        "Sure, I'd be happy to.",
        "It's not expensive at all.",
        "How does it work?",
        "I had no idea it was that bad",
        "Would you rather give clothes or money?",
        "I don't know, what is it?",
        "let me get a pen",
        "my budget is around 1500",
    ],
)
def test_what_holds_nothing_back_is_no_objection(said: str) -> None:
    assert read(ASKED_TO_GIVE.format(said)).objections == ()


def test_each_turn_that_objects_is_told_with_its_words() -> None:
    found = read(
        "A: Would you like to donate?\nC: I'm broke this month.\nA: Even a dollar helps.\nC: I'd rather give my time.\n"
        "A: Please?\nC: Sorry, not today."
    )
    assert [(each.evidence.turn, each.value) for each in found.objections] == [
        (1, "Too expensive"),
        (3, "Declined"),
        (5, "Declined"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "I've told you people to stop calling.",
        "I'd appreciate it if you didn't ring this number anymore.",
        "do not call me at this number",
        "I don't want any more calls from you",
        "put me on the do not call list",
        "dont call me anymore ok",
        "leave me alone",
        "number hata do mera",
        "दोबारा कॉल ना करें",
    ],
)
@pytest.mark.row("S0.52")
def test_a_request_never_to_be_called_again_is_heard_in_many_forms(said: str) -> None:
    found = read(f"A: Hello, this is Asha.\nC: {said}")
    assert found.stated_intent is Intent.DO_NOT_CALL
    assert found.intent is not None
    assert found.intent.evidence.quote in said


@pytest.mark.parametrize(
    "said",
    [
        "Please don't call me at work, call my cell",
        "the noise doesn't bother me",
        "I asked you to stop the payment",
        "they don't call me back",
        "I don't call this cheap",
        "aapne call nahi kiya",
        "I'd prefer you don't call me on Sundays",
        "I don't want to lose my number when I switch",
        "don't hesitate to call me",
        "do not call me until Friday",
    ],
)
def test_what_only_sounds_like_a_ban_loses_no_customer(said: str) -> None:
    assert read(f"A: Hello, this is Asha.\nC: {said}").stated_intent is not Intent.DO_NOT_CALL


@pytest.mark.parametrize(
    ("talk", "intent"),
    [
        (ASKED_TO_GIVE.format("let's say 75 cents"), Intent.INTERESTED),
        (ASKED_TO_GIVE.format("I'd rather keep it"), Intent.NOT_INTERESTED),
        (OFFERED.format("If it were free I'd take it."), Intent.UNCLEAR),
        (OFFERED.format("we've decided to stay where we are"), Intent.NOT_INTERESTED),
        (OFFERED.format("I'm with a client, try me in an hour"), Intent.CALLBACK),
        ("A: How can I help?\nC: I'm thinking of buying a house in Pune", Intent.INTERESTED),
        ("A: How can I help?\nC: I want my refund, I'm not interested in your policy.", Intent.UNCLEAR),
        ("A: May I speak with Mr. Petrov?\nC: There's no one by that name, wrong number.", Intent.UNCLEAR),
        ("C: You've reached the Sandovals, please leave your name.\nA: I'd love to book you in.", Intent.UNCLEAR),
    ],
)
@pytest.mark.row("S0.27", "S0.52")
def test_intent_follows_what_people_mean(talk: str, intent: Intent) -> None:
    assert read(talk).stated_intent is intent


def test_who_said_no_and_then_yes_shows_both() -> None:
    found = read("A: Shall I book a visit?\nC: I'm not interested.\nA: It has a garden.\nC: Oh, then let's do it.")
    assert found.stated_intent is Intent.INTERESTED
    assert conflict_of(found.intent) == "not interested"


ORDER = "C: Hi, I have a question about my order.\nA: Sure.\nC: {}\nA: Let me check.\nC: Okay, thank you."


@pytest.mark.parametrize(
    "said",
    [
        "This is the third time I'm calling.",
        "Oh wonderful, another whole day of waiting.",
        "are you even reading what i write?",
        "you guys messed up my order again",
        "I shouldn't have to do this",
        "HOW MANY TIMES do I have to tell you",
        "had hai yaar, paisa lene mein bahut tez ho",
        "bahut kharab service hai",
    ],
)
@pytest.mark.row("S0.24", "S0.50")
def test_annoyance_outlasts_the_thanks_at_the_end(said: str) -> None:
    found = read(ORDER.format(said)).sentiment
    assert found is not None
    assert found.label == "negative"


@pytest.mark.parametrize(
    "said",
    [
        "Someone stole my wallet, so I need a new card.",
        "No worries, it's not urgent.",
        "I received the wrong color but no big deal",
        "the item arrived broken, can I exchange it",
        "mujhe refund ka status janna tha",
    ],
)
def test_a_calm_report_is_no_bad_mood(said: str) -> None:
    found = read(ORDER.format(said)).sentiment
    assert found is not None
    assert found.label != "negative"


@pytest.mark.row("S0.50")
def test_delight_after_the_anger_makes_up_for_it() -> None:
    found = read("C: This is ridiculous.\nA: Done.\nC: Oh, you've been so helpful, thank you so much!").sentiment
    assert found is not None
    assert found.label != "negative"
    assert [score < 0 for _, score in found.course] == [True, False]


@pytest.mark.parametrize(
    ("said", "decides"),
    [
        ("I'm the owner so I don't need to ask anybody.", True),
        ("That would be Mr. Aguilar. I'm only the receptionist.", False),
        ("decision unka hi hai", False),
        ("That's above my pay grade.", False),
    ],
)
@pytest.mark.row("S0.47")
def test_who_decides_is_heard(said: str, decides: bool) -> None:
    assert value(read(f"A: Would you go ahead?\nC: {said}").decision_maker) is decides


@pytest.mark.parametrize(
    ("ending", "resolution"),
    [
        ("A: Your refund has been issued.", Resolution.RESOLVED),
        ("A: I'm sorry, I cannot reverse it.", Resolution.UNRESOLVED),
        ("A: I cannot reverse it, but I have raised a dispute.", Resolution.ESCALATED),
        ("A: Technician kal aa jayega.", Resolution.ESCALATED),
    ],
)
def test_what_became_of_a_concern_is_what_was_said_last(ending: str, resolution: Resolution) -> None:
    assert value(read(f"C: I was charged twice.\n{ending}").resolution) is resolution


@pytest.mark.row("S4.58")
def test_no_emergency_is_no_emergency() -> None:
    assert read("A: Is this an emergency?\nC: No, it's not an emergency, the tap drips.").emergency is None


@pytest.mark.row("S3.37", "S4.58")
def test_keywords_are_what_this_call_repeats_and_not_everyday_words_or_names() -> None:
    found = read(conversations.DENTAL_CLINIC, our_name="Ringside Software")
    words = [each.value for each in found.keywords]
    assert "patients" in words
    assert not {"meera", "iyer", "arjun", "ringside", "good", "tomorrow"} & set(" ".join(words).split())
    assert len(words) <= 8
    for each in found.keywords:
        assert each.value == each.evidence.quote.lower()


@pytest.mark.row("S3.37")
def test_a_pair_of_words_said_again_is_one_keyword() -> None:
    found = read("C: My debit card is gone.\nA: Your debit card?\nC: Yes.")
    assert found.keywords[0].value == "debit card"


@pytest.mark.row("S3.50")
def test_topics_are_our_labels_for_it() -> None:
    found = read("C: I need a refund for the flight.\nA: Which flight?\nC: The flight to Goa.")
    assert [each.value for each in found.topics] == ["Booking", "Refund or return"]


WORDS = tuple(
    word
    for row in (
        "i would not have to think about it no thanks maybe later don't call me again please before six stop calling",
        "expensive too much money donate give my time busy interested book visit tomorrow never trust scam fraud",
        "this is ridiculous third time waiting hurry nobody calls back thank you so much love perfect great",
        "owner boss wife papa decide approve emergency gas leak burst fixed booked refund issued unfortunately cannot",
        "nahi chahiye mehnga soch ke batata hoon abhi phone mat karo bakwas नहीं चाहिए फोन मत If ? ! . , $20 cents",
    )
    for word in row.split()
)
TURNS = st.lists(st.tuples(st.sampled_from("AC"), st.lists(st.sampled_from(WORDS), max_size=14)), max_size=8)


def _talk(turns: list[tuple[str, list[str]]]) -> Conversation:
    return conversation("\n".join(f"{who}: {' '.join(words)}" for who, words in turns))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(turns=TURNS)
@pytest.mark.row("B.1")
def test_every_quote_stands_in_its_turn(turns: list[tuple[str, list[str]]]) -> None:
    talk = _talk(turns)
    found = get_backend("builtin").analyze(talk)
    assert ground(found, talk).dropped == ()
    assert all(fact.evidence.quote in talk.lines[fact.evidence.turn].text for _, fact in found.facts())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(texts=st.lists(st.text(max_size=80), max_size=5))
def test_no_text_breaks_it(texts: list[str]) -> None:
    lines = tuple(Line(index, "customer" if index % 2 else "agent", text) for index, text in enumerate(texts))
    talk = Conversation(lines, CALLED_AT, "IN", "INR", "Asia/Kolkata")
    assert ground(get_backend("builtin").analyze(talk), talk).dropped == ()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(turns=TURNS)
def test_please_do_not_call_me_again_at_the_end_always_counts(turns: list[tuple[str, list[str]]]) -> None:
    talk = _talk([*turns, ("C", ["Please", "don't", "call", "me", "again."])])
    assert _read(talk).stated_intent is Intent.DO_NOT_CALL


@pytest.mark.parametrize("talk", OUR_TALKS, ids=lambda talk: talk.id)
def test_please_do_not_call_me_again_ends_each_of_our_talks_so(talk: Talk) -> None:
    lines = talk.conversation.lines
    last = Line(len(lines), "customer", "Please don't call me again.")
    asked = Conversation((*lines, last), CALLED_AT, "US", "USD", "America/Chicago")
    assert _read(asked).stated_intent is Intent.DO_NOT_CALL


@settings(max_examples=80, deadline=None, derandomize=True)
@given(turns=st.lists(st.lists(st.sampled_from(WORDS), max_size=14), max_size=6))
def test_our_agents_words_alone_tell_nothing_about_the_customer(turns: list[list[str]]) -> None:
    found = get_backend("builtin").analyze(_talk([("A", words) for words in turns]))
    about_them = [name for name, _ in found.facts() if name.partition("[")[0] not in FROM_EITHER_SPEAKER]
    assert about_them == []
    assert found.sentiment is None


@settings(max_examples=40, deadline=None, derandomize=True)
@given(turns=TURNS)
def test_turns_of_one_second_are_read_in_their_order(turns: list[tuple[str, list[str]]]) -> None:
    talk = _talk(turns)
    lines = tuple(Line(line.index, line.speaker, line.text, 3.0, 4.0) for line in talk.lines)
    at_once = Conversation(lines, talk.called_at, talk.region, talk.currency, talk.time_zone)
    untimed, timed = _read(talk), _read(at_once)
    assert [(name, fact.value) for name, fact in untimed.facts()] == [(name, f.value) for name, f in timed.facts()]


@pytest.mark.parametrize(
    ("field", "least"), [("intent", 0.9), ("customer_annoyed", 0.95), ("business_outcome", 0.85), ("resolution", 0.85)]
)
def test_our_own_talks_are_read_as_a_careful_person_noted_them(field: str, least: float) -> None:
    told = [talk for talk in OUR_TALKS if talk.id.startswith("meaning-") and talk.truth.get(field) is not None]
    right = [talk for talk in told if _noted(talk, field) == talk.truth[field]]
    assert len(right) >= least * len(told), [talk.id for talk in told if talk not in right]


def test_the_turns_that_object_in_our_own_talks_are_found() -> None:
    told, found, both = 0, 0, 0
    for talk in OUR_TALKS:
        if "objection_turns" in talk.truth:
            wanted, seen = (
                set(talk.truth["objection_turns"]),
                {each.evidence.turn for each in _read(talk.conversation).objections},
            )
            told, found, both = told + len(wanted), found + len(seen), both + len(wanted & seen)
    assert both >= 0.9 * told
    assert both >= 0.9 * found


def test_every_corpus_file_can_be_read_and_no_id_is_used_twice() -> None:
    ids = [json.loads(row)["id"] for path in golden.corpora() for row in Path(path).read_text().splitlines()]
    assert len(ids) == len(set(ids)) == len(OUR_TALKS)


def _read(talk: Conversation):  # type: ignore[no-untyped-def]
    return ground(get_backend("builtin").analyze(talk), talk).findings


def _noted(talk: Talk, field: str) -> object:
    found = _read(talk.conversation)
    if field == "customer_annoyed":
        return found.sentiment is not None and found.sentiment.label == "negative"
    if field == "intent":
        return found.stated_intent.value
    fact = getattr(found, field)
    return fact.value.value if fact else None


@pytest.mark.row("S0.39")
def test_an_owner_who_is_named_is_kept_apart_from_the_caller() -> None:
    found = read("A: Who is this?\nC: This is Priya Nair. The owner is Ramesh Gupta, he is not in.")
    assert (value(found.contact_name), value(found.owner_name)) == ("Priya Nair", "Ramesh Gupta")


@pytest.mark.row("S0.54", "S3.53", "S4.63")
def test_who_wants_to_start_shows_signs_and_leaves_a_next_step() -> None:
    found = read(
        "A: It is 900 a month, with support.\nC: That sounds great, how soon can we start?\n"
        "A: On Monday.\nC: Perfect, let's go ahead then."
    )
    signs = [each.value for each in found.positive_signals]
    assert signs == ["Likes it", "Asks how to go on", "Ready to go ahead"]
    assert value(found.next_best_action) == "Follow up while they are interested"
    assert value(found.business_outcome) is BusinessOutcome.LEAD_GENERATED
