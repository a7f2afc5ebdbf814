"""What people said of a call's values, laid over whichever reading is current: findings + corrections → findings.

Page, score, journey, API and lead card all ask here. A reading never touches what a person said; it only lies below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from analysis.fields import CUSTOM, as_stored, field_of, is_known, list_fields, read_value
from analysis.findings import Evidence, Fact, Findings
from analysis.rules import by_our_rules
from analysis.understanding import Understanding, conversation_of, measured_of
from telephony.models import Call, Correction, Insight

Verdict = Correction.Verdict

# A person entered the value; no words on the call stand for it. No turn has this number.
NOWHERE = -1


@dataclass(frozen=True)
class Effective:
    """What a call is held to mean: `findings`, and who says so where a person does, by the fact's name.

    `read` is what the reading says by itself. `rejected` are the corrections that keep a value of it away.
    """

    findings: Findings
    read: Findings
    judged: Mapping[str, Correction] = field(default_factory=dict)
    rejected: tuple[Correction, ...] = ()


def effective_of(call: Call, insight: Insight | None) -> Effective | None:
    """Return what the call is held to mean, by a reading and by what people said of it; None without a reading."""
    if insight is None:
        return None
    return effective(Findings.model_validate(insight.findings), corrections_of(call))


def corrections_of(call: Call) -> list[Correction]:
    """Return what people said of the call's values; words that no longer stand in their turn are left out of it.

    A provider may send a better transcript, and a person may swap who said what.
    """
    found = list(call.corrections.select_related("by__user").order_by("pk"))
    numbers = {correction.evidence["turn"] for correction in found if correction.evidence}
    turns = {turn.index: turn for turn in call.turns.filter(index__in=numbers)} if numbers else {}
    for correction in found:
        told = correction.evidence or {"turn": NOWHERE}
        turn = turns.get(told["turn"])
        stands = turn is not None and told["quote"] in turn.content
        correction.evidence = {**told, "speaker": turn.speaker} if turn and stands else None
    return found


def effective(findings: Findings, corrections: Iterable[Correction]) -> Effective:
    """Lay the corrections over the findings. The order in which they were made does not matter.

    A confirmed, corrected or added value stands whatever the reading says; a rejected one stays away. What the field
    cannot hold any more is passed over.
    """
    laid = _Laid(findings)
    for correction in sorted(corrections, key=lambda each: (each.name, each.item)):
        if not is_known(correction.name):
            continue
        try:
            value = read_value(correction.name, correction.value)
        except ValidationError:
            continue
        laid.put(correction, value)
    return laid.effective()


def corrected(call: Call, understood: Understanding) -> Understanding:
    """Return the understanding with what people said of the call, scored by that and by the company's own rules."""
    corrections = corrections_of(call)
    laid = effective(understood.findings, corrections).findings if corrections else understood.findings
    return by_our_rules(replace(understood, findings=laid))


def understanding_of(call: Call) -> Understanding | None:
    """Return what the call is held to mean now, measured and scored again without being read; None if it was not."""
    insight = call.insights.filter(is_current=True).first()
    conversation = conversation_of(call)
    if insight is None or conversation is None:
        return None
    return corrected(call, measured_of(insight, conversation))


def judge(
    call: Call,
    *,
    name: str,
    verdict: str,
    by: Any,
    item: str = "",
    value: Any = None,
    words: str = "",
    evidence: Evidence | None = None,
) -> Correction:
    """Keep what a person says of one value, in place of what was said of it before.

    `name` is a field, not a place in a list; `item` tells which value of a list it is about. `value` is typed, and
    `words` say it as a person reads it, for history.
    """
    correction: Correction = Correction.objects.update_or_create(
        call=call,
        name=name,
        item=item,
        defaults={
            "verdict": verdict,
            "value": as_stored(name, value),
            "words": words[: Correction.ITEM_LENGTH],
            "evidence": evidence.model_dump(mode="json") if evidence else None,
            "by": by,
            "at": timezone.now(),
        },
    )[0]
    return correction


def withdraw(call: Call, *, name: str, item: str = "") -> bool:
    """Take back what was said of a value: the reading speaks for itself again. Returns whether there was anything."""
    correction = call.corrections.filter(name=name, item=item).first()
    if correction is None:
        return False
    correction.delete()
    return True


def is_twin(findings: Findings, key: str) -> bool:
    """Return whether an own field repeats the finding of its name, by the same words.

    A company may ask for its budget by a field of its own. It is one value: people see and judge it once.
    """
    own, general = findings.custom[key], getattr(findings, key, None)
    return isinstance(general, Fact) and general.value == own.value and general.evidence == own.evidence


def item_of(name: str, value: Any) -> str:
    """Return what tells one value of a list from the others; empty where there is only one."""
    return str(value)[: Correction.ITEM_LENGTH] if field_of(name) in list_fields() else ""


class _Laid:
    """Findings being covered: single facts by name, lists as facts with what was said of them."""

    def __init__(self, findings: Findings) -> None:
        self.read = findings
        self.single: dict[str, Fact[Any] | None] = {}
        self.lists: dict[str, list[tuple[Fact[Any], Correction | None]]] = {
            name: [(fact, None) for fact in getattr(findings, name)] for name in list_fields()
        }
        self.judged: dict[str, Correction] = {}
        self.rejected: list[Correction] = []

    def put(self, correction: Correction, value: Any) -> None:
        if correction.name in self.lists:
            self._put_in_list(correction, value)
        else:
            self._put_single(correction, value)

    def _put_single(self, correction: Correction, value: Any) -> None:
        name = correction.name
        read = self._single(name)
        if correction.verdict != Verdict.REJECTED:
            self.single[name] = _fact(correction, value, read)
            self.judged[name] = correction
        elif read is not None and read.value == value:
            self.single[name] = None
            self.rejected.append(correction)

    def _put_in_list(self, correction: Correction, value: Any) -> None:
        facts = self.lists[correction.name]
        # A reading may have the same value twice, from two turns: what is said of it is said of both.
        places = [i for i, (fact, said) in enumerate(facts) if said is None and _key(fact) == correction.item]
        if correction.verdict == Verdict.REJECTED:
            self.lists[correction.name] = [each for i, each in enumerate(facts) if i not in places]
            self.rejected += [correction] if places else []
        elif places:
            for place in places:
                facts[place] = (_fact(correction, value, facts[place][0]), correction)
        else:
            facts.append((_fact(correction, value, None), correction))

    def _single(self, name: str) -> Fact[Any] | None:
        if name.startswith(CUSTOM):
            return self.read.custom.get(name.removeprefix(CUSTOM))
        found: Fact[Any] | None = getattr(self.read, name)
        return found

    def effective(self) -> Effective:
        for key in self.read.custom:
            if key in self.single and is_twin(self.read, key):
                self.single.setdefault(CUSTOM + key, self.single[key])
        changes: dict[str, Any] = {name: fact for name, fact in self.single.items() if not name.startswith(CUSTOM)}
        own = {key.removeprefix(CUSTOM): fact for key, fact in self.single.items() if key.startswith(CUSTOM)}
        if own:
            together = {**self.read.custom, **own}
            changes["custom"] = {key: fact for key, fact in together.items() if fact is not None}
        for name, facts in self.lists.items():
            once = _once(facts)
            changes[name] = tuple(fact for fact, _ in once)
            self.judged |= {f"{name}[{place}]": said for place, (_, said) in enumerate(once) if said}
        return Effective(self.read.model_copy(update=changes), self.read, self.judged, tuple(self.rejected))


def _once(
    facts: list[tuple[Fact[Any], Correction | None]],
) -> list[tuple[Fact[Any], Correction | None]]:
    """What a person put right may be what was read elsewhere, or put right, too: it stands once, as theirs."""
    whose: dict[str, Correction] = {}
    for fact, said in facts:
        if said:
            whose.setdefault(_key(fact), said)
    return [
        (fact, said) for fact, said in facts if said is whose.get(_key(fact), said) and _is_first(fact, said, facts)
    ]


def _is_first(fact: Fact[Any], said: Correction | None, facts: list[Any]) -> bool:
    """Whether the fact is the first of those that a correction made alike; confirmed ones keep their own turns."""
    if said is None or said.verdict != Verdict.CORRECTED:
        return True
    return next(other for other, by in facts if by is said) is fact


def _key(fact: Fact[Any]) -> str:
    return str(fact.value)[: Correction.ITEM_LENGTH]


def _fact(correction: Correction, value: Any, read: Fact[Any] | None) -> Fact[Any]:
    """The value a person stands for, with the words of the reading where it agrees with them."""
    if read is not None and read.value == value:
        return read.model_copy(update={"confidence": 1.0, "conflict": None})
    stored = correction.evidence
    evidence = Evidence(**stored) if stored else Evidence(turn=NOWHERE, quote="", speaker="customer")
    return Fact[Any](value=value, confidence=1.0, evidence=evidence)
