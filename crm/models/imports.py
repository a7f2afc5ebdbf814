"""Contacts that came as a file: each import is a row, and so is each contact that it made or changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from crm.actors import Source
from crm.constraints import SameCompany
from crm.leases import Leased, announce
from crm.models.companies import Membership
from crm.models.contacts import Contact
from crm.tenancy import CompanyForeignKey, CompanyManager, CompanyModel

# Nobody said what to do with the file: it goes. An import that is over can be undone for so long.
WAITS = timedelta(hours=24)
KEPT = timedelta(days=30)


class ContactImportQuerySet(models.QuerySet["ContactImport"]):
    def visible_to(self, member: Membership) -> ContactImportQuerySet:
        """Return those the member may look at: all of them for who sees everybody, else their own."""
        if member.sees_all:
            return self
        return self.none() if member.pk is None else self.filter(made_by=member.pk)

    def newest_first(self) -> ContactImportQuerySet:
        return self.order_by("-made_at", "-pk")

    def expired(self, *, at: Any) -> ContactImportQuerySet:
        """Return those whose files and undo are past their time and were not removed yet."""
        return self.filter(expires_at__lte=at, is_removed=False)


class ContactImport(Leased):
    """One file of contacts: read, looked at by its person, brought in row by row, and perhaps undone."""

    class Stage(models.TextChoices):
        READING = "reading", "Reading the file"
        ASKING = "asking", "Waiting for you"
        APPLYING = "applying", "Importing"
        DONE = "done", "Done"
        UNDOING = "undoing", "Undoing"
        UNDONE = "undone", "Undone"
        CANCELED = "canceled", "Canceled"
        REFUSED = "refused", "Not readable"

    class Rule(models.TextChoices):
        FILL = "fill", "Fill what is empty"
        FILE = "file", "The file wins"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    file_name = models.CharField(max_length=200, editable=False)
    format = models.CharField(max_length=5, choices=Format.choices, editable=False)
    size = models.BigIntegerField("bytes", default=0, editable=False)
    made_by = CompanyForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    source = models.CharField("by way of", max_length=10, choices=Source.choices, editable=False)
    made_at = models.DateTimeField("when", default=timezone.now, editable=False)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READING, editable=False)
    said = models.CharField("why not", max_length=300, blank=True, editable=False)

    raw_parts = models.PositiveIntegerField(default=0, editable=False, help_text="Sealed files the upload lies in.")
    lots = models.PositiveIntegerField(default=0, editable=False, help_text="Sealed files its rows lie in.")
    titles = models.JSONField(default=list, editable=False, help_text="The first row, as it stands.")
    has_titles = models.BooleanField(default=True, editable=False, help_text="The first row names the columns.")
    mapping = models.JSONField(default=list, editable=False, help_text="What each column is; empty: left out.")
    rule = models.CharField(max_length=10, choices=Rule.choices, default=Rule.FILL, editable=False)

    total = models.PositiveIntegerField(null=True, editable=False, help_text="Rows of the file, the first included.")
    lots_done = models.PositiveIntegerField(default=0, editable=False, help_text="How far it came.")
    done = models.PositiveIntegerField(default=0, editable=False, help_text="Rows dealt with.")
    made = models.PositiveIntegerField("new", default=0, editable=False)
    changed = models.PositiveIntegerField(default=0, editable=False)
    unchanged = models.PositiveIntegerField(default=0, editable=False)
    rejected = models.PositiveIntegerField(default=0, editable=False)
    finished_at = models.DateTimeField("finished", null=True, editable=False)

    removed = models.PositiveIntegerField(default=0, editable=False)
    put_back = models.PositiveIntegerField(default=0, editable=False)
    kept = models.PositiveIntegerField(default=0, editable=False)

    expires_at = models.DateTimeField("kept until", null=True, editable=False)
    is_removed = models.BooleanField("files removed", default=False, editable=False)

    objects: ClassVar = CompanyManager.from_queryset(ContactImportQuerySet)()

    class Meta(Leased.Meta):
        verbose_name = "import"
        constraints: ClassVar = [*Leased.Meta.constraints, SameCompany("made_by")]
        indexes: ClassVar = [
            *Leased.Meta.indexes,
            models.Index(fields=["company", "-made_at", "-id"], name="import_newest"),
            models.Index(fields=["company", "made_by", "-made_at", "-id"], name="import_of_member"),
            models.Index(
                fields=["company", "expires_at"],
                condition=models.Q(is_removed=False, expires_at__isnull=False),
                name="import_expires",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def of_company(self) -> int:
        """The company's id."""
        return cast("int", self.company_id)

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do with it."""
        busy = (self.Stage.READING, self.Stage.APPLYING, self.Stage.UNDOING)
        return self.stage in busy and not self.is_dead

    @property
    def can_be_undone(self) -> bool:
        is_over = self.stage == self.Stage.DONE
        is_given_up = self.is_dead and self.stage in (self.Stage.APPLYING, self.Stage.UNDOING)
        return (is_over or is_given_up) and not self.is_removed and bool(self.made or self.changed)

    @property
    def has_rejected_rows(self) -> bool:
        """Whether there is a file of them to be fetched."""
        return bool(self.rejected) and not self.is_removed

    # ---- mutators; the caller holds the row

    def ask(self, *, mapping: list[str], has_titles: bool) -> None:
        """The file is read: its person says what the columns are."""
        self.stage, self.mapping, self.has_titles = self.Stage.ASKING, mapping, has_titles
        self.expires_at = timezone.now() + WAITS
        self.save(update_fields=["stage", "mapping", "has_titles", "expires_at"])

    def refuse(self, said: str) -> None:
        """The file cannot be read, and why."""
        self.stage, self.said, self.is_removed = self.Stage.REFUSED, said[:300], True
        self.save(update_fields=["stage", "said", "is_removed"])

    def start(self, *, mapping: list[str], has_titles: bool, rule: str) -> None:
        """Owe it to a worker."""
        self.mapping, self.has_titles, self.rule = mapping, has_titles, rule
        self._owe(self.Stage.APPLYING)

    def finish(self) -> None:
        self.stage, self.finished_at = self.Stage.DONE, timezone.now()
        self.expires_at = self.finished_at + KEPT
        self.save(update_fields=["stage", "finished_at", "expires_at"])

    def undo(self) -> bool:
        """Owe taking it back to a worker; returns whether there was something to take back."""
        if not self.can_be_undone:
            return False
        self._owe(self.Stage.UNDOING)
        return True

    def cancel(self) -> bool:
        """Stop it before it began to bring anything in; returns whether it was early enough."""
        if self.stage not in (self.Stage.READING, self.Stage.ASKING):
            return False
        self.stage, self.is_removed = self.Stage.CANCELED, True
        self.save(update_fields=["stage", "is_removed"])
        self.end_lease()
        return True

    def stop(self) -> bool:
        """Stop it on its way: what came in stays, and can be undone. Returns whether it was on its way."""
        if self.stage != self.Stage.APPLYING:
            return False
        self.said = "It was stopped on its way. The rows behind that were not looked at."
        self.save(update_fields=["said"])
        self.finish()
        self.end_lease()
        return True

    def _owe(self, stage: str) -> None:
        self.stage, self.expires_at = stage, timezone.now() + KEPT
        self.make_due()
        self.save()
        announce(self)


class ImportedContact(CompanyModel):
    """What an import did to one contact: enough to take it back, and to say what was kept."""

    batch = CompanyForeignKey(
        ContactImport, on_delete=models.CASCADE, related_name="contacts", editable=False, db_index=False
    )
    contact = CompanyForeignKey(Contact, on_delete=models.CASCADE, related_name="imports", editable=False)
    was_made = models.BooleanField("new", editable=False)
    changes = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, editable=False, help_text="Field: before and after."
    )
    numbers = models.JSONField(default=list, editable=False, help_text="The numbers it added.")
    is_undone = models.BooleanField(default=False, editable=False)
    kept = models.CharField("why it was kept", max_length=300, blank=True, editable=False)

    class Meta(CompanyModel.Meta):
        verbose_name = "imported contact"
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("batch"),
            SameCompany("contact"),
            models.UniqueConstraint(fields=["company", "batch", "contact"], name="contact_once_per_import"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "batch", "id"], name="imported_in_order")]

    def __str__(self) -> str:
        return str(self.contact)
