"""How people come in: by invitation. Nobody signs up from outside."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse

from crm.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped library
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


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
