"""How people come in: by invitation. Nobody signs up from outside, and guesses are counted."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse

from crm.models import FailedAttempts, User
from crm.models.attempts import ADDRESSES, PASSWORDS, RESETS


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped library
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return who the credentials belong to; raises `ValidationError`, right or wrong, once too many were wrong."""
        email, address = credentials.get("email") or "", self.get_client_ip(request)
        self.count(address=address, email=email)
        user: User | None = super().authenticate(request, **credentials)
        if user:
            FailedAttempts.objects.give_back(ADDRESSES, address)
            FailedAttempts.objects.give_back(PASSWORDS, email)
        return user

    def count(self, *, address: str, email: str) -> None:
        attempts = FailedAttempts.objects
        if not attempts.take(ADDRESSES, address) or not attempts.take(PASSWORDS, email):
            raise self.validation_error("too_many_login_attempts")


class AskForMail(ResetPasswordForm):  # type: ignore[misc]  # untyped library
    """The way back in, by mail: so many for an e-mail, whether anybody has it or not."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not FailedAttempts.objects.take(RESETS, email):
            raise ValidationError("There were too many links for this e-mail. Try again in 15 minutes.")
        return email


class AskForOldPassword(ChangePasswordForm):  # type: ignore[misc]  # untyped library
    """Somebody at a session that is not theirs must not guess the password."""

    def clean_oldpassword(self) -> str:
        attempts = FailedAttempts.objects
        if not attempts.take(PASSWORDS, self.user.email):
            raise ValidationError("There were too many wrong passwords. Try again in 15 minutes.")
        password: str = super().clean_oldpassword()
        attempts.give_back(PASSWORDS, self.user.email)
        return password


def let_in_again(user: User, **_: Any) -> None:
    """Whoever chose a password with a link of ours need not wait."""
    FailedAttempts.objects.forget(PASSWORDS, user.email)


def invite(email: str) -> User:
    """Return the person with that e-mail, creating them without a password; raises `ValidationError`."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError(f"{email!r} is no e-mail address.") from error
    return User.objects.filter(email=email).first() or User.objects.create_user(email)


def password_link(user: User) -> str:
    """Return the link with which the person chooses a password: one use, and not for long."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return f"{settings.SITE_URL}{reverse('account_reset_password_from_key', kwargs=parts)}"
