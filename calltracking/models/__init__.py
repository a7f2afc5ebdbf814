"""What people add to calls, and how it came about which campaign brought them."""

from calltracking.models.attribution import AttributionBatch, AttributionEntry, AttributionRule, LearntNumber
from calltracking.models.notes import CallNote
from calltracking.models.notifications import Notification

__all__ = ["AttributionBatch", "AttributionEntry", "AttributionRule", "CallNote", "LearntNumber", "Notification"]
