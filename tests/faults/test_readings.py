"""A worker is killed while a model reads: the call is read all the same, once, and one request at most is lost."""

from __future__ import annotations

import pytest

from tests.analysis.model_answers import answer, said
from tests.faults.harness import Programs, World, hits
from tests.running.processes import happens
from tests.stubs.openai import KEY, OpenAIStub, serve

TOLD = answer(intent=said("interested", 1, "I am very interested"), summary="Meera asks for the two bedroom flat.")
READ = """
select n.backend, n.is_current from telephony_insight n join telephony_callid i on i.call_id = n.call_id
 where i.value = %s order by n.id
"""
OWED = "select work_state, outcome from analysis_reading r join telephony_callid i using (call_id) where i.value = %s"
PAID = """
select count(*), count(*) filter (where u.is_settled) from analysis_analysisusage u
  join telephony_callid i on i.call_id = u.call_id where i.value = %s
"""


def env_of(stub: OpenAIStub) -> dict[str, str]:
    return {"ANALYSIS_BACKEND": "openai", "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": stub.url}


@pytest.mark.parametrize(
    ("place", "asked"), [("reading:after_ask", 2), ("reading:after_answer", 1), ("reading:before_keep", 1)]
)
def test_a_killed_worker_loses_one_request_at_most(place: str, asked: int, world: World, web: Programs) -> None:
    # What tests before left to be done is no reading of this one.
    assert happens(lambda: world.sweep_once() and world.is_settled(), seconds=60)
    with serve() as stub:
        stub.say(TOLD)
        event = world.call()
        assert world.send(event, port=web.port) == 200
        ref, before, env = event.ids[0].value, hits(world)[place], env_of(stub)
        # A lease that ends while a slow machine reads would have it asked again, and rightly so.
        world.sweep_once(**env, FAILPOINTS=place, LEASE_SECONDS="10")
        assert hits(world)[place] == before + 1
        env["LEASE_SECONDS"] = "10"
        assert happens(lambda: world.sweep_once(**env) and world.ask(OWED, ref) == [("done", "read")], seconds=60)
        assert world.ask(READ, ref) == [("builtin", False), ("openai", True)]
        assert len(stub.asked) == asked
        assert world.ask(PAID, ref) == [(asked, asked)]
        world.check()
