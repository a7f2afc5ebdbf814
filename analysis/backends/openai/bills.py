"""What one request may cost at most, and did cost; and who pays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass
class Bill:
    """The tokens of one request: the most it may take until it is settled, then what it took."""

    tokens_in: int
    tokens_out: int
    is_settled: bool = False

    def settle(self, *, tokens_in: int, tokens_out: int) -> None:
        self.tokens_in, self.tokens_out, self.is_settled = tokens_in, tokens_out, True


class Purse(Protocol):
    """Who pays: entered before each request, and left when it is known what it did cost."""

    def paying(self, bill: Bill) -> AbstractContextManager[None]: ...


class OpenPurse:
    """Nobody counts."""

    @contextmanager
    def paying(self, bill: Bill) -> Iterator[None]:
        yield
