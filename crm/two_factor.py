"""The second factor: TOTP, recovery codes and passkeys by allauth, with what its defaults leave to us.

Its secrets are sealed, its codes are counted in PostgreSQL and good once, and a company may require it of owners and
managers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django_htmx.http import HttpResponseClientRedirect

from crm.encryption import seal, unseal
from crm.models import FailedAttempts, Membership, User
from crm.models.attempts import CODES

CONTEXT = "mfa.authenticator.data"
# Where allauth keeps what it asks us to seal: an app's key, what recovery codes are made of, codes from elsewhere.
SEALED = ("secret", "seed", "migrated_codes")
# Recovery codes help somebody who lost a factor; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# One's own account: where a factor is set up, and the way out.
OPEN_WITHOUT = "/accounts/"


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped library
    def encrypt(self, text: str) -> str:
        return seal(text, context=CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, context=CONTEXT)

    def get_totp_issuer(self) -> str:
        return "Ringside"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - the library's name
        """Offer a name for one more key; the person may write another."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Passkey" if not count else f"Passkey {count + 1}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor stays while a company of theirs requires one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return others.exclude(pk=authenticator.pk).exists() or not is_required_of(authenticator.user)


def has_second_factor(user: User) -> bool:
    """Return whether the person has set up a factor beside the password."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())


def is_required_of(user: User) -> bool:
    """Return whether a company they work in requires one of them."""
    return any(membership.needs_second_factor for membership in Membership.objects.active_for(user))


class TwoFactorMiddleware:
    """Sends who needs a second factor, and has none, to set one up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership: Membership | None = getattr(request, "membership", None)
        if membership is None or not membership.needs_second_factor or request.path.startswith(OPEN_WITHOUT):
            return self.get_response(request)
        if has_second_factor(cast("User", request.user)):
            return self.get_response(request)
        return _set_it_up_first(request)


def _set_it_up_first(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        said = "Your company requires two-factor log-in of you. Set it up under Security, then try again."
        return JsonResponse({"error": said, "code": "two_factor_required", "fields": {}}, status=403)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(reverse("mfa_index"))
    return HttpResponseRedirect(reverse("mfa_index"))


# ---- codes ------------------------------------------------------------------------------------------------------


class _CountedCode:
    """A code of an authenticator app or a recovery code: so many guesses, and each good once.

    allauth counts both in the cache, which a process may have to itself or which may be away.
    """

    user: User
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = "".join(self.cleaned_data["code"].split())
        count_code(self.user)
        for authenticator in Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN):
            if accepts(authenticator, code):
                FailedAttempts.objects.give_back(CODES, str(self.user.pk))
                authenticator.user = self.user
                self.authenticator = authenticator
                return code
        raise get_adapter().validation_error("incorrect_code")


class AskForCode(_CountedCode, AuthenticateForm):  # type: ignore[misc]  # untyped library
    """Log-in, second step."""


class AskForCodeAgain(_CountedCode, ReauthenticateForm):  # type: ignore[misc]  # untyped library
    """Before something delicate."""


class AskForFirstCode(ActivateTOTPForm):  # type: ignore[misc]  # untyped library
    """Setting up an authenticator app."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        count_code(self.user)
        code: str = super().clean_code()
        FailedAttempts.objects.give_back(CODES, str(self.user.pk))
        return code


class AddKey(AddWebAuthnForm):  # type: ignore[misc]  # untyped library
    """Setting up a passkey, or a key that is one factor beside the password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = "Name"
        self.fields["passwordless"].label = "It may log me in without my password"


def count_code(user: User) -> None:
    """Count an attempt; raises `ValidationError` when the person has none left for a while."""
    if not FailedAttempts.objects.take(CODES, str(user.pk)):
        raise get_account_adapter().validation_error("too_many_login_attempts")


def accepts(authenticator: Authenticator, code: str) -> bool:
    """Return whether the code is right and was not used before, and remember that it is used now."""
    if authenticator.type != Authenticator.Type.TOTP:
        return bool(authenticator.wrap().validate_code(code))  # recovery codes cross themselves out
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        step = _step_of(code, unseal(held.data["secret"], context=CONTEXT))
        if step is None or step <= held.data.get("last_step", -1):
            return False
        held.data["last_step"] = step
        held.save(update_fields=["data"])
    return True


def _step_of(code: str, secret: str) -> int | None:
    """Return the time step whose code this is, now or one to either side; None when it is none of them."""
    matching = None
    for step in yield_hotp_counters_from_time():
        if constant_time_compare(code, format_hotp_value(hotp_value(secret, step))):
            matching = step
    return matching
