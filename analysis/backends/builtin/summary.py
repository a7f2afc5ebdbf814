"""Two to four sentences and the key points, put together from facts and from the customer's own words.
Nothing is invented.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from analysis.backends.builtin.callers import is_recording
from analysis.backends.builtin.hearing import Heard, fact
from analysis.backends.builtin.summary_words import (
    ANSWERS,
    CONCERNS,
    DETAILS,
    GREETING,
    PURPOSE,
    PURPOSE_WITHIN,
    RESOLUTIONS,
    SMALL_TALK,
    WANT,
    WHEN,
)
from analysis.findings import BusinessOutcome, Fact, Findings, Intent, Money

LONGEST_QUOTE = 160
SHORT_SENTENCE = 12
# A sentence of less weight says nothing about why they talk; the topics do.
TELLING = 0.5
_REFUSALS = (Intent.NOT_INTERESTED, Intent.DO_NOT_CALL)


def summarize(heard: Sequence[Heard], findings: Findings) -> str:
    """Who called about what, what holds them back, where it stands: two to four sentences of facts and quotes.

    Empty when the customer said nothing.
    """
    theirs = [each for each in heard if each.is_customer and each.text.strip()]
    if not theirs:
        return ""
    if all(is_recording(each) for each in theirs):
        return f"A recorded greeting answered: “{_quoted(theirs[0].text)}”. Nobody was spoken to."
    sentences = [_opening(theirs, findings), _concerns(findings), *_standing(theirs, findings)]
    said = [sentence for sentence in sentences if sentence]
    return " ".join((said if len(said) > 1 else [*said, _ending(theirs, findings)])[:4])


def read_key_points(heard: Sequence[Heard], findings: Findings) -> tuple[Fact[str], ...]:
    """Up to five things the customer said that carry the call, in their own words and order."""
    scored: list[tuple[int, int, Fact[str]]] = []
    marked = _marks(findings)
    for order, each in enumerate(heard):
        if not each.is_customer:
            continue
        for start, end in each.sentences:
            sentence = each.text[start:end]
            weight = 2 * sum(1 for quote in marked.get(each.line.index, ()) if quote in sentence)
            weight += 2 * bool(PURPOSE.search(each.low[start:end])) + (3 <= len(sentence.split()) <= 30)
            if weight >= 3:
                scored.append(
                    (
                        weight,
                        order,
                        fact(
                            sentence[:LONGEST_QUOTE],
                            each,
                            start,
                            min(end, start + LONGEST_QUOTE),
                            confidence=0.7,
                        ),
                    )
                )
    best = sorted(scored, key=lambda item: (-item[0], item[1]))[:5]
    return tuple(point for _, _, point in sorted(best, key=lambda item: item[1]))


def money_in_words(money: Money) -> str:
    """ "up to ₹50 lakh", "$2,000 a month": an amount as people in its country write it."""
    per = {"once": "", "month": " a month", "year": " a year"}[money.period]
    low, high = _amount(money.minimum, money.currency), _amount(money.maximum, money.currency)
    if low and high:
        return (low if low == high else f"{low} to {high}") + per
    return (f"up to {high}" if high else f"at least {low}") + per


def _opening(theirs: Sequence[Heard], findings: Findings) -> str:
    """ "Meera Iyer of Lakeside Dental is looking for 3 bedrooms in Pune, with a budget of up to ₹50 lakh." """
    if _refuses(findings) and findings.intent:
        words = "asked not to be called again" if findings.intent.value is Intent.DO_NOT_CALL else "is not interested"
        return f"{_who(findings)} {words}: “{_quoted(_sentence_of(findings.intent, theirs))}”."
    terms = [f"with a budget of {money_in_words(findings.budget.value)}"] if findings.budget else []
    terms += [_timing(findings.timeline.value.text)] if findings.timeline else []
    wish = _wish(findings)
    if wish:
        return ", ".join([f"{_who(findings)} {wish}", *terms]) + "."
    purpose = _purpose(theirs, findings)
    if findings.topics and _weight_of(purpose, ()) < TELLING:
        topics = _both([topic.value.lower() for topic in findings.topics[:2]])
        return f"{_who(findings)} talked with us about {topics}."
    said = f"said “{_quoted(purpose)}”" if purpose else "was on the line"
    budget = f" The budget is {money_in_words(findings.budget.value)}." if findings.budget else ""
    return f"{_who(findings)} {said}.{budget}"


def _sentence_of(said: Fact[Any], theirs: Sequence[Heard]) -> str:
    """The whole sentence that holds a fact's words."""
    each = next((each for each in theirs if each.line.index == said.evidence.turn), None)
    if each is None:
        return said.evidence.quote
    start, end = each.sentence_at(max(0, each.text.find(said.evidence.quote)))
    sentence = each.text[start:end]
    return sentence if said.evidence.quote in sentence else said.evidence.quote


def _who(findings: Findings) -> str:
    who = findings.contact_name.value if findings.contact_name else "The customer"
    return f"{who} of {findings.business_name.value}" if findings.business_name else who


def _refuses(findings: Findings) -> bool:
    return findings.intent is not None and findings.intent.value in _REFUSALS


def _purpose(theirs: Sequence[Heard], findings: Findings) -> str:
    """The early sentence that best says why they talk: a want, a need or a problem of theirs, in some words."""
    marked = _marks(findings)
    best, best_weight = "", -9.0
    for order, each in enumerate(theirs[:PURPOSE_WITHIN]):
        for start, end in each.sentences:
            sentence = _without_greeting(each.text[start:end])
            weight = _weight_of(sentence, marked.get(each.line.index, ())) - order / 4
            if weight > best_weight:
                best, best_weight = sentence, weight
    return best


def _weight_of(sentence: str, quotes: Sequence[str]) -> float:
    low, words = sentence.lower(), len(sentence.split())
    weight = 4.0 * bool(WANT.search(low)) + 2.0 * bool(PURPOSE.search(low)) + any(each in sentence for each in quotes)
    weight += 2.0 if 5 <= words <= 28 else -2.0 if words < 3 else 0.0
    weight -= 2.0 * bool(ANSWERS.match(low)) + 3.0 * bool(DETAILS.search(low)) + 3.0 * bool(SMALL_TALK.fullmatch(low))
    return weight


def _without_greeting(sentence: str) -> str:
    """The sentence from where it comes to the point, when it opens with a greeting or a name."""
    greeting = GREETING.match(sentence.lower())
    return sentence[greeting.end() :] if greeting and greeting.end() < len(sentence) - 8 else sentence


def _wish(findings: Findings) -> str:
    """What they are looking for, when it was said; a kind of home alone may be the one they have."""
    custom = findings.custom
    rooms = custom["bedrooms"].value if "bedrooms" in custom else None
    seats = custom["seats"].value if "seats" in custom and rooms is None else None
    kind = str(custom["property_type"].value).lower() if "property_type" in custom else ""
    if rooms is None and seats is None and (not kind or findings.intent is None):
        return ""
    what = (
        f"{_article(str(rooms))} {rooms}-bedroom {kind}"
        if rooms and kind
        else _bedrooms(rooms)
        if rooms
        else f"{seats} seats"
        if seats
        else ""
    )
    where = custom["locations"].value if "locations" in custom else ()
    place = f" in {_listed(where)}" if isinstance(where, tuple) and where else ""
    return f"is looking for {what or f'{_article(kind)} {kind}'}{place}"


def _timing(text: str) -> str:
    return (
        f"and wants it {text[:1].lower()}{text[1:]}" if WHEN.match(text.lower()) else f"with “{text}” as the time frame"
    )


def _shown_by(said: Fact[Any], theirs: Sequence[Heard]) -> str:
    """The sentence of a fact when it is short, else the fact's own words."""
    sentence = _sentence_of(said, theirs)
    return sentence if len(sentence.split()) <= SHORT_SENTENCE else said.evidence.quote


def _concerns(findings: Findings) -> str:
    """ "They find …": the first pain and the first objection, each with the words that show it."""
    told = [*findings.pain_points[:1], *findings.objections[:1]]
    if _refuses(findings):
        told = [each for each in told if each.value not in ("Does not need it", "Not now")]
    if not told:
        return ""
    name = findings.contact_name.value.split()[0] if findings.contact_name else "The customer"
    parts = [f"{CONCERNS.get(each.value, each.value.lower())} (“{_quoted(each.evidence.quote)}”)" for each in told]
    return f"{name} {' and '.join(parts)}."


def _standing(theirs: Sequence[Heard], findings: Findings) -> list[str]:
    """Where it stands: what was agreed, else what they mean to do, else what became of their concern."""
    if _refuses(findings):
        return []
    sentences = []
    if "site_visit" in findings.custom:
        sentences.append(f"A visit was agreed{_visit_time(findings)}.")
    if findings.callback_at:
        sentences.append(f"A call was agreed for {_moment(findings.callback_at.value)}.")
    elif findings.intent and findings.intent.value is Intent.CALLBACK:
        sentences.append("They would like to be called back.")
    if findings.intent and findings.intent.value is Intent.INTERESTED and "site_visit" not in findings.custom:
        sentences.append(f"They are interested (“{_quoted(_shown_by(findings.intent, theirs))}”).")
    if not sentences and findings.resolution and findings.pain_points:
        quote = _quoted(findings.resolution.evidence.quote)
        sentences.append(f"{RESOLUTIONS[findings.resolution.value]} (“{quote}”).")
    return sentences


def _ending(theirs: Sequence[Heard], findings: Findings) -> str:
    """A second sentence for a call that ended without one."""
    if _refuses(findings):
        purpose = _purpose(theirs, findings.model_copy(update={"intent": None}))
        intent = findings.intent
        is_new = intent is not None and purpose and purpose not in _sentence_of(intent, theirs)
        return f"Their words before: “{_quoted(purpose)}”." if is_new else "No next step was agreed."
    outcome = findings.business_outcome
    if outcome and outcome.value is BusinessOutcome.FOLLOW_UP_REQUIRED:
        return f"We are to follow up (“{_quoted(outcome.evidence.quote)}”)."
    if len(theirs) < 3:
        return "The call was short and no next step was agreed."
    return "No next step was agreed."


def _visit_time(findings: Findings) -> str:
    visit_at = findings.custom.get("site_visit_at")
    if visit_at is None or not isinstance(visit_at.value, str):
        return ""
    if len(visit_at.value) == len("2026-05-23"):
        return f" for {_day(date.fromisoformat(visit_at.value))}"
    return f" for {_moment(datetime.fromisoformat(visit_at.value))}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} at {moment:%H:%M}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _both(names: Sequence[str]) -> str:
    return " and ".join(names)


def _listed(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _marks(findings: Findings) -> dict[int, list[str]]:
    marks: dict[int, list[str]] = {}
    for name, each in findings.facts():
        if not name.startswith(("topics", "resolution")):
            marks.setdefault(each.evidence.turn, []).append(each.evidence.quote)
    return marks


def _quoted(text: str) -> str:
    text = " ".join(text.split()).rstrip(".! ")
    return text if len(text) <= LONGEST_QUOTE else text[: text.rfind(" ", 0, LONGEST_QUOTE)] + " …"


def _bedrooms(count: object) -> str:
    return "1 bedroom" if count == 1 else f"{count} bedrooms"


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeio8" or word in ("11", "18") else "a"


def _amount(value: Any, currency: str) -> str:
    if value is None:
        return ""
    sign = {"INR": "₹", "USD": "$", "GBP": "£", "EUR": "€"}.get(currency, f"{currency} ")
    if currency == "INR":
        for size, name in ((10**7, "crore"), (10**5, "lakh")):
            if value >= size:
                return f"{sign}{float(value / size):g} {name}"
    return f"{sign}{value:,}"
