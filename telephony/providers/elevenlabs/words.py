"""ElevenLabs' words and ours, by kind: what is not in a table is `unknown`, and kept raw."""

from telephony.events import CallDirection, CallOutcome, CallStatus, Speaker

STATUSES = {
    "initiated": CallStatus.RINGING,
    "in-progress": CallStatus.IN_PROGRESS,
    "processing": CallStatus.COMPLETED,  # over; only the analysis is pending
    "done": CallStatus.COMPLETED,
    "failed": CallStatus.FAILED,
}
# After these nothing more comes, but for an analysis that somebody runs again.
LAST_STATUSES = frozenset({"done", "failed"})
# metadata.phone_call.call_result says more than `done` about a call nobody took.
RESULTS = {
    "voicemail": CallStatus.VOICEMAIL,
    "busy": CallStatus.BUSY,
    "no_answer": CallStatus.NO_ANSWER,
    "failed": CallStatus.FAILED,
}
OUTCOMES = {
    "success": CallOutcome.SUCCESS,
    "failure": CallOutcome.FAILURE,
    "unknown": CallOutcome.UNKNOWN,
}
DIRECTIONS = {"inbound": CallDirection.INBOUND, "outbound": CallDirection.OUTBOUND}
# `agent` and `user` are the vendor's; the others are what forwarders and apps make of them.
SPEAKERS = {
    "agent": Speaker.AGENT,
    "user": Speaker.CUSTOMER,
    "assistant": Speaker.AGENT,
    "ai": Speaker.AGENT,
    "customer": Speaker.CUSTOMER,
    "caller": Speaker.CUSTOMER,
    "human": Speaker.CUSTOMER,
}
# The carrier's id of the same call, by phone_call.type: there it meets the row the carrier itself reports.
CARRIERS = {"twilio": "twilio", "exotel": "exotel", "sip_trunking": "sip", "sip": "sip"}
# A voicemail says so only in the free text of why the call ended.
VOICEMAIL_REASON = "voicemail_detection"

# ---- calls that never began -----------------------------------------------------------------------------------

FAILURE_REASONS = {"busy": CallStatus.BUSY, "no-answer": CallStatus.NO_ANSWER}
# The carrier's word, when the vendor's reason is `unknown`.
CARRIER_STATUSES = {
    "busy": CallStatus.BUSY,
    "no-answer": CallStatus.NO_ANSWER,
    "canceled": CallStatus.CANCELED,
    "failed": CallStatus.FAILED,
}
SIP_CODES = {
    480: CallStatus.NO_ANSWER,
    408: CallStatus.NO_ANSWER,
    486: CallStatus.BUSY,
    600: CallStatus.BUSY,
    487: CallStatus.CANCELED,
}

# ---- other spellings of the vendor's names: the flat form, and the mixtures seen in the wild --------------------
# The vendor's name → how else it is spelled, best first.

ID_SPELLINGS = {"conversation_id": ("call_id",)}
TIME_SPELLINGS = {
    "start_time_unix_secs": ("start_time_unix", "start_time_unix_seconds", "start_time", "started_at"),
    "call_duration_secs": ("call_duration_seconds", "duration_seconds", "duration_secs", "call_duration", "duration"),
    "termination_reason": ("end_reason", "ended_reason"),
    "main_language": ("language",),
}
PHONE_SPELLINGS = {
    "external_number": ("caller_phone", "phone_number", "caller_number", "customer_number", "caller_id"),
    "agent_number": ("called_number", "agent_phone", "agent_phone_number", "our_number"),
    "direction": ("call_direction",),
    "call_sid": ("twilio_call_sid",),
}
# What we, or the company's own programs, passed along with the call.
REFERENCE_SPELLINGS = {"campaign_id": ("campaignId",), "recipient_id": ("recipientId",)}
ANALYSIS_SPELLINGS = {
    "call_successful": ("successful", "success", "outcome"),
    "transcript_summary": ("summary",),
    "call_summary_title": ("title",),
}
TURN_SPELLINGS = {"role": ("speaker", "source"), "message": ("content", "text")}
TURN_TIMES = ("time_in_call_seconds", "timestamp", "time", "start_time")
TURN_LISTS = ("messages", "turns")
SAID_OUTCOMES = {True: "success", False: "failure", "true": "success", "false": "failure"}
# A flat event has no status: its name says how the conversation stands.
STATUS_OF_EVENT = {"conversation.ended": "done"}

# Where an account's data is kept; each but the first is a workspace of its own. The client knows their hosts.
REGIONS = (
    ("", "Default"),
    ("us", "United States"),
    ("eu", "European Union"),
    ("in", "India"),
    ("sg", "Singapore"),
)
