"""Dates as people write them behind a command's options."""

from __future__ import annotations

from datetime import date, datetime

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime


def moment(text: str) -> datetime:
    """Read `2026-11-20` or `2026-11-20T08:30`, in the server's time zone; raises `CommandError`."""
    try:
        day = parse_date(text)
        read = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001 - made aware below
    except ValueError:
        read = None
    if read is None:
        raise CommandError(f"{text!r} is no date; write 2026-11-20 or 2026-11-20T08:30.")
    return read if timezone.is_aware(read) else timezone.make_aware(read)


def day(text: str) -> date:
    """Read `2026-11-20`; raises `CommandError`."""
    try:
        read = parse_date(text)
    except ValueError:
        read = None
    if read is None:
        raise CommandError(f"{text!r} is no day; write 2026-11-20.")
    return read
