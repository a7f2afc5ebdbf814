"""`make bench`: what Ringside costs, measured; the tables go to docs/performance.md.

Ratios, plans and query counts decide whether it passes; absolute times depend on the machine and are reported.
`make bench ARGS="door"` runs one of them.
"""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = ("door", "journey")


def main(arguments: list[str]) -> int:
    names = [name for name in arguments if name in BENCHMARKS] or list(BENCHMARKS)
    rest = [argument for argument in arguments if argument not in BENCHMARKS]
    failed = [name for name in names if importlib.import_module(f"tests.benchmarks.{name}").main(rest)]
    for name in failed:
        print(f"{name} does not hold what it should", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
