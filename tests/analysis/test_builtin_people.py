"""Who the customer is, however it comes out in the talk."""

import pytest

from analysis.backends.builtin.names import read_names
from tests.analysis.conversations import conflict_of, read, value


@pytest.mark.parametrize(
    "said",
    [
        "I'm paying too much for this already.",
        "I'm terrified of lifts, so the ground floor please.",
        "I'm VP of finance at a bank.",
        "I am CEO there, what is it about?",
        "i'm struggling with the old one",
        "I'm a retired schoolteacher. Physics.",
        "I'm hopeless with forms.",
        "I'm super annoyed, to be honest.",
        "It's disappointing, honestly.",
        "I'm on the way to Jaipur.",
    ],
)
def test_a_state_or_a_title_after_i_am_is_no_name(said: str) -> None:
    assert read_names(said) == []
    assert read(f"A: Hello, how can I help?\nC: {said}").contact_name is None


@pytest.mark.parametrize(
    ("talk", "name"),
    [
        ("A: Your name, please?\nC: Dilip. Dilip Rao.", "Dilip Rao"),
        ("A: May I know your name?\nC: Sure, it's Tara Sen. Shall I spell it?", "Tara Sen"),
        ("A: Aapka shubh naam?\nC: Gaurav Mishra naam hai.", "Gaurav Mishra"),
        ("A: Namaste, kaise madad karoon?\nC: Main Leela Joshi bol rahi hoon, Nashik se.", "Leela Joshi"),
        ("A: Kya main Suresh Patil ji se baat kar raha hoon?\nC: Haan ji, boliye.", "Suresh Patil"),
        ("A: Namaste. Asha Nair ji bol rahi hain?\nC: Haan bol rahi hoon.", "Asha Nair"),
        ("A: Good evening, am I speaking with Peter Dias?\nC: You are.", "Peter Dias"),
        ("A: How can I help?\nC: This is Kiran Bedekar, Block C, flat 9. The tap leaks.", "Kiran Bedekar"),
        ("A: Who is in charge there?\nC: That's me, Anil Kapse, and I am busy.", "Anil Kapse"),
        ("A: How may I help?\nC: Hello. Ravi Menon, I'm a broker. What do you pay?", "Ravi Menon"),
        ("A: Hello, how can I help?\nC: Oh hello. Emma Clarke, calling from Leeds.", "Emma Clarke"),
        ("A: How may I help?\nC: Hi, it's Nisha Roy this side. I want the rates.", "Nisha Roy"),
        ("A: Hello, how can I help?\nC: I want one. Farida, by the way.\nA: Thank you, Farida.", "Farida"),
    ],
)
def test_a_customers_name_is_heard_in_every_usual_form(talk: str, name: str) -> None:
    assert value(read(talk).contact_name) == name


def test_what_our_agent_calls_them_counts_when_they_let_it_stand() -> None:
    found = read("A: Hello Kavya, Sunil here from Ringside. Is it a good time?\nC: Hi Sunil! Yes, go on.")
    assert value(found.contact_name) == "Kavya"
    assert found.contact_name is not None
    assert found.contact_name.evidence.speaker == "agent"
    thanked = read("A: I have noted it.\nC: Good.\nA: Thank you, Mr. Yadav.\nC: Thanks, bye.")
    assert value(thanked.contact_name) == "Yadav"


@pytest.mark.parametrize("answer", ["Wrong number.", "Who is Kavya?", "Galat number hai.", "I'm not Kavya."])
def test_a_name_that_the_customer_does_not_answer_to_is_dropped(answer: str) -> None:
    assert read(f"A: Hello Kavya, this is Sunil from Ringside.\nC: {answer}\nA: Sorry.").contact_name is None


def test_a_full_name_outweighs_a_later_first_name() -> None:
    found = read(
        "A: Hi, your name?\nC: Rahul Verma.\nA: And how is it going?\nC: Well, this is Rahul, I'm always fine."
    )
    assert value(found.contact_name) == "Rahul Verma"
    assert conflict_of(found.contact_name) == ""


@pytest.mark.parametrize(
    "talk",
    [
        "A: And what is his name, for the gate?\nC: Omar Builder.",
        "A: May I have her name and number?\nC: Latha. It's nine eight two zero one two three four five six.",
        "A: Accha.\nC: Unka naam Mohan hai, woh baad mein baat karenge.",
        "A: Okay.\nC: My husband's name is Dev, he will come.",
    ],
)
def test_somebody_elses_name_is_not_the_customers(talk: str) -> None:
    assert read(f"A: Hello, this is Asha, how can I help?\nC: I have a question.\n{talk}").contact_name is None


def test_whom_the_customer_greets_is_not_the_customer() -> None:
    assert (
        read("A: Good morning.\nC: Hi Priya, what does it cost?\nA: Five thousand.\nC: Thanks Priya.").contact_name
        is None
    )


def test_a_recorded_greeting_is_nobody_we_talked_with() -> None:
    found = read("C: Hi, this is Rohit. Please leave a message after the beep.\nA: Hello Rohit, we will call again.")
    assert found.contact_name is None
    assert "recorded greeting" in found.summary


@pytest.mark.parametrize(
    ("said", "business"),
    [
        ("I manage the back office at Silverline Clinics.", "Silverline Clinics"),
        ("I'm head of operations over at Bluegate Foods.", "Bluegate Foods"),
        ("Rita Paul, from Oakmere Tech.", "Oakmere Tech"),
    ],
)
def test_a_business_is_heard_beside_the_work_done_there(said: str, business: str) -> None:
    assert value(read(f"A: How can I help?\nC: {said}").business_name) == business


def test_a_person_called_something_is_no_business() -> None:
    assert read("A: His name?\nC: He's an engineer called Potter. Funny, I know.").business_name is None
