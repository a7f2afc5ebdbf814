"""Who we talk to: companies, people, contacts, leads, interactions, follow-ups."""

from crm.models.companies import Company, Membership, User
from crm.models.contacts import Contact, PhoneNumber
from crm.models.interactions import FollowUp, FollowUpRule, Interaction
from crm.models.invitations import Invitation
from crm.models.lead_status import LeadStatus
from crm.models.leads import Lead, LeadStatusChange
from crm.models.visits import StaffVisit

__all__ = [
    "Company",
    "Contact",
    "FollowUp",
    "FollowUpRule",
    "Interaction",
    "Invitation",
    "Lead",
    "LeadStatus",
    "LeadStatusChange",
    "Membership",
    "PhoneNumber",
    "StaffVisit",
    "User",
]
