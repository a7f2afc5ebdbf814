"""A person's data on their page: everything in one file, or gone for good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from unfold.widgets import UnfoldAdminTextInputWidget

from crm.admin.base import person_of
from crm.admin.contacts import PeopleAdmin
from crm.models import Contact
from crm.privacy import erase_person, export_person, in_pieces
from crm.roles import ERASE_PERSON, EXPORT_PERSON


class ErasureForm(forms.Form):
    why = forms.CharField(
        label="Why",
        max_length=200,
        help_text="It stays in history. Do not name the person.",
        widget=UnfoldAdminTextInputWidget({"placeholder": "Asked for it by letter, case 12"}),
        error_messages={"required": "Say why: it is what remains of this."},
    )


class PersonalData(PeopleAdmin):
    """Two pages beside the form of a contact; the links stand on the card above it."""

    def get_urls(self) -> list[Any]:
        return [
            path("<int:pk>/export/", self.admin_site.admin_view(self.export_view), name="crm_contact_export"),
            path("<int:pk>/erase/", self.admin_site.admin_view(self.erase_view), name="crm_contact_erase"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send everything that is kept of the person, as JSON."""
        contact = self._person(request, pk, right=EXPORT_PERSON)
        answer = StreamingHttpResponse(in_pieces(export_person(contact)), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="person-{contact.pk}.json"'
        answer["Cache-Control"] = "no-store"
        return answer

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what goes and what stays, ask why, and do it."""
        contact = self._person(request, pk, right=ERASE_PERSON)
        form = ErasureForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            erase_person(contact, by=person_of(request), why=form.cleaned_data["why"])
            messages.success(request, "The person is erased. History keeps that it was done: when, by whom and why.")
            return redirect("admin:crm_contact_changelist")
        shown = {"title": "Erase a person", "contact": contact, "form": form, "field": form["why"]}
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **shown}
        return render(request, "admin/ringside/erase_person.html", context)

    def _person(self, request: HttpRequest, pk: int, *, right: str) -> Contact:
        if not request.user.has_perm(right):
            raise PermissionDenied
        contact: Contact | None = Contact.objects.visible_to(person_of(request)).filter(pk=pk).first()
        if contact is None:
            raise Http404
        return contact
