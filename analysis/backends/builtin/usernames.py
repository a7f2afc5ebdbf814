"""User names, as customers give them to be found by: "my user name is asolheim77", "rvlind402"."""

import re
from collections.abc import Sequence

from analysis.backends.builtin.emails import WRITTEN
from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.plain_words import NEVER_A_NAME
from analysis.findings import Fact

CUE = re.compile(r"\buser ?-?(?:name|id)s?\b|\blog ?-?in (?:name|id)\b|\bscreen name\b")
_STATED = re.compile(
    r"\b(?:user ?-?(?:name|id)|log ?-?in (?:name|id)|screen name)(?: (?:is|was|would be|should be)|:|=|,)?(?: it'?s)? "
    r"(?P<name>[a-z][\w.-]{2,38}\w)"
)
# Letters with figures in one word look like nothing else.
_LOOKS_LIKE_ONE = re.compile(r"(?<![\w@.#-])(?P<name>[a-z]{2,}[a-z_.-]*\d{1,6}[a-z]{0,3})(?![\w@-]|\.\w)")


def read_username(statements: Sequence[Heard]) -> Fact[str] | None:
    """The user name stated last: beside the words for it, or as the answer to a question that names it."""
    found = []
    for heard in statements:
        if not heard.is_customer:
            continue
        is_asked = CUE.search(heard.question[-400:]) is not None
        if not is_asked and not CUE.search(heard.low):
            continue
        mails = [match.span() for match in WRITTEN.finditer(heard.low)]
        for match in [*_STATED.finditer(heard.low), *_LOOKS_LIKE_ONE.finditer(heard.low)]:
            start, end = match.span("name")
            word = heard.low[start:end]
            if word in NEVER_A_NAME or any(a <= start < b for a, b in mails):
                continue
            if match.re is _STATED and not any(map(str.isdecimal, word)) and word in _PLAIN:
                continue
            found.append(fact(heard.text[start:end], heard, start, end, confidence=0.85))
    return last(found, statements)


_PLAIN = frozenset({"and", "please", "not", "again", "either", "recovery", "forgotten", "locked", "reset", "wrong"})
