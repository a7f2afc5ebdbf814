"""Troubles in which it matters whether the request was paid for."""

from __future__ import annotations

from analysis.backends.base import AnalysisError


class Refused(AnalysisError):
    """The model will not read this call. It was paid for all the same."""

    def __init__(self, *, tokens_in: int, tokens_out: int) -> None:
        super().__init__("the model refused to read this call", permanent=True)
        self.tokens_in, self.tokens_out = tokens_in, tokens_out


class NoAnswerInTime(AnalysisError):
    """Whether it was read, and paid for, nobody knows."""
