"""The Chromium of the browser tests: the system's, else Playwright's, else Debian's package.

`python -m tests.browser.chromium` sees to it that there is one, before the tests start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It would otherwise ask its maker for updates; our tests do not leave the machine.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
INSTALL_SECONDS = 300


def find() -> str | None:
    """The path of a Chromium, or None."""
    on_path = filter(None, map(shutil.which, NAMES))
    return next(on_path, None) or _playwrights_own()


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser with an empty profile. Raises RuntimeError when this machine has none."""
    path = find()
    if path is None:
        raise RuntimeError("No Chromium: run `python -m tests.browser.chromium` once.")
    # Root has no sandbox to offer, and neither have most containers.
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])
        try:
            yield browser
        finally:
            browser.close()


def install() -> str | None:
    """Get a Chromium by the first way that works here, and return its path."""
    _try(sys.executable, "-m", "playwright", "install", "chromium")
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update")
        _try("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation")
    return find()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _try(*command: str) -> bool:
    print("  trying:", " ".join(command[-3:]), flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> None:
    path = find() or install()
    if path is None:
        sys.exit("The browser tests need Chromium: install it (Debian: apt-get install chromium) and run again.")
    print(f"  {path}")


if __name__ == "__main__":
    main()
