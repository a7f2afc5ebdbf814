"""What a provider sent, read without believing it: bounded JSON, references, words by a table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from telephony.providers.base import NotUnderstood

_Word = TypeVar("_Word")

LONGEST_REFERENCE = 128


def read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; raises `NotUnderstood` for anything else, however it is broken.

    NUL characters, which PostgreSQL's text cannot hold, are dropped; numbers that JSON cannot hold are refused.
    """
    try:
        read = json.loads(body, parse_constant=_refuse_constant, parse_float=_finite_float)
        if not isinstance(read, dict):
            return _not_an_object()
        return storable(read) if _UNSTORABLE.search(body) else read
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(f"The body is no JSON that can be read: {type(error).__name__}.") from error


# A lone surrogate or a NUL is legal as a JSON escape, and neither can be stored as text. As bytes: their escapes, a
# surrogate written out, and a NUL, which also marks a body in two or four bytes a character.
_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\xed[\xa0-\xbf]|\x00")


def _not_an_object() -> dict[str, Any]:
    raise NotUnderstood("The body is JSON, but no object.")


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _finite_float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number beyond range")
    return number


def storable(value: Any) -> Any:
    """Return the JSON value without what PostgreSQL's text cannot hold."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


def reference(value: object) -> str:
    """Return an id that was passed along with a call, as text; empty for what can be no id of ours."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    # An integer may have more digits than Python turns into text.
    text = str(value).strip() if isinstance(value, str) or abs(value) < 10**18 else ""
    return text if len(text) <= LONGEST_REFERENCE else ""


def word(table: Mapping[str, _Word], said: object, unknown: _Word) -> _Word:
    """Translate a provider's word; whatever is not in the table, of whatever type, is `unknown` and never raises."""
    return table.get(said, unknown) if isinstance(said, str) else unknown


def word_for(table: Mapping[str, _Word], ours: _Word) -> str:
    """Return the provider's first word for ours, or an empty string: `word`, the other way round."""
    return next((said for said, meant in table.items() if meant == ours), "")
