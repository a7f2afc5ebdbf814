"""A file of contacts is sent, told what its columns are, looked at, brought in and taken back, on every width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.leases import work_on_due
from tests.browser.waiting import settle
from tests.browser.walking import troubles_of

PEOPLE = "Name;Phone;Town;Wert\nAsha Pillai;98765 00001;Goa;250000\nRavi Rao;98765-00002;;1\nNobody;12;;\n"


@contextmanager
def a_sweeper() -> Iterator[None]:
    """Do what is due, again and again, beside the server, until the block ends."""
    is_over = Event()

    def sweep() -> None:
        while not is_over.wait(0.2):
            work_on_due(before=timezone.now())
        connections.close_all()

    thread = Thread(target=sweep)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@pytest.mark.row("B.10", "B.13")
@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (390, "dark")])
def test_a_file_is_brought_in_and_taken_back(
    demo: str, open_page: Callable[..., Page], tmp_path: Path, settings: Any, width: int, scheme: str
) -> None:
    settings.VAR_DIR = tmp_path
    page = open_page(demo, email="manager@banyan.example", width=width, scheme=scheme)
    page.goto(f"{demo}/admin/crm/contact/")
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_text("Nothing imported yet")).to_be_visible()
    assert troubles_of(page, f"no imports {width} {scheme}") == []

    with a_sweeper():
        file = {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
        page.get_by_label("A CSV file or an Excel workbook").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Send the file").click()
        expect(page.get_by_role("combobox", name="Town")).to_have_value("city")
        expect(page.locator("#foreseen")).to_contain_text("“12” is no phone number.")
        assert troubles_of(page, f"columns {width} {scheme}") == []

        # Without the number nobody can be found again, and that is said at once.
        number = page.get_by_role("combobox", name="Phone")
        number.select_option("")
        expect(page.locator("#foreseen")).to_contain_text("Say which column is the number or the e-mail")
        settle(page)
        for column, what in (("Phone", "number"), ("Wert", "estimated_value")):
            page.get_by_role("combobox", name=column).select_option(what)
            settle(page)
        page.get_by_label("The file wins").check()
        settle(page)
        expect(page.locator("#foreseen .rs-good")).to_have_count(2)
        expect(page.locator("#foreseen")).not_to_contain_text("Say which column")
        page.get_by_role("button", name="Import 3 rows").click()

        expect(page.get_by_role("button", name="Undo this import")).to_be_visible()
        expect(page.locator(".rs-import-figures")).to_contain_text("Rejected")
        assert troubles_of(page, f"done {width} {scheme}") == []
        with page.expect_download() as download:
            page.get_by_role("link", name="Download all with reasons").click()
        assert "“12” is no phone number." in download.value.path().read_text(encoding="utf-8-sig")

        page.troubles.clear()  # type: ignore[attr-defined]  # the browser calls a download a navigation broken off

        page.get_by_role("button", name="Undo this import").click()
        expect(page.get_by_text("Undone: 2 contacts removed")).to_be_visible()
        assert troubles_of(page, f"undone {width} {scheme}") == []
    page.get_by_role("link", name="All imports").click()
    expect(page.locator(".rs-import-line")).to_contain_text("people.csv")
    assert troubles_of(page, f"imports {width} {scheme}") == []
