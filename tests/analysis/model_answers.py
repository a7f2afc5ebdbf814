"""A server of models for a test, and answers as a good one gives them."""

from __future__ import annotations

import json
from typing import Any

from tests.stubs.openai import KEY, MODEL, OpenAIStub


def use_server(settings: Any, stub: OpenAIStub) -> None:
    """Have conversations read by the stub's model."""
    settings.ANALYSIS_BACKEND = "openai"
    settings.OPENAI_API_KEY, settings.OPENAI_MODEL, settings.OPENAI_BASE_URL = KEY, MODEL, stub.url
    settings.OPENAI_TIMEOUT_SECONDS = 5.0


def said(value: Any, turn: int, quote: str, confidence: float = 0.9) -> dict[str, Any]:
    """One value as the model gives it."""
    return {"value": value, "turn": turn, "quote": quote, "confidence": confidence}


def answer(**values: Any) -> str:
    """Return the text of an answer that holds these values and is of the form otherwise."""
    from analysis.backends.openai.schema import asked_of_the_model

    empty = {name: [] if is_many else None for name, (_, is_many) in asked_of_the_model().items()}
    return json.dumps({**empty, "custom": {}, "moods": [], "contradictions": [], "summary": "", **values})
