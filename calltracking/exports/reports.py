"""The tables of the pages of figures as files: what a page shows, with its filter."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify

from calltracking.exports.cells import Column, Row
from calltracking.figures import AnalyticsFilter, Kind
from calltracking.figures.tables import Source
from crm.models import Membership

_KINDS = {
    Kind.TEXT: "text",
    Kind.DAY: "moment",
    Kind.MOMENT: "moment",
    Kind.SHARE: "share",
    Kind.MONEY: "money",
    Kind.SECONDS: "seconds",
}
# Excel names a sheet with so many characters.
LONGEST_TITLE = 31


class ReportRows:
    """One table over the member's calls; it is short, so it is one lot."""

    def __init__(self, source: Source, chosen: AnalyticsFilter, *, member: Membership) -> None:
        self.source, self.chosen, self.member = source, chosen, member
        self.title = source.title[:LONGEST_TITLE]

    @property
    def columns(self) -> list[Column]:
        return [
            Column(slugify(column.title).replace("-", "_"), column.title, _KINDS.get(column.kind, "number"))
            for column in self.source.columns
        ]

    def after(self, place: Any) -> tuple[list[Row], Any]:
        """Return every row the first time."""
        return ([], place) if place else (list(self.source.read(self.chosen, member=self.member).rows), True)
