"""Contacts from a file: sent, told what its columns are, looked at before anything happens, brought in, and undone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calltracking.views.access import member_of, page, render_page
from calltracking.views.import_shown import NOBODY_FOUND, asked, summary
from crm.actors import Source
from crm.imports import columns
from crm.imports.keeping import rejected_rows
from crm.imports.working import begin, cancel, stop
from crm.models import ContactImport
from crm.spreadsheets import cell
from crm.wording import day_and_time

Stage, Rule = ContactImport.Stage, ContactImport.Rule

SHOWN = 30
TONES = {
    Stage.READING: "info",
    Stage.ASKING: "warn",
    Stage.APPLYING: "info",
    Stage.DONE: "good",
    Stage.UNDOING: "info",
    Stage.UNDONE: "plain",
    Stage.CANCELED: "plain",
    Stage.REFUSED: "bad",
}


@require_http_methods(["GET", "HEAD", "POST"])
@page("crm.view_contactimport")
def imports(request: HttpRequest) -> HttpResponse:
    """Show the imports the person may see, and ask for a file; a post keeps it and has it read."""
    if request.method == "POST":
        return _send(request)
    return _list(request)


def _send(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if member.pk is None or not request.user.has_perm("crm.add_contactimport"):
        raise PermissionDenied  # platform staff look; they bring nothing in
    sent = request.FILES.get("file")
    if getattr(request, "upload_too_large", False):
        most = filesizeformat(settings.IMPORT_MAX_BYTES)
        return _list(request, error=f"The file is larger than {most}. Send it in parts.")
    if sent is None or not sent.size:
        return _list(request, error="Choose a file that is not empty.")
    batch = begin(sent.chunks(), name=sent.name or "", source=Source.PAGE, by=member)
    return redirect("import", pk=batch.pk)


def _list(request: HttpRequest, *, error: str = "") -> HttpResponse:
    rows = ContactImport.objects.visible_to(member_of(request)).select_related("made_by__user").newest_first()
    context = {
        "title": "Imports",
        "error": error,
        "rows": [_line(batch) for batch in rows[:SHOWN]],
        "can_add": request.user.has_perm("crm.add_contactimport") and member_of(request).pk is not None,
        "most": filesizeformat(settings.IMPORT_MAX_BYTES),
    }
    return render_page(request, "calltracking/imports.html", context, status=400 if error else 200)


def _line(batch: ContactImport) -> dict[str, Any]:
    return {
        "pk": batch.pk,
        "name": batch.file_name,
        "by": str(batch.made_by or "a command"),
        "when": day_and_time(batch.made_at),
        "state": _state(batch),
        "tone": "bad" if batch.is_dead else TONES[Stage(batch.stage)],
        "told": _told(batch),
    }


def _state(batch: ContactImport) -> str:
    return "Given up" if batch.is_dead else str(batch.get_stage_display())


def _told(batch: ContactImport) -> str:
    if batch.stage in (Stage.DONE, Stage.UNDOING, Stage.UNDONE, Stage.APPLYING):
        said = (("new", batch.made), ("changed", batch.changed), ("rejected", batch.rejected))
        return ", ".join(f"{number:,} {word}" for word, number in said if number) or "nothing new"
    return batch.said


# ---- one import -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@page("crm.view_contactimport")
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where an import stands; while it waits for its person, a post says what the columns are, and starts it."""
    if request.method == "POST":
        return _say(request, _held(request, pk))
    return _shown(request, _found(request, pk))


def _found(request: HttpRequest, pk: int) -> ContactImport:
    rows = ContactImport.objects.visible_to(member_of(request))
    if request.method == "POST":
        # A worker may be about to touch the row: what is decided here, is decided on what it is.
        return get_object_or_404(rows.select_for_update(of=("self",)), pk=pk)
    return get_object_or_404(rows.select_related("made_by__user"), pk=pk)


def _may_change(request: HttpRequest, batch: ContactImport) -> bool:
    """Return whether it is theirs, or they are one of those who may delete contacts: an undo does."""
    member = member_of(request)
    if member.pk is None or not request.user.has_perm("crm.change_contactimport"):
        return False
    return batch.made_by_id == member.pk or request.user.has_perm("crm.delete_contact")


def _held(request: HttpRequest, pk: int) -> ContactImport:
    """Return the import for a change of it, locked."""
    batch = _found(request, pk)
    if not _may_change(request, batch):
        raise PermissionDenied
    return batch


def _say(request: HttpRequest, batch: ContactImport) -> HttpResponse:
    if batch.stage != Stage.ASKING:
        return redirect("import", pk=batch.pk)
    mapping, has_titles, rule = _said(request.POST, batch)
    batch.mapping, batch.has_titles, batch.rule = mapping, has_titles, rule
    batch.save(update_fields=["mapping", "has_titles", "rule"])
    if request.POST.get("act") != "start":
        return _shown(request, batch)
    if not columns.can_find(mapping):
        return _shown(request, batch, error=NOBODY_FOUND)
    batch.start(mapping=mapping, has_titles=has_titles, rule=rule)
    return redirect("import", pk=batch.pk)


def _said(post: QueryDict, batch: ContactImport) -> tuple[list[str], bool, str]:
    width = len(batch.titles)
    mapping = columns.checked([post.get(f"column-{place}", "") for place in range(width)], width=width)
    rule = post.get("rule", "")
    return mapping, "has_titles" in post, rule if rule in Rule.values else Rule.FILL.value


def _shown(request: HttpRequest, batch: ContactImport, *, error: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "title": "Import",
        "batch": batch,
        "rows": max((batch.total or 0) - batch.has_titles, 0),
        "state": _state(batch),
        "tone": "bad" if batch.is_dead else TONES[Stage(batch.stage)],
        "error": error,
        "when": day_and_time(batch.made_at),
        "by": str(batch.made_by or "a command"),
        "rule": batch.get_rule_display(),
        "until": day_and_time(batch.expires_at) if batch.expires_at else "",
        "may_change": _may_change(request, batch),
    }
    if batch.stage == Stage.ASKING:
        context |= asked(batch)
    if batch.stage in (Stage.APPLYING, Stage.DONE, Stage.UNDOING, Stage.UNDONE):
        context |= summary(request, batch)
    part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    name = "parts/foreseen" if part and request.method == "POST" else "parts/import" if part else "import"
    return render_page(request, f"calltracking/{name}.html", context, status=400 if error else 200)


# ---- what can be done with one --------------------------------------------------------------------------------


@require_POST
@page("crm.view_contactimport")
def cancel_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import: before it began nothing happens, on its way what came in stays."""
    batch = _held(request, pk)
    if cancel(batch):
        messages.info(request, "The import was canceled. Nothing was changed.")
    elif stop(batch):
        messages.info(request, "The import was stopped. What came in so far stays, and can be undone.")
    return redirect("import", pk=batch.pk)


@require_POST
@page("crm.view_contactimport")
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an import taken back."""
    _held(request, pk).undo()
    return redirect("import", pk=pk)


@require_GET
@page("crm.view_contactimport")
def rejected_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the rejected rows as they came, with the reason behind each: to be put right and sent again."""
    batch = _found(request, pk)
    if not batch.has_rejected_rows or member_of(request).pk is None:
        raise Http404
    answer = StreamingHttpResponse(_rejected_lines(batch), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejected-{batch.pk}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


class _Line:
    """What a CSV writer writes to: the line comes back from `writerow`."""

    def write(self, text: str) -> str:
        return text


def _rejected_lines(batch: ContactImport) -> Iterator[bytes]:
    out = csv.writer(_Line())
    titles = batch.titles if batch.has_titles else [f"Column {place + 1}" for place in range(len(batch.titles))]
    yield ("\ufeff" + str(out.writerow([cell(text) for text in [*titles, "Why it was rejected"]]))).encode()
    # Read after the request's transaction has closed; the files need no database.
    for row in rejected_rows(batch):
        yield str(out.writerow([cell(text) for text in row])).encode()
