"""What people add to calls, how it came about which campaign brought them, what was exported, and saved filters."""

from calltracking.models.attribution import AttributionBatch, AttributionEntry, AttributionRule, LearntNumber
from calltracking.models.exports import Export
from calltracking.models.notes import CallNote
from calltracking.models.views import SavedView

__all__ = [
    "AttributionBatch",
    "AttributionEntry",
    "AttributionRule",
    "CallNote",
    "Export",
    "LearntNumber",
    "SavedView",
]
