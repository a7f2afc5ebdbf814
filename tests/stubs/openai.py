"""The chat completions of OpenAI, or of a server that says it is compatible, on a port of this machine.

A real HTTP server in a thread. What it answers is scripted, answer by answer; the last one stays. It knows keys and
models, and keeps what it was asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

KEY = "sk-for-tests-and-nothing-else"
MODEL = "gpt-5.4-mini"

# What a model makes of the request: its answer's text.
Model = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Said:
    """One answer. `text` is what the model says; a `status` other than 200 is the server's own."""

    text: str | Model = "{}"
    status: int = 200
    code: str = ""
    retry_after: str = ""
    refusal: str = ""
    is_cut: bool = False
    tokens: tuple[int, int] | None = (1200, 300)
    body: bytes | None = None


@dataclass
class OpenAIStub:
    """The server. `forms` are the kinds of `response_format` it takes; empty text stands for none."""

    key: str = KEY
    models: tuple[str, ...] = (MODEL,)
    forms: tuple[str, ...] = ("json_schema", "json_object", "")
    script: list[Said] = field(default_factory=lambda: [Said()])
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    # While it is not set, answers wait: a model that takes its time.
    is_awake: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    _lock: Any = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.is_awake.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def say(self, *script: Said | str) -> None:
        """Answer like this from now on, in order; the last one again and again."""
        self.script = [Said(each) if isinstance(each, str) else each for each in script]

    def data_of(self, place: int = -1) -> dict[str, Any]:
        """Return the conversation as it was sent."""
        found: dict[str, Any] = json.loads(self.asked[place]["messages"][1]["content"])
        return found

    # ---- what it answers

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        request = json.loads(body)
        if path != "/v1/chat/completions":
            return _error(404, "not_found", "Unknown request URL")
        if headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "invalid_api_key", f"Incorrect API key provided: {headers.get('authorization')}")
        if request["model"] not in self.models:
            return _error(404, "model_not_found", f"The model {request['model']} does not exist")
        form = request.get("response_format", {}).get("type", "")
        if form not in self.forms:
            return _error(400, "invalid_request_error", f"response_format {form} is not supported")
        with self._lock:
            self.asked.append(request)
            self.headers.append(headers)
            said = self.script[0] if len(self.script) == 1 else self.script.pop(0)
        self.is_awake.wait(30)
        if said.body is not None:
            return said.status, {}, said.body
        if said.status != 200:
            status, more, sent = _error(said.status, said.code or "error", "the transcript said: " + str(request)[-80:])
            return status, {**more, **({"Retry-After": said.retry_after} if said.retry_after else {})}, sent
        return 200, {}, json.dumps(self._completion(request, said)).encode()

    def _completion(self, request: dict[str, Any], said: Said) -> dict[str, Any]:
        text = said.text if isinstance(said.text, str) else said.text(request)
        message = {"role": "assistant", "content": None if said.refusal else text, "refusal": said.refusal or None}
        choice = {"index": 0, "message": message, "finish_reason": "length" if said.is_cut else "stop"}
        completion: dict[str, Any] = {
            "id": f"chatcmpl-{len(self.asked)}",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": request["model"],
            "choices": [choice],
        }
        if said.tokens:
            tokens_in, tokens_out = said.tokens
            used = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
            completion["usage"] = {**used, "total_tokens": tokens_in + tokens_out}
        return completion


def _error(status: int, code: str, message: str) -> tuple[int, dict[str, str], bytes]:
    error = {"message": message, "type": "error", "param": None, "code": code}
    return status, {}, json.dumps({"error": error}).encode()


@contextmanager
def serve(stub: OpenAIStub | None = None) -> Iterator[OpenAIStub]:
    """Run the stub until the block ends."""
    stub = stub or OpenAIStub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, headers, sent = stub.answer(self.path, {n.lower(): v for n, v in self.headers.items()}, body)
            try:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)
            except OSError:
                pass  # whoever asked did not wait

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
        stub.is_awake.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
