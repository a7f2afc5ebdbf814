"""Who decides: the customer, or somebody they have to ask."""

import re
from collections.abc import Sequence

from analysis.backends.builtin.hearing import Heard, fact, last
from analysis.backends.builtin.objection_words import ASKS_OTHERS, OBJECTIONS
from analysis.backends.builtin.phrases import Found, PhraseBook, is_denied
from analysis.findings import Fact

SELF_DECIDES = (
    "(i'm|it's me|me) (the one)? (who|that) (signs|decides|pays|approves|makes|handles) *? *? *?",
    "(don't|do not) (need|have to|have to get) (anyone's|anybody's|anyone else's|any|nobody's|his|her|their)? "
    "(permission|approval|sign off)",
    "(my|our) (wife|husband|partner|family|parents) (and i|and me)? (have|already|both|also|is|are|has)? "
    "(already|both)? (agreed|agree|fine with it|okay with it|on board|decided)",
    "i (alone|usually|can|also|will|get to|would|do|always|just|personally)? (decide|decided|call the shots|"
    "sign off|have the final say|make|approve|take) (on)? (the|all|all the|that|those|these|most of the|it|"
    "this|everything|here|my own)? *? (decision|decisions|purchases|calls|myself|for the * )?",
    "(i have the final say|i call the shots|i sign off|i can decide|i decide|i'll decide|i make the calls|buck "
    "stops with me)",
    "(it's|that's|decision is|call is|this is) (all|entirely|really|totally|completely|just)? (my (decision|"
    "call|business|company|money)|mine|up to me)",
    "i'm (also)? (the|one of the|a|both the)? *? (owner|founder|co-founder|cofounder|director|proprietor|ceo|"
    "md|managing director|decision-maker|decision maker|one who decides|principal|partner|boss|president|sole "
    "owner|co-owner)",
    "i (own|run) (the|a|this|my|it|two|three|several|* )",
    "(nobody|no one) (else)? (decides|it's (just)? me|to ask|i (have|need) to ask|but me)",
    "(don't) (need|have) (to)? (ask|check with|answer to|consult) (anybody|anyone|nobody)",
    "(just|only) (me|myself) (deciding|who|here|that decides|in the business|making)?",
    "(my own decision|i'm the one (deciding|who decides|signing|paying|who pays|in charge|who handles))",
    "(i'm in charge|i am in charge|i handle (that|it|all that|all of that|the purchasing|the buying|the money))",
    "(it's|just) (we|us|the) two (who|of us) (decide)?",
    "we (both|two) (will)? decide",
    "(main|mai|mein) (akela|akeli|khud)? (hi)? (decide|faisla|deekhta|dekhta) *?",
    "(mera|meri) (hi|khud ka)? (decision|faisla|business|dukaan|company) *?",
    "(i approved it|yes that's me|that would be me|that'd be me)",
)
OTHERS_DECIDE = (
    "(just|only) (answer|pick up|take) (the)? (phone|phones|calls|messages)",
    "(and|then|gotta|could) (talk|speak|check|discuss (it|this)?) (to|with) my (wife|husband|partner|boss|"
    "family|parents)",
    "(corporate|headquarters|head office|the committee|committee|the board|management|my boss|our boss|the "
    "owner|the landlord|papa|mummy|pitaji|maa|bhaiya|sahab|malik|seth) (will)? (decides|decide|meets|meet|"
    "approves|has to|have to|needs to|makes|handles|signs|karenge|decide karenge|bataenge|dekhenge|lenge|"
    "batayenge) *?",
    "(my|our) (daughter|son|mother|father|mom|dad|brother|sister|accountant|lawyer|office|secretary|agent) "
    "(handles|takes care of|manages|deals with|decides|does|looks after) *? *?",
    "(all|both|everyone|everybody|partners|we all) (have|has|need|needs|got) to (agree|approve|sign|sign off|"
    "be on board)",
    "(get|have|getting|needs to be|has to be|must be) (it|this|that)? (to be)? (approved|signed off|okayed|cleared)",
    "not without (my|our|the) (wife|husband|partner|boss|family|parents|lawyer|board|manager)",
    "(decision|faisla) (unka|unki|inka|papa ka|wife ka|husband ka|boss ka) (hi)? (hai|hoga)?",
    "(his|her|their|unka|unki|unke) (hi)? (decision|call|choice|faisla)",
    "(he|she|they) (decides|decide|makes|make|handles|handle|will decide|takes care|signs|has the final|have "
    "the final) *? *? *?",
    "i'm (only|just) (the|a|an) (receptionist|assistant|secretary|intern|employee|manager|clerk|front desk|"
    "helper|office manager|tenant|messenger)",
    "i'm not (the|really the|actually the|in)? (decision-maker|decision maker|owner|one who|right person|"
    "person|boss|charge)",
    "i (don't|can't) (make|take|decide|approve|sign|authorize) *? *? (decision|decisions|that|those|the|it|on "
    "my own|alone|myself|anything)",
    "(only|just) (my|the) (wife|husband|boss|partner|owner|manager) (can|knows|decides|handles)",
    "(decision|approval) (is|lies|rests|comes) (with|from)",
    "(would|have|need) to be (my|the|our) (husband|wife|boss|manager|owner|partner|director)",
)
# The objection that names somebody else says the same.
_OTHERS = PhraseBook({"others": (*OTHERS_DECIDE, *OBJECTIONS[ASKS_OTHERS])})
_THEMSELVES = PhraseBook({"self": SELF_DECIDES})


def read_decision_maker(statements: Sequence[Heard]) -> Fact[bool] | None:
    """True when they decide themselves, False when someone else has a say."""
    found: list[Fact[bool]] = []
    for each in statements:
        if each.is_customer:
            others, own = _first(_OTHERS, each.low), _first(_THEMSELVES, each.low)
            if others:
                found.append(fact(False, each, others.start, others.end, confidence=0.85))
            elif own:
                found.append(fact(True, each, own.start, own.end, confidence=0.9))
            elif "decision" in each.asked and len(each.low.split()) <= 12 and (each.is_yes or each.is_no):
                is_them = each.is_yes and re.search(r"\byou\b", each.question) is not None
                if is_them or each.is_no:
                    found.append(fact(is_them, each, 0, len(each.text), confidence=0.7))
    return last(found, statements)


def _first(book: PhraseBook, low: str) -> Found | None:
    return next((found for found in book.find(low) if not is_denied(low, found.start)), None)
