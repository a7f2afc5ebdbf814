"""What people add to calls, how it came about which campaign brought them, their counts by day, what was exported, and
saved filters."""

from calltracking.models.attribution import AttributionBatch, AttributionEntry, AttributionRule, LearntNumber
from calltracking.models.exports import Export
from calltracking.models.notes import CallNote
from calltracking.models.notifications import Notification
from calltracking.models.stats import DailyCallStats, StaleDay
from calltracking.models.views import SavedView

__all__ = [
    "AttributionBatch",
    "AttributionEntry",
    "AttributionRule",
    "CallNote",
    "DailyCallStats",
    "Export",
    "LearntNumber",
    "Notification",
    "SavedView",
    "StaleDay",
]
