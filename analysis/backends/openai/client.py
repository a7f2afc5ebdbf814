"""One request to the model's server, by the vendor's own client; every trouble becomes an `AnalysisError`.

The client's errors quote what the server said, which may hold a part of the key or of the transcript: our sentences are
our own. Nothing is tried again here; when to ask again is for those to say who wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import openai
from django.conf import settings
from django.utils import timezone

from analysis.backends.base import AnalysisError
from analysis.backends.openai.prompts import Message
from analysis.backends.openai.troubles import NoAnswerInTime, Refused

OFFICIAL = "https://api.openai.com/v1"
CONNECT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3_600.0

# How an answer's form is asked for: strictly, as any JSON, or by the words of the prompt alone. Not every server knows
# the first two; which one it took is remembered as long as the process lives.
FORMS = ("json_schema", "json_object", "plain")
_form_taken: dict[tuple[str, str], int] = {}


@dataclass(frozen=True)
class Answer:
    """What the model said, and the tokens it cost; `is_cut` when it did not come to its end."""

    text: str
    tokens_in: int
    tokens_out: int
    is_cut: bool = False


def ask(messages: list[Message], *, schema: dict[str, Any], most_tokens: int) -> Answer:
    """Ask once, in the strictest form the server takes. Raises `AnalysisError`."""
    server = (settings.OPENAI_BASE_URL, settings.OPENAI_MODEL)
    form = _form_taken.get(server, 0)
    while True:
        try:
            with _troubles_told():
                completion = _client().chat.completions.create(
                    model=settings.OPENAI_MODEL,
                    messages=cast("Any", messages),
                    **_form_of(FORMS[form], schema, most_tokens),
                )
                answer = _answer(completion)
        except _FormRefused as refused:
            if form + 1 == len(FORMS):
                raise AnalysisError(f"the server does not take the request ({refused})", permanent=True) from None
            form += 1
            continue
        _form_taken[server] = form
        return answer


class _FormRefused(Exception):
    """The server answered that the request is wrong: perhaps its form."""


def _client() -> openai.OpenAI:
    """Return a client of its own for each request: a worker may have been forked, and one request is all we ask."""
    if not settings.OPENAI_API_KEY and not settings.OPENAI_BASE_URL:
        raise AnalysisError("no key is set (OPENAI_API_KEY)", permanent=True, is_everybodys=True)
    timeout = openai.Timeout(settings.OPENAI_TIMEOUT_SECONDS, connect=CONNECT_SECONDS)
    return openai.OpenAI(
        # Compatible servers on one's own machines often ask for none.
        api_key=settings.OPENAI_API_KEY or "none",
        base_url=settings.OPENAI_BASE_URL or OFFICIAL,
        timeout=timeout,
        max_retries=0,
        # No proxy by accident, and what is sent goes where it was meant to go or nowhere.
        http_client=openai.DefaultHttpxClient(trust_env=False, follow_redirects=False, timeout=timeout),
    )


def _form_of(form: str, schema: dict[str, Any], most_tokens: int) -> dict[str, Any]:
    if form == "json_schema":
        named = {"name": "call", "strict": True, "schema": schema}
        asked = {"type": "json_schema", "json_schema": named}
        return {"response_format": asked, "max_completion_tokens": most_tokens}
    # Servers that do not know the one mostly do not know the other's newer name either.
    asked_loosely = {"response_format": {"type": "json_object"}} if form == "json_object" else {}
    return {**asked_loosely, "max_tokens": most_tokens}


def _answer(completion: Any) -> Answer:
    choices = getattr(completion, "choices", None)
    if not choices:
        raise AnalysisError("its answer could not be read")
    choice, usage = choices[0], getattr(completion, "usage", None)
    tokens_in = _count(getattr(usage, "prompt_tokens", 0))
    tokens_out = _count(getattr(usage, "completion_tokens", 0))
    message = choice.message
    if getattr(message, "refusal", None) or choice.finish_reason == "content_filter":
        raise Refused(tokens_in=tokens_in, tokens_out=tokens_out)
    text = message.content if isinstance(message.content, str) else ""
    return Answer(text=text, tokens_in=tokens_in, tokens_out=tokens_out, is_cut=choice.finish_reason == "length")


@contextmanager
def _troubles_told() -> Iterator[None]:
    """Turn the client's errors into ours. The original is not kept beside it: it holds the request."""
    try:
        yield
    except AnalysisError:
        raise
    except openai.APITimeoutError:
        raise NoAnswerInTime(
            f"it did not answer within {settings.OPENAI_TIMEOUT_SECONDS:.0f} seconds", is_everybodys=True
        ) from None
    except openai.APIConnectionError:
        raise AnalysisError("it could not be reached", is_everybodys=True) from None
    except openai.APIStatusError as error:
        raise _trouble_of(error) from None
    except (openai.OpenAIError, ValueError, AttributeError, TypeError):
        # Whatever a server that only says it is compatible may send.
        raise AnalysisError("its answer could not be read") from None


def _trouble_of(error: openai.APIStatusError) -> Exception:
    status, wait = error.status_code, _asked_to_wait(error.response.headers.get("retry-after", ""))
    if status in (401, 403):
        return AnalysisError(f"the key is not accepted ({status})", permanent=True, is_everybodys=True)
    if status == 404:
        said = f"it knows no model {settings.OPENAI_MODEL}, or its address is another one (404)"
        return AnalysisError(said, permanent=True, is_everybodys=True)
    if error.code == "insufficient_quota" or status == 402:
        return AnalysisError("the account there has no credit left", permanent=True, is_everybodys=True)
    if error.code == "context_length_exceeded" or status == 413:
        return AnalysisError("the call is too long for it", permanent=True)
    if status in (400, 422):
        return _FormRefused(status)
    if status == 429:
        return AnalysisError("it is asked too often (429)", wait_seconds=wait, is_everybodys=True)
    if status == 408 or status >= 500:
        return AnalysisError(f"it failed ({status})", wait_seconds=wait, is_everybodys=True)
    return AnalysisError(f"it answered {status}", permanent=True)


def _asked_to_wait(header: str) -> float:
    """Return the seconds of a Retry-After, which is a number or a date; 0 for none."""
    if header.replace(".", "", 1).isdecimal() and header.isascii():
        return min(float(header), LONGEST_WAIT_SECONDS)
    try:
        moment: datetime = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    aware = moment if moment.tzinfo else timezone.make_aware(moment)
    return max(0.0, min((aware - timezone.now()).total_seconds(), LONGEST_WAIT_SECONDS))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**9 else 0
