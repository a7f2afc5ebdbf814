"""The customer's mood over the call, and how much part they took: VADER's word list with what calls and
Hinglish need, and the phrases of anger, impatience and delight.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis.answers import count_questions
from analysis.backends.builtin.callers import is_recording
from analysis.backends.builtin.hearing import Heard
from analysis.backends.builtin.mood_words import (
    ANGER,
    CALL_WORDS,
    DELIGHT,
    HINGLISH,
    IMPATIENCE,
    MATTERS,
    STRENGTH_OF_A_MATTER,
)
from analysis.backends.builtin.phrases import PhraseBook, is_denied
from analysis.findings import Sentiment

AT_ONCE = 250
PLAIN = 0.05
# Without a phrase of anger or impatience only a low score is a negative mood: who reports a theft is not annoyed.
POSITIVE_FROM, NEGATIVE_FROM, LOW, STRONG = 0.2, -0.1, -0.3, 0.45
# What a phrase of anger, impatience or delight adds to its turn; shouting is impatience.
SHIFTS = {"anger": -0.5, "impatience": -0.25, "delight": 0.3}
SHOUTED_WORDS = 3
# Anger counts in full, impatience half. From here the customer is annoyed, and thanks at the end do not undo it.
ANNOYED_FROM, MOST_IRRITATION = 1.0, 3.0
_OPENERS = ("no,", "no.", "no ", "nope ", "nope,", "nahi ", "not really")
_PHRASES = PhraseBook({"anger": ANGER, "impatience": IMPATIENCE, "delight": DELIGHT})
_NO_TROUBLE = re.compile(
    r"\b(?:no|not an?|without any?) (?:worries|worry|problems?|issues?|trouble|offen[cs]e|rush|hurry)\b"
)
_SHOUTED = re.compile(r"\b[A-Z][A-Z']{2,}\b")


@dataclass(frozen=True, slots=True)
class Shown:
    """What one turn shows: its score -1..1, and how irritated it is, from 0."""

    score: float
    irritation: float


def read_sentiment(heard: Sequence[Heard]) -> Sentiment | None:
    """Score and label of the customer's words and the course turn by turn; None when the customer
    said nothing.
    """
    theirs = [each for each in heard if each.is_customer and each.text.strip() and not is_recording(each)]
    return sentiment_of([(each.line.index, _shown(each)) for each in theirs])


def sentiment_of(course: Sequence[tuple[int, Shown]]) -> Sentiment | None:
    """Score and label of what turns show, by their index in order; None for none.

    The score is the mean of the turns that show a mood, later ones weighing up to twice as much, drawn
    towards 0 by one plain turn, so that a single kind word does not make a happy call. Who was angry once or
    impatient twice is annoyed: the score is halved and lowered by 0.2 for every unit of irritation, unless the
    last words are of delight. "mixed" is both strong moods and no winner.
    """
    if not course:
        return None
    shown = [each for _, each in course]
    weighted = [(1 + place / len(shown), each.score) for place, each in enumerate(shown) if abs(each.score) > PLAIN]
    total = sum(weight for weight, _ in weighted) + 1
    score = sum(weight * score for weight, score in weighted) / total
    score = round(_lowered(score, shown), 3)
    scores = tuple((turn, each.score) for turn, each in course)
    return Sentiment(score=score, label=_label(score, shown), course=scores)


def read_engagement(heard: Sequence[Heard]) -> float | None:
    """How much part the customer took, 0..1; None when nobody said anything.

    Four tenths for their share of the words (all at 45 %), three tenths for the length of their turns
    (all at 12 words), two tenths for questions of their own (all at three), one tenth for the number of
    their turns (all at eight).
    """
    theirs = [each for each in heard if each.is_customer]
    words = sum(len(each.text.split()) for each in theirs)
    everyone = sum(len(each.text.split()) for each in heard)
    if not everyone:
        return None
    questions = sum(count_questions(each.text) for each in theirs)
    parts = (
        0.4 * min(1.0, words / everyone / 0.45),
        0.3 * min(1.0, words / max(1, len(theirs)) / 12),
        0.2 * min(1.0, questions / 3),
        0.1 * min(1.0, len(theirs) / 8),
    )
    return round(sum(parts), 3)


@cache
def _analyzer() -> SentimentIntensityAnalyzer:
    analyzer = SentimentIntensityAnalyzer()
    analyzer.lexicon.update(dict.fromkeys(MATTERS, STRENGTH_OF_A_MATTER))
    analyzer.lexicon.update(CALL_WORDS)
    analyzer.lexicon.update(HINGLISH)
    return analyzer


def _lowered(score: float, shown: Sequence[Shown]) -> float:
    """The score of somebody who was annoyed; impatience short of that takes a little away."""
    irritation = min(MOST_IRRITATION, sum(each.irritation for each in shown))
    if irritation and _is_made_up(shown):
        return score
    if irritation < ANNOYED_FROM:
        return score - 0.3 * min(irritation, ANNOYED_FROM)
    return max(-1.0, min(score, 0.0) / 2 - 0.2 * irritation)


def _is_made_up(shown: Sequence[Shown]) -> bool:
    """Whether they were delighted after the last turn that was irritated."""
    latest = max(place for place, each in enumerate(shown) if each.irritation)
    return any(each.score >= STRONG for each in shown[latest + 1 :])


def _shown(each: Heard) -> Shown:
    kinds = [found.label for found in _PHRASES.find(each.low) if not is_denied(each.low, found.start)]
    if len(_SHOUTED.findall(each.text)) >= SHOUTED_WORDS:
        kinds.append("impatience")
    score = _score(each.low) + sum(SHIFTS[kind] for kind in set(kinds))
    is_impatient = "impatience" in kinds and "delight" not in kinds
    irritation = 1.0 if "anger" in kinds else 0.5 if is_impatient else 0.0
    return Shown(round(max(-1.0, min(1.0, score)), 3), irritation)


def _score(low: str) -> float:
    low = _NO_TROUBLE.sub("okay", low)
    for opener in _OPENERS:
        if low.startswith(opener):
            low = low[len(opener) :]
    words = low.split()
    if not words:
        return 0.0
    # VADER takes the square of a text's length; nobody's turn is that long except by accident.
    pieces = [" ".join(words[place : place + AT_ONCE]) for place in range(0, len(words), AT_ONCE)]
    scores = [float(_analyzer().polarity_scores(piece)["compound"]) for piece in pieces]
    return round(sum(scores) / len(scores), 3)


def _label(score: float, shown: Sequence[Shown]) -> Literal["positive", "neutral", "negative", "mixed"]:
    scores = [each.score for each in shown]
    is_down = any(each.score <= -STRONG or each.irritation for each in shown)
    has_both = is_down and any(each >= STRONG for each in scores)
    if has_both and NEGATIVE_FROM < score < POSITIVE_FROM:
        return "mixed"
    if score >= POSITIVE_FROM:
        return "positive"
    is_irritated = any(each.irritation for each in shown)
    return "negative" if score <= (NEGATIVE_FROM if is_irritated else LOW) else "neutral"
