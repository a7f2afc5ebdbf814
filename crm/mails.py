"""Mails of ours: each as text and as HTML, by two templates. A row owes each; it is sent outside transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from crm.tenancy import use_company

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crm.leases import Lease


def letter(
    name: str, told: dict[str, Any], *, subject: str, to: str, headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """Return the mail that `mail/<name>.txt` and `.html` make of what is told; the subject in one line."""
    mail = EmailMultiAlternatives(
        " ".join(subject.split()), render_to_string(f"mail/{name}.txt", told), to=[to], headers=headers or {}
    )
    mail.attach_alternative(render_to_string(f"mail/{name}.html", told), "text/html")
    return mail


def send_owed(lease: Lease, mail_of: Callable[[Any], EmailMultiAlternatives], *, beside: Sequence[str]) -> None:
    """Send the mail that a row owes, if it still says something true (`is_owed`), and write `sent_at`.

    `beside` names the rows that the mail reads too. A worker that dies in between sends it twice: better than never.
    """
    with use_company(lease.company_id):
        owed: Any = lease.model._default_manager.select_related(*beside).get(pk=lease.pk)
        mail = mail_of(owed) if owed.is_owed else None
    if mail is not None:
        mail.send()
    with lease.effect() as row:
        if mail is not None:
            row.sent_at = timezone.now()
            row.save(update_fields=["sent_at"])
