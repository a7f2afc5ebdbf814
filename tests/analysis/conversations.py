"""Conversations of our own writing, and a small way to write more."""

from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from analysis.backends import get_backend
from analysis.conversation import Conversation, Line, Speaker
from analysis.findings import Fact, Findings
from analysis.grounding import ground

T = TypeVar("T")

# A Wednesday, in the early afternoon.
CALLED_AT = datetime(2025, 5, 21, 14, 30, tzinfo=ZoneInfo("Asia/Kolkata"))

DENTAL_CLINIC = """
A: Good afternoon, this is Arjun from Ringside Software. Am I speaking with the owner of the clinic?
C: Yes, hi. This is Meera Iyer from Lakeside Dental.
A: Hi Meera. How many people work at the clinic?
C: We are about 12 people, and I'm the owner so I make the decisions.
A: Great. What problem are you facing today?
C: We keep missing calls during lunch and patients go elsewhere. It's frustrating.
A: I see. Our plan answers every call. What budget do you have in mind?
C: Something under fifteen thousand a month. Not more than that.
A: And how soon would you like to start?
C: Within a month if possible, before March it would be perfect.
A: Could I have your e-mail to send the proposal?
C: Sure, it's meera dot iyer at lakesidedental dot in.
C: You can reach me on nine eight two zero one double three four five six.
A: Shall I call you tomorrow at 11 to go through it?
C: Yes, tomorrow at eleven works. We are based in Pune, by the way.
A: Wonderful, talk to you then.
"""
FLAT_IN_HINGLISH = """
A: Hello, am I speaking with Rahul Sharma?
C: Haan ji, boliye.
A: Sir, aap flat dekh rahe the Whitefield mein?
C: Haan, mujhe 3 BHK chahiye Whitefield ya Sarjapur Road mein.
A: Budget kitna hai sir?
C: Ek crore tak. Nahi wait, make it two bedrooms, budget 80 se 90 lakh.
A: Home loan lenge?
C: Haan, loan chahiye, SBI se pre-approved hai.
A: Kab tak lena hai?
C: Do teen mahine mein.
A: Would you like to come for a site visit this weekend?
C: Yes, Saturday at eleven is fine.
A: Great, your site visit is scheduled for Saturday at 11.
C: Theek hai, dhanyavaad.
"""
BAKERY = """
A: Hello, this is Sam at Ringside. Who am I speaking with?
C: Hey, I'm Priya Nair, I run a small bakery called Golden Crust in Kochi.
A: Nice! And how are you handling calls today?
C: We have an answering machine. It's a nightmare, we lose orders every weekend.
C: Our turnover is about 2 crore a year and we have 25 employees.
A: Would you be the person who decides on this?
C: No, I'd have to ask my husband. He handles the money.
A: Understood. We start at five thousand a month.
C: That's too expensive for us. Maybe later, next quarter. We could do three thousand a month at most.
A: Let me send you details. What's your email?
C: priya@goldencrust.in, our website is www.goldencrust.in.
A: Great, when can I call you back?
C: Thursday at half past three.
A: Perfect.
"""
BURST_PIPE = """
A: Quick Fix Plumbing, how can I help?
C: Hi, my name is Daniel O'Connor. We have a burst pipe and there's water everywhere, it's an emergency!
A: I'm sorry to hear that. What's your address?
C: 42 Elm Street, Apartment 5, Austin.
A: And a phone number?
C: It's 512 555 0143.
A: A technician will be with you within the hour. Anything else?
C: No, thank you so much, please hurry.
"""
NO_PUNCTUATION = """
A: hello thank you for calling green valley realty my name is tina how may i help you
C: hi tina this is marcus lee i'm looking for a two bedroom apartment in austin
A: great what is your budget
C: between twelve hundred and fifteen hundred a month
A: when do you want to move
C: by the end of next month my lease is ending
A: would you like to see one tomorrow at three
C: yes that sounds good
A: okay you're all set for tomorrow at three
C: thanks my number is five one two five five five oh one four three
"""
REFUSAL = """
A: Hi, is this Mr. Verma? I'm calling from Sunrise Homes about a new project.
C: Not interested. Please don't call me again, take me off your list.
A: Sorry sir, may I ask why?
C: Because you people call every day.
"""
DRIVING = """
A: Hi, this is Kavya from Sunrise Homes. Is this a good time?
C: I'm driving right now, can you call me on Saturday at eleven?
A: Sure, Saturday at eleven. Talk to you then.
C: Thanks.
"""
ALL = (DENTAL_CLINIC, FLAT_IN_HINGLISH, BAKERY, BURST_PIPE, NO_PUNCTUATION, REFUSAL, DRIVING)


def conversation(text: str, *, region: str = "IN", currency: str = "INR", our_name: str = "") -> Conversation:
    """A conversation from lines "A: …" (our agent) and "C: …" (the customer)."""
    lines = []
    for index, row in enumerate(text.strip().splitlines()):
        who, _, words = row.partition(": ")
        speaker: Speaker = "agent" if who == "A" else "customer"
        lines.append(Line(index=index, speaker=speaker, text=words))
    zone = "Asia/Kolkata" if region == "IN" else "America/Chicago"
    return Conversation(
        lines=tuple(lines),
        called_at=CALLED_AT,
        region=region,
        currency=currency,
        time_zone=zone,
        our_name=our_name,
    )


def read(text: str, *, region: str = "IN", currency: str = "INR", our_name: str = "") -> Findings:
    """What the built-in backend found, grounded."""
    talk = conversation(text, region=region, currency=currency, our_name=our_name)
    return ground(get_backend("builtin").analyze(talk), talk).findings


def value(fact: Fact[T] | None) -> T:
    """The value of a fact that must have been found."""
    assert fact is not None
    return fact.value


def conflict_of(fact: Fact[Any] | None) -> str:
    """The other words that do not agree with a fact; empty when there are none."""
    return fact.conflict.quote if fact and fact.conflict else ""
