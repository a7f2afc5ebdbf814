"""What people add to calls, how it came about which campaign brought them, their counts by day, what they cost, what
was exported, saved filters, and what members are told."""

from calltracking.models.attribution import AttributionBatch, AttributionEntry, AttributionRule, LearntNumber
from calltracking.models.exports import Export
from calltracking.models.notes import CallNote
from calltracking.models.notifications import Notification
from calltracking.models.prices import ServicePrice
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
    "ServicePrice",
    "StaleDay",
]
