"""Who we talk to: companies, people, contacts, leads, interactions, follow-ups, campaigns."""

from crm.models.api_keys import ApiKey, RepeatableAnswer, RequestCount
from crm.models.attempts import FailedAttempts
from crm.models.campaigns import Campaign, Recipient
from crm.models.companies import Company, Membership
from crm.models.contact_values import ContactValue
from crm.models.contact_words import ContactWord
from crm.models.contacts import Contact, PhoneNumber
from crm.models.custom_fields import ExtractionField
from crm.models.erasures import Erased
from crm.models.imports import ContactImport, ImportedContact
from crm.models.interactions import FollowUp, FollowUpRule, Interaction
from crm.models.invitations import Invitation
from crm.models.lead_status import LeadStatus
from crm.models.leads import Lead, LeadStatusChange
from crm.models.preferences import NotificationKind, NotificationPreference
from crm.models.users import User
from crm.models.visits import StaffVisit

__all__ = [
    "ApiKey",
    "Campaign",
    "Company",
    "Contact",
    "ContactImport",
    "ContactValue",
    "ContactWord",
    "Erased",
    "ExtractionField",
    "FailedAttempts",
    "FollowUp",
    "FollowUpRule",
    "ImportedContact",
    "Interaction",
    "Invitation",
    "Lead",
    "LeadStatus",
    "LeadStatusChange",
    "Membership",
    "NotificationKind",
    "NotificationPreference",
    "PhoneNumber",
    "Recipient",
    "RepeatableAnswer",
    "RequestCount",
    "StaffVisit",
    "User",
]
