"""The link of an invitation: who is new chooses a password, who is known logs in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login, password_validation
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crm.middleware import SESSION_KEY, without_company_transaction
from crm.models import Invitation, Membership, User
from crm.tenancy import use_company

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GONE = {
    "Accepted": "This invitation was used already. If that was you, log in.",
    "Expired": "This invitation has expired. Ask whoever invited you to send it again.",
}
WITHDRAWN = "This invitation is not valid any more. Ask whoever invited you for a new one."
UNKNOWN = "No invitation is at this address. Perhaps a newer mail replaced it: its link is the one that works."


class NewPersonForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=200, error_messages={"required": "Write your name."})
    password1 = forms.CharField(
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": "Choose a password."},
    )
    password2 = forms.CharField(
        label="The password once more",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": "Write the password once more."},
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email
        self.fields["password1"].help_text = "At least 12 characters, not a common one, not like your name or e-mail."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password1")
        if password and "password2" in cleaned and password != cleaned["password2"]:
            self.add_error("password2", "The two passwords differ.")
        if password:
            try:
                password_validation.validate_password(password, User(email=self.email, name=cleaned.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


@without_company_transaction
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, company_id: int, token: str) -> HttpResponse:
    """Show the invitation to whoever holds its link, and let them in once."""
    with use_company(company_id):
        invitation = Invitation.objects.by_token(token)
        if invitation is None:
            return _gone(request, UNKNOWN)
        if not invitation.is_good:
            return _gone(request, GONE.get(invitation.state, WITHDRAWN))
        known = User.objects.filter(email=invitation.email).first()
        has_account = known is not None and _has_account(known)
    if request.user.is_authenticated:
        return _join_as(request, invitation)
    if has_account:
        return _to_log_in(request, invitation)
    return _join_anew(request, invitation)


def _has_account(known: User) -> bool:
    """Whether a password of theirs opens something already: then an invitation of one company must not choose it."""
    return known.has_usable_password() or known.is_platform_staff or known.memberships.exists()


def _join_as(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Ask somebody who is logged in; an invitation of somebody else's has to be opened by them."""
    user: Any = request.user
    is_theirs = user.email == invitation.email
    if request.method == "POST" and is_theirs:
        return _accepted(request, invitation, user)
    return _page(request, invitation, is_theirs=is_theirs, is_someone_else=not is_theirs)


def _to_log_in(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        return redirect_to_login(request.get_full_path())
    return _page(request, invitation, must_log_in=True)


def _join_anew(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = NewPersonForm(data, email=invitation.email, initial={"name": invitation.name})
    if not form.is_valid():
        return _page(request, invitation, form=form)
    return _accepted(request, invitation, None, name=form.cleaned_data["name"], password=form.cleaned_data["password1"])


def _accepted(
    request: HttpRequest, invitation: Invitation, user: User | None, *, name: str = "", password: str = ""
) -> HttpResponse:
    """Let them in, if the invitation is still good now that it is held; a new person is logged in as well."""
    membership: Membership | None = None
    with use_company(invitation.company):
        people = Invitation.objects.select_related("invited_by").select_for_update(of=("self",))
        held = people.get(pk=invitation.pk)
        if held.is_good and held.token_hash == invitation.token_hash:
            membership = held.accept(user or _person(invitation.email, name=name, password=password))
    if membership is None:
        return _gone(request, GONE.get(held.state, WITHDRAWN))
    if user is None:
        login(request, membership.user, backend=BACKEND)
    request.session[SESSION_KEY] = membership.pk
    return redirect("home")


def _person(email: str, *, name: str, password: str) -> User:
    """Return the new person; one who was added by an operator and has no password yet gets it now."""
    user = User.objects.select_for_update().filter(email=email).first()
    if user is None:
        return User.objects.create_user(email, password, name=name)
    user.name = user.name or name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    return user


def _page(request: HttpRequest, invitation: Invitation, **shown: Any) -> HttpResponse:
    context = {
        "title": f"Join {invitation.company}",
        "invitation": invitation,
        "company": invitation.company,
        "by": invitation.invited_by,
        **shown,
    }
    return render(request, "calltracking/join.html", context)


def _gone(request: HttpRequest, said: str) -> HttpResponse:
    return render(request, "calltracking/join.html", {"title": "This link does not work", "said": said}, status=404)
