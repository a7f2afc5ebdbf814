"""What the page of a call says about its reading by a model: nothing as long as all is well."""

from __future__ import annotations

from analysis.backends import REMOTE
from analysis.models import AnalysisUsage, Reading
from crm.admin.cells import count_of
from crm.leases import WorkState
from crm.wording import day_and_time
from telephony.models import Call, Insight


def told_of_reading(call: Call, insight: Insight | None) -> str:
    """Return why the call is read by rules where a model was to read it, and when it is tried again."""
    reading: Reading | None = Reading.objects.filter(call=call).first()
    if insight is None or reading is None or insight.backend in REMOTE:
        return ""
    if reading.outcome == Reading.Outcome.STOPPED:
        return f"Read by rules. The model did not read this call: {reading.because}."
    if reading.work_state == WorkState.DEAD:
        return "Read by rules. The model's reading was given up after five attempts."
    if reading.outcome == Reading.Outcome.WAITING:
        again = day_and_time(reading.next_at)
        return f"Read by rules. The model has not read it yet: {reading.because}. It is tried again {again}."
    return "Read by rules. The model reads it next." if reading.work_state != WorkState.DONE else ""


def cost_of_reading(call: Call) -> str:
    """Return what asking models about the call took and cost: `2 requests · 3,000 tokens · 0.0045 USD`; or nothing."""
    asked = AnalysisUsage.objects.filter(call=call)
    count = asked.count()
    if not count:
        return ""
    tokens, cost = asked.sums()
    parts = [count_of(count, "request"), f"{tokens:,} tokens"]
    return " · ".join([*parts, f"{cost.normalize():f} {asked[0].currency}"] if cost else parts)
