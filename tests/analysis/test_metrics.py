"""The arithmetic of turn times, against a plain sweep in steps of 10 ms."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.conversation import Conversation, Line
from analysis.metrics import measure, segments_of
from analysis.records import told_of_metrics
from tests.analysis.conversations import CALLED_AT, conversation

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "sample_conversations" / "sample_conversations.jsonl"


def timed(*rows: tuple[str, float | None, float | None, str]) -> Conversation:
    lines = tuple(
        Line(index, "agent" if who == "A" else "customer", words, start, end)
        for index, (who, start, end, words) in enumerate(rows)
    )
    return Conversation(lines, CALLED_AT, "IN", "INR", "Asia/Kolkata")


@st.composite
def talks(draw: st.DrawFn) -> Conversation:
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from("AC"), st.integers(0, 600), st.integers(1, 300)),
            min_size=1,
            max_size=12,
        )
    )
    return timed(*((who, start / 10, (start + length) / 10, "words") for who, start, length in rows))


@settings(max_examples=60, deadline=None)
@given(talk=talks())
def test_seconds_agree_with_a_sweep_in_steps_of_ten_milliseconds(talk: Conversation) -> None:
    """Starts and ends lie on the grid, so the sweep is exact."""
    speaking = {who: _ticks(talk, who) for who in ("agent", "customer")}
    everyone = speaking["agent"] | speaking["customer"]
    first, last = min(everyone), max(everyone)
    silent = [tick for tick in range(first, last) if tick not in everyone]
    measured = measure(talk)
    assert measured.talk_seconds.agent == pytest.approx(len(speaking["agent"]) / 100)
    assert measured.talk_seconds.customer == pytest.approx(len(speaking["customer"]) / 100)
    assert measured.overlap_seconds == pytest.approx(len(speaking["agent"] & speaking["customer"]) / 100)
    assert measured.silence_seconds == pytest.approx(len(silent) / 100)
    assert measured.longest_silence_seconds == pytest.approx(_longest_run(silent) / 100)
    assert measured.duration_seconds == pytest.approx((last + 1 - first) / 100)
    assert 0 <= measured.flow <= 100


@settings(max_examples=100, deadline=None)
@given(talk=talks())
def test_who_cut_in_and_who_waited_agree_with_the_words_of_their_definitions(talk: Conversation) -> None:
    """Each definition taken literally, in whole steps of 10 ms, looking at every pair of segments."""
    measured = measure(talk)
    spoken = sorted(
        ((round((x.start_seconds or 0) * 100), round((x.end_seconds or 0) * 100), x.speaker) for x in talk.lines),
        key=lambda each: each[:2],
    )
    for who in ("agent", "customer"):
        cut = contained = 0
        for place, (start, end, speaker) in enumerate(spoken):
            others = [other for other in spoken[:place] if other[2] != who and other[1] > start]
            if speaker != who or not others:
                continue
            until = max(other[1] for other in others)
            contained += end <= until
            cut += end > until and until - start >= 20
        assert getattr(measured.interruptions, who) == cut
        assert getattr(measured.backchannels, who) == contained
        delays = _delays(spoken, who)
        said = getattr(measured, f"{who}_response_seconds")
        assert said == (pytest.approx(sum(delays) / len(delays) / 100) if delays else None)


@given(talk=talks(), data=st.data())
def test_the_order_of_lines_with_different_times_does_not_matter(talk: Conversation, data: st.DataObject) -> None:
    times = [(line.start_seconds, line.end_seconds) for line in talk.lines]
    shuffled = data.draw(st.permutations(talk.lines))
    if len(set(times)) == len(times):
        assert segments_of(shuffled) == segments_of(talk.lines)
    starts = [(each.start, each.end) for each in segments_of(shuffled)]
    assert starts == sorted(starts)


@given(speakers=st.lists(st.sampled_from(["agent", "customer"]), min_size=2, max_size=8))
def test_lines_of_equal_times_keep_the_order_of_the_conversation(speakers: list[str]) -> None:
    talk = timed(*((who[0].upper(), 1.0, 2.0, "words") for who in speakers), ("A", 0.0, 0.5, "first"))
    assert [each.speaker for each in segments_of(talk.lines)] == ["agent", *speakers]


def test_an_overlap_of_exactly_a_fifth_of_a_second_counts() -> None:
    """5.1 - 4.9 is less than 0.2 for a machine."""
    assert measure(timed(("A", 0, 5.1, "x"), ("C", 4.9, 6, "y"))).interruptions.customer == 1
    assert measure(timed(("A", 0, 5.1, "x"), ("C", 4.91, 6, "y"))).interruptions.customer == 0


def test_a_conversation_twice_as_long_takes_twice_as_long() -> None:
    def seconds(turns: int) -> float:
        talk = timed(*(("AC"[n % 2], n * 2.0, n * 2.0 + 2.3, "is that so") for n in range(turns)))
        began = process_time()
        measure(talk)
        return process_time() - began

    assert min(seconds(4000) for _ in range(5)) < 4 * min(seconds(2000) for _ in range(5))


@pytest.mark.row("S0.59")
def test_talk_ratio_is_the_agents_share_of_the_talking() -> None:
    assert measure(timed(("A", 0, 3, "x"), ("C", 3, 4, "y"))).agent_talk_ratio == pytest.approx(0.75)


@pytest.mark.row("S0.60")
def test_the_response_delay_is_the_mean_pause_before_a_speakers_turns() -> None:
    measured = measure(timed(("A", 0, 2, "x"), ("C", 3, 4, "y"), ("A", 4.5, 5, "z"), ("C", 4.8, 7, "w")))
    assert measured.customer_response_seconds == pytest.approx(0.5)
    assert measured.agent_response_seconds == pytest.approx(0.5)


@pytest.mark.row("S0.61")
def test_an_interruption_outlasts_the_other_and_overlaps_by_a_fifth_of_a_second() -> None:
    talk = timed(("A", 0, 5, "x"), ("C", 1, 2, "mhm"), ("C", 4.9, 6, "slip"), ("A", 5.5, 9, "cut"))
    measured = measure(talk)
    assert (measured.interruptions.agent, measured.interruptions.customer) == (1, 0)
    assert (measured.backchannels.agent, measured.backchannels.customer) == (0, 1)


def test_a_turn_without_an_end_ends_at_the_next_start_or_at_speaking_rate() -> None:
    talk = timed(("A", 0, None, "one two three four five"), ("C", 9, None, "a b c d e"), ("A", 10, None, "x y"))
    first, second, third = segments_of(talk.lines)
    assert [first.end, second.end, third.end] == pytest.approx([2.0, 10.0, 10.8])


@pytest.mark.row("S0.62")
def test_questions_of_the_customer_are_counted_with_and_without_a_mark() -> None:
    talk = conversation(
        "C: How much is it? And is there parking?\nA: What is your name?\n"
        "C: can you send me a quote\nC: I know what I want."
    )
    assert measure(talk).customer_questions == 3


@pytest.mark.row("S0.58")
def test_the_calls_own_duration_wins_over_the_span_of_its_turns() -> None:
    talk = timed(("A", 1, 3, "x"))
    assert measure(talk).duration_seconds == 2
    assert measure(replace(talk, duration_seconds=42)).duration_seconds == 42


def test_a_conversation_without_times_is_still_measured_by_words() -> None:
    measured = measure(conversation("A: one two three\nC: four"))
    assert (measured.is_timed, measured.agent_talk_ratio, measured.flow) == (False, 0.75, 0)
    assert (measured.turns.agent, measured.turns.customer) == (1, 1)


def test_an_empty_conversation_measures_as_nothing() -> None:
    measured = measure(timed())
    assert measured.duration_seconds == 0
    assert measured.agent_talk_ratio is measured.agent_response_seconds is None


@pytest.mark.row("S0.63")
def test_flow_falls_with_silence_and_interruptions() -> None:
    smooth = measure(timed(("A", 0, 5, "x"), ("C", 5.2, 9, "y"), ("A", 9.3, 14, "z")))
    halting = measure(timed(("A", 0, 5, "x"), ("C", 15, 19, "y"), ("A", 17, 24, "z")))
    assert smooth.flow > 90
    assert halting.flow < smooth.flow - 20


def test_the_sample_calls_measure_as_their_truth_says() -> None:
    if not SAMPLES.exists():
        pytest.skip("the sample conversations are not on this machine")
    seen = 0
    for row in map(json.loads, SAMPLES.read_text().splitlines()):
        truth = row["truth"].get("metrics")
        if truth is None:
            continue
        rows = (
            (turn["speaker"][0].upper(), turn.get("start"), turn.get("end"), turn.get("content", ""))
            for turn in row["turns"]
        )
        measured = measure(timed(*rows))
        seen += 1
        told = told_of_metrics(measured)
        for name in ("duration_s", "overlap_s", "silence_s", "longest_silence_s"):
            assert told[name] == pytest.approx(truth[name], abs=0.006), name
        for name in ("talk_s", "turns", "mean_response_delay_s"):
            assert told[name] == pytest.approx(truth[name], abs=0.006), name
        assert told["agent_talk_ratio"] == pytest.approx(truth["agent_talk_ratio"], abs=0.0001)
        for who, overlaps in truth["overlaps"].items():
            assert told["interruptions"][who] == overlaps["interruptions"]
            assert told["backchannels"][who] == overlaps["contained"]
    assert seen == 7


def _delays(spoken: list[tuple[int, int, str]], who: str) -> list[int]:
    turns: list[list[tuple[int, int, str]]] = []
    for each in spoken:
        if turns and turns[-1][0][2] == each[2]:
            turns[-1].append(each)
        else:
            turns.append([each])
    return [
        max(0, turn[0][0] - max(each[1] for each in before)) for before, turn in pairwise(turns) if turn[0][2] == who
    ]


def _ticks(talk: Conversation, who: str) -> set[int]:
    lines = [each for each in talk.lines if each.speaker == who]
    spans = [(each.start_seconds or 0, each.end_seconds or 0) for each in lines]
    return {tick for start, end in spans for tick in range(round(start * 100), round(end * 100))}


def _longest_run(ticks: list[int]) -> int:
    longest = run = 1 if ticks else 0
    for before, tick in pairwise(ticks):
        run = run + 1 if tick == before + 1 else 1
        longest = max(longest, run)
    return longest
