"""What the layout shows of the company: its name, and the others its person may switch to."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from crm.models import Membership, User


def company_name(request: HttpRequest) -> str:
    """Return the name of the company the person works in, for the line under the logo."""
    membership: Membership | None = getattr(request, "membership", None)
    return membership.company.name if membership else ""


def account(request: HttpRequest) -> list[dict[str, str]]:
    """Return the menu under the person's name: what concerns their log-in."""
    return [
        {"title": "Notifications", "link": reverse("notification-preferences")},
        {"title": "Security", "link": reverse("mfa_index")},
        {"title": "Change password", "link": reverse("account_change_password")},
    ]


def companies(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the dropdown under the logo: the person's companies, each a switch."""
    current: Membership | None = getattr(request, "membership", None)
    if current is None:
        return []
    person = cast("User", request.user)
    here = {"icon": "home", "title": "Home", "link": reverse("home")}
    others = [m for m in Membership.objects.active_for(person) if m.pk != current.pk]
    switches = [
        {
            "icon": "swap_horiz",
            "title": f"Switch to {membership.company.name}",
            # Without JavaScript the link leads to a page with a button for each company.
            "link": reverse("companies"),
            "attrs": {"hx-post": reverse("company-switch", args=[membership.pk]), "hx-swap": "none"},
        }
        for membership in others
    ]
    platform = {"icon": "travel_explore", "title": "Companies of this platform", "link": reverse("staff")}
    return [here, *switches, *([platform] if person.is_platform_staff else [])]
