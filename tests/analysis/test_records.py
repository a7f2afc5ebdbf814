"""Conversations of one's own: what a line may hold, what is written for it, and a file of them."""

from __future__ import annotations

import json
import multiprocessing
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import record_runs
from analysis.record_places import place_of
from analysis.record_runs import answers
from analysis.records import answer_line, read_record
from tests.running.processes import run

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
FLAT: list[dict[str, Any]] = [
    {"speaker": "agent", "content": "Hello, what are you looking for?", "start": 0.5, "end": 2.0},
    {"speaker": "customer", "content": "My budget is 80 lakh for a two bedroom flat.", "start": 2.4, "end": 6.0},
]


def line(**said: Any) -> bytes:
    return json.dumps({"id": "1", "turns": FLAT, **said}).encode()


def answered(text: bytes | None) -> dict[str, Any]:
    return answer_line(text, backend="builtin", now=NOW)


@pytest.mark.row("S0.22")
def test_a_conversation_is_answered_in_three_parts_with_the_words_of_each_value() -> None:
    said = answered(line())
    assert list(said) == ["id", "findings", "metrics", "score"]
    budget = said["findings"]["budget"]
    assert (budget["value"]["maximum"], budget["value"]["currency"]) == ("8000000", "INR")
    assert budget["evidence"]["turn"] == 1
    assert budget["evidence"]["quote"] in FLAT[1]["content"]
    assert said["metrics"]["talk_s"] == {"agent": 1.5, "customer": 3.6}
    assert said["score"]["value"] == sum(reason["points"] for reason in said["score"]["reasons"])


@pytest.mark.row("S0.30")
def test_every_metric_has_its_name() -> None:
    assert answered(line())["metrics"] == {
        "is_timed": True,
        "duration_s": 5.5,
        "talk_s": {"agent": 1.5, "customer": 3.6},
        "agent_talk_ratio": 0.2941,
        "overlap_s": 0.0,
        "silence_s": 0.4,
        "longest_silence_s": 0.4,
        "turns": {"agent": 1, "customer": 1},
        "mean_response_delay_s": {"agent": None, "customer": 0.4},
        "interruptions": {"agent": 0, "customer": 0},
        "backchannels": {"agent": 0, "customer": 0},
        "questions": 0,
        "longest_monologue_s": {"agent": 1.5, "customer": 3.6},
        "words": {"agent": 6, "customer": 10},
        "words_per_minute": {"agent": 240.0, "customer": 166.7},
        "flow": 97,
    }


BAD = {
    "empty": (b"", "empty"),
    "blank": (b"  \t", "empty"),
    "broken": (b'{"id": "1",', "not JSON"),
    "no object": (b"[1, 2]", "no JSON object"),
    "too deep": (b"[" * 100_000, "too deep"),
    "not UTF-8": (b'{"id": "\xff"}', "not UTF-8"),
    "no turns": (b'{"id": "1"}', "no turns"),
    "turns of another kind": (line(turns="hello"), "no list"),
    "nobody spoke": (line(turns=[]), "nobody said anything"),
    "a turn of another kind": (line(turns=["hello"]), "Turn 0 is no JSON object"),
    "unknown speaker": (line(turns=[{"speaker": "judge", "content": "x"}]), "Turn 0: speaker"),
    "no speaker": (line(turns=[FLAT[0], {"content": "x"}]), "Turn 1: speaker"),
    "content of another kind": (line(turns=[{"speaker": "agent", "content": 5}]), "content is no text"),
    "no number": (line(turns=[{**FLAT[0], "start": float("nan")}]), "no second of a call"),
    "without end": (line(turns=[{**FLAT[0], "end": float("inf")}]), "no second of a call"),
    "a time in words": (line(turns=[{**FLAT[0], "start": "soon"}]), "no number of seconds"),
    "a yes for a time": (line(turns=[{**FLAT[0], "start": True}]), "no number of seconds"),
    "beyond all time": (line(turns=[{**FLAT[0], "start": 10**400}]), "no second of a call"),
    "10 MB in a turn": (line(turns=[{"speaker": "agent", "content": "x" * 10_000_000}]), "longer than 100,000"),
    "no such day": (line(called_at="2026-02-30"), "called_at"),
    "a day nobody sees": (line(called_at="9999-12-31T23:59:59Z"), "called_at"),
    "no such place": (line(region="XX"), "region"),
    "no such money": (line(currency="gold"), "currency"),
    "no such clock": (line(timezone="Mars/Olympus"), "timezone"),
    "a folder of clocks": (line(timezone="America"), "timezone"),
    "a line too long to keep": (None, "longer than"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_line_that_is_no_conversation_is_answered_by_a_sentence(name: str) -> None:
    text, word = BAD[name]
    said = answered(text)
    assert list(said) == ["id", "error"]
    assert word in said["error"]
    assert said["error"].endswith(".")


def test_the_error_of_a_readable_line_names_its_id() -> None:
    assert answered(line(id=7, turns=[]))["id"] == 7
    assert answered(line(id={"no": "id"}, turns=[]))["id"] is None


@settings(max_examples=150, deadline=None)
@given(
    said=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(st.sampled_from(["id", "turns", "speaker", "content", "start", "end", "called_at"]), x)
        ),
    )
)
def test_whatever_the_json_an_answer_is_json(said: Any) -> None:
    for each in (said, {"turns": said}, {"turns": [said]}, {"turns": [{"speaker": "agent", "content": said}]}):
        json.dumps(answered(json.dumps(each).encode()), allow_nan=False).encode()


def test_speakers_have_other_names_and_more_keys_do_no_harm() -> None:
    turns = [
        {"speaker": "Assistant", "content": "Hi"},
        {"speaker": "ai", "content": "Anyone?"},
        {"speaker": "user", "content": "Yes"},
        {"speaker": "caller", "content": "It is me", "mood": float("nan")},
    ]
    record = read_record(line(turns=turns, whatever=[1]), now=NOW)
    assert [each.speaker for each in record.conversation.lines] == ["agent", "agent", "customer", "customer"]


def test_turns_without_words_keep_their_place_and_their_times() -> None:
    turns = [{"speaker": "agent", "start": 0, "end": 2}, {"speaker": "customer", "content": None}, FLAT[1]]
    said = answered(line(turns=turns))
    assert said["findings"]["budget"]["evidence"]["turn"] == 2
    assert said["metrics"]["talk_s"]["agent"] == 2.0


def test_half_a_character_becomes_a_whole_one() -> None:
    said = answered(b'{"id": "\\ud800", "turns": [{"speaker": "customer", "content": "My budget is 80 lakh \\udc00"}]}')
    json.dumps(said, ensure_ascii=False).encode()
    assert said["findings"]["budget"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({}, ("IN", "INR", "Asia/Kolkata")),
        ({"region": "us"}, ("US", "USD", "America/New_York")),
        ({"region": "UK"}, ("GB", "GBP", "Europe/London")),
        ({"currency": "usd"}, ("US", "USD", "America/New_York")),
        ({"currency": "XAU"}, ("IN", "XAU", "Asia/Kolkata")),
        ({"time_zone": "Europe/Paris"}, ("FR", "EUR", "Europe/Paris")),
        ({"time_zone": "UTC", "currency": "GBP"}, ("GB", "GBP", "UTC")),
        ({"region": "AE", "currency": "USD"}, ("AE", "USD", "Asia/Dubai")),
    ],
)
def test_region_money_and_clock_follow_from_each_other(said: dict[str, str], place: tuple[str, str, str]) -> None:
    found = place_of(**said)
    assert (found.region, found.currency, found.time_zone) == place


def test_a_time_without_an_offset_is_one_of_the_place() -> None:
    there = read_record(line(called_at="2026-11-20T10:30", timezone="Europe/Berlin"), now=NOW).conversation
    assert there.called_at.isoformat() == "2026-11-20T10:30:00+01:00"
    assert read_record(line(called_at="2026-11-20T10:30Z"), now=NOW).conversation.called_at.hour == 10
    assert read_record(line(), now=NOW).conversation.called_at == NOW


# ---- a file of them -------------------------------------------------------------------------------------------


def file_of(count: int) -> bytes:
    return b"\n".join(b"{" if n % 10 == 9 else line(id=n) for n in range(count))


def ids(found: list[Any]) -> list[int | None]:
    return [json.loads(each.text)["id"] for each in found]


def test_several_processes_answer_in_the_order_of_the_lines() -> None:
    count = 4 * record_runs.PARCEL_LINES + 5
    found = list(answers(BytesIO(file_of(count)), backend="builtin", workers=2, now=NOW))
    assert ids(found) == [None if n % 10 == 9 else n for n in range(count)]
    assert [each.is_error for each in found] == [n % 10 == 9 for n in range(count)]
    assert found[-1].bytes_read == len(file_of(count))


def test_a_process_that_is_killed_loses_no_line() -> None:
    count = 8 * record_runs.PARCEL_LINES
    found = answers(BytesIO(file_of(count)), backend="builtin", workers=2, now=NOW)
    read = [next(found)]
    for child in multiprocessing.active_children():
        child.kill()
    read += found
    assert ids(read) == [None if n % 10 == 9 else n for n in range(count)]
    assert sum(each.is_error for each in read) == count // 10


def test_a_huge_file_is_never_in_memory_as_a_whole() -> None:
    class Endless:
        read = 0

        def readline(self, most: int) -> bytes:
            self.read += 1
            return line(id=self.read) + b"\n"

    endless = Endless()
    found = answers(endless, backend="builtin", workers=2, now=NOW)  # type: ignore[arg-type]
    for _ in range(10):
        next(found)
    found.close()  # type: ignore[attr-defined]
    assert endless.read <= record_runs.PARCEL_LINES * (2 * record_runs.AHEAD + 4)


def test_a_line_too_long_to_keep_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_runs, "LONGEST_LINE", len(line()) + 1)
    text = line() + b"\n" + line(more="x" * 5_000_000) + b"\n" + line(id="2")
    found = list(answers(BytesIO(text), backend="builtin", workers=1, now=NOW))
    assert [each.is_error for each in found] == [False, True, False]
    assert found[-1].bytes_read == len(text)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_command_needs_no_database(tmp_path: Path, workers: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(file_of(70))
    nowhere = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "x",
        "ENCRYPTION_KEYS": "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }
    command = (sys.executable, "manage.py", "analyze_conversations", str(source), str(target), "--workers", workers)
    done = run(*command, env={**nowhere, "PATH": "/usr/bin:/bin"})
    assert done.returncode == 1, done.stderr
    assert "63 read, 7 not readable" in done.stdout
    assert done.stderr == ""
    assert len(target.read_text().splitlines()) == 70


def test_the_command_starts_no_server(tmp_path: Path) -> None:
    source, target, var = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "var"
    source.write_bytes(line())
    command = (sys.executable, "manage.py", "analyze_conversations", str(source), str(target))
    done = run(*command, env={"VAR_DIR": str(var), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr
    assert not var.exists()


def test_the_command_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(line())
    with pytest.raises(CommandError, match="overwrite"):
        call_command("analyze_conversations", str(source), str(source))
    with pytest.raises(CommandError, match="No such file"):
        call_command("analyze_conversations", str(tmp_path / "none"), str(tmp_path / "out"))
    with pytest.raises(CommandError, match="at least 1"):
        call_command("analyze_conversations", str(source), str(tmp_path / "out"), "--workers", "0")
    assert source.read_bytes() == line()
