"""Where a run of the synchronization stands, as its row keeps it: whoever goes on asks nothing twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Bookmark:
    """The agents still to be listed, the page of the first of them, and the calls of that page that were asked for.

    The agents are those of the run's beginning: an account that is edited meanwhile shifts nothing. Without agents
    the list is done, and `asked` are the unfinished calls that were asked for behind it.
    """

    agents: tuple[str, ...]
    page: str = ""
    asked: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str, *, agents: Sequence[str]) -> Bookmark:
        """Return what `write` wrote; the beginning, over all the agents, for anything else."""
        try:
            kept = json.loads(text)
            return cls(tuple(kept["agents"]), str(kept["page"]), tuple(kept["asked"]))
        except (ValueError, TypeError, KeyError):
            return cls(tuple(agents))

    def write(self) -> str:
        return json.dumps({"agents": self.agents, "page": self.page, "asked": self.asked})

    def behind(self, ref: str) -> Bookmark:
        """Return the place after this call was asked for, whatever came of it."""
        return replace(self, asked=(*self.asked, ref))

    def turn(self, page: str) -> Bookmark:
        """Return the place at the next page; without one, at the next agent's first."""
        return Bookmark(self.agents, page) if page else Bookmark(self.agents[1:])
