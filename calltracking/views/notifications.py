"""What the person is told of: the bell's count, the page of all of it, and how they want to be told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calltracking.models import Notification
from calltracking.views.access import calls_of, member_of, page, render_page
from crm.keyset import Order, Stretch, read_stretches
from crm.models import Membership, NotificationKind, NotificationPreference
from crm.models.preferences import Ways, kinds_for
from crm.wording import day_and_time
from telephony.models.call_queries import UNFINISHED
from telephony.stale import STALE_AFTER

PAGE_SIZE = 40
# More than that is «99+» anyway.
MOST_COUNTED = 100
NEWEST = (Order("happened_at", datetime),)
UNREAD_FIRST = (Stretch(Q(read_at=None), NEWEST), Stretch(Q(read_at__isnull=False), NEWEST))
ICONS = {
    NotificationKind.HOT_LEAD: "local_fire_department",
    NotificationKind.ASSIGNED: "person_add",
    NotificationKind.FOLLOW_UP: "event_upcoming",
    NotificationKind.TROUBLE: "sync_problem",
}
EXPLAINED = {
    NotificationKind.HOT_LEAD: "After a call, once. Yours; and those of nobody, if you look after all leads.",
    NotificationKind.ASSIGNED: "By a colleague, one lead or many at once.",
    NotificationKind.FOLLOW_UP: "When its time has come. Yours; and those of nobody, if you look after all leads.",
    NotificationKind.TROUBLE: "Webhooks are silent, synchronization fails, deliveries do not verify.",
}


@dataclass(frozen=True)
class Line:
    """One notification in words."""

    pk: int
    icon: str
    what: str
    about: str
    at: str
    day: str
    is_read: bool


@require_GET
@page("calltracking.view_notification")
def notifications(request: HttpRequest) -> HttpResponse:
    mine = _mine(request).select_related("call", "contact", "follow_up", "trouble__account")
    mine = mine.prefetch_related("contact__numbers")
    listed = read_stretches(mine, stretches=UNREAD_FIRST, size=PAGE_SIZE, cursor=request.GET.get("page"))
    lines = [_line(row) for row in listed.rows]
    read = _moment(request.GET.get("read", ""))
    context = {
        "title": "Notifications",
        "parts": [
            ("Read" if is_read else "Unread", [(day, list(rows)) for day, rows in groupby(part, lambda line: line.day)])
            for is_read, part in groupby(lines, lambda line: line.is_read)
        ],
        "older": listed.older,
        "newer": listed.newer,
        "has_unread": any(not line.is_read for line in lines),
        "read": read,
        "read_count": _mine(request).filter(read_at=read).count() if read else 0,
    }
    return render_page(request, "calltracking/notifications.html", context)


@require_GET
@page("calltracking.view_notification")
def count(request: HttpRequest) -> HttpResponse:
    """Return the bell's number and how many calls go on. Open pages ask twice a minute, mostly to hear «the same»."""
    unread = _mine(request).unread()[:MOST_COUNTED].count()
    live = 0
    if request.user.has_perm("telephony.view_call"):
        under_way = calls_of(request).filter(status__in=UNFINISHED, started_at__gt=timezone.now() - STALE_AFTER)
        live = under_way[:MOST_COUNTED].count()
    body = json.dumps({"unread": unread, "live": live})
    answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = etag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
    answer["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=etag, response=answer) or answer


@require_GET
@page("calltracking.view_notification")
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what the notification is about; it counts as read."""
    found = get_object_or_404(_mine(request), pk=pk)
    found.mark_read(at=timezone.now())
    return redirect(_address_of(found))


@require_POST
@page("calltracking.change_notification")
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it read, or with `undo` unread again; answers with its line."""
    found = get_object_or_404(_mine(request).select_for_update(of=("self",)), pk=pk)
    if request.POST.get("undo"):
        found.mark_unread()
    else:
        found.mark_read(at=timezone.now())
    if not request.headers.get("HX-Request"):
        return redirect("notifications")
    return render_page(request, "calltracking/parts/notification.html", {"line": _line(found)})


@require_POST
@page("calltracking.change_notification")
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read; with `undo`, the moment at which that was done, take it back."""
    if "undo" in request.POST:
        moment = _moment(request.POST["undo"])
        if moment is not None:
            _mine(request).filter(read_at=moment).update(read_at=None)
        return redirect("notifications")
    moment = timezone.now()
    _mine(request).unread().update(read_at=moment)
    return redirect(f"{reverse('notifications')}?read={moment.timestamp():.6f}")


@require_http_methods(["GET", "POST"])
@page("crm.view_notificationpreference")
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and take how the person wants to be told, in this company."""
    member = member_of(request)
    kinds = kinds_for(member.role)
    if request.method == "POST":
        _keep(request, member, kinds)
        messages.success(request, "Your choice is kept.")
        return redirect("notification-preferences")
    chosen = [(kind, NotificationPreference.objects.ways([member], kind)[member.pk]) for kind in kinds]
    context = {
        "title": "What you are told of",
        "company": member.company,
        "email": member.user.email,
        "lines": [(kind.value, kind.label, EXPLAINED[kind], ICONS[kind], ways) for kind, ways in chosen],
    }
    return render_page(request, "calltracking/notification_preferences.html", context)


def _keep(request: HttpRequest, member: Membership, kinds: list[NotificationKind]) -> None:
    if not request.user.has_perm("crm.change_notificationpreference") or not member.pk:
        raise PermissionDenied  # a visitor of the platform has no bell here
    for kind in kinds:
        ways = Ways(in_bell=f"{kind.value}-bell" in request.POST, by_mail=f"{kind.value}-mail" in request.POST)
        NotificationPreference.objects.choose(member, kind, ways=ways)


def _mine(request: HttpRequest) -> Any:
    return Notification.objects.of(member_of(request))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), tz=timezone.get_current_timezone()) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def _line(row: Notification) -> Line:
    kind = NotificationKind(row.kind)
    what, about = _WORDS[kind](row)
    return Line(
        pk=row.pk,
        icon=ICONS[kind],
        what=what,
        about=about,
        at=day_and_time(row.happened_at),
        day=_day(row.happened_at),
        is_read=row.read_at is not None,
    )


def _day(moment: datetime) -> str:
    local, today = timezone.localtime(moment).date(), timezone.localdate()
    away = (today - local).days
    if away in (0, 1):
        return ("Today", "Yesterday")[away]
    return f"{local:%A, %-d %B}" if local.year == today.year else f"{local:%-d %B %Y}"


def _hot(row: Notification) -> tuple[str, str]:
    score = row.call.score if row.call else None
    return f"{_who(row)} is hot", f"score {score} of 100" if score is not None else ""


def _assigned(row: Notification) -> tuple[str, str]:
    if row.number > 1:
        return f"{row.number:,} leads are yours now", ""
    return f"{_who(row)} is yours now", ""


def _follow_up(row: Notification) -> tuple[str, str]:
    step = row.follow_up
    said = (step.reason or "Follow up") if step else ""
    return f"{_who(row)} is due", said if step is None or step.is_open else f"{said}, done meanwhile"


def _trouble(row: Notification) -> tuple[str, str]:
    trouble = row.trouble
    if trouble is None:
        return "Calls may be lost", ""
    over = f", over since {day_and_time(trouble.over_at)}" if trouble.over_at else ""
    return f"{trouble.get_kind_display()}", f"{trouble.account.label}{over}"


def _who(row: Notification) -> str:
    return row.contact.name_or_number if row.contact else "Somebody"


_WORDS = {
    NotificationKind.HOT_LEAD: _hot,
    NotificationKind.ASSIGNED: _assigned,
    NotificationKind.FOLLOW_UP: _follow_up,
    NotificationKind.TROUBLE: _trouble,
}


def _address_of(row: Notification) -> str:
    """Return the page of what it is about."""
    if row.kind == NotificationKind.TROUBLE:
        return reverse("sync-health")
    if row.kind == NotificationKind.HOT_LEAD and row.call_id:
        return reverse("call", args=[row.call_id])
    if row.contact_id:
        return reverse("admin:crm_contact_change", args=[row.contact_id])
    return f"{reverse('admin:crm_lead_changelist')}?assignee=me"
