"""`make test`: every check in order, named and timed, stopping at the first failure."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# `check --deploy` judges settings as production has them. The keys are made up and guard nothing.
PRODUCTION = {
    "DEBUG": "false",
    "SITE_URL": "https://ringside.example",
    "ALLOWED_HOSTS": "ringside.example",
    "SECRET_KEY": "check-only-aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7dE9fG1hJ3",
    "ENCRYPTION_KEYS": "check:Yx1f0m3bXk2pVqS7tUe9wZr4LhG6JdC8aNnBvTyQ5oI=",
    "EMAIL_URL": "submission://ringside:unused@mail.example:587",
}


@dataclass(frozen=True)
class Step:
    """One check: its name, its command and what it changes in the environment."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


LINT = (
    Step("format", (str(BIN / "ruff"), "format", "--check", ".")),
    Step("lint", (str(BIN / "ruff"), "check", ".")),
    # Its Django plugin loads the settings, which name no default for what guards a company.
    Step("types", (str(BIN / "mypy"),), {**PRODUCTION, "DATABASE_URL": "postgresql://rs_app@localhost/ringside"}),
    Step("floors", (str(BIN / "lint-imports"),)),
)


def tests(arguments: list[str]) -> tuple[Step, ...]:
    manage = (sys.executable, "manage.py")
    deploy = (*manage, "check", "--deploy", "--fail-level", "WARNING")
    pytest = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *arguments)
    return (
        Step("deployment", deploy, PRODUCTION),
        Step("migrations", (*manage, "makemigrations", "--check", "--dry-run")),
        Step("browser", (sys.executable, "-m", "tests.browser.chromium")),
        Step("tests", pytest),
    )


def run(step: Step) -> None:
    """Raises SystemExit with the step's own exit code when it fails."""
    print(f"==> {step.name}: {' '.join(Path(word).name for word in step.command)}", flush=True)
    started = time.monotonic()
    code = subprocess.run(step.command, cwd=ROOT, env={**os.environ, **step.env}, check=False).returncode
    seconds = time.monotonic() - started
    if code:
        print(f"==> {step.name} FAILED after {seconds:.1f} s", flush=True)
        raise SystemExit(code)
    print(f"==> {step.name} passed in {seconds:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["lint"])
    options, arguments = parser.parse_known_args()
    started = time.monotonic()
    if options.only:
        steps, preparing = LINT, None
    else:
        servers.prepare()
        # Beside the first steps; a test that needs what is not made yet waits for it.
        preparing = subprocess.Popen((sys.executable, "-m", "tests.prepared"), cwd=ROOT)
        steps = (*LINT, *tests(arguments))
    try:
        for step in steps:
            run(step)
    finally:
        if preparing:
            preparing.terminate()
            preparing.wait()
    print(f"==> everything passed in {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
