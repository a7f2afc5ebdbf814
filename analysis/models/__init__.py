"""The tables of the analysis: by what a company scores its calls, and what reading by a model owes and costs."""

from analysis.models.readings import Reading
from analysis.models.scoring import HotRule, Rescoring, ScoreRule
from analysis.models.usage import AnalysisUsage

__all__ = ["AnalysisUsage", "HotRule", "Reading", "Rescoring", "ScoreRule"]
