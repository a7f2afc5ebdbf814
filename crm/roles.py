"""Who may do what: one table for the admin, the API and the pages.

A row names, for a model, the least role that may view, add, change or delete it. A model that is not in the table can
be reached by nobody. What is no model's (to see a number in full) stands in `SPECIAL_RIGHTS`. `/roles/` shows both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    """From the most to the least rights."""

    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    AGENT = "agent", "Agent"
    VIEWER = "viewer", "Viewer"


class Scope(models.TextChoices):
    """What an API key may be allowed. Writing includes reading the same things: answers show what was written."""

    CALLS_READ = "calls:read", "Read calls, conversations and numbers"
    CALLS_WRITE = "calls:write", "Store conversations, write comments"
    CONTACTS_READ = "contacts:read", "Read contacts, leads, history and follow-ups"
    CONTACTS_WRITE = "contacts:write", "Add and change contacts, leads, history and follow-ups"
    JOBS_RUN = "jobs:run", "See and start synchronizations"


RANK = {Role.VIEWER: 1, Role.AGENT: 2, Role.MANAGER: 3, Role.OWNER: 4}
# Who needs a second factor in a company that requires it: those who see its secrets' places and its members.
SECOND_FACTOR_FROM = Role.MANAGER


@dataclass(frozen=True)
class Rights:
    """The least role for each action; None where no person does it, because machines write the row."""

    view: Role | None = Role.VIEWER
    add: Role | None = None
    change: Role | None = None
    delete: Role | None = None


RIGHTS: dict[str, Rights] = {
    # Who we talk to.
    "crm.contact": Rights(add=Role.AGENT, change=Role.AGENT, delete=Role.MANAGER),
    "crm.lead": Rights(add=Role.AGENT, change=Role.AGENT, delete=Role.MANAGER),
    "crm.phonenumber": Rights(add=Role.AGENT, change=Role.AGENT, delete=Role.AGENT),
    "crm.contactword": Rights(),
    "crm.contactvalue": Rights(),
    "crm.leadstatuschange": Rights(),
    # Of contacts that come as a file; each member's own, and all of them for who sees everybody.
    "crm.contactimport": Rights(view=Role.AGENT, add=Role.AGENT, change=Role.AGENT),
    "crm.importedcontact": Rights(view=Role.AGENT),
    "crm.interaction": Rights(add=Role.AGENT),
    "crm.followup": Rights(add=Role.AGENT, change=Role.AGENT, delete=Role.MANAGER),
    # What we did to be called.
    "crm.campaign": Rights(add=Role.MANAGER, change=Role.MANAGER, delete=Role.MANAGER),
    "crm.erased": Rights(view=None),
    "crm.recipient": Rights(add=Role.MANAGER, change=Role.MANAGER, delete=Role.MANAGER),
    # How calls reach us.
    "telephony.call": Rights(add=Role.AGENT, change=Role.AGENT),
    "telephony.callid": Rights(),
    "telephony.calleventlog": Rights(),
    "telephony.turn": Rights(),
    "telephony.insight": Rights(),
    "telephony.correction": Rights(add=Role.AGENT, change=Role.AGENT, delete=Role.AGENT),
    "telephony.callmetrics": Rights(),
    "telephony.agent": Rights(change=Role.MANAGER),
    "analysis.reading": Rights(),
    "analysis.analysisusage": Rights(view=Role.MANAGER),
    "telephony.phoneline": Rights(add=Role.MANAGER, change=Role.MANAGER, delete=Role.MANAGER),
    "calltracking.callnote": Rights(add=Role.AGENT, change=Role.AGENT),
    # Each member's own.
    "calltracking.notification": Rights(change=Role.VIEWER),
    "crm.notificationpreference": Rights(add=Role.VIEWER, change=Role.VIEWER),
    "calltracking.attributionentry": Rights(),
    "calltracking.attributionbatch": Rights(),
    "calltracking.learntnumber": Rights(),
    # Behind the dashboard, which shows them to all who may see calls.
    "calltracking.dailycallstats": Rights(view=None),
    "calltracking.staleday": Rights(view=None),
    "calltracking.savedview": Rights(),
    "calltracking.export": Rights(view=Role.MANAGER),
    # Running the company.
    "telephony.webhookevent": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "telephony.quarantined": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "telephony.syncrun": Rights(view=Role.MANAGER, add=Role.MANAGER),
    "telephony.trouble": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "telephony.troublemail": Rights(view=Role.MANAGER),
    "telephony.webhookcheck": Rights(view=Role.MANAGER),
    "telephony.refusal": Rights(view=None),
    "telephony.provideraccount": Rights(view=Role.MANAGER, add=Role.OWNER, change=Role.OWNER, delete=Role.OWNER),
    "telephony.webhookaddress": Rights(view=Role.MANAGER, add=Role.OWNER, change=Role.OWNER, delete=Role.OWNER),
    "crm.extractionfield": Rights(view=Role.MANAGER, add=Role.MANAGER, change=Role.MANAGER, delete=Role.MANAGER),
    "crm.followuprule": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "analysis.scorerule": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "analysis.hotrule": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "analysis.rescoring": Rights(view=Role.MANAGER, add=Role.MANAGER),
    "calltracking.attributionrule": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "calltracking.serviceprice": Rights(view=Role.MANAGER, add=Role.MANAGER, change=Role.MANAGER, delete=Role.MANAGER),
    "crm.company": Rights(view=Role.MANAGER, change=Role.OWNER),
    "crm.membership": Rights(view=Role.MANAGER, change=Role.OWNER),
    "crm.invitation": Rights(view=Role.MANAGER, add=Role.MANAGER, change=Role.MANAGER),
    "crm.staffvisit": Rights(view=Role.OWNER),
    "crm.user": Rights(view=None),
    "crm.failedattempts": Rights(view=None),
    "crm.apikey": Rights(view=Role.OWNER, add=Role.OWNER, change=Role.OWNER),
    "crm.repeatableanswer": Rights(view=None),
    "crm.requestcount": Rights(view=None),
    # The event tables of history, all of them (crm/history.py): the page of all changes and its file.
    "crm.history": Rights(view=Role.MANAGER),
}

# For each model that API keys reach: the scopes for looking, and those for anything else.
_CALLS = ({Scope.CALLS_READ, Scope.CALLS_WRITE}, {Scope.CALLS_WRITE})
_CONTACTS = ({Scope.CONTACTS_READ, Scope.CONTACTS_WRITE}, {Scope.CONTACTS_WRITE})
SCOPES: dict[str, tuple[set[Scope], set[Scope]]] = {
    "crm.contact": _CONTACTS,
    "crm.lead": _CONTACTS,
    "crm.interaction": _CONTACTS,
    "crm.followup": _CONTACTS,
    "telephony.call": _CALLS,
    "telephony.turn": _CALLS,
    "telephony.insight": _CALLS,
    "telephony.agent": _CALLS,
    "calltracking.callnote": _CALLS,
    "telephony.syncrun": ({Scope.JOBS_RUN}, {Scope.JOBS_RUN}),
}


def is_trusted_with_much(role: Role | str) -> bool:
    """Return whether the role is one that a company may require a second factor of."""
    return RANK[Role(role)] >= RANK[SECOND_FACTOR_FROM]


FULL_NUMBERS = "crm.view_full_number"
EXPORT_PERSON = "crm.export_person"
ERASE_PERSON = "crm.erase_person"
REPROCESS_MANY = "telephony.reprocess_many"
ATTRIBUTE_CALL = "telephony.attribute_call"
RUN_ATTRIBUTION = "calltracking.run_attribution"
TAKE_OUT = "calltracking.take_out"
SAVE_VIEW = "calltracking.save_view"
SHARE_VIEW = "calltracking.share_view"

# The least role for what no model stands for, in Django's words, and what it is.
SPECIAL_RIGHTS: dict[str, tuple[Role, str]] = {
    FULL_NUMBERS: (Role.AGENT, "See phone numbers in full, find people by number, read a provider's own account"),
    EXPORT_PERSON: (Role.MANAGER, "Export everything that is kept of a person"),
    REPROCESS_MANY: (Role.MANAGER, "Have many calls read anew at once"),
    ERASE_PERSON: (Role.MANAGER, "Erase a person for good, from their calls and from history too"),
    ATTRIBUTE_CALL: (
        Role.AGENT,
        "Say which campaign brought a call, one or many, and undo what they said themselves",
    ),
    TAKE_OUT: (Role.VIEWER, "Take out as a file what they see: calls, contacts, figures"),
    SAVE_VIEW: (Role.VIEWER, "Keep filters of a list under a name of their own"),
    SHARE_VIEW: (Role.AGENT, "Share a saved view with the company"),
    RUN_ATTRIBUTION: (Role.MANAGER, "Run the attribution rules over past calls, and undo what others attributed"),
}

# Who sees only their own leads in a company that is set so. Managers and owners give leads out, so they see them all;
# viewers look over everything and change nothing.
LIMITED_TO_THEIR_OWN = (Role.AGENT,)


def allows(role: Role | str | None, permission: str) -> bool:
    """Return whether the role has a permission in Django's words (`crm.change_lead`)."""
    least = least_role(permission)
    return role is not None and least is not None and RANK[Role(role)] >= RANK[least]


def least_role(permission: str) -> Role | None:
    """Return the least role that has the permission; None when nobody has it."""
    if permission in SPECIAL_RIGHTS:
        return SPECIAL_RIGHTS[permission][0]
    app_label, _, rest = permission.partition(".")
    action, _, model = rest.partition("_")
    rights = RIGHTS.get(f"{app_label}.{model}")
    return getattr(rights, action, None) if action in ("view", "add", "change", "delete") else None


def may_give(giver: Role | str, role: Role | str) -> bool:
    """Return whether somebody of the one role may make others of the other: never of a higher one than theirs."""
    return RANK[Role(giver)] >= RANK[Role(role)]


def scopes_allow(scopes: Iterable[str], permission: str) -> bool:
    """Return whether one of an API key's scopes covers a permission in Django's words; no line in SCOPES: never.

    A special right is of no model's, so the key's role alone decides.
    """
    if permission in SPECIAL_RIGHTS:
        return True
    app_label, _, rest = permission.partition(".")
    action, _, model = rest.partition("_")
    looking, doing = SCOPES.get(f"{app_label}.{model}", (set(), set()))
    return bool((looking if action == "view" else doing) & set(scopes))


def allows_app(role: Role | str | None, app_label: str) -> bool:
    """Return whether the role may see anything of the app."""
    return any(
        allows(role, f"{app_label}.view_{label.partition('.')[2]}")
        for label in RIGHTS
        if label.startswith(f"{app_label}.")
    )
