"""What is read of ElevenLabs' JSON: every field lenient, because fields come, go and change type."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from telephony.providers.untrusted import reference


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _seconds(value: object) -> float | None:
    # Compared before it is made a float: an integer of four hundred digits has none.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e7:
        return None
    return float(value)


def _whole_seconds(value: object) -> int | None:
    seconds = _seconds(value)
    return None if seconds is None else int(seconds)


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 4_102_444_800:
        return None
    return datetime.fromtimestamp(value, UTC)


def _objects(value: object) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def as_object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


Reference = Annotated[str, BeforeValidator(reference)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Text = Annotated[str, BeforeValidator(_text)]
Seconds = Annotated[float | None, BeforeValidator(_seconds)]
WholeSeconds = Annotated[int | None, BeforeValidator(_whole_seconds)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ToolCall(Wire):
    request_id: Text = ""
    tool_name: Text = ""
    params_as_json: Text = ""


class ToolResult(Wire):
    request_id: Text = ""
    tool_name: Text = ""
    result_value: Text = ""
    is_error: Flag = None
    tool_has_been_called: Flag = None

    @property
    def failed(self) -> bool:
        # An abandoned tool (the caller spoke or hung up) says is_error, yet was never called: nothing failed.
        return bool(self.is_error) and self.tool_has_been_called is not False


class Turn(Wire):
    role: Text = ""
    message: Text = ""
    original_message: Text = ""
    interrupted: Annotated[bool, BeforeValidator(bool)] = False
    time_in_call_secs: Seconds = None
    tool_calls: Annotated[list[ToolCall], BeforeValidator(_objects)] = []
    tool_results: Annotated[list[ToolResult], BeforeValidator(_objects)] = []


class PhoneCall(Wire):
    type: Text = ""
    direction: Text = ""
    agent_number: Text = ""
    external_number: Text = ""
    call_result: Text = ""
    call_sid: Text = ""


class Error(Wire):
    reason: Text = ""


class BatchCall(Wire):
    batch_call_id: Reference = ""
    batch_call_recipient_id: Reference = ""


class Metadata(Wire):
    start_time_unix_secs: Moment = None
    accepted_time_unix_secs: Moment = None
    call_duration_secs: WholeSeconds = None
    termination_reason: Text = ""
    main_language: Text = ""
    phone_call: Annotated[PhoneCall, BeforeValidator(as_object)] = PhoneCall()
    error: Annotated[Error, BeforeValidator(as_object)] = Error()
    campaign_id: Reference = ""
    recipient_id: Reference = ""
    batch_call: Annotated[BatchCall, BeforeValidator(as_object)] = BatchCall()


class Analysis(Wire):
    call_successful: Text = ""
    transcript_summary: Text = ""
    call_summary_title: Text = ""


class ClientData(Wire):
    dynamic_variables: Annotated[dict[str, Any], BeforeValidator(as_object)] = {}


class Conversation(Wire):
    conversation_id: str = Field(min_length=1, max_length=128)
    agent_id: Text = ""
    agent_name: Text = ""
    status: Text = ""
    transcript: Annotated[list[Turn], BeforeValidator(_objects)] = []
    metadata: Annotated[Metadata, BeforeValidator(as_object)] = Metadata()
    analysis: Annotated[Analysis, BeforeValidator(as_object)] = Analysis()
    conversation_initiation_client_data: Annotated[ClientData, BeforeValidator(as_object)] = ClientData()
