"""Who decides: the customer, or somebody they have to ask."""

import re
from collections.abc import Sequence

from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.findings import Fact

SELF_DECIDES = re.compile(
    r"(?<!\w)(?:"
    r"\bi (?:\w+ )?(?:decide|make (?:the|all|all the|that|those|these|most of the) decisions?|"
    r"call the shots|sign off|have the final say|can decide)|(?:it'?s|that'?s|it is|"
    r"the decision is) (?:\w+ )?(?:my (?:decision|call)|mine|up to me)|"
    r"\bi(?:'m| am) the (?:\w+ )?(?:owner|founder|director|proprietor|ceo|md|managing director|"
    r"decision[- ]maker|one who decides|principal|partner|boss)|\bi(?:'m|"
    r" am) (?:one of )?(?:the )?(?:owner|founder|proprietor|director)s?\b|\bi own (?:the|a|this|my)|"
    r"main hi (?:decide|faisla)|mera (?:hi )?(?:decision|faisla)|i(?:'ll| will) decide|"
    r"just me (?:deciding|who)|my own decision|i'?m the one (?:deciding|who decides|signing)|"
    r"nobody(?: else)?, (?:it'?s|just) me|"
    r"(?:it'?s|just) (?:we|us) two who decide|we (?:both|two) (?:will )?decide|(?:main|"
    r"mai) (?:akel[ai] )?(?:hi )?decide|i approved it|"
    r"only me\b"
    r")"
)
OTHERS_DECIDE = re.compile(
    r"(?<!\w)(?:"
    r"(?:have|need|want|got|will|'ll|'d like|would like|let me|going|must|should|"
    r"i'll) (?:to )?(?:first )?(?:ask|check with|talk to|speak to|speak with|talk with|"
    r"talk it over with|consult|discuss(?: (?:it|this|that))? with|run (?:it|this) by|confirm with|"
    r"clear it with|convince) "
    r"(?:my |our |the |her\b|him\b|them\b)(?:wife|husband|partner|boss|manager|family|parents?|father|"
    r"mother|daughter|son|brother|sister|board|team|director|owner|ceo|spouse|accountant|dad|mom|"
    r"business partner|co-?founder|management|head)?|"
    r"not (?:my|the) (?:decision|call)|(?:i'?m|i am) not the (?:decision[- ]maker|owner|one who|"
    r"right person)|(?:my|our) (?:wife|husband|boss|manager|director|owner|father|partner|ceo|cfo|board|"
    r"management)(?: \w+)? (?:decides|makes|takes|handles|will decide|has to|needs to|approves|signs)|"
    r"need(?:s)? (?:\w+ )?approval|(?:decision|approval) (?:is|lies|rests|comes) (?:with|from)|(?:wife|"
    r"husband|papa|mummy|boss|family|ghar) (?:se|wale|waalon|walo)(?: se)? (?:puch|pooch|baat|discuss|"
    r"decide)|ghar (?:mein|pe|par) (?:puch|pooch|baat|discuss)|i don'?t (?:make|take) (?:the|those|that)"
    r")"
)


def read_decision_maker(statements: Sequence[Heard]) -> Fact[bool] | None:
    """True when they decide themselves, False when someone else has a say."""
    found: list[Fact[bool]] = []
    for each in statements:
        if each.is_customer:
            others, own = OTHERS_DECIDE.search(each.low), SELF_DECIDES.search(each.low)
            if others:
                found.append(fact(False, each, others.start(), others.end(), confidence=0.85))
            elif own and not _negated(each.low, own.start()):
                found.append(fact(True, each, own.start(), own.end(), confidence=0.9))
            elif "decision" in each.asked and len(each.low.split()) <= 12 and (each.is_yes or each.is_no):
                is_them = each.is_yes and re.search(r"\byou\b", each.question) is not None
                if is_them or each.is_no:
                    found.append(fact(is_them, each, 0, len(each.text), confidence=0.7))
    return last(found, statements)


_NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bnever|\bno longer|nahi)(?: \w+)?\s*$")


def _negated(low: str, start: int) -> bool:
    return _NOT_BEFORE.search(low[max(0, start - 20) : start]) is not None
