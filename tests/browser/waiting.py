"""Waiting for a page: until htmx has put in what came, and until nothing is on its way any more."""

from __future__ import annotations

from time import monotonic

from playwright.sync_api import Page, Request

# What was just put into a page listens once it has settled; before that a link is a plain link.
AT_WORK = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
# What waits to be seen, or to be drawn, has had its turn after two.
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
PATIENCE_SECONDS = 30


def settle(page: Page) -> None:
    page.wait_for_function(f"!document.querySelector('{AT_WORK}')")


def follow(page: Page) -> None:
    """Keep what the page asks for and has no answer to in `page.asked`, for `rest`."""
    asked: set[Request] = set()
    page.asked = asked  # type: ignore[attr-defined]

    def begin(request: Request) -> None:
        # The page before takes with it whatever it still asked for.
        if request.is_navigation_request():
            asked.clear()
        asked.add(request)

    def end(request: Request) -> None:
        asked.discard(request)

    page.on("request", begin)
    page.on("requestfinished", end)
    page.on("requestfailed", end)


def rest(page: Page) -> None:
    """Wait until the page has loaded and twice in a row nothing is asked for nor put in. Raises TimeoutError."""
    page.wait_for_load_state("load")
    until = monotonic() + PATIENCE_SECONDS
    quiet = 0
    while quiet < 2:
        page.evaluate(TWO_FRAMES)
        settle(page)
        asked: set[Request] = page.asked  # type: ignore[attr-defined]
        quiet = 0 if asked else quiet + 1
        if monotonic() > until:
            raise TimeoutError(f"{page.url} still asks for {[request.url for request in asked]}")
