"""How calls reach us, and the calls themselves."""

from telephony.models.accounts import ProviderAccount, WebhookAddress
from telephony.models.agents import Agent
from telephony.models.call_ids import CallEventLog, CallId
from telephony.models.calls import Call
from telephony.models.health import Trouble, TroubleMail, WebhookCheck
from telephony.models.inbox import WebhookEvent
from telephony.models.insights import CallMetrics, Correction, Insight
from telephony.models.lines import PhoneLine
from telephony.models.refusals import Quarantined, Refusal
from telephony.models.syncs import SyncRun
from telephony.models.transcripts import Turn

__all__ = [
    "Agent",
    "Call",
    "CallEventLog",
    "CallId",
    "CallMetrics",
    "Correction",
    "Insight",
    "PhoneLine",
    "ProviderAccount",
    "Quarantined",
    "Refusal",
    "SyncRun",
    "Trouble",
    "TroubleMail",
    "Turn",
    "WebhookAddress",
    "WebhookCheck",
    "WebhookEvent",
]
