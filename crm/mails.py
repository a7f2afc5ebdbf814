"""Mails of ours: each as text and as HTML, by two templates. Who owes one sends it, outside transactions."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def letter(
    name: str, told: dict[str, Any], *, subject: str, to: str, headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """Return the mail that `mail/<name>.txt` and `.html` make of what is told; the subject in one line."""
    mail = EmailMultiAlternatives(
        " ".join(subject.split()), render_to_string(f"mail/{name}.txt", told), to=[to], headers=headers or {}
    )
    mail.attach_alternative(render_to_string(f"mail/{name}.html", told), "text/html")
    return mail
