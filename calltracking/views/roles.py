"""What each role may do, as a table: drawn up from crm/roles.py, never written a second time."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.views.decorators.http import require_GET

from calltracking.views.access import member_of, page, render_page
from crm.models import Company
from crm.roles import RIGHTS, SPECIAL_RIGHTS, Role, allows

VERBS = {"view": "see", "add": "add", "change": "change", "delete": "delete"}
# Where the model's own name would tell nobody what it is.
NOUNS = {
    "crm.history": "history of changes",
    "crm.leadstatuschange": "history of a lead's status",
    "crm.interaction": "history of a contact",
    "crm.company": "settings of the company",
    "crm.staffvisit": "visits of platform staff",
    "telephony.call": "calls",
    "telephony.callid": "ids that providers gave a call",
    "telephony.calleventlog": "course of a call",
    "telephony.turn": "what was said on a call",
    "telephony.insight": "what a call meant",
    "telephony.callmetrics": "measurements of a call",
    "telephony.provideraccount": "provider accounts and their secrets",
    "telephony.webhookaddress": "addresses that providers deliver to",
    "telephony.webhookevent": "inbox",
    "telephony.quarantined": "quarantine",
    "telephony.syncrun": "synchronizations (to add one is to run the job)",
    "analysis.rescoring": "scoring of all calls anew (to add one is to begin it)",
    "calltracking.callnote": "notes on a call",
}


@dataclass(frozen=True)
class Cell:
    """What one role may do with something, in words, all that it may not left out."""

    role: str
    may: tuple[str, ...]
    is_mine: bool

    @property
    def said(self) -> str:
        return ", ".join(self.may)

    @property
    def title(self) -> str:
        return str(Role(self.role).label)


@dataclass(frozen=True)
class Line:
    """Something, and what each role may do with it."""

    label: str
    noun: str
    cells: tuple[Cell, ...]


@require_GET
@page(None)
def roles(request: HttpRequest) -> HttpResponse:
    """Show the table to every member, with their own column lit."""
    member = member_of(request)
    context = {
        "title": "What roles may do",
        "roles": [(label, value == member.role) for value, label in Role.choices],
        "lines": lines(mine=member.role),
        "special": special_lines(mine=member.role),
        "agents_see_own": member.company.agents_see == Company.Sight.OWN,
        "can_change_company": request.user.has_perm("crm.change_company"),
        "company": member.company,
    }
    return render_page(request, "calltracking/roles.html", context)


def lines(*, mine: str) -> list[Line]:
    """Return a line for each noun that somebody may see, in the table's order."""
    return [
        Line(label, noun_of(label), tuple(_cell(label, role, mine=mine) for role in Role))
        for label, rights in RIGHTS.items()
        if rights.view is not None
    ]


def special_lines(*, mine: str) -> list[Line]:
    """Return a line for each right that is no noun's."""
    return [
        Line(right, said, tuple(Cell(role, ("yes",) if allows(role, right) else (), role == mine) for role in Role))
        for right, (_, said) in SPECIAL_RIGHTS.items()
    ]


def noun_of(label: str) -> str:
    named = NOUNS.get(label) or str(apps.get_model(label)._meta.verbose_name_plural)
    return str(capfirst(named))


def _cell(label: str, role: Role, *, mine: str) -> Cell:
    app_label, _, model = label.partition(".")
    may = tuple(verb for action, verb in VERBS.items() if allows(role, f"{app_label}.{action}_{model}"))
    return Cell(role, may, role == mine)
