"""The tables of the analysis: by what a company scores its calls."""

from analysis.models.scoring import HotRule, Rescoring, ScoreRule

__all__ = ["HotRule", "Rescoring", "ScoreRule"]
