"""Which campaign brought a call: decided by rules in their order, or chosen by a person; every answer in a ledger.

deciding.py thinks and asks nothing, knowing.py puts together what questions.py asks, keeping.py writes call and ledger,
past.py runs the rules over calls of the past and undoes operations, suggesting.py proposes, figures.py counts,
touches.py tells the first and the last campaign of a contact.
"""

from calltracking.attribution.deciding import NO_CAMPAIGN, Candidate, Decision, Known, Rule, WhyNot, decide
from calltracking.attribution.keeping import (
    RecipientOfAnotherCampaign,
    assign,
    attribute,
    attribution_of,
    clear,
    keep_all,
    let_go,
    move_ledger,
)
from calltracking.attribution.knowing import known_of, rules_now
from calltracking.attribution.past import CannotBeUndone, Preview, RunsAlready, preview, run, undo, work_on_batch
from calltracking.attribution.suggesting import Suggestion, suggestions_for
from calltracking.attribution.touches import Touches, touches_of

__all__ = [
    "NO_CAMPAIGN",
    "Candidate",
    "CannotBeUndone",
    "Decision",
    "Known",
    "Preview",
    "RecipientOfAnotherCampaign",
    "Rule",
    "RunsAlready",
    "Suggestion",
    "Touches",
    "WhyNot",
    "assign",
    "attribute",
    "attribution_of",
    "clear",
    "decide",
    "keep_all",
    "known_of",
    "let_go",
    "move_ledger",
    "preview",
    "rules_now",
    "run",
    "suggestions_for",
    "touches_of",
    "undo",
    "work_on_batch",
]
