"""The company one works in, and its members. These tables have no policy: each queryset names the company."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from phonenumbers import SUPPORTED_REGIONS
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from crm.admin.base import CompanyAdmin, person_of
from crm.admin.cells import count_of, pill, two_lines
from crm.admin.forms import CarefulForm
from crm.admin.leaving import Holdings, hand_over
from crm.models import Company, ExtractionField, Membership
from crm.roles import Role, may_give

ENGLISH = Locale("en")
DAYS = [(str(number), ENGLISH.days["format"]["wide"][number - 1]) for number in range(1, 8)]
ROLE_HELP = (
    "Owners run the company: members, providers, settings. Managers also see the inbox and the rules. "
    "Agents work on calls, leads and follow-ups. Viewers look."
)


def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


def _regions() -> list[tuple[str, str]]:
    named = ((code, f"{ENGLISH.territories.get(code, code)} ({code})") for code in SUPPORTED_REGIONS)
    return sorted(named, key=lambda pair: pair[1])


def _currencies() -> list[tuple[str, str]]:
    return [(code, f"{code} · {ENGLISH.currencies.get(code, code)}") for code in sorted(list_currencies("en"))]


class DaysField(forms.MultipleChoiceField):
    """Weekdays as boxes to tick; the value is the text the model keeps, such as `12345`."""

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:  # the model keeps text
        return "".join(sorted(super().clean(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(initial or "") != sorted(data or "")


class CompanyForm(CarefulForm):
    time_zone = forms.ChoiceField(
        choices=_zones,
        widget=UnfoldAdminSelectWidget(),
        help_text="Days begin and times are shown by this clock, in figures and files too.",
    )
    region = forms.ChoiceField(
        label="Country",
        choices=_regions,
        widget=UnfoldAdminSelectWidget(),
        help_text="Phone numbers without a country code are read as numbers of this country.",
    )
    currency = forms.ChoiceField(
        choices=_currencies,
        widget=UnfoldAdminSelectWidget(),
        help_text="Money is shown and added up in it. Amounts that are there are not converted.",
    )
    business_days = DaysField(
        choices=DAYS,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="Follow-ups fall on these days.",
        error_messages={"required": "Choose at least one day."},
    )

    class Meta:
        model = Company
        fields = (
            "name",
            "time_zone",
            "region",
            "currency",
            "business_days",
            "opens_at",
            "closes_at",
            "analyzes_calls",
            "creates_leads",
            "preset",
            "requires_two_factor",
            "agents_see",
            "sends_transcripts",
            "model_cost_per_day",
        )
        help_texts: ClassVar = {
            "name": "Pages, mails and files call the company so.",
            "opens_at": "A next step without a time of its own is due then.",
            "closes_at": "A next step that was not done counts as overdue from then on, on its last day.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("time_zone", "region", "currency"):
            self._keep_choosable(name)
        if "business_days" in self.fields:
            # Several boxes have no one hidden value to compare with.
            self.fields["business_days"].show_hidden_initial = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "The day has to close after it opens.")
        return cleaned

    def _keep_choosable(self, name: str) -> None:
        field: Any = self.fields.get(name)
        current = getattr(self.instance, name)
        if field is not None and current not in dict(field.choices):
            field.choices = [(current, current), *field.choices]


@admin.register(Company)
class OurCompanyAdmin(CompanyAdmin):
    """Exactly the company one works in."""

    form = CompanyForm
    list_display = ("name",)
    ordering = ("pk",)
    fieldsets = (
        (None, {"fields": ("name", ("time_zone", "region", "currency"))}),
        ("Business hours", {"fields": ("business_days", ("opens_at", "closes_at"))}),
        ("Calls and leads", {"fields": ("analyzes_calls", "preset", "creates_leads", "agents_see")}),
        ("Reading by a model", {"fields": ("sends_transcripts", "model_cost_per_day")}),
        ("Security", {"fields": ("requires_two_factor",)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(pk=person_of(request).company_id)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:crm_company_change", person_of(request).company_id)

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "preset" in form.changed_data and obj.preset:
            added = ExtractionField.objects.lay_down(obj.preset)
            text = f"Calls are read for {count_of(added, 'more field')} now; those there were stay."
            messages.success(request, text if added else "All fields of the preset are there already.")

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("admin:crm_company_change", obj.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MemberForm(CarefulForm):
    class Meta:
        model = Membership
        fields = ("role", "is_active")
        labels: ClassVar = {"is_active": "Works here"}
        help_texts: ClassVar = {
            "role": ROLE_HELP,
            "is_active": "Without it they cannot open this company any more. What they did stays.",
        }

    # Who opened the form, set by the admin: nobody gives a higher role than their own, not even to themselves.
    by: Membership

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        role: Any = self.fields.get("role")
        if role is not None:
            role.choices = roles_to_give(self.by, keep=self.instance.role)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        stays_owner = cleaned.get("role") == Role.OWNER and cleaned.get("is_active")
        if not stays_owner and self.instance.is_last_owner():
            who = str(self.instance)
            field = "role" if cleaned.get("role") != Role.OWNER else "is_active"
            text = f"{who} is the only owner. Make somebody else an owner first: a company always has one."
            self.add_error(field, text)
        return cleaned


def roles_to_give(by: Membership, *, keep: str = "") -> list[tuple[str, str]]:
    """Return the roles the person may give, and one that is there already."""
    return [(value, label) for value, label in Role.choices if value == keep or may_give(by.role, value)]


@admin.register(Membership)
class MemberAdmin(CompanyAdmin):
    form = MemberForm
    list_display = ("who", "role_label", "state", "since")
    list_select_related = ("user",)
    ordering = ("-is_active", "user__name", "pk")
    fields: ClassVar = ("person", "role", "is_active")
    readonly_fields = ("person",)
    list_intro = "Everybody who works in this company. What each may do follows from their role."
    actions_detail = ("hand_over_work",)
    actions_list = ("invite", "invitations", "what_roles_may", "visits")

    def get_queryset(self, request: HttpRequest) -> Any:
        ours = super().get_queryset(request).filter(company_id=person_of(request).company_id)
        return ours.select_related("user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        form.by = person_of(request)
        return form

    def get_urls(self) -> list[Any]:
        hand_over = self.admin_site.admin_view(self.hand_over_view)
        return [path("<int:pk>/hand-over/", hand_over, name="crm_membership_handover"), *super().get_urls()]

    def response_change(self, request: HttpRequest, obj: Membership) -> HttpResponse:
        if not obj.is_active and Holdings.of(obj).are_any:
            return redirect("admin:crm_membership_handover", obj.pk)
        response: HttpResponse = super().response_change(request, obj)
        return response

    def hand_over_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give what somebody holds to a colleague, all at once."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return hand_over(request, self, get_object_or_404(self.get_queryset(request), pk=pk))

    @action(description="Hand over their work", permissions=["change"])  # type: ignore[untyped-decorator]
    def hand_over_work(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:crm_membership_handover", object_id)

    @action(description="Invite somebody", permissions=["invite"])  # type: ignore[untyped-decorator]
    def invite(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:crm_invitation_add")

    @action(description="Invitations", permissions=["see_invitations"])  # type: ignore[untyped-decorator]
    def invitations(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:crm_invitation_changelist")

    @action(description="What roles may do")  # type: ignore[untyped-decorator]
    def what_roles_may(self, request: HttpRequest) -> HttpResponse:
        return redirect("roles")

    @action(description="Platform visits", permissions=["see_visits"])  # type: ignore[untyped-decorator]
    def visits(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:crm_staffvisit_changelist")

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("crm.add_invitation"))

    def has_see_invitations_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("crm.view_invitation"))

    def has_see_visits_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("crm.view_staffvisit"))

    @admin.display(description="Who", ordering="user__name")
    def who(self, member: Membership) -> Any:
        return two_lines(member.user, member.user.email if member.user.name else "")

    @admin.display(description="Who")
    def person(self, member: Membership) -> Any:
        return self.who(member)

    @admin.display(description="Role", ordering="role")
    def role_label(self, member: Membership) -> Any:
        return pill(member.get_role_display(), "accent" if member.is_owner else "plain")

    @admin.display(description="State", ordering="is_active")
    def state(self, member: Membership) -> Any:
        return pill("Active", "good") if member.is_active else pill("Left", "plain")

    @admin.display(description="Since", ordering="created_at")
    def since(self, member: Membership) -> str:
        return f"{timezone.localtime(member.created_at):%-d %b %Y}"
