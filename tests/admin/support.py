"""What the tests of the admin share: the form as a browser would post it, and a look at what a page says."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Inputs(HTMLParser):
    """Collects what a browser would send of the form with an id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.data: dict[str, str] = {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        name = given.get("name") or ""
        if not self.inside or "__prefix__" in name:
            return
        if tag == "input" and name and given.get("type") not in ("submit", "button"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.data[name] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = ""
        elif tag == "option" and self.select and "selected" in given:
            self.data[self.select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.data[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False


def open_form(client: Client, url: str) -> dict[str, str]:
    """Open a change form and return what its browser would post if nothing was touched."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    model = url.split("/")[3]
    reader = _Inputs(f"{model}_form")
    reader.feed(answer.content.decode())
    return reader.data


def save(client: Client, url: str, form: dict[str, str], **changes: Any) -> Any:
    """Post the form with changes; None takes a box's tick away."""
    posted = {name: value for name, value in {**form, **changes}.items() if value is not None}
    return client.post(url, posted)


def said(answer: Any) -> str:
    """Return the messages that the next page would show."""
    return " ".join(str(message) for message in answer.wsgi_request._messages)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())
