"""How the admin says things in a cell: results, people, scores, times. Words people use, never a code."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from crm.models import Contact, FollowUp, LeadStatus, Membership
from crm.wording import day_and_time

NOTHING = mark_safe('<span class="rs-quiet" aria-hidden="true">–</span>')

STATUS_TONES = {
    LeadStatus.NEW: "plain",
    LeadStatus.INTERESTED: "good",
    LeadStatus.CALLBACK: "info",
    LeadStatus.NOT_INTERESTED: "bad",
    LeadStatus.CONVERTED: "accent",
    LeadStatus.DO_NOT_CALL: "bad",
}


def pill(text: str, tone: str = "plain") -> SafeString:
    """Return a label: color only where it means something (good, info, warn, bad, accent), the word always."""
    return format_html('<span class="rs-badge rs-{}">{}</span>', tone, text)


def status_pill(status: str) -> SafeString:
    """Return the status of a lead as a colored label; quiet for somebody who is no lead."""
    if not status:
        return NOTHING
    return pill(LeadStatus(status).label, STATUS_TONES[LeadStatus(status)])


def two_lines(first: Any, second: Any = "") -> SafeString:
    """Return what matters over what says more about it."""
    under = format_html('<span class="ra-under">{}</span>', second) if second else ""
    return format_html('<span class="ra-two"><span class="ra-over">{}</span>{}</span>', first, under)


def contact_lines(contact: Contact) -> SafeString:
    """Return the person over their number. Their numbers are to be prefetched."""
    number = contact.primary_number
    below = number.display if number else contact.email or "No number"
    if contact.full_name and contact.business_name:
        below = f"{below} · {contact.business_name}"
    return two_lines(contact.label, below)


def score_bar(score: int | None, *, is_hot: bool = False) -> SafeString:
    """Return the score with a small bar, and the word for a hot one."""
    if score is None:
        return format_html('<span class="rs-quiet">{}</span>', "not scored")
    return format_html(
        '<span class="ra-score"><span class="rs-num">{}</span>'
        '<meter class="rs-meter" max="100" value="{}" aria-hidden="true"></meter>{}</span>',
        score,
        score,
        pill("Hot", "bad") if is_hot else "",
    )


def due_lines(follow_up: FollowUp | None, *, with_reason: bool = True) -> SafeString:
    """Return when the next step is due and what it is, marked when it is overdue."""
    if follow_up is None:
        return NOTHING
    is_late = follow_up.is_overdue(at=timezone.now())
    late = format_html(" {}", pill("Overdue", "warn")) if is_late else ""
    return two_lines(
        format_html("{}{}", capfirst(day_and_time(follow_up.due_at)), late), follow_up.reason if with_reason else ""
    )


def member_name(membership: Membership | None) -> SafeString | str:
    if membership is None:
        return NOTHING
    return str(membership) if membership.is_active else f"{membership} (left)"


def count_of(number: int, noun: str, *, plural: str = "") -> str:
    """Return a number with its noun: `1 lead`, `12 leads`."""
    return f"{number:,} {noun if number == 1 else plural or noun + pluralize(number)}"
