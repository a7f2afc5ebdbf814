"""The company's API keys: made here, shown once, revoked here. The table has no policy: querysets name the company."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from crm.admin.base import ReadOnlyAdmin, person_of
from crm.admin.cells import NOTHING, pill, two_lines
from crm.admin.forms import MomentInput
from crm.models import ApiKey
from crm.models.api_keys import KEY_ROLES
from crm.roles import Role, Scope
from crm.wording import ago, day_and_time

JOBS = {Scope.JOBS_RUN.value}
ROLE_HELP = (
    "The key can do nothing that a member of this role could not, and of that only what the boxes say. "
    "Only managers start synchronizations and delete contacts."
)


class NewKeyForm(forms.Form):
    """What is asked before a key is made."""

    label = forms.CharField(
        max_length=100,
        widget=UnfoldAdminTextInputWidget({"placeholder": "Nightly export", "autofocus": True}),
        help_text="What uses it. History names it by this.",
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    role = forms.ChoiceField(
        label="At most as", choices=KEY_ROLES, initial=Role.AGENT, widget=UnfoldAdminSelectWidget, help_text=ROLE_HELP
    )
    expires_at = forms.DateTimeField(
        label="Expires", required=False, widget=MomentInput, help_text="Empty: it works until you revoke it."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if JOBS & set(cleaned.get("scopes", ())) and cleaned.get("role") != Role.MANAGER:
            self.add_error("role", "Synchronizations need a key that acts as a manager.")
        return cleaned

    def clean_expires_at(self) -> Any:
        moment = self.cleaned_data["expires_at"]
        if moment is not None and moment <= timezone.now():
            raise forms.ValidationError("This moment is over already.")
        return moment


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("key", "may", "state", "used", "made")
    list_display_links = ("key",)
    list_select_related = ("made_by__user",)
    ordering = ("-id",)
    list_intro = (
        "With a key, a program of yours reads and writes here as the company, within what the key may. "
        "Keys go on working when who made them leaves: revoke those you do not know."
    )
    fields = ("key", "may", "state", "used", "made")
    empty_icon = "key"
    empty_title = "No API keys"
    empty_text = "Make one for each program that is to talk to Ringside."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(company_id=person_of(request).company_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("crm.add_apikey"))

    def get_urls(self) -> list[Any]:
        revoke = path("<int:pk>/revoke/", self.admin_site.admin_view(self.revoke_view), name="crm_apikey_revoke")
        return [revoke, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask what the key may; then show it, in this answer and nowhere else."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewKeyForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            asked = {"title": "New API key", "form": form, "rest": [form["role"], form["expires_at"]]}
            return self._page(request, "admin/ringside/new_api_key.html", asked)
        with transaction.atomic():
            key, text = ApiKey.objects.make(made_by=person_of(request), **form.cleaned_data)
        shown = {"title": "New API key", "key": key, "text": text}
        response = self._page(request, "admin/ringside/new_api_key.html", shown)
        response["Cache-Control"] = "no-store"
        return response

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then take the key no longer."""
        if not request.user.has_perm("crm.change_apikey"):
            raise PermissionDenied
        key: ApiKey | None = self.get_queryset(request).filter(pk=pk, revoked_at=None).first()
        if key is None:
            raise Http404
        if request.method != "POST":
            used = ago(key.last_used_at) if key.last_used_at else ""
            return self._page(
                request, "admin/ringside/revoke_api_key.html", {"title": "Revoke a key", "key": key, "used": used}
            )
        key.revoke()
        messages.success(request, f"“{key.label}” is revoked. Requests with it are refused from now on.")
        return redirect("admin:crm_apikey_changelist")

    def _page(self, request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **shown}
        return render(request, template, context)

    @admin.display(description="Key")
    def key(self, key: ApiKey) -> Any:
        return two_lines(key.label, f"rs_{key.prefix}_…")

    @admin.display(description="May")
    def may(self, key: ApiKey) -> Any:
        words = format_html_join(", ", "<code>{}</code>", ((scope,) for scope in key.scopes))
        return two_lines(words, f"as {key.get_role_display().lower()} at most")

    @admin.display(description="State")
    def state(self, key: ApiKey) -> Any:
        if key.revoked_at is not None:
            return _said(pill("Revoked", "plain"), day_and_time(key.revoked_at))
        if key.refusal(at=timezone.now()):
            return pill("Expired", "warn")
        until = f"until {day_and_time(key.expires_at)}" if key.expires_at else ""
        url = reverse("admin:crm_apikey_revoke", args=[key.pk])
        return format_html('{} <a class="ra-link" href="{}">Revoke…</a>', _said(pill("Active", "good"), until), url)

    @admin.display(description="Last used", ordering="last_used_at")
    def used(self, key: ApiKey) -> Any:
        return ago(key.last_used_at) if key.last_used_at else NOTHING

    @admin.display(description="Made", ordering="created_at")
    def made(self, key: ApiKey) -> Any:
        return two_lines(day_and_time(key.created_at), f"by {key.made_by}")


def _said(state: Any, more: str) -> Any:
    return format_html('{} <span class="rs-quiet">{}</span>', state, more) if more else state
