"""What we know of a caller in words, for an agent that is about to talk to them: each under a name, none missing."""

from __future__ import annotations

import re
from datetime import datetime

from crm.knowledge import Knowledge, Person

LONGEST_TEXT = 600
SHARED = "Several people share this number. Ask who is calling before you use anything about them."
# The names under which agents find them; every one is always told.
VARIABLES = (
    "customer_name",
    "customer_first_name",
    "business_name",
    "is_known_caller",
    "lead_status",
    "do_not_call",
    "last_call_summary",
    "last_call_days_ago",
    "recent_calls",
    "open_follow_up",
    "call_count",
)


def brief(knowledge: Knowledge, *, at: datetime) -> dict[str, str]:
    """Return every one of `VARIABLES`; what is not known is empty. `at` is now, on the company's clock."""
    person = knowledge.person
    told = dict.fromkeys(VARIABLES, "")
    if person:
        told |= _of(person, at=at)
    elif knowledge.is_shared:
        told["last_call_summary"] = told["recent_calls"] = SHARED
    told["is_known_caller"] = "yes" if person else "no"
    told["do_not_call"] = "yes" if knowledge.do_not_call else "no"
    told["call_count"] = str(person.call_count if person else 0)
    return told


def _of(person: Person, *, at: datetime) -> dict[str, str]:
    calls, step = person.calls, person.next_step
    return {
        "customer_name": _line(person.full_name),
        "customer_first_name": _line(person.full_name).partition(" ")[0],
        "business_name": _line(person.business_name),
        "lead_status": person.status_label,
        "last_call_summary": _line(calls[0].summary) if calls else "",
        "last_call_days_ago": str(_days(person.last_call_at, at=at)) if person.last_call_at else "",
        "recent_calls": " ".join(f"{_date(call.at, at=at)}: {_line(call.summary)}" for call in calls),
        "open_follow_up": f"{_line(step.what)}, due {_date(step.due_at, at=at)}" if step else "",
    }


def _days(moment: datetime, *, at: datetime) -> int:
    return max((at.date() - moment.astimezone(at.tzinfo).date()).days, 0)


def _date(moment: datetime, *, at: datetime) -> str:
    return f"{moment.astimezone(at.tzinfo):%-d %B %Y}"


def _line(text: str) -> str:
    """Return what a caller may have said as one short line, with nothing in it that reads as a template or markup."""
    line = re.sub(r"[\s\x00-\x1f\x7f{}<>]+", " ", text).strip()
    return line if len(line) <= LONGEST_TEXT else f"{line[:LONGEST_TEXT].rsplit(' ', 1)[0]} …"
