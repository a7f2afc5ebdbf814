"""How the pages say things: results, values, times. Words people use, never a code."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_compact_currency, get_currency_symbol
from django.utils import timezone

from analysis.findings import Money, Timeline
from telephony.models import Call

# Where there is no value.
NOTHING = "–"
LAKH = Decimal(100_000)
ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d\S{0,20})?")
TONES = {
    "interested": "good",
    "callback": "info",
    "not_interested": "bad",
    "do_not_call": "bad",
}
INTENT_WORDS = {
    "interested": "Interested",
    "callback": "Callback",
    "not_interested": "Not interested",
    "do_not_call": "Do not call",
}
MOOD_TONES = {"positive": "good", "negative": "bad", "mixed": "warn"}
STATUS_TONES = {
    Call.Status.FAILED: "bad",
    Call.Status.BUSY: "warn",
    Call.Status.NO_ANSWER: "warn",
    Call.Status.CANCELED: "warn",
    Call.Status.VOICEMAIL: "warn",
    Call.Status.IN_PROGRESS: "info",
    Call.Status.RINGING: "info",
}
FACT_LABELS = {
    "contact_name": "Name",
    "business_name": "Business",
    "owner_name": "Owner",
    "city": "City",
    "state": "State",
    "address": "Address",
    "postal_code": "Postal code",
    "industry": "Industry",
    "email": "E-mail",
    "website": "Website",
    "phones": "Phone",
    "company_size": "Employees",
    "annual_revenue": "Revenue",
    "decision_maker": "Decides",
    "intent": "Wants",
    "callback_at": "Call back",
    "budget": "Budget",
    "timeline": "When",
    "objections": "Objection",
    "positive_signals": "Good sign",
    "pain_points": "Problem",
    "next_best_action": "Next step",
    "emergency": "Emergency",
    "resolution": "Resolved",
    "business_outcome": "Outcome",
    "topics": "Topic",
    "keywords": "Keyword",
    "key_points": "Point",
}


def result_of(call: Call) -> tuple[str, str]:
    """Return what came of the call in a word or two, and its tone: good, info, warn, bad or plain."""
    if call.is_ambiguous:
        return "Needs a look", "plain"
    if call.is_missed:
        return "Missed", "warn"
    if call.status != Call.Status.COMPLETED and call.intent not in INTENT_WORDS:
        return call.get_status_display(), STATUS_TONES.get(Call.Status(call.status), "plain")
    if call.intent in INTENT_WORDS:
        return INTENT_WORDS[call.intent], TONES[call.intent]
    if call.outcome == Call.Outcome.SUCCESS:
        return "Success", "good"
    if call.outcome == Call.Outcome.FAILURE:
        return "Failure", "bad"
    return "Completed", "plain"


def label_of(name: str) -> str:
    """Return what people call a fact (`phones[0]`, `custom.bedrooms`)."""
    base = name.partition("[")[0]
    return FACT_LABELS.get(base) or base.removeprefix("custom.").replace("_", " ").capitalize()


def say(value: Any) -> str:
    """Return a fact's value as a person would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return say_money(value)
    if isinstance(value, Timeline):
        return value.text
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%a %-d %b, %H:%M}"
    if isinstance(value, tuple | list):
        return ", ".join(say(item) for item in value)
    return str(getattr(value, "value", value)).replace("_", " ") if not isinstance(value, str) else _plain(value)


def _plain(text: str) -> str:
    if ISO.fullmatch(text):
        return _moment(text)
    return str(text).replace("_", " ") if text.islower() and "_" in text and "@" not in text else text


def _moment(text: str) -> str:
    """A date in a company's own field is a string: JSON has no dates."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    if read.tzinfo:
        return say(read)
    return f"{read:%a %-d %b, %H:%M}" if "T" in text else f"{read:%a %-d %b %Y}"


def say_money(money: Money) -> str:
    """Return an amount or a range: `under ₹90 L`, `₹1.1 Cr to ₹1.25 Cr`, `$2K a month`."""
    low, high = (_amount(part, money.currency) if part is not None else None for part in (money.minimum, money.maximum))
    if low and high:
        said = low if low == high else f"{low} to {high}"
    elif high:
        said = f"up to {high}"
    else:
        said = f"from {low}" if low else ""
    return said if money.period == "once" else f"{said} a {money.period}"


def say_budget(money: Money) -> str:
    """Return a budget, rupees in lakhs: `₹80 to ₹120 lakh`, `up to ₹90 lakh`. Else as `say_money` says it."""
    parts = [part for part in (money.minimum, money.maximum) if part is not None]
    if money.currency != "INR" or money.period != "once" or not parts or min(parts) < LAKH:
        return say_money(money)
    low, high = (f"₹{_short(part / LAKH)}" if part is not None else "" for part in (money.minimum, money.maximum))
    if low and high and low != high:
        return f"{low} to {high} lakh"
    return f"{'up to ' if not low else 'from ' if not high else ''}{high or low} lakh"


def _amount(amount: Decimal, currency: str) -> str:
    if currency == "INR" and amount >= 100_000:
        unit, name = (10_000_000, "Cr") if amount >= 10_000_000 else (100_000, "L")
        return f"{get_currency_symbol('INR', 'en')}{_short(amount / unit)} {name}"
    return format_compact_currency(amount, currency, locale="en", fraction_digits=1).replace(".0", "")


def _short(number: Decimal) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def clock(seconds: float | None) -> str:
    """Return a length or a place in a call: `4:12`, `1:02:09`."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"
