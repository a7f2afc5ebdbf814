"""A next step, done with one click and taken back with another."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from calltracking.views.access import member_of
from crm.models import FollowUp


def toggled_step(request: HttpRequest, pk: int) -> FollowUp:
    """Return the follow-up after it was done, or with `undo` opened again; raises Http404 where it is not theirs."""
    steps = FollowUp.objects.visible_to(member_of(request)).select_related("contact")
    follow_up: FollowUp = get_object_or_404(steps.select_for_update(of=("self",)), pk=pk)
    if request.POST.get("undo"):
        follow_up.reopen()
    elif follow_up.is_open:
        follow_up.finish()
    return follow_up
