"""The demo's many calls: customers and their stories put into words, in the form in which the written ones stand.

The same seed and day give the same calls. No two of them say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from calltracking.demo import calendar
from calltracking.demo.customers import CARE, HOMES, LEDGER, OFFICES, Crowd, Customer
from calltracking.demo.lines import Said, parts_of, say
from calltracking.demo.stories import Step, is_keen, story

SEED = 20_260_401
# Who answers for which business: AI agents first, then people.
AGENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    HOMES: ("Aria", ("Nandini Rao", "Shreya Kulkarni", "Imran Sheikh")),
    OFFICES: ("Kabir", ("Joseph Mathew", "Rohan Bhatia")),
    CARE: ("Tara", ("Divya Menon", "Imran Sheikh")),
    LEDGER: ("Dev", ("Rohan Bhatia", "Joseph Mathew")),
}
WOMEN_ANSWERING = frozenset(("Aria", "Tara", "Nandini Rao", "Shreya Kulkarni", "Divya Menon"))
# Of a hundred first calls so many are held by the AI agent, and of the later ones.
AI_FIRST, AI_LATER = 78, 52
WORDS_A_SECOND = 2.2
UNSAID_SECONDS = {"no_answer": (18, 32), "busy": (2, 6), "failed": (0, 1)}


@dataclass
class Telling:
    """One customer's story while it is told: what was agreed is kept to in the next call."""

    customer: Customer
    random: Random
    zone: ZoneInfo
    at: datetime
    agreed: datetime | None = None
    number: int = 0

    def calls(self, steps: tuple[Step, ...], *, until: datetime) -> Iterator[dict[str, Any]]:
        """Yield the story's calls up to a moment; what comes after it has not happened yet."""
        for step in steps:
            self._move_on(step)
            if self.at > until:
                return
            yield self._call(step)
            self.number += 1

    def _move_on(self, step: Step) -> None:
        if not self.number:
            return
        if step.is_on_the_day and self.agreed:
            is_visit = step.title == "confirm"
            # A visit is confirmed the day before; who wanted to be called back is called then.
            moment = self.agreed - timedelta(days=1) if is_visit else self.agreed
            soonest = self.at + timedelta(minutes=40)
            self.at = calendar.while_open(max(moment.replace(minute=self.random.randrange(50)), soonest))
            return
        day = max(self.at, self.agreed or self.at) if step.title == "book" else self.at
        day += timedelta(days=self.random.randint(*step.after))
        later = calendar.moment(self.random, day=day.date(), zone=self.zone)
        self.at = calendar.while_open(later if later > day else day + timedelta(minutes=self.random.randrange(25, 90)))

    def _call(self, step: Step) -> dict[str, Any]:
        agent = self._agent(step)
        if step.title != "confirm" or not self.agreed:
            self.agreed = calendar.visit_after(self.random, self.at)
        slots = self._slots(agent)
        said = self._said(step, slots)
        turns, seconds = _timed(said, self.random)
        if not said:
            seconds = self.random.randint(*UNSAID_SECONDS[step.status])
        return {
            "key": f"c{self.customer.index:04d}-{self.number}",
            "agent": agent,
            "trade": self.customer.trade,
            "is_composed": True,
            "held_by": "ai" if agent == AGENTS[self.customer.trade][0] else "human",
            "direction": step.direction,
            "customer_number": self.customer.number,
            "started_at": self.at,
            "status": step.status,
            "outcome": step.outcome,
            "termination_reason": ENDED_BECAUSE.get(step.status, "customer hung up"),
            "language": "hi" if self.customer.mixes else "en",
            "title": TITLES[step.title].format_map(slots | {"what": WHAT[self.customer.trade].format_map(slots)}),
            "provider_summary": summary(step, self.customer.trade, slots),
            "duration_seconds": seconds,
            "turns": turns,
            "meant": self._meant(step, said),
            "budget": self.customer.budget,
            "worth": self.customer.worth,
            "has_bought": step.title == "book",
        }

    def _agent(self, step: Step) -> str:
        machine, people = AGENTS[self.customer.trade]
        is_ai = self.random.randrange(100) < (AI_LATER if self.number else AI_FIRST)
        # An AI agent is never missed: it is people whom callers ring in vain.
        return machine if is_ai and step.title != "missed" else self.random.choice(people)

    def _slots(self, agent: str) -> dict[str, str]:
        assert self.agreed is not None
        visit = calendar.said_moment(self.agreed, now=self.at, mixes=self.customer.mixes)
        return self.customer.facts | {
            "agent": agent.split(maxsplit=1)[0],
            "g": "i" if agent in WOMEN_ANSWERING else "a",
            "daytime": calendar.daytime(self.at),
            "visit": visit,
            "Visit": visit[0].upper() + visit[1:],
            "callback": visit,
            "Callback": visit[0].upper() + visit[1:],
        }

    def _said(self, step: Step, slots: Mapping[str, str]) -> list[Said]:
        bank, said = parts_of(self.customer.lines), []
        for part in step.parts:
            if part.endswith("?") and self.random.random() < 0.6:
                continue
            key, most = part.rstrip("?*"), 3 if part.endswith("*") else 1
            if key == "decides":
                key = "decides.yes" if self.random.random() < 0.5 else "decides.no"
            count = self.random.randint(1, most)
            for exchange in self.random.sample(bank[key], min(count, len(bank[key]))):
                said += say(exchange, slots, self.random)
        return said

    def _meant(self, step: Step, said: list[Said]) -> dict[str, Any]:
        """Return what a careful listener would note down: only what the customer said."""
        words = " ".join(text for speaker, text in said if speaker == "customer")
        facts = self.customer.facts
        return {
            "intent": step.meant,
            "name": facts["name"] if facts["name"] in words else "",
            "budget": self.customer.budget if f"{facts['budget']}" in words else None,
        }


@dataclass(frozen=True)
class Demo:
    """All calls of the demo beside the written ones, for a day."""

    count: int
    today: date
    zone: ZoneInfo
    until: datetime
    seed: int = SEED

    @cached_property
    def stories(self) -> list[list[dict[str, Any]]]:
        """Return each customer's calls, oldest first; the customers who were called last stand first."""
        return sorted(self._stories(), key=lambda calls: calls[-1]["started_at"], reverse=True)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Return the calls of all stories."""
        return [call for calls in self.stories for call in calls]

    def _stories(self) -> list[list[dict[str, Any]]]:
        random = Random(self.seed)
        crowd, told, left = Crowd(random), [], self.count
        heard: set[tuple[str, ...]] = set()
        while left > 0:
            steps = story(random)
            customer = crowd.next(is_keen=is_keen(steps))
            day = calendar.first_day(random, today=self.today)
            at = calendar.moment(random, day=day, zone=self.zone)
            calls = list(Telling(customer, random, self.zone, at).calls(steps, until=self.until))[:left]
            said = {tuple(turn[2] for turn in call["turns"]) for call in calls if call["turns"]}
            if not calls or said & heard or len(said) < sum(bool(call["turns"]) for call in calls):
                continue
            heard |= said
            left -= len(calls)
            told.append(calls)
        return told


def _timed(said: list[Said], random: Random) -> tuple[list[list[Any]], int]:
    """Return the turns with the second at which each begins, and how long the call lasted."""
    turns: list[list[Any]] = []
    second = 0.0
    for speaker, text in said:
        turns.append([speaker, round(second), text])
        second += max(len(text.split()) / WORDS_A_SECOND, 1) + random.uniform(0.8, 3.6)
    return turns, round(second)


ENDED_BECAUSE = {
    "no_answer": "no answer after 30 seconds",
    "busy": "line busy",
    "failed": "carrier error: call could not be set up",
    "voicemail": "voicemail detected, message left",
}
WHAT = {
    HOMES: "{bhk} BHK in {area}",
    OFFICES: "{seats} seats in {area}",
    CARE: "Repair in {area}",
    LEDGER: "Ledger for {flats} flats",
}
TITLES = {
    "inquiry": "{what}",
    "hot": "{what}, {visit}",
    "prices": "{what}: prices",
    "later": "{what}: call back {callback}",
    "no": "{what}: no interest",
    "never": "Asked not to be called",
    "again": "{what}, again",
    "confirm": "{what}: confirmed",
    "book": "{what}: goes ahead",
    "complaint": "Complaint",
    "missed": "Missed call",
    "unanswered": "Not answered",
    "busy": "Line busy",
    "failed": "Call could not start",
    "voicemail": "Voicemail, {what}",
    "wrong": "Wrong number",
}
WANTS = {
    HOMES: "{name} is looking for a {bhk} BHK in {area}.",
    OFFICES: "{name} of {business} needs {seats} seats in {area}.",
    CARE: "{name} needs a repair in {area}: {problem}.",
    LEDGER: "{name} of {business} looks for billing software for {flats} flats.",
}
BECAME = {
    "inquiry": "The budget is {budget}. They want to know more.",
    "hot": "The budget is {budget} and they want it soon. Agreed for {visit}.",
    "prices": "They asked for prices only.",
    "later": "They want to be called back {callback}.",
    "no": "They are not interested.",
    "never": "They do not want to be called again.",
    "again": "The budget is still {budget}. They want to go on.",
    "confirm": "They confirmed {visit}.",
    "book": "They go ahead at {budget}.",
    "complaint": "They complained and wait for an answer today.",
    "voicemail": "A message was left.",
    "wrong": "The number belongs to somebody else.",
}


def summary(step: Step, trade: str, slots: Mapping[str, str]) -> str:
    """Return what the provider would say of the call; of calls that reached nobody, nothing."""
    if step.title not in BECAME:
        return ""
    return f"{WANTS[trade]} {BECAME[step.title]}".format_map(slots)
