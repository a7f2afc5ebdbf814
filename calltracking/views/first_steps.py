"""The list of first steps on home: shown until all is done or somebody put it away, and brought back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from calltracking.first_steps import bring_back, put_away
from calltracking.first_steps import first_steps as steps_for
from calltracking.views.access import member_of, page
from crm.models import Membership

# Who sets the company up; others see their work, not this list.
SETS_UP = "crm.add_campaign"


def shown_on_home(request: HttpRequest) -> dict[str, Any]:
    """Return what home shows of the first steps: the list, or the way to bring it back, or nothing."""
    member = member_of(request)
    if not request.user.has_perm(SETS_UP):
        return {}
    steps = steps_for(member.company, member)
    done = sum(step.is_done for step in steps)
    if done == len(steps):
        return {}
    if not member.company.shows_first_steps:
        return {"first_steps_left": len(steps) - done}
    return {"first_steps": steps, "first_steps_done": done}


@require_POST
@page(SETS_UP)
def change(request: HttpRequest) -> HttpResponse:
    """Put the list away, or with `again` bring it back."""
    member: Membership = member_of(request)
    (bring_back if request.POST.get("again") else put_away)(member.company)
    return redirect("home")
