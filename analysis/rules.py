"""The rules by which the company in use scores its calls, from its rows."""

from __future__ import annotations

from dataclasses import replace

from analysis.models import HotRule, ScoreRule
from analysis.scoring import DEFAULT_RULES, Hot, Rule, Rules, score
from analysis.understanding import Understanding


def rules_in_use() -> Rules:
    """Return what the company scores by. A rule without a row is one of a new company."""
    rows = {row.key: row for row in ScoreRule.objects.all()}
    weights = tuple(_weighed(rule, rows.get(rule.key)) for rule in DEFAULT_RULES)
    return Rules(tuple(rule for rule in weights if rule is not None), hot_of(HotRule.objects.first()))


def by_our_rules(understood: Understanding) -> Understanding:
    """Return the understanding scored by the rules of the company in use."""
    return replace(understood, score=score(understood.findings, understood.metrics, rules=rules_in_use()))


def hot_of(row: HotRule | None) -> Hot:
    """Return the row as the scoring reads it."""
    if row is None:
        return Hot()
    return Hot(
        from_score=row.from_score,
        needs_interest=row.needs_interest,
        needs_budget=row.needs_budget,
        takes_emergencies=row.takes_emergencies,
    )


def _weighed(rule: Rule, row: ScoreRule | None) -> Rule | None:
    if row is None:
        return rule
    return replace(rule, label=row.label, points=row.points) if row.is_active else None
