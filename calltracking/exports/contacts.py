"""Contacts as rows of a file: the card, their numbers, the next step, and a company's own fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from calltracking.exports import beside
from calltracking.exports.asked import Asked
from calltracking.exports.calls import words_of
from calltracking.exports.cells import Column, Row
from calltracking.exports.own_fields import columns_of_fields, of_fields
from crm import phones
from crm.models import Company, Contact, ExtractionField, LeadStatus
from crm.models.lead_status import Priority

LOT = 2000
CARD = (
    ("id", "Contact", "number"),
    ("full_name", "Name", "text"),
    ("business_name", "Business", "text"),
    ("owner_name", "Owner", "text"),
    ("email", "E-mail", "text"),
    ("website", "Website", "text"),
    ("industry", "Industry", "text"),
    ("address", "Address", "text"),
    ("city", "City", "text"),
    ("state", "State", "text"),
    ("company_size", "Employees", "number"),
    ("annual_revenue", "Revenue", "number"),
    ("is_decision_maker", "Decides", "text"),
    ("source", "Source", "text"),
    ("lead_score", "Score", "number"),
    ("conversion_probability", "Chance of a conversion", "number"),
    ("is_hot", "Hot", "text"),
    ("feeling", "Mood", "text"),
    ("estimated_value", "Estimated value", "number"),
    ("actual_value", "Actual value", "number"),
    ("do_not_call", "Do not call", "text"),
    ("latest_call_at", "Last call", "moment"),
    ("created_at", "Added", "moment"),
    ("notes", "Notes", "long"),
)
REST = (
    Column("number", "Number"),
    Column("other_numbers", "Other numbers"),
    Column("lead_status", "Status"),
    Column("priority", "Priority"),
    Column("assignee", "Assignee"),
    Column("follow_up_at", "Next step due", "moment"),
    Column("follow_up", "Next step"),
)
_STATUSES, _PRIORITIES = words_of(LeadStatus.choices), words_of(Priority.choices)


class ContactRows:
    """The contacts of a queryset of what its person may see. Everything here is used with their company in use."""

    title = "Contacts"

    def __init__(self, asked: Asked, contacts: QuerySet[Contact]) -> None:
        # What a list adds for itself (calls, numbers) is no part of the file.
        self.asked = asked
        self.contacts = contacts.model._default_manager.filter(pk__in=contacts.order_by().values("pk"))

    @cached_property
    def company(self) -> Company:
        found: Company = Company.objects.current()
        return found

    @cached_property
    def fields(self) -> list[ExtractionField]:
        return list(ExtractionField.objects.order_by("position", "pk"))

    @cached_property
    def columns(self) -> list[Column]:
        known = [*(Column(*column) for column in CARD), *REST]
        return [*known, *columns_of_fields(self.fields, taken={column.key for column in known})]

    def after(self, place: Any) -> tuple[list[Row], Any]:
        """Return the rows with smaller ids than the place, the newest first."""
        with phones.hidden(self.asked.hides_numbers):
            contacts = self.contacts.order_by("-pk")
            contacts = contacts if place is None else contacts.filter(pk__lt=place)
            names = (*(name for name, *_ in CARD), "lead_status", "priority", "assignee_id", "custom")
            found: list[Any] = list(contacts.values(*names)[:LOT])
            if not found:
                return [], place
            pks = {contact["id"] for contact in found}
            numbers, steps, members = beside.numbers_of(pks), beside.steps_of(pks), beside.members()
            rows = [self._row(contact, numbers, steps, members) for contact in found]
            return rows, found[-1]["id"]

    def _row(
        self,
        contact: Mapping[str, Any],
        numbers: Mapping[int, Any],
        steps: Mapping[int, Any],
        members: Mapping[int, str],
    ) -> Row:
        pk = contact["id"]
        main, *others = [phones.as_told(number) for number in numbers.get(pk, ())] or [""]
        step = steps.get(pk)
        return [
            *(contact[name] for name, *_ in CARD),
            main,
            others if self.asked.format == "json" else ", ".join(others),
            _STATUSES.get(contact["lead_status"], ""),
            _PRIORITIES.get(str(contact["priority"]), "") if contact["lead_status"] else "",
            members.get(contact["assignee_id"], ""),
            step[0] if step else None,
            step[1] if step else "",
            *of_fields(self.fields, custom=contact["custom"] or {}, said={}, asked=self.asked),
        ]
