"""Invitations and platform visits: who was asked in, and who of the platform looked in."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from crm.admin.base import CompanyAdmin, ReadOnlyAdmin, person_of
from crm.admin.cells import NOTHING, count_of, member_name, pill, two_lines
from crm.admin.companies import ROLE_HELP, roles_to_give
from crm.models import Invitation, Membership, StaffVisit
from crm.models.invitations import CannotInvite
from crm.roles import Role, may_give
from crm.wording import day_and_time

TONES = {"Accepted": "good", "Waiting for an answer": "info", "Being mailed": "info", "Mail not sent": "bad"}
STAYS_ON_THIS_MACHINE = "django.core.mail.backends.console.EmailBackend"


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    # Who invites, set by the admin.
    by: Membership

    email = forms.EmailField(
        label="E-mail",
        help_text="The invitation is mailed there. They log in with this address.",
        widget=UnfoldAdminEmailInputWidget(),
        error_messages={
            "required": "Write the e-mail address of whom you invite.",
            "invalid": "This is no e-mail address. Write it like name@example.com.",
        },
    )
    name = forms.CharField(
        label="Name",
        max_length=200,
        required=False,
        help_text="Empty: they write it themselves when they join.",
        widget=UnfoldAdminTextInputWidget(),
    )
    role = forms.ChoiceField(label="Role", initial=Role.AGENT, widget=UnfoldAdminSelectWidget(), help_text=ROLE_HELP)

    class Meta:
        model = Invitation
        fields = ("email", "name", "role")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        role: Any = self.fields["role"]
        role.choices = role.widget.choices = roles_to_give(self.by)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                Invitation.objects.ensure_invitable(email=cleaned["email"], role=cleaned["role"], by=self.by)
            except CannotInvite as error:
                self.add_error("email", str(error))
        return cleaned


@admin.register(Invitation)
class InvitationAdmin(CompanyAdmin):
    form = InviteForm
    list_display = ("who", "role_label", "state_label", "invited", "good_until")
    list_display_links = None
    list_select_related = ("invited_by__user",)
    ordering = ("-created_at", "-id")
    fields = ("email", "name", "role")
    actions = ("send_again", "withdraw")
    list_intro = "Whom you asked to work here. A link works once and for a week; sending it again makes a new one."
    empty_icon = "mail"
    empty_title = "Nobody is invited"
    empty_text = "Invite a colleague by e-mail. They choose their own password."

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Of the list, for its actions; what was sent does not change.
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change=change, form=forms.ModelForm, **options)
        form = super().get_form(request, obj, change=change, **options)
        form.by = person_of(request)
        return form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> HttpResponse:
        return super().render_change_form(request, {**context, "show_save_and_continue": False}, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made, _ = Invitation.objects.invite(email=obj.email, name=obj.name, role=obj.role, by=person_of(request))
        obj.__dict__.update(made.__dict__)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._tell(request, obj, link=obj.link)

    @admin.action(description="Send again", permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        with transaction.atomic():
            chosen = self._own_to_give(request, queryset)
            for invitation in chosen:
                invitation.invited_by = person_of(request)
                invitation.send_anew()
        if len(chosen) == 1:
            return self._tell(request, chosen[0], link=chosen[0].link)
        sent = f"{count_of(len(chosen), 'invitation')} on the way again. Links sent before stop working."
        messages.success(request, sent)
        return None

    @admin.action(description="Withdraw", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            chosen = self._own_to_give(request, queryset)
            for invitation in chosen:
                invitation.withdraw()
        messages.success(request, f"{count_of(len(chosen), 'invitation')} withdrawn. The links do not work any more.")

    def _own_to_give(self, request: HttpRequest, queryset: Any) -> list[Invitation]:
        """Return the open ones that the person could have sent, held until commit."""
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True))
        held = Invitation.objects.open().select_for_update(of=("self",)).filter(pk__in=chosen).order_by("pk")
        return [one for one in held if may_give(person_of(request).role, one.role)]

    def _tell(self, request: HttpRequest, invitation: Invitation, *, link: str) -> HttpResponse:
        """Say that it is on the way; where no mail leaves this machine, show its link to who invites, once."""
        if settings.EMAIL_BACKEND != STAYS_ON_THIS_MACHINE:
            messages.success(request, f"An invitation to {invitation.email} is on the way. It works for a week.")
            return redirect("admin:crm_invitation_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Invited",
            "opts": self.opts,
            "media": self.media,
            "invitation": invitation,
            "link": link,
        }
        return render(request, "admin/ringside/invited.html", context)

    @admin.display(description="Who", ordering="email")
    def who(self, invitation: Invitation) -> Any:
        return two_lines(invitation, invitation.email if invitation.name else "")

    @admin.display(description="Role", ordering="role")
    def role_label(self, invitation: Invitation) -> Any:
        return pill(invitation.get_role_display(), "accent" if invitation.role == Role.OWNER else "plain")

    @admin.display(description="State")
    def state_label(self, invitation: Invitation) -> Any:
        return pill(invitation.state, TONES.get(invitation.state, "plain"))

    @admin.display(description="Invited", ordering="created_at")
    def invited(self, invitation: Invitation) -> Any:
        return two_lines(day_and_time(invitation.created_at), member_name(invitation.invited_by))

    @admin.display(description="Good until", ordering="expires_at")
    def good_until(self, invitation: Invitation) -> Any:
        return day_and_time(invitation.expires_at) if invitation.is_good else NOTHING


@admin.register(StaffVisit)
class StaffVisitAdmin(ReadOnlyAdmin):
    list_display = ("who", "reason", "began", "left")
    list_display_links = None
    list_select_related = ("staff",)
    ordering = ("-began_at", "-id")
    fields: ClassVar = ("who", "reason", "logged_in_at", ("began", "left"))
    readonly_fields = ("who", "reason", "logged_in_at", "began", "left")
    list_intro = (
        "When people who run the platform looked into this company, and why. They see it as viewers do: they change "
        "nothing, and phone numbers are hidden. A visit ends by itself after an hour."
    )
    empty_icon = "visibility_off"
    empty_title = "Nobody of the platform looked in"
    empty_text = "Each visit is listed here, with who came, why, and for how long."

    @admin.display(description="Who")
    def who(self, visit: StaffVisit) -> Any:
        return two_lines(visit.staff, visit.staff.email if visit.staff.name else "")

    @admin.display(description="Came in", ordering="began_at")
    def began(self, visit: StaffVisit) -> Any:
        since = f"logged in {day_and_time(visit.logged_in_at)}" if visit.logged_in_at else ""
        return two_lines(day_and_time(visit.began_at), since)

    @admin.display(description="Left", ordering="ended_at")
    def left(self, visit: StaffVisit) -> Any:
        if visit.left_at is None:
            return pill("Inside now", "warn")
        return two_lines(day_and_time(visit.left_at), "" if visit.ended_at else "the hour was up")
