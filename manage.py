#!/usr/bin/env python3
"""Ringside's commands: `manage.py up` starts everything, `manage.py help` lists the rest."""

import os
import sys
from pathlib import Path

# These load the settings but touch no server; the values only have to be well-formed.
PLACEHOLDERS = {
    "DATABASE_URL": "postgresql:///ringside",
    "SECRET_KEY": "unused",
    "ENCRYPTION_KEYS": "unused:",
}
SERVERLESS = {"help", "version", "--help", "-h", "--version"}
# Their work is files alone.
WITHOUT_SERVERS = {"analyze_conversations"}


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - a person may well try an older one
        sys.exit(f"Ringside needs Python 3.11 or newer; this is {sys.version_info[0]}.{sys.version_info[1]}.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) < 2 or SERVERLESS.intersection(sys.argv[1:]) or sys.argv[1] in WITHOUT_SERVERS:
        for name, value in PLACEHOLDERS.items():
            os.environ.setdefault(name, value)
    else:
        prepare_servers()
    from django.core.management import execute_from_command_line

    from crm.actors import Source, this_process_is

    this_process_is(Source.COMMAND, name=" ".join(sys.argv[1:2]))
    execute_from_command_line(sys.argv)


def prepare_servers() -> None:
    """Every other command finds PostgreSQL and Redis in the environment, or has them started."""
    starts_everything = sys.argv[1] == "up"
    if os.environ.get("DATABASE_URL") and not starts_everything:
        # In production a command starts nothing and makes up no keys: the operator names them.
        return
    try:
        from config import embedded
    except ImportError as error:
        sys.exit(f"Ringside cannot start: {error}. `make run` installs what is missing into .venv.")
    var = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent / "var")
    try:
        embedded.prepare(var)
        if starts_everything:
            embedded.keep_keys(var)
    except embedded.CannotStart as error:
        sys.exit(f"Ringside cannot start: {error}")


if __name__ == "__main__":
    main()
