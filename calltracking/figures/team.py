"""Who held the calls, people and AI agents alike: how many, how long, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.urls import reverse

from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.facts import Numbers
from calltracking.figures.reading import numbers
from calltracking.figures.tables import Cell, Kind, table
from crm.models import FollowUp, Membership
from telephony.models import Agent

FORMULAS = {
    "calls": "Calls they held in the days shown.",
    "talk": "Length of their ended calls, added up.",
    "average": "Length of their ended calls, added up, by their number.",
    "conversions": "Their calls that are conversions: success by the provider, or of a converted lead, unless a person "
    "says otherwise; and by all their calls.",
    "mood": "Their calls in a positive mood, of those whose mood was read.",
    "wait": "From the start of their inbound calls until they were answered, on average.",
    "reply": "How long they take to reply within a call: the mean of the calls' means.",
    "steps": "Open follow-ups that they are to do: assigned to them, or of their contacts, assigned to nobody. Now.",
}
NOBODY = "Nobody named"
# The words of the address by which the table is sorted, and what they stand for; a minus puts the most first.
SORTS = ("name", "calls", "talk", "average", "conversions", "rate", "mood", "wait", "reply", "steps")
USUAL = "-calls"


@dataclass(frozen=True)
class Performance:
    """One agent's numbers. `steps` are of people alone: an AI agent is given none."""

    agent: Agent | None
    numbers: Numbers
    steps: int | None
    steps_url: str

    @property
    def name(self) -> str:
        return str(self.agent) if self.agent else NOBODY

    @property
    def kind(self) -> str:
        return self.agent.get_kind_display() if self.agent else ""

    def value(self, word: str) -> str | float | None:
        """Return what the word of a sort stands for; None where there is nothing to tell."""
        n = self.numbers
        found: dict[str, str | float | None] = {
            "name": self.name.casefold(),
            "calls": n.calls,
            "talk": n.seconds,
            "average": n.average_seconds,
            "conversions": n.converted,
            "rate": n.conversion_rate,
            "mood": n.positive_rate,
            "wait": n.wait_seconds,
            "reply": n.delay_seconds,
            "steps": self.steps,
        }
        return found[word]


def performances(chosen: AnalyticsFilter, *, member: Membership, sort: str = USUAL) -> list[Performance]:
    """Return everybody who held a call in the days, and people who hold none, over what the member may see.

    At most six queries, however many they are.
    """
    held = numbers(chosen, by="agent_id", member=member)
    agents = {agent.pk: agent for agent in Agent.objects.all() if agent.pk in held or agent.kind == Agent.Kind.HUMAN}
    if chosen.agent:
        agents = {pk: agent for pk, agent in agents.items() if pk == chosen.agent}
    owed = _steps_of_members(member)
    found = [_performance(agent, held.get(pk, Numbers()), owed, chosen) for pk, agent in agents.items()]
    if None in held:
        found.append(_performance(None, held[None], owed, chosen))
    return in_order(found, sort)


def in_order(rows: list[Performance], sort: str) -> list[Performance]:
    """Return the rows sorted; those without a value last, whichever way."""
    word = sort.removeprefix("-")
    word, descends = (word, sort.startswith("-")) if word in SORTS else (USUAL.removeprefix("-"), True)
    by_name = sorted(rows, key=lambda row: (row.agent is None, row.name.casefold()))
    known = [row for row in by_name if row.value(word) is not None]
    known.sort(key=lambda row: row.value(word), reverse=descends)  # type: ignore[arg-type,return-value]  # of one kind
    return [*known, *(row for row in by_name if row.value(word) is None)]


def _steps_of_members(member: Membership) -> dict[int, int]:
    responsible = Coalesce(F("assignee"), F("contact__assignee"))
    steps = FollowUp.objects.visible_to(member).open().order_by()
    counted = steps.annotate(responsible=responsible).filter(responsible__isnull=False)
    return dict(counted.values_list("responsible").annotate(Count("pk")))


def _performance(agent: Agent | None, held: Numbers, owed: dict[int, int], chosen: AnalyticsFilter) -> Performance:
    person = agent.membership_id if agent else None
    steps_url = f"{reverse('admin:crm_followup_changelist')}?assignee={person}" if person else ""
    return Performance(
        agent=agent,
        numbers=held,
        steps=owed.get(person, 0) if person else None,
        steps_url=steps_url,
    )


@table(
    "team",
    "Agent performance",
    ("Agent", Kind.TEXT),
    ("Kind", Kind.TEXT),
    ("Calls", Kind.COUNT),
    ("Talk time", Kind.SECONDS),
    ("Average length", Kind.SECONDS),
    ("Conversions", Kind.COUNT),
    ("Conversion rate", Kind.SHARE),
    ("Positive calls", Kind.SHARE),
    ("Time to answer", Kind.SECONDS),
    ("Time to reply", Kind.SECONDS),
    ("Open follow-ups", Kind.COUNT),
    page="Team",
    right="crm.view_membership",
)
def team(chosen: AnalyticsFilter, member: Membership) -> Iterator[tuple[Cell, ...]]:
    for row in performances(chosen, member=member):
        n = row.numbers
        yield (
            *(row.name, row.kind, n.calls, n.seconds, n.average_seconds, n.converted, n.conversion_rate),
            *(n.positive_rate, n.wait_seconds, n.delay_seconds, row.steps),
        )
