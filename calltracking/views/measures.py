"""How a conversation went, as numbers a person can check: each with what it means and how it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calltracking.views.words import clock
from telephony.models import Call, CallMetrics

FLOW = (
    "100, less 40 × the share of the call that was silent, less 30 × the share of speech that overlapped, "
    "less 5 for each interruption a minute (at most 20), less 5 for each second by which our mean answer is slower "
    "than 2 seconds (at most 20), less 10 when anybody spoke for more than a minute without a break."
)


@dataclass(frozen=True)
class Measure:
    """One number. `how` says how it is counted."""

    label: str
    value: str
    how: str


def measures_of(call: Call) -> list[Measure]:
    """Return what was measured, in the order of the page; nothing for a call without a conversation."""
    metrics: CallMetrics | None = call.metrics.first()
    if metrics is None or not metrics.measured:
        return []
    return [measure for measure in _measures(metrics.measured) if measure.value]


def _measures(m: dict[str, Any]) -> list[Measure]:
    turns = Measure("Turns", _each(m, "turns", _whole), "Consecutive stretches of one speaker count as one turn.")
    asked = Measure(
        "Questions of the customer", _whole(m.get("customer_questions")), "Counted in the customer's turns."
    )
    if not m.get("is_timed"):
        words = Measure("Words", _each(m, "words", _whole), "The turns carry no times, so words are counted.")
        return [turns, words, asked]
    return [
        Measure("Flow", f"{m.get('flow', 0)} of 100", FLOW),
        Measure(
            "Talk",
            _each(m, "talk_seconds", clock),
            "Length of the union of a speaker's segments: ours · the customer's.",
        ),
        Measure("Our share", _share(m.get("agent_talk_ratio")), "Our talk ÷ (our talk + the customer's talk)."),
        Measure("Silence", clock(m.get("silence_seconds")), "Nobody speaks, between the first start and the last end."),
        Measure("Longest silence", _seconds(m.get("longest_silence_seconds")), "The longest such stretch."),
        Measure("Both at once", _seconds(m.get("overlap_seconds")), "Both talks together, less their union."),
        Measure(
            "We answer after",
            _seconds(m.get("agent_response_seconds")),
            "Mean over our turns that follow the customer's of start − end of that turn, at least 0.",
        ),
        Measure(
            "They answer after", _seconds(m.get("customer_response_seconds")), "The same for the customer's turns."
        ),
        Measure(
            "Interruptions",
            _each(m, "interruptions", _whole),
            "Starts while the other speaks, outlasts them and overlaps by 0.2 s or more. What ends within the other's "
            "words is a sign of listening and not counted.",
        ),
        turns,
        asked,
        Measure("Longest monologue", _each(m, "longest_monologue_seconds", clock), "The longest turn of each."),
        Measure("Words a minute", _each(m, "words_a_minute", _whole), "Words ÷ own talk in minutes."),
    ]


def _each(m: dict[str, Any], name: str, said: Any) -> str:
    pair = m.get(name) or {}
    return f"{said(pair.get('agent', 0))} · {said(pair.get('customer', 0))}"


def _whole(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}"


def _seconds(number: float | None) -> str:
    return "" if number is None else f"{number:.1f} s"


def _share(number: float | None) -> str:
    return "" if number is None else f"{number:.0%}"
