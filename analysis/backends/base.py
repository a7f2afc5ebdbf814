"""What a backend is: something that reads a conversation and fills `Findings`."""

from typing import Protocol

from analysis.conversation import Conversation
from analysis.findings import Findings


class AnalysisError(Exception):
    """A backend could not read the conversation; the message is the end of a sentence for a person.

    `permanent` says that trying again would not help, `wait_seconds` how long whoever was asked wants to be left
    alone, and `is_everybodys` that every other conversation would meet the same trouble now.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, wait_seconds: float = 0.0, is_everybodys: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.wait_seconds = wait_seconds
        self.is_everybodys = is_everybodys


class Backend(Protocol):
    """`name` is its key in the registry; `version` changes whenever the same conversation may read
    differently.

    `analyze` promises `Findings` that have not been grounded yet (the caller does that for every
    backend alike) and raises `AnalysisError`.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def analyze(self, conversation: Conversation) -> Findings: ...
