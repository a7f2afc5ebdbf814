"""`make security`: what looks for holes, in order, named and timed. The fast scans run in `make test` too.

There is no audit of dependencies here: without a network pip-audit finds nothing and says that all is well. Run
`pip-audit --strict` where there is one (docs/security.md).
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.check import PRODUCTION, ROOT, Step, run
from tests import servers

PACKAGES = ("config", "crm", "telephony", "analysis", "calltracking", "scripts")

# ---- what was looked at, and why it may stay --------------------------------------------------------------------

# bandit's findings of medium severity; one of high severity may not stay at all.
REVIEWED = {
    ("B104", "calltracking/management/commands/up.py"): "compared with, to print an address; nothing binds to it",
    ("B108", "config/embedded/folders.py"): "a folder of the user's own, mode 0700, checked; sockets need a short path",
    ("B308", "crm/admin/cells.py"): "a constant dash; nothing of anybody is in it",
    ("B703", "calltracking/charts.py"): "shapes of our own tones and numbers, and pieces that were escaped one by one",
    ("B608", "calltracking/figures/keeping.py"): "aggregates and names of columns, constants; values are parameters",
    ("B608", "calltracking/figures/reading.py"): "aggregates and names of columns, constants; values are parameters",
    ("B608", "calltracking/marking.py"): "the text of triggers, made of constants, in migrations",
    ("B608", "crm/constraints.py"): "names of tables and columns out of models, in migrations",
    ("B608", "crm/history.py"): "the text of triggers, made of names of tables and columns, in migrations",
    ("B608", "crm/leases.py"): "the name of a function, made of a model's table",
}
# SQL put together from text, by file and how often. PostgreSQL takes no parameter for a name.
SQL_OF_NAMES = {
    "crm/apps.py": (5, "rights for roles whose names come from the settings"),
    "crm/constraints.py": (25, "policies and keys of migrations: names of tables, columns and roles"),
    "crm/tenancy.py": (2, "constants of the same file, put together; values are parameters"),
    "crm/leases.py": (1, "the name of a definer function"),
    "telephony/initiation.py": (1, "a number of milliseconds, a constant, formatted as an integer"),
    "calltracking/management/commands/sweep.py": (1, "a channel's name, a constant"),
    "calltracking/figures/keeping.py": (2, "aggregates and columns, constants, around the ORM's own SQL"),
    "calltracking/figures/reading.py": (1, "aggregates and a column out of a list, around the ORM's own SQL"),
    "calltracking/marking.py": (7, "triggers of migrations, made of constants"),
}
# Words that a page shows as they are.
UNESCAPED = {
    "crm/admin/cells.py": (1, "a constant dash"),
    "calltracking/charts.py": (3, "shapes of our own tones and numbers, and pieces that were escaped one by one"),
}
# What looks like a secret and is none.
NO_SECRETS = {
    "scripts/check.py": "made up for `check --deploy`; guards nothing",
    "scripts/security.py": "the patterns themselves",
    "calltracking/demo/__init__.py": "the demo company's password, which its page shows",
}

SQL = re.compile(
    r"^\s*(select\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(create|alter|drop)\s+[a-z]+\s|grant\s|revoke\s"
    r"|set\s+(local|session)\s|listen\s|notify\s|truncate\s|lock\s+table\s|with\s+\w+\s+as\s)",
    re.IGNORECASE,
)
SECRET = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "cloud key": re.compile(r"\bA(?:KIA|SIA)[0-9A-Z]{16}\b"),
    "key of a provider": re.compile(
        r"\b(?:sk|rk|xi|whsec|gh[pousr]|glpat|xox[abpr])[-_](?=[\w-]*\d)[A-Za-z0-9][\w-]{23,}"
    ),
    "signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "password in an address": re.compile(
        r"\b[a-z+]{4,}://[^\s:/@'\"$<{…]+:(?!(?:unused|password)@)[^\s@'\"$<{…]{4,}@[\w.-]+"
    ),
    "key in the code": re.compile(
        r"(?i)\b\w*(?:secret|token|passw(?:or)?d|api_?key|encryption_keys?)\w*\s*[:=]\s*[\"'](?=[^\"'\s]*\d)[\w+/=.:-]{20,}[\"']"
    ),
}
# Tests hold made-up secrets by the dozen: there only what a provider would recognize as its own counts.
IN_TESTS = ("private key", "cloud key", "signed token")
NOT_TEXT = {".png", ".jpg", ".svg", ".woff2", ".ico", ".wav", ".mp3"}


# ---- the scans: each returns what is wrong, a line each -----------------------------------------------------------


def bandit() -> list[str]:
    """Insecure habits: none of high severity, each of medium severity looked at."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", *PACKAGES, "manage.py", "-x", "*/migrations/*", "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    wrong = [f"bandit could not read {error['filename']}: {error['reason']}" for error in found["errors"]]
    for each in found["results"]:
        place = (each["test_id"], str(Path(each["filename"])).removeprefix("./"))
        if each["issue_severity"] == "HIGH" or (each["issue_severity"] == "MEDIUM" and place not in REVIEWED):
            wrong.append(f"{place[1]}:{each['line_number']} {each['issue_severity']} {place[0]} {each['issue_text']}")
    return wrong


def sql() -> list[str]:
    """SQL that is put together from text, by f-string, `%`, `+` or `format`: only names, and only where we know."""
    found = {path: lines for path, tree in _trees() if (lines := [node.lineno for node in _made_sql(tree)])}
    wrong = [
        f"{path}:{lines[-1]} {len(lines)} statements put together from text, {_allowed(SQL_OF_NAMES, path)} known"
        for path, lines in found.items()
        if len(lines) != _allowed(SQL_OF_NAMES, path)
    ]
    return wrong + [f"{path} has no such SQL any more: take it off the list" for path in SQL_OF_NAMES.keys() - found]


def escaping() -> list[str]:
    """Words that a page shows as they are: only constants, and only where we know."""
    found: Counter[str] = Counter()
    for path, tree in _trees():
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        found[path] += sum(_name_of(call) in ("mark_safe", "SafeString", "SafeText") for call in calls)
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name_of(node) == "format_html")
        # Its first argument is not escaped: it has to be text as it stands.
        found[path] += sum(isinstance(call.args[0], ast.JoinedStr | ast.BinOp) for call in calls)
    unescaped = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off")
    for template in (ROOT / "templates").rglob("*.html"):
        found[str(template.relative_to(ROOT))] += len(unescaped.findall(template.read_text()))
    return [f"{path} shows {n} things as they are" for path, n in found.items() if n > _allowed(UNESCAPED, path)]


def secrets() -> list[str]:
    """Keys, tokens and passwords in any file of the repository."""
    wrong = []
    for path in _files():
        relative = str(path.relative_to(ROOT))
        if path.suffix in NOT_TEXT or relative in NO_SECRETS:
            continue
        text = path.read_text(errors="replace")
        for kind, pattern in SECRET.items():
            if not relative.startswith("tests/") or kind in IN_TESTS:
                wrong += [f"{relative}:{_line(text, hit)} looks like a {kind}" for hit in pattern.finditer(text)]
    return wrong


def history() -> list[str]:
    """Keys that only a provider makes, in anything that was ever committed."""
    log = subprocess.run(["git", "log", "-p", "--all", "--no-color"], cwd=ROOT, capture_output=True, check=False)
    text = log.stdout.decode(errors="replace")
    return [
        f"history: a {kind}" for kind in IN_TESTS for hit in SECRET[kind].finditer(text) if hit[0] not in _own_text()
    ]


SCANS: dict[str, Callable[[], list[str]]] = {
    "bandit": bandit,
    "raw SQL": sql,
    "escaping": escaping,
    "secrets in files": secrets,
    "secrets in history": history,
}

# ---- the longer ones: add a step here, and it runs ------------------------------------------------------------------

PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "2")
LONG = (
    Step("deployment", (sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Step("headers and scripts", (*PYTEST, "tests/security")),
    Step("who gets where", (*PYTEST, "tests/access", "tests/crm/test_tenancy.py")),
    Step("secrets at rest", (*PYTEST, "tests/crm/test_secrets_at_rest.py", "tests/crm/test_rotation.py")),
    Step("signatures", (*PYTEST, "tests/telephony/test_elevenlabs.py", "tests/telephony/test_fake.py")),
    Step("logs", (*PYTEST, "tests/crm/test_logs.py", "tests/faults/test_logs.py")),
    Step("companies apart", (*PYTEST, "tests/crm/test_isolation_machine.py"), {"ISOLATION_STEPS": "5000"}),
    Step("questions to the API", (*PYTEST, "tests/api/test_schema.py"), {"API_REQUESTS": "10000"}),
)


def main() -> None:
    started = time.monotonic()
    for name, scan in SCANS.items():
        began = time.monotonic()
        if wrong := scan():
            print("\n".join(wrong), f"==> {name} FAILED", sep="\n", flush=True)
            raise SystemExit(1)
        print(f"==> {name}: nothing found in {time.monotonic() - began:.1f} s", flush=True)
    servers.prepare()
    for step in LONG:
        run(step)
    print(f"==> nothing found in {time.monotonic() - started:.0f} s", flush=True)


# ---- how they look --------------------------------------------------------------------------------------------------


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def _made_sql(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and any(isinstance(part, ast.FormattedValue) for part in node.values):
            beginning = node.values[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            beginning = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            beginning = node.func.value
        else:
            continue
        if isinstance(beginning, ast.Constant) and isinstance(beginning.value, str) and SQL.match(beginning.value):
            yield node


def _name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _allowed(known: dict[str, tuple[int, str]], path: str) -> int:
    return known.get(path, (0, ""))[0]


def _files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:  # not a checkout: the image, or an archive
        ignored = {".venv", "var", "staticfiles", "__pycache__"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not ignored & set(path.parts)]
    return [path for name in listed.stdout.decode().splitlines() if (path := ROOT / name).is_file()]


def _line(text: str, hit: re.Match[str]) -> int:
    return text.count("\n", 0, hit.start()) + 1


def _own_text() -> str:
    """What stands in the files today was judged by the scan of files."""
    return "\n".join(path.read_text(errors="replace") for path in _files() if path.suffix not in NOT_TEXT)


if __name__ == "__main__":
    main()
