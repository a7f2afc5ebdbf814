"""Who may do what: one table for the admin, the API and the pages.

A row names, for a model, the least role that may view, add, change or delete it. A model that is not in the table can
be reached by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    """From the most to the least rights."""

    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    AGENT = "agent", "Agent"
    VIEWER = "viewer", "Viewer"


RANK = {Role.VIEWER: 1, Role.AGENT: 2, Role.MANAGER: 3, Role.OWNER: 4}


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
    "crm.leadstatuschange": Rights(),
    "crm.interaction": Rights(add=Role.AGENT),
    "crm.followup": Rights(add=Role.AGENT, change=Role.AGENT, delete=Role.MANAGER),
    # How calls reach us.
    "telephony.call": Rights(change=Role.AGENT),
    "telephony.callid": Rights(),
    "telephony.calleventlog": Rights(),
    "telephony.turn": Rights(),
    "telephony.insight": Rights(),
    "telephony.callmetrics": Rights(),
    "telephony.agent": Rights(change=Role.MANAGER),
    "calltracking.callnote": Rights(add=Role.AGENT, change=Role.AGENT),
    # Running the company.
    "telephony.webhookevent": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "telephony.quarantined": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "telephony.syncrun": Rights(view=Role.MANAGER, add=Role.MANAGER),
    "telephony.refusal": Rights(view=None),
    "telephony.provideraccount": Rights(view=Role.MANAGER, add=Role.OWNER, change=Role.OWNER, delete=Role.OWNER),
    "telephony.webhookaddress": Rights(view=Role.MANAGER, add=Role.OWNER, change=Role.OWNER, delete=Role.OWNER),
    "crm.followuprule": Rights(view=Role.MANAGER, change=Role.MANAGER),
    "crm.company": Rights(view=Role.MANAGER, change=Role.OWNER),
    "crm.membership": Rights(view=Role.MANAGER, change=Role.OWNER),
    "crm.user": Rights(view=None),
    # The event tables of history, all of them (crm/history.py): the page of all changes and its file.
    "crm.history": Rights(view=Role.MANAGER),
}


def allows(role: Role | str | None, permission: str) -> bool:
    """Return whether the role has a permission in Django's words (`crm.change_lead`)."""
    app_label, _, rest = permission.partition(".")
    action, _, model = rest.partition("_")
    rights = RIGHTS.get(f"{app_label}.{model}")
    least = getattr(rights, action, None) if action in ("view", "add", "change", "delete") else None
    return role is not None and least is not None and RANK[Role(role)] >= RANK[least]


def allows_app(role: Role | str | None, app_label: str) -> bool:
    """Return whether the role may see anything of the app."""
    return any(
        allows(role, f"{app_label}.view_{label.partition('.')[2]}")
        for label in RIGHTS
        if label.startswith(f"{app_label}.")
    )
