"""What a sender may do to the door itself: odd JSON, zipped or endless bodies (F37), over real HTTP."""

from __future__ import annotations

import gzip
import http.client
import json

import psutil
import pytest
from django.utils import timezone

from telephony.providers.signatures import sign_timestamped
from tests.faults.harness import Programs, World
from tests.running.processes import happens

OPEN = b'{"type": "post_call_transcription", "data": {"conversation_id": "c", "x": '
BODIES = {
    "NUL in a word": OPEN + b'"a\\u0000b"}}',
    "a raw NUL": OPEN + b'"a\x00b"}}',
    "a hundred thousand deep": b"[" * 100_000,
    "deep inside": OPEN + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}}",
    "beyond every number": OPEN + b"1e400}}",
    "an endless number": OPEN + b"9" * 100_000 + b"}}",
    "the same key twice": OPEN + b'1, "x": 2, "conversation_id": "d"}}',
    "no UTF-8": OPEN + b'"\xff\xfe\xc0"}}',
    "half a character": OPEN + b'"\\ud800"}}',
    "no number": OPEN + b"NaN}}",
    "many keys": OPEN + json.dumps({f"k{n}": n for n in range(100_000)}).encode() + b"}}",
    "five megabytes of one word": OPEN + b'"' + b"x" * 5_000_000 + b'"}}',
    "zipped": gzip.compress(b'{"a": "' + b"x" * 30_000_000 + b'"}'),
    "nothing but brackets": b"{}" * 1_000,
}
MORE_BYTES = 50 * 1024 * 1024
STATES = "select work_state, unrouted_because <> '' from telephony_webhookevent where id > %s order by id"


def post(world: World, port: int, body: bytes, **headers: str) -> int:
    signature = sign_timestamped(body, secret=world.secret, at=timezone.now())
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"content-type": "application/json", "elevenlabs-signature": signature, **headers}
    try:
        connection.request("POST", world.path, body, sent)
        return connection.getresponse().status
    finally:
        connection.close()


def memory_of(programs: Programs) -> int:
    trees = [psutil.Process(program.process.pid) for program in programs.all.values()]
    return sum(p.memory_info().rss for tree in trees for p in (tree, *tree.children(recursive=True)))


@pytest.mark.row("S2.8")
def test_signed_nonsense_is_kept_and_ends_nobody(world: World) -> None:
    [(last,)] = world.ask("select coalesce(max(id), 0) from telephony_webhookevent")
    with world.running("web", "sweeper") as programs:
        for _ in range(8):
            assert world.send(world.call(), port=programs.port) == 200
        world.check(seconds=60)
        [(last,)] = world.ask("select max(id) from telephony_webhookevent")
        # Once so that each process has grown as it must, then again, told apart by a space.
        sizes = []
        for turn in range(2):
            for name, body in BODIES.items():
                kind = {"content-encoding": "gzip"} if name == "zipped" else {}
                assert post(world, programs.port, body + b" " * turn, **kind) == 200, name
            assert happens(world.is_settled, seconds=60), programs.outputs()[-3000:]
            sizes.append(memory_of(programs))
        assert {program.process.poll() for program in programs.all.values()} == {None}
        assert sizes[1] - sizes[0] < MORE_BYTES, sizes
        became = world.ask(STATES, last)
        assert len(became) == 2 * len(BODIES)
        assert {state for state, _ in became} == {"done"}
        assert sum(is_unrouted for _, is_unrouted in became) >= 2 * 7
        assert world.send(world.call(), port=programs.port) == 200


def test_a_body_without_end_is_cut_and_its_sender_told(world: World) -> None:
    with world.running("web", WEBHOOK_MAX_BYTES="100000") as programs:
        connection = http.client.HTTPConnection("127.0.0.1", programs.port, timeout=30)
        pieces = (b"x" * 10_000 for _ in range(40))
        connection.request("POST", world.path, pieces, {"content-type": "application/json"}, encode_chunked=True)
        assert connection.getresponse().status == 413
        connection.close()
        assert post(world, programs.port, b"x" * 100_001) == 413
