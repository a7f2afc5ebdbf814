"""The mail of an invitation: owed by its row, sent with no transaction open."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from crm.leases import Lease
from crm.mails import letter
from crm.models import Invitation
from crm.tenancy import use_company


def send(lease: Lease) -> None:
    """Send the mail the invitation owes. A worker that dies between mail and commit makes it go out twice."""
    with use_company(lease.company_id):
        people = Invitation.objects.select_related("company", "invited_by__user")
        invitation: Invitation = people.get(pk=lease.pk)
        is_owed = invitation.is_good and bool(invitation.link)
        mail = mail_of(invitation) if is_owed else None
    if mail is not None:
        mail.send()
    with lease.effect() as row:
        if mail is not None:
            row.sent_at, row.token_sealed = timezone.now(), ""
            row.save(update_fields=["sent_at", "token_sealed"])


def mail_of(invitation: Invitation) -> EmailMultiAlternatives:
    """Return the mail, as text and as HTML."""
    told = {
        "company": invitation.company.name,
        "name": invitation.name,
        "by": str(invitation.invited_by) if invitation.invited_by else invitation.company.name,
        "role": invitation.get_role_display(),
        "link": invitation.link,
        "good_until": invitation.company.local(invitation.expires_at),
    }
    subject = f"{told['by']} invites you to {told['company']}"
    return letter("invitation", told, subject=subject, to=invitation.email)
