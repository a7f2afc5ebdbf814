"""Who we talk to: companies, people, contacts, leads, interactions, follow-ups, campaigns."""

from crm.models.campaigns import Campaign, Recipient
from crm.models.companies import Company, Membership, User
from crm.models.contacts import Contact, PhoneNumber
from crm.models.interactions import FollowUp, FollowUpRule, Interaction
from crm.models.lead_status import LeadStatus
from crm.models.leads import Lead, LeadStatusChange

__all__ = [
    "Campaign",
    "Company",
    "Contact",
    "FollowUp",
    "FollowUpRule",
    "Interaction",
    "Lead",
    "LeadStatus",
    "LeadStatusChange",
    "Membership",
    "PhoneNumber",
    "Recipient",
    "User",
]
