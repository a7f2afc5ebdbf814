"""The list of contacts as a file: those that are ticked, or everybody the list's filter finds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from calltracking.exports.asked import Asked
from calltracking.exports.contacts import ContactRows
from calltracking.exports.sending import sent
from calltracking.models import Export
from calltracking.views.exports import FORMATS
from crm import phones
from crm.actors import Source
from crm.admin.base import person_of
from crm.admin.contacts import PeopleAdmin
from crm.admin.lists import PLACE
from crm.counting import count_rows
from crm.leases import WorkState
from crm.roles import TAKE_OUT


class PeopleAsFile(PeopleAdmin):
    """A page beside the list that asks for the format, and an action for those that are ticked."""

    actions = ("as_csv", "as_workbook")

    def get_urls(self) -> list[Any]:
        return [
            path("file/", self.admin_site.admin_view(self.file_view), name="crm_contact_file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        url = (
            f"{reverse('admin:crm_contact_file')}?{request.GET.urlencode()}" if request.user.has_perm(TAKE_OUT) else ""
        )
        may_import = request.user.has_perm("crm.add_contactimport")
        beside = {"file_url": url, "import_url": reverse("imports") if may_import else ""}
        return super().changelist_view(request, {**(extra_context or {}), **beside})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = super().get_actions(request)
        if not request.user.has_perm(TAKE_OUT):
            for name in PeopleAsFile.actions:
                found.pop(name, None)
        return found

    @admin.action(description="Export as CSV", permissions=["view"])
    def as_csv(self, request: HttpRequest, queryset: Any) -> HttpResponseBase:
        return self._sent(request, queryset, Export.Format.CSV.value, {"chosen": "by hand"})

    @admin.action(description="Export as Excel", permissions=["view"])
    def as_workbook(self, request: HttpRequest, queryset: Any) -> HttpResponseBase:
        return self._sent(request, queryset, Export.Format.XLSX.value, {"chosen": "by hand"})

    def file_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for the format; with POST send everybody whom the list with this address shows."""
        return require_http_methods(["GET", "HEAD", "POST"])(self._file_view)(request)

    def _file_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_view_permission(request) or not request.user.has_perm(TAKE_OUT):
            raise PermissionDenied
        asked: Any = request.GET.copy()
        asked.pop(PLACE, None)
        request.GET = asked
        people = self.get_changelist_instance(request).get_queryset(request)
        shape = request.POST.get("format", "")
        if request.method == "POST" and shape in Export.Format.values:
            return self._sent(request, people, shape, {name: asked[name] for name in asked})
        if request.method == "POST":
            messages.error(request, "Choose a format.")
            return redirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),
            "title": "Export contacts",
            "opts": self.opts,
            "count": count_rows(people.order_by("-pk")),
            "formats": FORMATS,
            "is_filtered": bool(asked),
            "hides_numbers": phones.are_hidden(),
            "back": f"{reverse('admin:crm_contact_changelist')}?{asked.urlencode()}",
        }
        return render(request, "calltracking/export_contacts.html", context)

    def _sent(self, request: HttpRequest, people: Any, shape: str, said: dict[str, str]) -> HttpResponseBase:
        member = person_of(request)
        if member.pk is None or not request.user.has_perm(TAKE_OUT):
            raise PermissionDenied  # platform staff look; they take nothing out
        asked = Asked(company_id=member.company_id, format=shape, hides_numbers=phones.are_hidden())
        export = Export.objects.create(
            what=Export.What.CONTACTS,
            format=shape,
            filter=said,
            made_by=member,
            source=Source.ADMIN,
            hides_numbers=asked.hides_numbers,
            sees_all=member.sees_all,
            work_state=WorkState.DONE,
        )
        return sent(export, ContactRows(asked, people), zone=member.company.time_zone)
