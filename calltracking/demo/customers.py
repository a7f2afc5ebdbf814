"""The demo's customers: who they are and what they want, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from calltracking.demo import names

HOMES, OFFICES, CARE, LEDGER = "homes", "offices", "care", "ledger"
TRADES = {HOMES: 44, OFFICES: 15, CARE: 26, LEDGER: 15}
# Of ten callers of the trade, so many mix Hindi and English.
MIXING = {HOMES: 4, CARE: 4}

LAKH = 100_000
PRICES = {1: (45, 70), 2: (70, 115), 3: (110, 195), 4: (200, 380)}
BEDROOMS = {1: 1, 2: 5, 3: 6, 4: 2}
CARPETS = {1: ("520", "560"), 2: ("840", "905"), 3: ("1,240", "1,310"), 4: ("1,880", "2,060")}
# No phone in India has a number that begins with these; those of the others are kept for fiction by their regulators.
UNUSED_IN_INDIA = "+9150000"
KEPT_FOR_FICTION = ("+12125550{:03d}", "+447700900{:03d}")
SOON = ("within a month", "this month itself", "within three weeks", "as soon as possible")
LATER = ("within two months", "in three months", "by the end of the year", "within six months", "next year")
SOON_MIXED = ("ek mahine mein", "jaldi se jaldi", "isi mahine")
LATER_MIXED = ("do mahine mein", "teen mahine mein", "chhe mahine ke andar", "agle saal")
CARE_SOON = ("today, if possible", "tomorrow morning", "as soon as possible")
CARE_LATER = ("this week", "in the next days", "within a week")


@dataclass(frozen=True)
class Customer:
    """One person. `facts` fill the slots of what is said; `budget` is what they will name, in whole rupees."""

    index: int
    name: str
    trade: str
    mixes: bool
    is_keen: bool
    number: str
    budget: int
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def worth(self) -> int:
        """Return what they would pay: once, or in the first year where it is paid by the month."""
        return self.budget * (12 if self.trade in (OFFICES, LEDGER) else 1)

    @property
    def lines(self) -> str:
        """Return the name of the file with what they say."""
        return f"{self.trade}_hinglish" if self.mixes else self.trade


class Crowd:
    """Makes customers up, one after the other; no two have one name or number."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._names: set[str] = set()
        self._count = 0

    def next(self, *, is_keen: bool, trade: str = "") -> Customer:
        """Return the next customer; those who are keen want it soon."""
        random, self._count = self._random, self._count + 1
        trade = trade or random.choices(list(TRADES), weights=list(TRADES.values()))[0]
        mixes = random.randrange(10) < MIXING.get(trade, 0)
        is_woman, name = self._name()
        first = name.split()[0]
        area, area2 = random.sample(names.AREAS, 2)
        bedrooms = random.choices(list(BEDROOMS), weights=list(BEDROOMS.values()))[0]
        seats, flats = random.randrange(8, 90), random.randrange(4, 60) * 10
        budget = self._budget(trade, bedrooms=bedrooms, seats=seats, flats=flats)
        firm = random.choice(names.FIRMS)
        kinds = names.SOCIETY_KINDS if trade == LEDGER else names.FIRM_KINDS
        tool, (problem, problem_hi) = random.choice(names.TOOLS), random.choice(names.PROBLEMS)
        timeline = self._timeline(trade, mixes=mixes, is_keen=is_keen)
        facts = {
            "name": name,
            "first": first,
            "cg": "i" if is_woman else "a",
            "city": random.choice(names.CITIES),
            "area": area,
            "area2": area2,
            "bhk": str(bedrooms),
            "carpet": random.choice(CARPETS[bedrooms]),
            "budget": said_amount(budget),
            "seats": str(seats),
            "flats": str(flats),
            "business": f"{firm} {random.choice(kinds)}",
            "email": f"{first}.{name.split()[1]}@{firm}.example".lower(),
            "tool": tool,
            "tool_cap": _capital(tool),
            "problem": problem,
            "problem_hi": problem_hi,
            "address": f"{random.randrange(2, 240)} {random.choice(names.STREETS)}, {area}",
            "timeline": _capital(timeline),
            "timeline_lower": timeline,
        }
        facts |= {"Budget": facts["budget"], "Problem": _capital(problem)}
        return Customer(self._count, name, trade, mixes, is_keen, self._number(), budget, facts)

    def _name(self) -> tuple[bool, str]:
        while True:
            is_woman = self._random.random() < 0.48
            name = (
                f"{self._random.choice(names.WOMEN if is_woman else names.MEN)} {self._random.choice(names.SURNAMES)}"
            )
            if name not in self._names:
                self._names.add(name)
                return is_woman, name

    def _number(self) -> str:
        abroad, place = divmod(self._count, 40)
        if not place and abroad < 200:
            return KEPT_FOR_FICTION[abroad % 2].format(100 + abroad // 2)
        return f"{UNUSED_IN_INDIA}{self._count:05d}"

    def _budget(self, trade: str, *, bedrooms: int, seats: int, flats: int) -> int:
        if trade == HOMES:
            low, high = PRICES[bedrooms]
            return self._random.randrange(low, high, 5) * LAKH
        if trade == OFFICES:
            return max(round(seats * self._random.uniform(8_200, 11_500) / 10_000), 5) * 10_000
        if trade == LEDGER:
            return max(round(flats * self._random.uniform(22, 45) / 500), 4) * 500
        return self._random.randrange(3, 40) * 500

    def _timeline(self, trade: str, *, mixes: bool, is_keen: bool) -> str:
        if trade == CARE:
            return self._random.choice(CARE_SOON if is_keen else CARE_LATER)
        if mixes:
            return self._random.choice(SOON_MIXED if is_keen else LATER_MIXED)
        return self._random.choice(SOON if is_keen else LATER)


def said_amount(rupees: int) -> str:
    """Return the amount as people in India say it: `85 lakh`, `1.25 crore`, `6,500 rupees`."""
    if rupees >= 100 * LAKH:
        return f"{rupees / (100 * LAKH):g} crore"
    if rupees >= LAKH:
        return f"{rupees / LAKH:g} lakh"
    return f"{rupees:,} rupees"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
