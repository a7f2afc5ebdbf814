"""What people add to calls, how it came about which campaign brought them, and their counts by day."""

from calltracking.models.attribution import AttributionBatch, AttributionEntry, AttributionRule, LearntNumber
from calltracking.models.notes import CallNote
from calltracking.models.stats import DailyCallStats, StaleDay

__all__ = [
    "AttributionBatch",
    "AttributionEntry",
    "AttributionRule",
    "CallNote",
    "DailyCallStats",
    "LearntNumber",
    "StaleDay",
]
