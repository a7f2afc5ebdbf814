"""The links of a page: where each leads, its words, its title, and what it stands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Link:
    """One link. `inside` has the tags and classes of everything around it."""

    href: str
    id: str
    rows: str
    title: str
    inside: set[str]
    text: str = ""
    shape: str = field(default="")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, set[str]]] = []
        self.found: list[Link] = []
        self.open: Link | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            inside = set().union(*(marks for _, marks in self.stack)) if self.stack else set()
            self.open = Link(told.get("href", ""), told.get("id", ""), told.get("data-rows", ""), "", inside)
            self.open.title = told.get("title", "")
            self.found.append(self.open)
        if tag not in VOID:
            self.stack.append((tag, {tag, *told.get("class", "").split()}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape that closes itself has no link in it."""

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag == "a":
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open is None:
            return
        if self.stack and self.stack[-1][0] == "title":
            self.open.shape += data
        else:
            self.open.text += data


def links_of(page: str) -> list[Link]:
    """Return the links of a page, in its order."""
    parser = _Links()
    parser.feed(page)
    return parser.found
