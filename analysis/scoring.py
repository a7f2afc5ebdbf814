"""The lead score: 0-100 with its reasons. What each reason is worth, and what is hot, are a company's rows.

Points of the reasons that apply are added up and clamped to 0-100. Probability: 1 / (1 + exp((60 - value) /
12)). A score of 60 is an even chance, 84 is 0.88, 36 is 0.12. This is a stated mapping, not a promise: it
is to be replaced by one calibrated on a company's own outcomes, in `probability_of` alone. Hot: 70 or more
unless the company says otherwise, and never who refused or asked not to be called.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from typing import Any

from analysis.findings import Fact, Findings, Intent
from analysis.metrics import Metrics

HOT_FROM = 70
EVEN_CHANCE_AT = 60
STEEPNESS = 12
SOON_DAYS, FAIRLY_SOON_DAYS = 31, 62

Applies = Fact[Any] | bool | None
Test = Callable[[Findings, Metrics], Applies]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: when `test` gives a fact or True, `points` count and `label` is the reason a person reads."""

    key: str
    label: str
    points: int
    test: Test


@dataclass(frozen=True, slots=True)
class Hot:
    """When a lead is hot: from which score on, and what must have been said besides.

    An emergency, where they are taken, is hot whatever its score. Who refused is never hot.
    """

    from_score: int = HOT_FROM
    needs_interest: bool = False
    needs_budget: bool = False
    takes_emergencies: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """By what a company scores its calls (`analysis.rules.rules_in_use`)."""

    weights: tuple[Rule, ...]
    hot: Hot = Hot()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the score is what it is; `turn` is where it was said, None for what was measured."""

    label: str
    points: int
    turn: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """`value` 0-100 equals the sum of the reasons' points, clamped; `probability` is 0..1."""

    value: int
    probability: float
    is_hot: bool
    reasons: tuple[Reason, ...]


def score(findings: Findings, metrics: Metrics, *, rules: Rules | None = None) -> Score:
    """Score one call by the given rules, or by those a new company starts from."""
    rules = rules or Rules(DEFAULT_RULES)
    reasons = []
    for rule in rules.weights:
        outcome = rule.test(findings, metrics)
        if outcome is not None and outcome is not False:
            turn = outcome.evidence.turn if isinstance(outcome, Fact) else None
            reasons.append(Reason(label=rule.label, points=rule.points, turn=turn, key=rule.key))
    value = max(0, min(100, sum(reason.points for reason in reasons)))
    return Score(
        value=value,
        probability=probability_of(value),
        is_hot=is_hot(value, findings, hot=rules.hot),
        reasons=tuple(reasons),
    )


def probability_of(value: int) -> float:
    """The chance of a conversion that a score stands for, 0..1, rounded to three digits."""
    return round(1 / (1 + exp((EVEN_CHANCE_AT - value) / STEEPNESS)), 3)


def is_hot(value: int, findings: Findings, *, hot: Hot = Hot()) -> bool:
    """Whether someone should ring this lead first."""
    if findings.stated_intent in (Intent.NOT_INTERESTED, Intent.DO_NOT_CALL):
        return False
    if hot.takes_emergencies and findings.emergency is not None and findings.emergency.value:
        return True
    if hot.needs_interest and findings.stated_intent not in (Intent.INTERESTED, Intent.CALLBACK):
        return False
    if hot.needs_budget and findings.budget is None:
        return False
    return value >= hot.from_score


def _intent(wanted: Intent) -> Test:
    return lambda findings, _: findings.intent if findings.stated_intent is wanted else None


def _said(name: str) -> Test:
    return lambda findings, _: getattr(findings, name)


def _first(name: str) -> Test:
    return lambda findings, _: next(iter(getattr(findings, name)), None)


def _second(name: str) -> Test:
    return lambda findings, _: next(iter(getattr(findings, name)[1:]), None)


def _is(name: str, value: object) -> Test:
    return lambda findings, _: fact if (fact := getattr(findings, name)) and fact.value == value else None


def _agreed(key: str) -> Test:
    return lambda findings, _: fact if (fact := findings.custom.get(key)) and fact.value is True else None


def _wants_it_within(first: int, last: int) -> Test:
    def test(findings: Findings, _: Metrics) -> Applies:
        timeline = findings.timeline
        if timeline is None or timeline.value.days is None or not first <= timeline.value.days <= last:
            return None
        return timeline

    return test


def _signaled(label: str) -> Test:
    return lambda findings, _: next((each for each in findings.positive_signals if each.value == label), None)


def _talked_with_us(_: Findings, metrics: Metrics) -> Applies:
    return metrics.turns.customer >= 2


def _sounded(label: str) -> Test:
    return lambda findings, _: findings.sentiment is not None and findings.sentiment.label == label


# What people do or undertake weighs more than how they sound: a lead is hot when it is ready, not when it is polite.
DEFAULT_RULES: tuple[Rule, ...] = (
    Rule("talked", "Talked with us", 5, _talked_with_us),
    Rule("interested", "Interested", 20, _intent(Intent.INTERESTED)),
    Rule("callback", "Asked to be called back", 15, _intent(Intent.CALLBACK)),
    Rule("site_visit", "Agreed to a site visit", 15, _agreed("site_visit")),
    Rule("ready", "Ready to go ahead", 25, _signaled("Ready to go ahead")),
    Rule("money", "Has the money ready", 10, _signaled("Has the money ready")),
    Rule("budget", "Budget stated", 10, _said("budget")),
    Rule("soon", "Wants it within a month", 10, _wants_it_within(0, SOON_DAYS)),
    Rule("fairly_soon", "Wants it within two months", 5, _wants_it_within(SOON_DAYS + 1, FAIRLY_SOON_DAYS)),
    Rule("decides", "Decides themselves", 10, _is("decision_maker", True)),
    Rule("asks_others", "Has to ask someone else", -5, _is("decision_maker", False)),
    Rule("email", "Gave an e-mail address", 5, _said("email")),
    Rule("name", "Gave their name", 3, _said("contact_name")),
    Rule("positive", "Showed a sign of buying", 3, _first("positive_signals")),
    Rule("pain", "Has a problem we can solve", 3, _first("pain_points")),
    Rule("questions", "Asked questions of their own", 3, lambda _, metrics: metrics.customer_questions >= 2),
    Rule("engaged", "Took an active part", 3, lambda findings, _: (findings.engagement or 0) >= 0.6),
    Rule("happy", "Sounded pleased", 3, _sounded("positive")),
    Rule("unhappy", "Sounded displeased", -10, _sounded("negative")),
    Rule("objection", "Raised an objection", -5, _first("objections")),
    Rule("objection_again", "Raised more than one objection", -5, _second("objections")),
    Rule("refused", "Not interested", -50, _intent(Intent.NOT_INTERESTED)),
    Rule("do_not_call", "Asked not to be called", -100, _intent(Intent.DO_NOT_CALL)),
)
