"""The filters of people: next step, last call, score, who has them. Times of day are the company's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import RadioFilter

from crm.admin.base import person_of
from crm.models import FollowUp, Membership


def start_of_day(*, days_from_now: int = 0) -> datetime:
    """Return midnight of a day in the company's zone, which the request has made the current one."""
    day = timezone.localdate() + timedelta(days=days_from_now)
    return timezone.make_aware(datetime.combine(day, time.min))


class NextStepFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "next step"
    parameter_name = "next"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (("overdue", "Overdue"), ("today", "Due today"), ("week", "Due within 7 days"), ("none", "None"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        planned = FollowUp.objects.open()
        match self.value():
            case "overdue":
                return queryset.owed(planned.overdue(at=timezone.now()))
            case "today":
                return queryset.owed(planned.filter(_between(0, 1)))
            case "week":
                return queryset.owed(planned.filter(_between(0, 7)))
            case "none":
                return queryset.without_follow_up()
        return queryset


def _between(first: int, last: int) -> Q:
    return Q(due_at__gte=start_of_day(days_from_now=first), due_at__lt=start_of_day(days_from_now=last))


class LastCallFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "last call"
    parameter_name = "called"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (
            ("today", "Today"),
            ("week", "Within 7 days"),
            ("month", "Within 30 days"),
            ("before", "Longer ago"),
            ("never", "Never called"),
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "today":
                return queryset.filter(latest_call_at__gte=start_of_day())
            case "week":
                return queryset.filter(latest_call_at__gte=start_of_day(days_from_now=-6))
            case "month":
                return queryset.filter(latest_call_at__gte=start_of_day(days_from_now=-29))
            case "before":
                return queryset.filter(latest_call_at__lt=start_of_day(days_from_now=-29))
            case "never":
                return queryset.filter(latest_call_at=None)
        return queryset


class ScoreFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "score"
    parameter_name = "score"

    RANGES: ClassVar = {"high": (70, 100), "middle": (40, 69), "low": (0, 39)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (
            ("high", "70 and more"),
            ("middle", "40 to 69"),
            ("low", "Under 40"),
            ("none", "Not scored"),
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "none":
            return queryset.filter(lead_score=None)
        limits = self.RANGES.get(str(self.value()))
        return queryset.filter(lead_score__range=limits) if limits else queryset


class AssigneeFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "assignee"
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        me = person_of(request)
        others = [m for m in Membership.objects.colleagues_of(me) if m.pk != me.pk]
        return (("me", "Me"), ("nobody", "Nobody"), *((str(m.pk), str(m)) for m in others))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen == "me":
            return queryset.filter(assignee=person_of(request))
        if chosen == "nobody":
            return queryset.filter(assignee=None)
        return queryset.filter(assignee=int(chosen)) if chosen and chosen.isdecimal() else queryset


class ResponsibleFilter(AssigneeFilter):
    """Whose step it is: its assignee's, else that of whoever has the contact."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen == "nobody":
            return queryset.filter(assignee=None, contact__assignee=None)
        pk = person_of(request).pk if chosen == "me" else int(chosen) if chosen and chosen.isdecimal() else None
        if pk is None:
            return queryset
        return queryset.filter(Q(assignee=pk) | Q(assignee=None, contact__assignee=pk))


class IsLeadFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    title = "lead"
    parameter_name = "lead"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (("yes", "Leads"), ("no", "No lead"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.exclude(lead_status="")
            case "no":
                return queryset.filter(lead_status="")
        return queryset


class FollowUpStateFilter(RadioFilter):  # type: ignore[misc]  # unfold carries no types
    """Open ones unless asked for others."""

    title = "state"
    parameter_name = "state"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (
            ("open", "Open"),
            ("overdue", "Overdue"),
            ("today", "Due today"),
            ("done", "Done"),
            ("canceled", "Canceled"),
            ("all", "All"),
        )

    def value(self) -> str:
        return super().value() or "open"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "open":
                return queryset.open()
            case "overdue":
                return queryset.overdue(at=timezone.now())
            case "today":
                return queryset.open().filter(_between(0, 1))
            case "done" | "canceled" as state:
                return queryset.filter(state=state)
        return queryset
