"""Asking ElevenLabs: the list of an account's conversations, and one of them.

Source: their documentation, «List conversations», «Get conversation» and «List workspace
webhooks». List items carry no phone numbers, so each
conversation worth knowing is asked for by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from crm.http import HostNotAllowed, HttpClient, RequestFailed
from telephony.events import CallEvent, CallOutcome, CallStatus
from telephony.providers.base import (
    AccessRefused,
    CallPage,
    CallSource,
    ListedCall,
    NotUnderstood,
    ProviderError,
    WebhookThere,
)
from telephony.providers.elevenlabs.forms import in_vendors_form
from telephony.providers.elevenlabs.reading import read_conversation
from telephony.providers.elevenlabs.wire import Conversation
from telephony.providers.elevenlabs.words import LAST_STATUSES, OUTCOMES, STATUSES
from telephony.providers.untrusted import storable, word

if TYPE_CHECKING:
    from telephony.models import ProviderAccount

# A residency is a workspace of its own, with its own key. Source: their SDK, `environment.py`.
HOSTS = {
    "": "api.elevenlabs.io",
    "us": "api.us.elevenlabs.io",
    "eu": "api.eu.residency.elevenlabs.io",
    "in": "api.in.residency.elevenlabs.io",
    "sg": "api.sg.residency.elevenlabs.io",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONVERSATIONS = "/v1/convai/conversations"
WEBHOOKS = "/v1/workspace/webhooks"
PAGE_SIZE = 100
REFUSED = (401, 403)
# In the year 9999; what is later is no time.
LAST_SECOND = 253_402_300_799


@dataclass(frozen=True)
class Conversations(CallSource):
    http: HttpClient
    base_url: str

    @classmethod
    def of(cls, account: ProviderAccount, *, pause: Callable[[float], None]) -> Conversations:
        """Return the account's conversations; raises `AccessRefused` without a key, `ProviderError` without a host."""
        key = account.api_key() if account.api_key_sealed else ""
        if not key:
            raise AccessRefused("The account has no API key. Enter one under Providers.")
        base_url = _base_url(account.region)
        http = HttpClient(hosts=frozenset({urlsplit(base_url).netloc}), headers={"xi-api-key": key}, pause=pause)
        return cls(http, base_url)

    def list_calls(self, *, since: datetime | None, until: datetime, cursor: str = "", agent: str = "") -> CallPage:
        params: dict[str, Any] = {
            "page_size": PAGE_SIZE,
            "call_start_before_unix": int(until.timestamp()),
            "call_start_after_unix": int(since.timestamp()) if since else None,
            "agent_id": agent or None,
            "cursor": cursor or None,
        }
        page = self._get("", {name: value for name, value in params.items() if value is not None})
        items = page.get("conversations")
        if not isinstance(items, list):
            # Read as an empty list it would count as covered, and what was in it would be lost.
            raise ProviderError("ElevenLabs: the answer holds no list of conversations.", permanent=True)
        listed = [_listed(item) for item in items]
        calls = tuple(call for call in listed if call)
        return CallPage(calls=calls, cursor=_next_cursor(page), unreadable=len(listed) - len(calls))

    def fetch_call(self, ref: str) -> CallEvent:
        raw = self._get(f"/{quote(ref, safe='')}", {})
        # There is no time of the last change. What is final is told now; what is not gives way to any webhook.
        is_final = raw.get("status") in LAST_STATUSES
        try:
            event = read_conversation(raw, told_at=datetime.now(UTC) if is_final else None)
        except NotUnderstood as error:
            raise ProviderError(str(error), permanent=True) from error
        if event.ids[0].value != ref:
            raise ProviderError("The answer speaks of another conversation.", permanent=True)
        return event

    def webhooks(self) -> tuple[WebhookThere, ...]:
        read = self._get("", {}, of=WEBHOOKS)
        items = read.get("webhooks")
        if not isinstance(items, list):
            raise ProviderError("ElevenLabs: the answer holds no list of webhooks.", permanent=True)
        return tuple(_webhook(item) for item in items if isinstance(item, dict))

    def _get(self, path: str, params: dict[str, Any], *, of: str = CONVERSATIONS) -> dict[str, Any]:
        try:
            read = self.http.get_json(f"{self.base_url}{of}{path}", params=params)
        except HostNotAllowed as error:
            raise ProviderError("The account's host is none of ElevenLabs'.", permanent=True) from error
        except RequestFailed as error:
            if error.status in REFUSED:
                raise AccessRefused(
                    f"ElevenLabs refuses the account's API key ({error.status}). Enter a valid one under Providers; "
                    f"it needs the right to read {'webhooks' if of == WEBHOOKS else 'conversations'}."
                ) from error
            raise ProviderError(f"ElevenLabs: {error}.", permanent=error.permanent) from error
        if not isinstance(read, dict):
            raise ProviderError("ElevenLabs: the answer is no object.", permanent=True)
        try:
            clean: dict[str, Any] = storable(read)
        except RecursionError as error:
            raise ProviderError("ElevenLabs: the answer is nested too deeply.", permanent=True) from error
        return clean


def _base_url(region: str) -> str:
    """Return where the account's data is kept. Another address is for tests, and only on this machine."""
    override = settings.ELEVENLABS_BASE_URL.rstrip("/")
    if override:
        if urlsplit(override).hostname not in LOOPBACK:
            raise ProviderError("ELEVENLABS_BASE_URL may only name this machine.", permanent=True)
        return str(override)
    host = HOSTS.get(region.strip().lower())
    if host is None:
        known = ", ".join(name for name in HOSTS if name)
        raise ProviderError(f"ElevenLabs has no region {region!r}; there are: {known}, or none.", permanent=True)
    return f"https://{host}"


def _next_cursor(page: dict[str, Any]) -> str:
    """Return where the list goes on, empty at its end; raises `ProviderError` when it does not say."""
    following = page.get("next_cursor") if page.get("has_more") is not False else None
    if page.get("has_more") is True and not (isinstance(following, str) and following):
        raise ProviderError("ElevenLabs: the list goes on, and does not say where.", permanent=True)
    return following if isinstance(following, str) else ""


def _listed(item: object) -> ListedCall | None:
    """Return an entry of the list; None for one that names no conversation."""
    if not isinstance(item, dict):
        return None
    try:
        said = Conversation.model_validate(in_vendors_form(item))
    except ValueError:
        return None
    return ListedCall(
        ref=said.conversation_id,
        status=word(STATUSES, said.status, CallStatus.UNKNOWN),
        outcome=word(OUTCOMES, said.analysis.call_successful, CallOutcome.UNKNOWN),
        started_at=said.metadata.start_time_unix_secs,
        duration_seconds=said.metadata.call_duration_secs,
        title=title.strip() if isinstance(title := item.get("call_summary_title"), str) else "",
    )


def _webhook(item: dict[str, Any]) -> WebhookThere:
    """Read a webhook leniently. `retry_enabled` is a setting that the list does not always show."""
    url, again = item.get("webhook_url"), item.get("retry_enabled")
    code, failed = item.get("most_recent_failure_error_code"), item.get("most_recent_failure_timestamp")
    known = isinstance(failed, int) and 0 < failed < LAST_SECOND
    by_itself = item.get("is_auto_disabled") is True
    return WebhookThere(
        url=url if isinstance(url, str) else "",
        is_off=by_itself or item.get("is_disabled") is True,
        is_off_by_itself=by_itself,
        sends_again=again if isinstance(again, bool) else None,
        failed_with=code if isinstance(code, int) and 100 <= code <= 599 else None,
        failed_at=datetime.fromtimestamp(int(failed or 0), UTC) if known else None,
    )
