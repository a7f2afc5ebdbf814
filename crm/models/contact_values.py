"""The answers to a company's own fields, as lists filter by them.

`Contact.custom` holds the answer as it is shown and told; a row here holds what an index can find it by, who set it,
and when it was said. Operators on JSON cannot use an index under the policies, so nothing filters by the JSON. Both are
written by the two methods of the queryset alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from crm.constraints import SameCompany
from crm.models.companies import Company, Membership
from crm.models.contact_queries import OfPeopleQuerySet
from crm.models.contacts import Contact
from crm.models.custom_fields import ExtractionField
from crm.models.interactions import Interaction
from crm.presets import FieldKind
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel

LONGEST_FOUND = 200


class ContactValueQuerySet(OfPeopleQuerySet):
    def learn(
        self,
        contact: Contact,
        said: Mapping[str, Any],
        *,
        said_at: datetime,
        source: Interaction | None,
    ) -> list[str]:
        """Keep what a call said, by the fields' keys; returns the keys whose answer is another now.

        What a person set stays, and so does what a later call said. What this call was once thought to have said, and
        has not, goes.
        """
        if not said and not contact.custom:
            return []
        fields = list(ExtractionField.objects.active())
        kept = {row.field_id: row for row in self.filter(contact_id=contact.pk)} if fields else {}
        answers: dict[ExtractionField, Any] = {}
        gone: dict[str, int] = {}
        for field in fields:
            row, value = kept.get(field.pk), field.typed(said.get(field.key))
            if row and (row.set_by_id or (row.said_at and row.said_at > said_at)):
                continue
            if value is not None:
                answers[field] = value
            elif row and source is not None and row.source_id == source.pk:
                gone[field.key] = row.pk
        self._keep(contact, answers, said_at=said_at, source=source)
        if gone:
            self.filter(pk__in=gone.values()).delete()
        return self._tell(contact, {**dict.fromkeys(gone), **_by_key(answers)})

    def put(self, contact: Contact, answers: Mapping[ExtractionField, Any], *, by: Membership) -> list[str]:
        """Keep what a person says, typed as the fields are; None says that there is no answer. No call changes it."""
        self._keep(contact, answers, set_by=by)
        return self._tell(contact, _by_key(answers))

    def take_in(self, answers: Mapping[Contact, Mapping[ExtractionField, Any]], *, said_at: datetime) -> None:
        """Keep what a file said of many contacts, until a call says more; their `custom` is the caller's to save."""
        rows = [
            ContactValue(contact_id=contact.pk, field=field, said_at=said_at, **found_by_of(field, value))
            for contact, of_one in answers.items()
            for field, value in of_one.items()
        ]
        self.bulk_create(
            rows, update_conflicts=True, unique_fields=["company", "contact", "field"], update_fields=_WRITTEN
        )

    def _keep(self, contact: Contact, answers: Mapping[ExtractionField, Any], **how: Any) -> None:
        rows = [
            ContactValue(contact_id=contact.pk, field=field, **found_by_of(field, value), **how)
            for field, value in answers.items()
        ]
        # One statement, however many there are; all columns, so that nothing of the answer before is left.
        self.bulk_create(
            rows, update_conflicts=True, unique_fields=["company", "contact", "field"], update_fields=_WRITTEN
        )

    def _tell(self, contact: Contact, answers: Mapping[str, Any]) -> list[str]:
        changed = [key for key, value in answers.items() if contact.custom.get(key) != value]
        if changed:
            whole = {**contact.custom, **answers}
            contact.custom = {key: value for key, value in whole.items() if value is not None}
            contact.save(update_fields=["custom"])
        return changed


class ContactValue(CompanyModel):
    """One contact's answer to one field. Set by a person and with nothing to find it by: they say there is none."""

    # Its index would be the beginning of the unique constraint's.
    contact = CompanyForeignKey(
        Contact, on_delete=models.CASCADE, related_name="custom_values", editable=False, db_index=False
    )
    field = CompanyForeignKey(
        ExtractionField, on_delete=models.PROTECT, related_name="values", editable=False, db_index=False
    )
    text = models.CharField(max_length=LONGEST_FOUND, blank=True, db_collation="C", editable=False)
    # Of money, its upper end. Floating: PostgreSQL's comparisons of `numeric` are not leakproof.
    number = models.FloatField(null=True, editable=False)
    moment = models.DateTimeField(null=True, editable=False)
    is_yes = models.BooleanField(null=True, editable=False)
    set_by = CompanyForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    said_at = models.DateTimeField(null=True, editable=False)
    source = CompanyForeignKey(Interaction, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)

    objects: ClassVar = CompanyManager.from_queryset(ContactValueQuerySet)()

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("contact"),
            SameCompany("field"),
            SameCompany("set_by"),
            SameCompany("source"),
            models.UniqueConstraint(fields=["company", "contact", "field"], name="value_once_per_contact_and_field"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "field", "text", "contact"], condition=~models.Q(text=""), name="value_by_text"
            ),
            models.Index(
                fields=["company", "field", "number", "contact"],
                condition=models.Q(number__isnull=False),
                name="value_by_number",
            ),
            models.Index(
                fields=["company", "field", "moment", "contact"],
                condition=models.Q(moment__isnull=False),
                name="value_by_moment",
            ),
            models.Index(
                fields=["company", "field", "is_yes", "contact"],
                condition=models.Q(is_yes__isnull=False),
                name="value_by_yes",
            ),
        ]

    def __str__(self) -> str:
        return str(self.field)


_WRITTEN = ("text", "number", "moment", "is_yes", "set_by", "said_at", "source")


def _by_key(answers: Mapping[ExtractionField, Any]) -> dict[str, Any]:
    return {field.key: value for field, value in answers.items()}


def found_by_of(field: ExtractionField, value: Any) -> dict[str, Any]:
    """Return what an index finds the typed value by."""
    if value is None:
        return {}
    match FieldKind(field.kind):
        case FieldKind.NUMBER:
            return {"number": float(value)}
        case FieldKind.MONEY:
            most = value["maximum"] if value["maximum"] is not None else value["minimum"]
            return {"number": float(most)}
        case FieldKind.DATE:
            return {"moment": moment_of(value)}
        case FieldKind.YES_NO:
            return {"is_yes": value}
    return {"text": value[:LONGEST_FOUND]}


def moment_of(value: str | date) -> datetime:
    """Return the moment of an ISO date; a day without a time begins at midnight of the company's zone."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else datetime.combine(value, time.min)
    return timezone.make_aware(moment, Company.objects.current().zone) if timezone.is_naive(moment) else moment
