"""ElevenLabs as far as we ask it, on a port of this machine: conversations to list and to fetch, webhooks to push.

A real HTTP server in a thread. What it keeps it keeps in the vendor's form; how it misbehaves is said by `trouble`.
"""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from telephony.events import CallEvent
from telephony.providers import get_provider
from telephony.providers.base import Delivery
from telephony.providers.signatures import sign_timestamped

KEY = "xi_key_for_tests"
PREFIX = "/v1/convai/conversations"
WEBHOOKS = "/v1/workspace/webhooks"
LIST_NAMES = ("conversation_id", "agent_id", "agent_name", "status")
# The vendor's: at once, then four times more, only after these answers. Source: «Webhooks», retries.
RETRY_AFTER_SECONDS = (0, 30, 120, 480, 1800)
RETRIED = (408, 429, *range(500, 600))

# What to answer instead: a status, seconds to wait first, or a body.
Trouble = Callable[[str, int], "Answer | None"]


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b"{}"
    after_seconds: float = 0.0
    retry_after: str = ""


@dataclass
class ElevenLabsStub:
    """The workspace of one customer."""

    key: str = KEY
    conversations: dict[str, dict[str, Any]] = field(default_factory=dict)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    trouble: Trouble = lambda path, times: None
    asked: Counter[str] = field(default_factory=Counter)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def keep(self, event: CallEvent, *, status: str = "", **more: Any) -> dict[str, Any]:
        """Have a conversation, as the event tells it; returns it in the vendor's form."""
        body = get_provider("elevenlabs").compose(event, secret="", at=event.told_at).body
        data: dict[str, Any] = json.loads(body)["data"]
        data.update({"status": status or data["status"], **more})
        self.conversations[data["conversation_id"]] = data
        return data

    def set_up_webhook(self, url: str, **facts: Any) -> dict[str, Any]:
        """Have a webhook that leads there, as the list of the workspace shows it; returns it to be changed."""
        webhook = {
            "name": "Post-call",
            "webhook_id": f"wh_{len(self.webhooks)}",
            "webhook_url": url,
            "is_disabled": False,
            "is_auto_disabled": False,
            "auth_type": "hmac",
            "most_recent_failure_error_code": None,
            "most_recent_failure_timestamp": None,
            **facts,
        }
        self.webhooks.append(webhook)
        return webhook

    def details_asked(self) -> int:
        return sum(times for path, times in self.asked.items() if path.startswith(f"{PREFIX}/"))

    # ---- what it answers

    def answer(self, path: str, query: dict[str, list[str]], key: str) -> Answer:
        self.asked[path] += 1
        if key != self.key:
            return Answer(401, b'{"detail": {"status": "invalid_api_key", "message": "Invalid API key"}}')
        if trouble := self.trouble(path, self.asked[path]):
            return trouble
        if path == WEBHOOKS:
            return Answer(body=json.dumps({"webhooks": self.webhooks}).encode())
        if path == PREFIX:
            self.queries.append(query)
            return Answer(body=json.dumps(self._page(query)).encode())
        found = self.conversations.get(unquote(path.removeprefix(f"{PREFIX}/")))
        if found is None:
            return Answer(404, b'{"detail": {"status": "not_found"}}')
        audio = {"has_audio": True, "has_user_audio": True, "has_response_audio": True}
        return Answer(body=json.dumps({**found, **audio}).encode())

    def _page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        after, before = (int(query.get(f"call_start_{end}_unix", ["0"])[0]) for end in ("after", "before"))
        agent = query.get("agent_id", [""])[0]
        size = int(query.get("page_size", ["30"])[0])
        items = sorted((_item(data) for data in self.conversations.values()), key=_newest_first)
        chosen = [
            item
            for item in items
            if after <= (item["start_time_unix_secs"] or 0) < (before or 1e12) and agent in ("", item["agent_id"])
        ]
        begin = int(base64.b64decode(query["cursor"][0])) if "cursor" in query else 0
        end = begin + size
        more = end < len(chosen)
        cursor = base64.b64encode(str(end).encode()).decode() if more else None
        return {"conversations": chosen[begin:end], "next_cursor": cursor, "has_more": more}

    # ---- what it sends

    def webhook(self, data: dict[str, Any], *, secret: str, at: datetime) -> Delivery:
        """Return the signed post-call webhook of a conversation; a retry is the same bytes."""
        envelope = {"type": "post_call_transcription", "event_timestamp": int(at.timestamp()), "data": data}
        body = json.dumps(envelope).encode()
        signature = sign_timestamped(body, secret=secret, at=at)
        headers = {"content-type": "application/json", "elevenlabs-signature": signature}
        return Delivery(body=body, headers=headers, received_at=at)

    @staticmethod
    def push(delivery: Delivery, send: Callable[[Delivery], int]) -> Sequence[tuple[int, int]]:
        """Send with the vendor's retries; returns `(seconds after the first, status)` of each attempt.

        Time does not pass: `send` is called at once, however long the vendor would wait.
        """
        attempts = []
        for waited in RETRY_AFTER_SECONDS:
            status = send(delivery)
            attempts.append((waited, status))
            if status not in RETRIED:
                break
        return attempts


def _item(data: dict[str, Any]) -> dict[str, Any]:
    """A conversation as it stands in the list: without numbers, turns or times beyond the start."""
    metadata = data["metadata"]
    return {
        **{name: data.get(name) for name in LIST_NAMES},
        "start_time_unix_secs": metadata["start_time_unix_secs"],
        "call_duration_secs": metadata["call_duration_secs"],
        "message_count": len(data["transcript"]),
        "call_successful": (data.get("analysis") or {}).get("call_successful") or "unknown",
        "call_summary_title": (data.get("analysis") or {}).get("call_summary_title"),
    }


def _newest_first(item: dict[str, Any]) -> tuple[int, str]:
    return -(item["start_time_unix_secs"] or 0), item["conversation_id"]


@contextmanager
def serve(stub: ElevenLabsStub | None = None) -> Iterator[ElevenLabsStub]:
    """Run the stub until the block ends."""
    stub = stub or ElevenLabsStub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            answer = stub.answer(parts.path, parse_qs(parts.query), self.headers.get("xi-api-key", ""))
            time.sleep(answer.after_seconds)
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
            if answer.retry_after:
                self.send_header("Retry-After", answer.retry_after)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
