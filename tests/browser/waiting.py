"""Waiting for htmx: what was just put into a page listens once it has settled; before that a link is a plain link."""

from __future__ import annotations

from playwright.sync_api import Page

AT_WORK = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


def settle(page: Page) -> None:
    page.wait_for_function(f"!document.querySelector('{AT_WORK}')")
