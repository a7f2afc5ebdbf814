"""What reading a conversation owes and costs."""

from analysis.models.readings import Reading
from analysis.models.usage import AnalysisUsage

__all__ = ["AnalysisUsage", "Reading"]
