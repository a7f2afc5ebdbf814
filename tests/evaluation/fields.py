"""What is measured, field by field: the key of the truth, what the findings say to it, and what counts as right.

Every field is a list of values (a single value is a list of one), so that one count fits all: said, found, right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from analysis.findings import Fact, Findings

Read = Callable[[Findings], Iterable[Any]]
Same = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Field:
    """`rule` says in a sentence what counts as right."""

    key: str
    read: Read
    is_same: Same
    rule: str


@dataclass
class Count:
    """How often a field was said, found, and found right."""

    said: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.right / self.said if self.said else None


def count(field: Field, truth: Any, findings: Findings, into: Count) -> bool:
    """Count one conversation; returns whether everything said was found right and nothing else."""
    said, found = _listed(truth), list(field.read(findings))
    left, right = list(said), 0
    for value in found:
        match = next((other for other in left if field.is_same(other, value)), None)
        if match is not None:
            left.remove(match)
            right += 1
    into.said, into.found, into.right = into.said + len(said), into.found + len(found), into.right + right
    return right == len(said) == len(found)


def _listed(truth: Any) -> list[Any]:
    if truth is None:
        return []
    return list(truth) if isinstance(truth, list) else [truth]


def _of(name: str) -> Read:
    return lambda findings: _value(getattr(findings, name))


def _custom(key: str) -> Read:
    return lambda findings: _value(findings.custom.get(key))


def _value(fact: Fact[Any] | None) -> list[Any]:
    if fact is None:
        return []
    return list(fact.value) if isinstance(fact.value, tuple) else [fact.value]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _same_words(said: Any, found: Any) -> bool:
    return _words(str(said)) == _words(str(found))


def _same_letters(said: Any, found: Any) -> bool:
    return "".join(_words(str(said))) == "".join(_words(str(found)))


def _same_address(said: Any, found: Any) -> bool:
    """The street and its number are in what was found, with at most eight other words."""
    wanted, words = _words(str(said)), _words(str(found))
    return all(word in words for word in wanted) and len(words) <= len(wanted) + 8


def _same_money(said: Any, found: Any) -> bool:
    def amount(text: str) -> Decimal | None:
        return None if said[text] is None else Decimal(str(said[text]))

    same = (found.minimum, found.maximum, found.period) == (amount("minimum"), amount("maximum"), said["period"])
    return same and found.currency == said["currency"]


def _same_minute(said: Any, found: Any) -> bool:
    """A date alone is right when the day is; a time is right to the minute, on the company's clock."""
    text = found if isinstance(found, str) else found.isoformat()
    return text[: len(said)] == said


def _same_number(said: Any, found: Any) -> bool:
    return Decimal(str(said)) == Decimal(str(found))


def _equal(said: Any, found: Any) -> bool:
    return bool(said == found)


def _visit(findings: Findings) -> datetime | None:
    at = findings.custom.get("site_visit_at")
    return datetime.fromisoformat(str(at.value)) if at else None


def _weekday(findings: Findings) -> Sequence[str]:
    at = _visit(findings)
    return [f"{at:%A}"] if at else []


def _hour(findings: Findings) -> Sequence[int]:
    at = findings.custom.get("site_visit_at")
    return [datetime.fromisoformat(str(at.value)).hour] if at and "T" in str(at.value) else []


def _phones(findings: Findings) -> Sequence[str]:
    return [fact.value for fact in findings.phones]


def _most(findings: Findings) -> Sequence[Decimal]:
    budget = findings.budget.value if findings.budget else None
    most = budget and (budget.maximum if budget.maximum is not None else budget.minimum)
    return [] if most is None else [most]


def _ends_with(said: Any, found: Any) -> bool:
    return str(found).endswith("".join(_words(str(said))))


def _objections(findings: Findings) -> Sequence[int]:
    return sorted({fact.evidence.turn for fact in findings.objections})


def _intent(findings: Findings) -> Sequence[str]:
    return [findings.stated_intent.value]


def _annoyed(findings: Findings) -> Sequence[bool]:
    return [] if findings.sentiment is None else [findings.sentiment.label == "negative"]


def _labels(name: str) -> Read:
    return lambda findings: sorted({fact.value for fact in getattr(findings, name)})


def _label(findings: Findings) -> Sequence[str]:
    return [findings.sentiment.label] if findings.sentiment else []


def _booked(findings: Findings) -> Sequence[bool]:
    visit = findings.custom.get("site_visit")
    return [visit is not None and visit.value is True]


def _emergency(findings: Findings) -> Sequence[bool]:
    return [True] if findings.emergency and findings.emergency.value else []


NAME = "the same words; a first name alone is wrong where more was said"
OURS = (
    Field("contact_name", _of("contact_name"), _same_words, NAME),
    Field("business_name", _of("business_name"), _same_words, "the same words"),
    Field("email", _of("email"), _equal, "the same address, letter by letter"),
    Field("phones", _phones, _equal, "the same number in E.164, each one counted"),
    Field("city", _of("city"), _same_words, "the city by its usual name"),
    Field("address", _of("address"), _same_address, "number and street, with at most eight words more"),
    Field("postal_code", _of("postal_code"), _same_letters, "the same letters and figures"),
    Field("username", _custom("username"), _equal, "the same letters and figures"),
    Field("budget", _of("budget"), _same_money, "both limits, currency and period"),
    Field("bedrooms", _custom("bedrooms"), _same_number, "the number wanted last"),
    Field("locations", _custom("locations"), _same_words, "each area by its usual name"),
    Field("callback_at", _of("callback_at"), _same_minute, "the minute, on the company's clock"),
    Field("site_visit_at", _custom("site_visit_at"), _same_minute, "the minute, or the day where no hour was agreed"),
    Field("intent", _intent, _equal, "one of five, where it is beyond doubt"),
    Field("emergency", _emergency, _equal, "that there is one"),
    Field("decision_maker", _of("decision_maker"), _equal, "whether they decide, where it was said"),
)
MEANING = (
    Field("intent", _intent, _equal, "one of five"),
    Field("objections", _labels("objections"), _equal, "each by our label, however often"),
    Field("objection_turns", _objections, _equal, "the turns in which they object, each one counted"),
    Field("pain_points", _labels("pain_points"), _equal, "each by our label"),
    Field("positive_signals", _labels("positive_signals"), _equal, "each by our label"),
    Field("sentiment", _label, _equal, "one of four"),
    Field("customer_annoyed", _annoyed, _equal, "whether the mood is negative"),
    Field("decision_maker", _of("decision_maker"), _equal, "whether they decide"),
    Field("emergency", _emergency, _equal, "that there is one"),
    Field("resolution", _of("resolution"), _equal, "one of three"),
    Field("business_outcome", _of("business_outcome"), _equal, "one of three"),
    Field("visit_booked", _booked, _equal, "whether a visit was agreed"),
)
SAMPLES = (
    Field("name", _of("contact_name"), _same_words, NAME),
    Field("email", _of("email"), _equal, "the same address"),
    Field("email_squashed", _of("email"), _same_letters, "the same letters; the recognizer left out @ and dots"),
    Field("phone", _phones, _ends_with, "the same figures"),
    Field("zip", _of("postal_code"), _same_letters, "the same letters and figures"),
    Field("address", _of("address"), _same_address, "number and street, with at most eight words more"),
    Field("username", _custom("username"), _equal, "the same letters and figures"),
    Field("bedrooms", _custom("bedrooms"), _same_number, "the number wanted last"),
    Field("budget_max", _most, _same_number, "the most they will spend"),
    Field("intended_amount", _most, _same_number, "what they would give"),
    Field("visit_booked", lambda found: ["site_visit" in found.custom], _equal, "whether a visit was agreed"),
    Field("visit_weekday", _weekday, _equal, "its weekday"),
    Field("visit_hour", _hour, _same_number, "its hour"),
    Field("stated_intent", _intent, _equal, "one of five"),
    Field("objection_turns", _objections, _equal, "the turns in which they object, each one counted"),
    Field("customer_annoyed", _annoyed, _equal, "whether the mood is negative"),
)
