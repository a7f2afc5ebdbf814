"""What left Ringside as a file: each export is a row, whoever asked for it and by whichever way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, cast

from django.db import models
from django.utils import timezone

from crm.actors import Source
from crm.constraints import SameCompany
from crm.leases import Leased
from crm.models import ApiKey, Membership
from crm.tenancy import CompanyForeignKey, CompanyManager

KEPT = timedelta(hours=24)


class ExportQuerySet(models.QuerySet["Export"]):
    def of(self, member: Membership) -> ExportQuerySet:
        """Return what the member asked for on a page: nobody else is given the file."""
        return self.none() if member.pk is None else self.filter(made_by=member.pk)

    def newest_first(self) -> ExportQuerySet:
        return self.order_by("-made_at", "-pk")

    def expired(self, *, at: Any) -> ExportQuerySet:
        """Return those whose file is past its time and was not removed yet."""
        return self.filter(expires_at__lte=at, is_removed=False)


class Export(Leased):
    """The log of exports, and the work of those that are too long to be sent at once.

    Who, which rows, what of them, when, how many, by which way. The row stays when its file goes.
    """

    class What(models.TextChoices):
        CALLS = "calls", "Calls"
        CONTACTS = "contacts", "Contacts"
        REPORT = "report", "Report"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"
        JSON = "json", "JSON"

    what = models.CharField(max_length=10, choices=What.choices, editable=False)
    format = models.CharField(max_length=5, choices=Format.choices, editable=False)
    filter = models.JSONField(default=dict, editable=False, help_text="The filter, as the page's address says it.")
    include = models.JSONField(default=list, editable=False, help_text="What goes along with each row.")
    made_by = CompanyForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    api_key = CompanyForeignKey(
        ApiKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    source = models.CharField("by way of", max_length=10, choices=Source.choices, editable=False)
    made_at = models.DateTimeField("when", default=timezone.now, editable=False)
    hides_numbers = models.BooleanField(default=False, editable=False)
    sees_all = models.BooleanField(default=True, editable=False, help_text="Off: their own people and calls alone.")
    is_background = models.BooleanField(default=False, editable=False)

    total = models.PositiveIntegerField(null=True, editable=False, help_text="Rows to write, as counted at first.")
    rows = models.PositiveIntegerField(default=0, editable=False, help_text="Rows written.")
    after_at = models.DateTimeField(null=True, editable=False, help_text="How far it came: when the last call began.")
    after_id = models.BigIntegerField(null=True, editable=False, help_text="And that row's id.")
    parts = models.PositiveIntegerField(default=0, editable=False, help_text="Sealed files it lies in.")
    size = models.BigIntegerField("bytes", default=0, editable=False)
    finished_at = models.DateTimeField("finished", null=True, editable=False)
    canceled_at = models.DateTimeField("canceled", null=True, editable=False)
    expires_at = models.DateTimeField("file until", null=True, editable=False)
    is_removed = models.BooleanField("file removed", default=False, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(ExportQuerySet)()

    class Meta(Leased.Meta):
        constraints: ClassVar = [*Leased.Meta.constraints, SameCompany("made_by"), SameCompany("api_key")]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "-made_at", "-id"], name="export_newest"),
            models.Index(fields=["company", "made_by", "-made_at", "-id"], name="export_of_member"),
            models.Index(
                fields=["company", "expires_at"],
                condition=models.Q(is_removed=False, expires_at__isnull=False),
                name="export_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} as {self.get_format_display()}"

    @property
    def of_company(self) -> int:
        """The company's id."""
        return cast("int", self.company_id)

    @property
    def is_open(self) -> bool:
        """Whether a worker still writes it."""
        return self.is_background and self.finished_at is None and self.canceled_at is None and not self.is_dead

    def is_ready(self, *, at: Any) -> bool:
        """Whether there is a file to be fetched."""
        is_kept = self.expires_at is not None and self.expires_at > at and not self.is_removed
        return self.is_background and self.finished_at is not None and is_kept

    def finish(self) -> None:
        """The file is whole; it can be fetched for a day. The caller holds the lease."""
        self.finished_at = timezone.now()
        self.expires_at = self.finished_at + KEPT
        self.save(update_fields=["finished_at", "expires_at"])

    def cancel(self) -> bool:
        """Stop it: whoever writes it loses the row. Returns whether it was still being written."""
        if not self.is_open:
            return False
        self.canceled_at, self.is_removed = timezone.now(), True
        self.save(update_fields=["canceled_at", "is_removed"])
        self.end_lease()
        return True
