"""`make eval`: how much of what people say the built-in backend reads; the tables go to docs/analysis.md.

`--wrong` prints every miss of our known half instead, `--wrong unseen`, `meaning` or `samples` those of another set;
`--only email` one field; `--quick` leaves the speed out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from analysis.backends.builtin import BuiltinBackend
from analysis.findings import Findings
from analysis.grounding import ground
from tests import reports
from tests.analysis.talks import Talk
from tests.evaluation.fields import MEANING, OURS, SAMPLES, Count, Field, count
from tests.evaluation.speed import figures
from tests.evaluation.talks import of_meaning, ours, samples

COMMAND = "make eval"


def counts(talks: Sequence[Talk], fields: Sequence[Field]) -> dict[str, Count]:
    """Return every field's count over the talks whose truth tells it."""
    found = {field.key: Count() for field in fields}
    for talk in talks:
        findings = _read(talk)
        for field in fields:
            if field.key in talk.truth:
                count(field, talk.truth[field.key], findings, found[field.key])
    return found


def main(arguments: Sequence[str]) -> int:
    """Write the tables, or print what was read wrongly."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--wrong", nargs="?", const="known", choices=("known", "unseen", "meaning", "samples"))
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(arguments)
    if options.wrong:
        return _print_wrong(options.wrong, options.only)
    for half in ("known", "unseen"):
        _put(half, ours(half), OURS)
    _put("meaning", of_meaning(), MEANING)
    if talks := samples():
        _put("samples", talks, SAMPLES)
    if not options.quick:
        text = f"{reports.when_and_where()}\n\n{reports.two_columns(figures())}"
        reports.put("analysis.md", name="speed", command=COMMAND, text=text)
    return 0


def _put(name: str, talks: Sequence[Talk], fields: Sequence[Field]) -> None:
    found = counts(talks, fields)
    rows = [
        [field.key, each.said, each.found, each.right, _share(each.precision), _share(each.recall), field.rule]
        for field in fields
        if (each := found[field.key]).said or each.found
    ]
    head = ["field", "said", "found", "right", "precision", "recall", "right is"]
    note = f"{len(talks)} conversations, {sum(len(talk.conversation.lines) for talk in talks)} turns"
    text = f"{reports.when_and_where(note)}\n\n{reports.table(head, rows)}"
    reports.put("analysis.md", name=name, command=COMMAND, text=text)
    print(text, end="\n\n")


def _print_wrong(name: str, only: str) -> int:
    others = {"meaning": (of_meaning, MEANING), "samples": (samples, SAMPLES)}
    read, fields = others.get(name, (lambda: ours(name), OURS))
    talks = read()
    wrong = 0
    for talk in talks:
        findings = _read(talk)
        for field in fields:
            if field.key not in talk.truth or only not in ("", field.key):
                continue
            if not count(field, talk.truth[field.key], findings, Count()):
                wrong += 1
                print(f"{talk.id} {field.key}: said {talk.truth[field.key]}, found {list(field.read(findings))}")
    return wrong


def _read(talk: Talk) -> Findings:
    return ground(BuiltinBackend().analyze(talk.conversation), talk.conversation).findings


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.2f}"


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
