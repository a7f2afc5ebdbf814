"""Two to four sentences and the key points, put together from facts and from the customer's own words.
Nothing is invented.
"""

import re
from collections.abc import Sequence
from typing import Any

from analysis.backends.builtin.hearing import Heard, fact
from analysis.findings import Fact, Findings, Intent, Money

LONGEST_QUOTE = 160
_PURPOSE = re.compile(
    r"\b(?:i|we) (?:would like|want|need|am looking|are looking|have (?:an?|some|lost|been|the|no|two|"
    r"big)\b|lost|wanted|forgot|bought|can ?not|can'?t|think|run|am trying|was|am calling|wish)|"
    r"i'?m (?:looking|calling|interested|trying|having)|we'?re (?:looking|calling|having|trying)|"
    r"i'?d like|looking for|"
    r"search|(?<!no )problem|issue|help (?:me )?with|schedule|book|chahiye|interested|mera |meri |mere |"
    r"my (?:room|order|card|account|ac|car)"
)
_SMALL_TALK = re.compile(
    r"^(?:(?:hi|hello|hey|hallo|yes|no|ok(?:ay)?|sure|thanks?|thank you|bye|goodbye|great|good|fine|alright|"
    r"how are you|i'?m (?:fine|good|well|great)|and you|you too|namaste|haan|ji|speaking|please|right|"
    r"correct|have a (?:great|good|nice) day)\b[\s,.!?]*)+"
)
_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|hallo|yes|yeah|ok|okay|well|namaste|uh|um|so)\b[\s,.!]*)*(?:(?:my name is|"
    r"this is|i'm|i am) [\w']+(?: (?!and\b|i\b|from\b)[\w']+)?(?:[\s,.]+and\b)?[\s,.]+(?=i\b|we\b))?"
)
_DETAILS = re.compile(
    r"@|\d{4}| at .{2,30} dot |(?:\b(?:one|two|three|four|five|six|seven|eight|nine|zero|oh)\b\s*){3}"
)
INTENT_WORDS = {
    Intent.INTERESTED: "They are interested",
    Intent.NOT_INTERESTED: "They are not interested",
    Intent.CALLBACK: "They would like to be called back",
    Intent.DO_NOT_CALL: "They asked not to be called again",
}


def summarize(heard: Sequence[Heard], findings: Findings) -> str:
    """Who called about what, what they want, where it stands. Empty when the customer said nothing."""
    theirs = [each for each in heard if each.is_customer and each.text.strip()]
    if not theirs:
        return ""
    sentences = [_opening(theirs, findings), _wishes(findings), _doubts(findings), _standing(findings)]
    said = [sentence for sentence in sentences if sentence]
    if len(said) < 2:
        closing = _quoted(theirs[-1].text)
        said.append(f"The last thing they said was “{closing}”.")
    return " ".join(said[:4])


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
            weight += 2 * bool(_PURPOSE.search(each.low[start:end])) + (3 <= len(sentence.split()) <= 30)
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
    who = findings.contact_name.value if findings.contact_name else "The customer"
    if findings.business_name:
        who += f" of {findings.business_name.value}"
    purpose = _purpose(theirs, findings)
    return f"{who} said “{_quoted(purpose)}”." if purpose else f"{who} was on the line."


def _purpose(theirs: Sequence[Heard], findings: Findings) -> str:
    """The first sentence that says what they want, else what hurts or pleases, else the longest."""
    early = [(each, span) for each in theirs[:8] for span in each.sentences]
    for each, (start, end) in early:
        sentence = each.low[start:end]
        if _PURPOSE.search(sentence) and len(sentence.split()) >= 3 and not _SMALL_TALK.fullmatch(sentence):
            return _without_greeting(each.text[start:end])
    told = [*findings.pain_points, *findings.positive_signals, *findings.objections]
    if told:
        each = next(each for each in theirs if each.line.index == told[0].evidence.turn)
        start, end = each.sentence_at(each.text.find(told[0].evidence.quote))
        return _without_greeting(each.text[start:end])
    plain = [item for item in early if not _DETAILS.search(item[0].text[slice(*item[1])])]
    longest = max(plain or early, key=lambda item: item[1][1] - item[1][0], default=None)
    return longest[0].text[longest[1][0] : longest[1][1]] if longest else ""


def _without_greeting(sentence: str) -> str:
    """The sentence from where it comes to the point, when it opens with a greeting or a name."""
    greeting = _GREETING.match(sentence.lower())
    return sentence[greeting.end() :] if greeting and greeting.end() < len(sentence) - 8 else sentence


def _wishes(findings: Findings) -> str:
    parts = []
    custom = findings.custom
    if "bedrooms" in custom or "property_type" in custom:
        rooms = _bedrooms(custom["bedrooms"].value) if "bedrooms" in custom else ""
        kind = _with_article(str(custom["property_type"].value)) if "property_type" in custom else ""
        parts.append("looking for " + (f"{kind} with {rooms}" if rooms and kind else rooms or kind))
    if "locations" in custom and isinstance(custom["locations"].value, tuple):
        parts.append("in " + " or ".join(custom["locations"].value))
    if findings.budget:
        parts.append(f"budget {money_in_words(findings.budget.value)}")
    if findings.timeline:
        parts.append(f"timing “{findings.timeline.value.text}”")
    return f"{_capital('; '.join(parts))}." if parts else ""


def _doubts(findings: Findings) -> str:
    parts = []
    if findings.pain_points:
        parts.append(f"trouble: {_labels(findings.pain_points)}")
    if findings.objections:
        parts.append(f"objection: {_labels(findings.objections)}")
    return f"{_capital('; '.join(parts))}." if parts else ""


def _standing(findings: Findings) -> str:
    parts = []
    if findings.intent and findings.intent.value in INTENT_WORDS:
        parts.append(INTENT_WORDS[findings.intent.value])
    if findings.callback_at:
        parts.append(f"call agreed for {findings.callback_at.value:%a %d %b at %H:%M}")
    visit_at = findings.custom.get("site_visit_at")
    if "site_visit" in findings.custom:
        when = (
            (f" for {visit_at.value[:16].replace('T', ' ')}")
            if visit_at and isinstance(visit_at.value, str)
            else ""
        )
        parts.append(f"a visit was agreed{when}")
    if findings.resolution:
        parts.append(f"their concern was {findings.resolution.value.value}" if findings.pain_points else "")
    return f"{_capital('; '.join(part for part in parts if part))}." if any(parts) else ""


def _labels(facts: Sequence[Fact[str]]) -> str:
    return " and ".join(f"{each.value.lower()} (“{_quoted(each.evidence.quote)}”)" for each in facts[:2])


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


def _with_article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIO' else 'a'} {kind.lower()}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _amount(value: Any, currency: str) -> str:
    if value is None:
        return ""
    sign = {"INR": "₹", "USD": "$", "GBP": "£", "EUR": "€"}.get(currency, f"{currency} ")
    if currency == "INR":
        for size, name in ((10**7, "crore"), (10**5, "lakh")):
            if value >= size:
                return f"{sign}{float(value / size):g} {name}"
    return f"{sign}{value:,}"
