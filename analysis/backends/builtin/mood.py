"""The customer's mood over the call, and how much part they took: VADER's word list with what calls and
Hinglish need.
"""

from collections.abc import Sequence
from functools import cache
from typing import Literal

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis.answers import count_questions
from analysis.backends.builtin.hearing import Heard
from analysis.findings import Sentiment

# Word: strength from -4 to 4. Politeness and the words of a trade are not moods.
CALL_WORDS = {
    "no": -0.2, "yes": 0.2, "yeah": 0.2, "ok": 0.2, "okay": 0.2, "sure": 0.3, "please": 0.0, "thanks": 0.8,
    "thank": 0.8, "hello": 0.0, "hi": 0.0,
    "help": 0.0, "helping": 0.2, "want": 0.0, "need": 0.0, "like": 0.5, "fine": 0.4, "interest": 0.2,
    "interested": 1.6, "save": 0.0, "share": 0.0,
    "shares": 0.0, "care": 0.2, "charity": 0.0, "credit": 0.0, "debit": 0.0, "security": 0.0,
    "insurance": 0.0, "secure": 0.2, "cancel": -0.5,
    "alert": 0.0, "fee": 0.0, "pay": 0.0, "certain": 0.2, "clear": 0.3, "agree": 1.0, "free": 0.4,
    "well": 0.2, "great": 2.2, "good": 1.5, "bye": 0.0,
    "sorry": -0.1, "number": 0.0, "matter": 0.0, "dear": 0.0, "value": 0.2, "lost": -1.2, "miss": -0.6,
    "expensive": -1.6, "costly": -1.5, "pricey": -1.4,
    "unacceptable": -2.6, "ridiculous": -2.2, "frustrated": -2.4, "slow": -1.2, "waiting": -0.6,
    "refund": -0.4, "complaint": -1.2, "urgent": -0.5,
    "nice": 1.4, "perfect": 2.4, "fraud": -1.4, "party": 0.2, "fun": 1.4, "war": -1.0, "hot": 0.0,
    "cut": 0.0, "interview": 0.0, "block": -0.3,
}  # fmt: skip
HINGLISH = {
    "accha": 1.2, "achha": 1.2, "acha": 1.0, "badhiya": 2.4, "badiya": 2.2, "mast": 2.2, "sahi": 1.0,
    "theek": 0.5, "thik": 0.5, "shukriya": 1.0,
    "dhanyavaad": 1.0, "dhanyawad": 1.0, "khush": 2.2, "khushi": 2.4, "pasand": 1.8, "zabardast": 2.6,
    "bilkul": 0.6, "zaroor": 0.6, "bakwas": -2.8, "bekaar": -2.4,
    "bekar": -2.4, "kharab": -2.2, "ganda": -2.2, "ghatiya": -3.0, "pareshan": -2.2, "pareshani": -2.0,
    "gussa": -2.2, "dukh": -1.8, "galat": -1.8,
    "nuksaan": -2.0, "nuksan": -2.0, "tension": -1.6, "mushkil": -1.4, "dikkat": -1.6, "samasya": -1.4,
    "dhokha": -3.0, "dhoka": -3.0, "chor": -2.6, "faltu": -2.0,
    "mehenga": -1.4, "mehnga": -1.4, "mahanga": -1.4, "jhooth": -2.4, "bura": -2.0, "chutiya": -3.6,
    "fyada": 0.8, "fayda": 0.8, "waste": -1.8, "kat": -1.0,
    "kaat": -1.0, "अच्छा": 1.2, "बढ़िया": 2.4, "धन्यवाद": 1.0, "शुक्रिया": 1.0, "परेशान": -2.2,
    "खराब": -2.2, "गलत": -1.8, "बेकार": -2.4, "दिक्कत": -1.6,
}  # fmt: skip

AT_ONCE = 250
PLAIN = 0.05
POSITIVE_FROM, NEGATIVE_FROM, STRONG = 0.2, -0.15, 0.45
_OPENERS = ("no,", "no.", "no ", "nope ", "nope,", "nahi ", "not really")


def read_sentiment(heard: Sequence[Heard]) -> Sentiment | None:
    """Score and label of the customer's words and the course turn by turn; None when the customer
    said nothing.
    """
    return sentiment_of(
        tuple((each.line.index, _score(each.low)) for each in heard if each.is_customer and each.text.strip())
    )


def sentiment_of(course: tuple[tuple[int, float], ...]) -> Sentiment | None:
    """Score and label of a course of `(turn, score)`; None for an empty one.

    The score is the mean of the turns that show a mood, later ones weighing up to twice as much, drawn
    towards 0 by one plain turn, so that a single kind word does not make a happy call. "mixed" is both
    strong moods and no winner.
    """
    if not course:
        return None
    weighted = [(1 + place / len(course), score) for place, (_, score) in enumerate(course) if abs(score) > PLAIN]
    total = sum(weight for weight, _ in weighted) + 1
    score = round(sum(weight * score for weight, score in weighted) / total, 3)
    return Sentiment(score=score, label=_label(score, [each for _, each in course]), course=course)


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
    analyzer.lexicon.update(CALL_WORDS)
    analyzer.lexicon.update(HINGLISH)
    return analyzer


def _score(low: str) -> float:
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


def _label(score: float, scores: Sequence[float]) -> Literal["positive", "neutral", "negative", "mixed"]:
    has_both = any(each >= STRONG for each in scores) and any(each <= -STRONG for each in scores)
    if has_both and NEGATIVE_FROM < score < POSITIVE_FROM:
        return "mixed"
    if score >= POSITIVE_FROM:
        return "positive"
    return "negative" if score <= NEGATIVE_FROM else "neutral"
