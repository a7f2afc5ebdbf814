"""ElevenLabs' words and ours, by kind: what is not in a table is `unknown`, and kept raw."""

from telephony.events import CallDirection, CallOutcome, CallStatus, Speaker

STATUSES = {
    "initiated": CallStatus.RINGING,
    "in-progress": CallStatus.IN_PROGRESS,
    "processing": CallStatus.COMPLETED,  # over; only the analysis is pending
    "done": CallStatus.COMPLETED,
    "failed": CallStatus.FAILED,
}
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
SPEAKERS = {"agent": Speaker.AGENT, "user": Speaker.CUSTOMER}
# The carrier's id of the same call, by phone_call.type: there it meets the row the carrier itself reports.
CARRIERS = {"twilio": "twilio", "exotel": "exotel", "sip_trunking": "sip"}
# A voicemail says so only in the free text of why the call ended.
VOICEMAIL_REASON = "voicemail_detection"
