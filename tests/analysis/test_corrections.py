"""What people say of a call's values stands over every reading, in whatever order readings and people come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.corrections import NOWHERE, effective
from analysis.fields import as_stored, kind_of, list_fields, read_value, single_fields
from analysis.findings import Evidence, Fact, Findings, Intent, Money
from telephony.models import Correction

EVIDENCE = Evidence(turn=1, quote="words", second=4.0, speaker="customer")

cities = st.sampled_from(["Pune", "Goa", "Kochi", ""])
objections = st.lists(st.sampled_from(["Price", "Time", "Place"]), max_size=3)
beds = st.sampled_from([None, 1, 2, 3])


def fact(value: Any, **more: Any) -> Fact[Any]:
    return Fact[Any](value=value, confidence=0.8, evidence=EVIDENCE, **more)


def reading_of(city: str, said: list[str], bedrooms: int | None) -> Findings:
    return Findings(
        city=fact(city) if city else None,
        objections=tuple(fact(one) for one in said),
        custom={"bedrooms": fact(bedrooms)} if bedrooms is not None else {},
    )


readings = st.builds(reading_of, cities, objections, beds)


def correction(name: str, verdict: str, value: Any, *, item: str = "", evidence: Any = None) -> Correction:
    return Correction(name=name, verdict=verdict, value=as_stored(name, value), item=item, evidence=evidence)


verdicts = st.sampled_from(["confirmed", "corrected", "rejected", "added"])
corrections = st.one_of(
    st.builds(lambda v, value: correction("city", v, value), verdicts, st.sampled_from(["Pune", "Goa", "Delhi"])),
    st.builds(lambda v, value: correction("custom.bedrooms", v, value), verdicts, st.sampled_from([1, 2, 9])),
    st.builds(
        lambda v, item, value: correction("objections", v, value if v == "corrected" else item, item=item),
        verdicts,
        st.sampled_from(["Price", "Time", "Trust"]),
        st.sampled_from(["Place", "Too far"]),
    ),
)


def live(events: list[Any]) -> list[Correction]:
    """The corrections that count: one a value, the latest."""
    kept = {(one.name, one.item): one for one in events if isinstance(one, Correction)}
    return list(kept.values())


def values_of(findings: Findings, name: str) -> list[Any]:
    if name.startswith("custom."):
        found = findings.custom.get(name.removeprefix("custom."))
        return [found.value] if found else []
    held = getattr(findings, name)
    return [one.value for one in held] if isinstance(held, tuple) else [held.value] if held else []


@pytest.mark.row("B.2")
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(readings, corrections), max_size=12), readings)
def test_no_reading_in_any_order_loses_what_a_person_said(events: list[Any], last: Findings) -> None:
    """People and readings take turns; after each reading everything that was said until then holds."""
    said: list[Any] = []
    for event in [*events, last]:
        if isinstance(event, Correction):
            said.append(event)
            continue
        counting = live(said)
        held = effective(event, counting).findings
        for one in counting:
            if one.verdict == "rejected":
                theirs = [other.value for other in counting if other.name == one.name and other is not one]
                assert one.value in theirs or one.value not in values_of(held, one.name)
            else:
                assert one.value in values_of(held, one.name)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(readings, st.lists(corrections, max_size=5), st.randoms())
def test_the_order_in_which_people_spoke_decides_nothing(read: Findings, said: list[Correction], chance: Any) -> None:
    counting = live(said)
    mixed = list(counting)
    chance.shuffle(mixed)

    assert effective(read, counting).findings == effective(read, mixed).findings


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(readings, st.lists(corrections, max_size=5))
def test_what_nobody_spoke_of_stays_as_it_was_read(read: Findings, said: list[Correction]) -> None:
    touched = {one.name for one in said}
    held = effective(read, live(said)).findings

    for name in {"city", "objections", "custom.bedrooms"} - touched:
        assert values_of(held, name) == values_of(read, name)


def test_without_corrections_the_reading_speaks_for_itself() -> None:
    read = reading_of("Pune", ["Price", "Price"], 2)

    assert effective(read, []).findings == read


def test_a_confirmed_value_keeps_its_words_and_loses_its_doubt() -> None:
    read = Findings(city=fact("Pune", conflict=EVIDENCE))

    held = effective(read, [correction("city", "confirmed", "Pune")])

    assert held.findings.city == Fact[str](value="Pune", confidence=1.0, evidence=EVIDENCE, conflict=None)
    assert held.judged["city"].verdict == "confirmed"


def test_a_value_that_nobody_said_stands_in_no_turn() -> None:
    held = effective(Findings(), [correction("city", "added", "Kochi")]).findings

    assert held.city is not None
    assert (held.city.value, held.city.evidence.turn, held.city.evidence.quote) == ("Kochi", NOWHERE, "")


def test_a_rejected_value_does_not_come_back_and_another_one_does() -> None:
    said = [correction("city", "rejected", "Pune")]

    assert effective(reading_of("Pune", [], None), said).findings.city is None
    assert effective(reading_of("Goa", [], None), said).findings.city == fact("Goa")


def test_what_is_said_of_one_value_of_a_list_leaves_the_others_and_their_places() -> None:
    read = reading_of("", ["Time", "Price", "Place"], None)
    said = [correction("objections", "corrected", "Too far", item="Price")]

    held = effective(read, said)

    assert values_of(held.findings, "objections") == ["Time", "Too far", "Place"]
    assert list(held.judged) == ["objections[1]"]


def test_an_own_field_that_repeats_a_finding_is_judged_with_it() -> None:
    read = Findings(city=fact("Pune"), custom={"city": fact("Pune"), "bedrooms": fact(2)})

    held = effective(read, [correction("city", "corrected", "Goa")]).findings
    gone = effective(read, [correction("city", "rejected", "Pune")]).findings

    assert (value_of(held.city), held.custom["city"].value, held.custom["bedrooms"].value) == ("Goa", "Goa", 2)
    assert (gone.city, set(gone.custom)) == (None, {"bedrooms"})


def test_an_own_field_that_says_something_else_is_judged_by_itself() -> None:
    read = Findings(city=fact("Pune"), custom={"city": fact("Delhi")})

    assert effective(read, [correction("city", "corrected", "Goa")]).findings.custom["city"].value == "Delhi"
    both = [correction("city", "corrected", "Goa"), correction("custom.city", "corrected", "Kochi")]
    assert effective(read, both).findings.custom["city"].value == "Kochi"


def value_of(fact: Fact[Any] | None) -> Any:
    return fact and fact.value


def test_two_values_put_right_to_the_same_stand_once() -> None:
    read = reading_of("", ["Time", "Price", "Place"], None)
    said = [
        correction("objections", "corrected", "Place", item="Price"),
        correction("objections", "corrected", "Place", item="Time"),
    ]

    assert values_of(effective(read, said).findings, "objections") == ["Place"]


def test_amounts_are_compared_as_amounts() -> None:
    read = Findings(budget=fact(Money(minimum="7500000.00", currency="INR")))
    said = [correction("budget", "rejected", Money(minimum="7500000", currency="INR"))]

    assert effective(read, said).findings.budget is None


def test_what_the_schema_no_longer_knows_is_passed_over() -> None:
    said = [
        Correction(name="shoe_size", verdict="confirmed", value=42),
        Correction(name="company_size", verdict="confirmed", value="many"),
    ]

    assert effective(Findings(), said).findings == Findings()


def test_every_finding_has_a_kind_that_can_be_entered() -> None:
    for name in (*single_fields(), *list_fields()):
        assert kind_of(name)
    assert read_value("intent", "callback") is Intent.CALLBACK
    assert kind_of("custom.bedrooms", value=2) == "number"
    assert kind_of("custom.site_visit", value=True) == "yes_no"
