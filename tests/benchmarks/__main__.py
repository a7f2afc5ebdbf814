"""`make bench`: what Ringside costs, measured; the tables go to docs/performance.md.

Ratios, plans and query counts decide whether it passes; absolute times depend on the machine and are reported.
`make bench ARGS="door"` runs one of them; other words are passed on to it.
"""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = ("door", "journey", "million", "attribution", "campaign", "dashboard", "export")


def main(arguments: list[str]) -> int:
    """Run the benchmarks that are named, all of them when none is; returns how many do not hold."""
    names = [name for name in arguments if name in BENCHMARKS] or list(BENCHMARKS)
    rest = [argument for argument in arguments if argument not in BENCHMARKS]
    # Each has servers and settings of its own, and settings are read once in a process.
    ran = {
        name: subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *rest], check=False) for name in names
    }
    failed = [name for name, done in ran.items() if done.returncode]
    for name in failed:
        print(f"{name} does not hold what it should", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
