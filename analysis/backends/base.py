"""What a backend is: something that reads a conversation and fills `Findings`."""

from typing import Protocol

from analysis.conversation import Conversation
from analysis.findings import Findings


class AnalysisError(Exception):
    """A backend could not read the conversation. `permanent` says that trying again would not help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


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
