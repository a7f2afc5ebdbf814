"""How admin and pages say times, days and names: in words, on the company's clock, as short as it can be told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.numbers import format_currency
from django.utils import timezone


def day_and_time(moment: datetime) -> str:
    """Return when something was or will be: `today 14:30`, `Tue 3 Nov, 11:04`, `12 Oct, 09:00`.

    The clock is that of the active time zone, which every request sets to its company's.
    """
    local, today = timezone.localtime(moment), timezone.localdate()
    away = (local.date() - today).days
    if away in (-1, 0, 1):
        return f"{('today', 'tomorrow', 'yesterday')[away]} {local:%H:%M}"
    if abs(away) < 7:
        return f"{local:%a %-d %b, %H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%-d %b}{year}, {local:%H:%M}"


def ago(moment: datetime) -> str:
    """Return how long ago something was: `3 min ago`, `2 h ago`, `yesterday`, `12 days ago`, `5 Nov`."""
    passed = timezone.now() - moment
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{int(passed.total_seconds() // 60)} min ago"
    if days < 1 or passed < timedelta(hours=6):
        return f"{int(passed.total_seconds() // 3600)} h ago"
    if days < 30:
        return "yesterday" if days == 1 else f"{days} days ago"
    return f"{timezone.localtime(moment):%-d %b %Y}"


def days(first: date, last: date) -> str:
    """Return the days from the first to the last in words: `1 Mar 2026`, `1 Mar to 31 Mar 2026`."""
    if first == last:
        return f"{first:%-d %b %Y}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first:%-d %b}{year} to {last:%-d %b %Y}"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount as people write it, without empty cents: `₹1,50,000`, `$1,250.50`."""
    locale = "en_IN" if currency == "INR" else "en_US"
    return str(format_currency(amount, currency, locale=locale)).removesuffix(".00")


def initials(name: str) -> str:
    """Return up to two letters that stand for a name."""
    words = [word for word in name.split() if word[:1].isalpha()]
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper() or "?"
