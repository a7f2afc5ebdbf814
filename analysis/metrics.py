"""How the conversation went, as arithmetic on turn times. Needs no backend and never guesses at words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

from analysis.answers import count_questions
from analysis.conversation import Conversation, Line, Speaker

WORDS_A_SECOND = 2.5
INTERRUPTION_SECONDS = 0.2
LONG_MONOLOGUE_SECONDS = 60.0
SLOW_ANSWER_SECONDS = 2.0

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Each:
    """One number for each speaker."""

    agent: float = 0.0
    customer: float = 0.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech with both ends known."""

    speaker: Speaker
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """What was measured. Seconds unless named otherwise; `is_timed` is False when no turn carried a
    time.

    Without times every second is 0, `turns` and `questions` still count, and `agent_talk_ratio` is the
    agent's share of the words. `agent_talk_ratio` is None when nobody spoke, a response delay when
    nobody responded.
    """

    is_timed: bool
    duration_seconds: float
    talk_seconds: Each
    agent_talk_ratio: float | None
    overlap_seconds: float
    silence_seconds: float
    longest_silence_seconds: float
    turns: Each
    agent_response_seconds: float | None
    customer_response_seconds: float | None
    interruptions: Each
    backchannels: Each
    customer_questions: int
    longest_monologue_seconds: Each
    words_a_minute: Each
    words: Each
    flow: int


def measure(conversation: Conversation) -> Metrics:
    """Measure one conversation. Lines without a start count for words, turns and questions only.

    `duration_seconds` is the call's own when it is known, otherwise from the first start to the last end.
    A silence is a stretch between the first start and the last end in which nobody speaks.
    """
    segments = segments_of(conversation.lines)
    spoken = {who: _union((s.start, s.end) for s in segments if s.speaker == who) for who in _SPEAKERS}
    everyone = _union((s.start, s.end) for s in segments)
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(everyone)]
    talk = Each(_length(spoken["agent"]), _length(spoken["customer"]))
    overlap = max(0.0, talk.agent + talk.customer - _length(everyone))
    turns = turns_of(segments) if segments else turns_of(_untimed(conversation.lines))
    words = Each(_words(conversation.lines, "agent"), _words(conversation.lines, "customer"))
    delays = {who: _response_delay(turns, who) if segments else None for who in _SPEAKERS}
    interruptions, backchannels = _cuts(segments)
    span = everyone[-1][1] - everyone[0][0] if everyone else 0.0
    measured = Metrics(
        is_timed=bool(segments),
        duration_seconds=_or(conversation.duration_seconds, span),
        talk_seconds=talk,
        agent_talk_ratio=_share(talk) if segments else _share(words),
        overlap_seconds=overlap,
        silence_seconds=sum(gaps),
        longest_silence_seconds=max(gaps, default=0.0),
        turns=Each(_count(turns, "agent"), _count(turns, "customer")),
        agent_response_seconds=delays["agent"],
        customer_response_seconds=delays["customer"],
        interruptions=interruptions,
        backchannels=backchannels,
        customer_questions=_questions(conversation.lines),
        longest_monologue_seconds=Each(_longest(turns, "agent"), _longest(turns, "customer")),
        words_a_minute=_pace(conversation.lines, talk),
        words=words,
        flow=0,
    )
    return _with_flow(measured)


def metrics_from(stored: Mapping[str, Any]) -> Metrics:
    """Return the metrics that were stored as JSON (`CallMetrics.measured`); what is missing is as of a silent call."""
    known = {field.name for field in fields(Metrics)} & stored.keys()
    read: dict[str, Any] = {
        name: Each(**stored[name]) if isinstance(stored[name], dict) else stored[name] for name in known
    }
    return replace(_NOTHING, **read)


def segments_of(lines: Sequence[Line]) -> list[Segment]:
    """The lines that have a start, by start then end; ties keep the order of the conversation.

    A line without an end ends where the next one starts, or at 2.5 words a second if that is earlier.
    An end before its start counts as no length.
    """
    timed = sorted((line for line in lines if line.start_seconds is not None), key=_start)
    segments = []
    for place, line in enumerate(timed):
        start, end = _start(line), line.end_seconds
        if end is None:
            end = start + len(line.text.split()) / WORDS_A_SECOND
            if place + 1 < len(timed):
                end = min(end, _start(timed[place + 1]))
        segments.append(Segment(line.speaker, start, max(start, end)))
    return sorted(segments, key=lambda segment: (segment.start, segment.end))


def turns_of(segments: Iterable[Segment]) -> list[Segment]:
    """Consecutive segments of one speaker joined; a turn ends with the latest end among its segments."""
    turns: list[Segment] = []
    for segment in segments:
        if turns and turns[-1].speaker == segment.speaker:
            last = turns.pop()
            turns.append(Segment(last.speaker, last.start, max(last.end, segment.end)))
        else:
            turns.append(segment)
    return turns


def flow(metrics: Metrics) -> int:
    """How smoothly it went, 0-100.

    100, less 40 x the share of the call that was silent, less 30 x the share of speech that overlapped,
    less 5 for each interruption a minute (at most 20), less 5 for each second by which the agent's mean
    answer is slower than 2 seconds (at most 20), less 10 when anyone spoke for more than a minute
    without a break. Untimed calls have 0.
    """
    if not metrics.is_timed:
        return 0
    talk = metrics.talk_seconds.agent + metrics.talk_seconds.customer
    span = max(talk - metrics.overlap_seconds + metrics.silence_seconds, 0.001)
    minutes = max(span / 60, 1.0)
    cuts = (metrics.interruptions.agent + metrics.interruptions.customer) / minutes
    slowness = max(0.0, (metrics.agent_response_seconds or 0.0) - SLOW_ANSWER_SECONDS)
    monologue = max(metrics.longest_monologue_seconds.agent, metrics.longest_monologue_seconds.customer)
    lost = (
        40 * metrics.silence_seconds / span
        + 30 * metrics.overlap_seconds / max(talk, 0.001)
        + min(20.0, 5 * cuts)
        + min(20.0, 5 * slowness)
        + (10 if monologue > LONG_MONOLOGUE_SECONDS else 0)
    )
    return round(max(0.0, min(100.0, 100 - lost)))


_SPEAKERS: tuple[Speaker, Speaker] = ("agent", "customer")


_NOTHING = Metrics(
    is_timed=False,
    duration_seconds=0.0,
    talk_seconds=Each(),
    agent_talk_ratio=None,
    overlap_seconds=0.0,
    silence_seconds=0.0,
    longest_silence_seconds=0.0,
    turns=Each(),
    agent_response_seconds=None,
    customer_response_seconds=None,
    interruptions=Each(),
    backchannels=Each(),
    customer_questions=0,
    longest_monologue_seconds=Each(),
    words_a_minute=Each(),
    words=Each(),
    flow=0,
)


def _with_flow(metrics: Metrics) -> Metrics:
    return replace(metrics, flow=flow(metrics))


def _union(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _length(spans: Iterable[Span]) -> float:
    return sum(end - start for start, end in spans)


def _cuts(segments: Sequence[Segment]) -> tuple[Each, Each]:
    """Interruptions and backchannels of each speaker, looking only at what the other was saying at
    that moment.
    """
    interrupting: dict[Speaker, int] = {"agent": 0, "customer": 0}
    contained: dict[Speaker, int] = {"agent": 0, "customer": 0}
    until: dict[Speaker, float] = {"agent": float("-inf"), "customer": float("-inf")}
    for segment in segments:
        other: Speaker = "customer" if segment.speaker == "agent" else "agent"
        # To the microsecond: 5.1 - 4.9 is a little less than 0.2 in binary.
        overlap = round(until[other] - segment.start, 6)
        if overlap > 0 and segment.end <= until[other]:
            contained[segment.speaker] += 1
        elif overlap >= INTERRUPTION_SECONDS:
            interrupting[segment.speaker] += 1
        until[segment.speaker] = max(until[segment.speaker], segment.end)
    return (
        Each(interrupting["agent"], interrupting["customer"]),
        Each(contained["agent"], contained["customer"]),
    )


def _response_delay(turns: Sequence[Segment], who: Speaker) -> float | None:
    delays = [max(0.0, turn.start - before.end) for before, turn in pairwise(turns) if turn.speaker == who]
    return sum(delays) / len(delays) if delays else None


def _untimed(lines: Iterable[Line]) -> list[Segment]:
    return [Segment(line.speaker, 0.0, 0.0) for line in lines]


def _start(line: Line) -> float:
    return line.start_seconds if line.start_seconds is not None else 0.0


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _share(each: Each) -> float | None:
    total = each.agent + each.customer
    return each.agent / total if total > 0 else None


def _count(turns: Iterable[Segment], who: Speaker) -> int:
    return sum(1 for turn in turns if turn.speaker == who)


def _longest(turns: Iterable[Segment], who: Speaker) -> float:
    return max((turn.end - turn.start for turn in turns if turn.speaker == who), default=0.0)


def _words(lines: Iterable[Line], who: Speaker) -> int:
    return sum(len(line.text.split()) for line in lines if line.speaker == who)


def _pace(lines: Sequence[Line], talk: Each) -> Each:
    timed = [line for line in lines if line.start_seconds is not None]
    return Each(
        _words(timed, "agent") * 60 / talk.agent if talk.agent > 0 else 0.0,
        _words(timed, "customer") * 60 / talk.customer if talk.customer > 0 else 0.0,
    )


def _questions(lines: Iterable[Line]) -> int:
    return sum(count_questions(line.text) for line in lines if line.speaker == "customer")
