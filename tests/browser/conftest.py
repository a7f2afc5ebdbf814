"""A browser, and the demo company behind a real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as ours
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request

from calltracking.demo import DEMO_PASSWORD
from tests.browser import kept
from tests.browser.chromium import launched
from tests.browser.serving import Server
from tests.browser.waiting import follow

# What the content security policy refused, with what broke it.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("policy:", event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber));
"""


# What is asked for as a page opens, and broken off when it is left at once.
ASKED_ASIDE = ("/notifications/count/", "/static/calltracking/icon.svg")


def is_left_behind(request: Request) -> bool:
    return request.failure == "net::ERR_ABORTED" and request.url.endswith(ASKED_ASIDE)


@pytest.fixture(scope="session", autouse=True)
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with launched() as found:
        yield found
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def live_server() -> Iterator[Server]:
    """In the place of pytest-django's own, which cannot say whether it is at work."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def demo(browser: Browser, live_server: Server, settings: Any) -> Iterator[str]:
    """The demo company, seeded through the front door once and put back for each test; gives the server's address.

    The test is over when every request is answered: the tables are emptied after it.
    """
    settings.SITE_URL = live_server.url
    if kept.has_kept():
        kept.put_back()
    else:
        before = kept.filled_tables()
        call_command("seed_demo", calls=60)
        kept.keep(kept.filled_tables() - before)
    yield str(live_server.url)
    live_server.wait_until_idle()


@pytest.fixture
def open_page(browser: Browser, demo: str) -> Iterator[Callable[..., Page]]:
    """Open a window of a width and theme; its troubles gather in `page.troubles`.

    With an e-mail it is logged in and still empty, without one it is at the log-in.
    """
    contexts: list[BrowserContext] = []

    def opened(address: str, *, email: str = "", width: int = 1300, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.troubles = troubles = []  # type: ignore[attr-defined]
        page.add_init_script(TELL_VIOLATIONS)
        page.on("console", lambda m: troubles.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: troubles.append(f"script: {e}"))
        page.on(
            "requestfailed", lambda r: None if is_left_behind(r) else troubles.append(f"failed: {r.url} {r.failure}")
        )
        page.on("response", lambda r: troubles.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        follow(page)
        if email:
            name, value = ours.SESSION_COOKIE_NAME, session_of(email)
            context.add_cookies([{"name": name, "value": value, "url": address}])
        else:
            page.goto(f"{address}/accounts/login/")
        return page

    yield opened
    for context in contexts:
        context.close()


def session_of(email: str) -> str:
    """Return the session of somebody who has just sent the log-in form; the form in a browser has its own tests."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": email, "password": DEMO_PASSWORD})
    assert answer.status_code == 302, answer.content
    return client.cookies[ours.SESSION_COOKIE_NAME].value
