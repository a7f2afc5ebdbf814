"""What the page of an import shows: its columns with what they may be, what would happen, and what did."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from calltracking.views.access import member_of
from crm.imports import columns
from crm.imports.columns import OWN, Target
from crm.imports.keeping import first_rows, rejected_rows
from crm.imports.met import OWN_ANSWER, Outcome
from crm.imports.reading import Row
from crm.imports.working import Verdict, foresee
from crm.models import Contact, ContactImport, ImportedContact

Stage, Rule = ContactImport.Stage, ContactImport.Rule

KEPT_SHOWN = 100


REJECTED_SHOWN = 10


SAMPLES = 3


LONGEST_SAMPLE = 60


OUTCOME_TONES = {Outcome.MADE: "good", Outcome.CHANGED: "info", Outcome.UNCHANGED: "plain", Outcome.REJECTED: "bad"}


RULES = (
    (Rule.FILL.value, "Fill what is empty", "What stands on a card already stays as it is."),
    (
        Rule.FILE.value,
        "The file wins",
        "What it says replaces what stands on a card. Empty cells change nothing.",
    ),
)


NOBODY_FOUND = "Say which column is the number or the e-mail: by them people are found again."


def asked(batch: ContactImport) -> dict[str, Any]:
    """Return what the page asks its person, with what would become of the first rows."""
    known = columns.targets()
    rows = [row for row in first_rows(batch) if row]
    samples = rows[1 if batch.has_titles else 0 :]
    seen = foresee(batch, mapping=batch.mapping, has_titles=batch.has_titles, rule=batch.rule)
    return {
        "columns": [_column(place, batch, samples, known) for place in range(len(batch.titles))],
        "rules": RULES,
        "foreseen": [_foreseen(place, one, batch, known) for place, one in enumerate(seen, start=1)],
        "can_find": columns.can_find(batch.mapping),
        "none_recognized": not any(batch.mapping),
        "needs": NOBODY_FOUND,
    }


def _column(place: int, batch: ContactImport, samples: list[Row], known: list[Target]) -> dict[str, Any]:
    said = [row[place][:LONGEST_SAMPLE] for row in samples if place < len(row) and row[place]][:SAMPLES]
    title = batch.titles[place][:LONGEST_SAMPLE] if batch.has_titles else ""
    return {
        "name": f"column-{place}",
        "title": title or f"Column {place + 1}",
        "samples": " · ".join(said),
        "chosen": batch.mapping[place] if place < len(batch.mapping) else "",
        "choices": [(target.key, target.label) for target in known],
    }


def _foreseen(place: int, one: Verdict, batch: ContactImport, known: list[Target]) -> dict[str, Any]:
    labels = {target.key.replace(OWN, OWN_ANSWER): target.label for target in known}
    shown = [said for key, said in zip(batch.mapping, one.row, strict=False) if key and said]
    changed = [labels.get(name, name) for name in one.changed]
    return {
        "place": place + batch.has_titles,
        "who": " · ".join(text[:LONGEST_SAMPLE] for text in (shown or one.row)[:3]),
        "outcome": one.outcome.value,
        "tone": OUTCOME_TONES[one.outcome],
        "why": one.why or (", ".join(changed) if one.outcome is Outcome.CHANGED else ""),
    }


def summary(request: HttpRequest, batch: ContactImport) -> dict[str, Any]:
    """Return what became of the rows, and after an undo what was kept."""
    rejected = []
    if batch.stage != Stage.APPLYING and batch.has_rejected_rows:
        for row in rejected_rows(batch):
            rejected.append({"who": " · ".join(text[:40] for text in row[:-1] if text)[:120], "why": row[-1]})
            if len(rejected) == REJECTED_SHOWN:
                break
    return {
        "figures": (
            ("New", batch.made),
            ("Changed", batch.changed),
            ("Unchanged", batch.unchanged),
            ("Rejected", batch.rejected),
        ),
        "rejected": rejected,
        "rejected_more": max(batch.rejected - len(rejected), 0),
        "kept": _kept(request, batch) if batch.stage == Stage.UNDONE else [],
        "kept_more": max(batch.kept - KEPT_SHOWN, 0),
    }


def _kept(request: HttpRequest, batch: ContactImport) -> list[dict[str, Any]]:
    rows = ImportedContact.objects.filter(batch=batch).exclude(kept="").select_related("contact").order_by("pk")
    rows = rows.filter(contact__in=Contact.objects.visible_to(member_of(request)).values("pk"))
    return [
        {
            "who": row.contact.name_or_number,
            "url": reverse("admin:crm_contact_change", args=[row.contact_id]),
            "why": row.kept,
        }
        for row in rows[:KEPT_SHOWN]
    ]
