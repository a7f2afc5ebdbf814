"""What people add to calls, how it came about which campaign brought them, their counts by day, and what they cost."""

from calltracking.models.attribution import AttributionBatch, AttributionEntry, AttributionRule, LearntNumber
from calltracking.models.notes import CallNote
from calltracking.models.prices import ServicePrice
from calltracking.models.stats import DailyCallStats, StaleDay

__all__ = [
    "AttributionBatch",
    "AttributionEntry",
    "AttributionRule",
    "CallNote",
    "DailyCallStats",
    "LearntNumber",
    "ServicePrice",
    "StaleDay",
]
