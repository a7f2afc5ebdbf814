"""From a call's turns to its insight: read the conversation, ground what a backend found, score it, keep it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from analysis.backends import Backend, backend_at_once
from analysis.conversation import Conversation, Line
from analysis.findings import Findings
from analysis.grounding import Dropped, ground
from analysis.metrics import Metrics, measure
from analysis.scoring import Reason, Score, score
from analysis.wanted import wanted_of
from crm.models import Company, ExtractionField
from telephony.events import Speaker
from telephony.models import Call, CallMetrics, Insight


@dataclass(frozen=True)
class Understanding:
    """What one analysis made of a conversation. Plain values: nothing is stored yet."""

    backend: str
    version: str
    input_hash: str
    findings: Findings
    dropped: tuple[Dropped, ...]
    metrics: Metrics
    score: Score
    model: str = ""
    prompt_version: str = ""


def conversation_of(call: Call) -> Conversation | None:
    """Return the call's conversation, or None when the customer and the agent said nothing that was written down."""
    said = call.turns.exclude(content="").order_by("index")
    turns = list(said.values_list("index", "speaker", "content", "start_seconds", "end_seconds"))
    if not turns:
        return None
    company = Company.objects.current()
    return Conversation(
        lines=tuple(
            Line(
                index=index,
                speaker="customer" if speaker == Speaker.CUSTOMER else "agent",
                text=text,
                start_seconds=start,
                end_seconds=end,
            )
            for index, speaker, text, start, end in turns
        ),
        called_at=call.started_at,
        region=company.region,
        currency=company.currency,
        time_zone=company.time_zone,
        our_name=company.name,
        customer_number=call.customer_number,
        duration_seconds=float(call.duration_seconds) or None,
        wanted=wanted_of(ExtractionField.objects.active()),
        preset=company.preset,
    )


def understand(conversation: Conversation, *, backend_name: str = "") -> Understanding:
    """Analyze at once, with the named backend or the configured one, or with `builtin` where that one calls out.

    Touches no row, so no transaction needs to be open.
    """
    backend = backend_at_once(backend_name or settings.ANALYSIS_BACKEND)
    grounded = ground(backend.analyze(conversation), conversation)
    metrics = measure(conversation)
    return Understanding(
        backend=backend.name,
        version=backend.version,
        input_hash=hash_of(conversation, backend=backend),
        findings=grounded.findings,
        dropped=grounded.dropped,
        metrics=metrics,
        score=score(grounded.findings, metrics),
        model=getattr(backend, "model", ""),
        prompt_version=getattr(backend, "prompt_version", ""),
    )


def measured_of(insight: Insight, conversation: Conversation) -> Understanding:
    """Return what a stored insight says of the conversation, measured and scored anew without being read."""
    findings, metrics = Findings.model_validate(insight.findings), measure(conversation)
    return Understanding(
        backend=insight.backend,
        version=insight.version,
        input_hash=insight.input_hash,
        findings=findings,
        dropped=tuple(Dropped(**dropped) for dropped in insight.dropped),
        metrics=metrics,
        score=score(findings, metrics),
        model=insight.model,
        prompt_version=insight.prompt_version,
    )


def hash_of(conversation: Conversation, *, backend: Backend) -> str:
    """Return what is equal exactly when the same conversation would be read in the same way."""
    read = {"conversation": asdict(conversation), "backend": [backend.name, backend.version]}
    return hashlib.sha256(json.dumps(read, sort_keys=True, default=str).encode()).hexdigest()


def keep(call: Call, understood: Understanding, *, scored: Score | None = None) -> Insight:
    """Store the insight and the metrics as the call's current ones; the same reading again changes nothing.

    `scored` is what a new insight begins with, where that is known already (`keep_score`).
    """
    current: Insight | None = call.insights.filter(is_current=True).first()
    if current is None or current.input_hash != understood.input_hash:
        if current is not None:
            call.insights.filter(is_current=True).update(is_current=False)
        current = Insight.objects.create(
            call=call,
            backend=understood.backend,
            version=understood.version,
            model=understood.model,
            prompt_version=understood.prompt_version,
            input_hash=understood.input_hash,
            findings=understood.findings.model_dump(mode="json"),
            dropped=[asdict(dropped) for dropped in understood.dropped],
            summary=understood.findings.summary,
            **(_as_told(scored) if scored else {}),
        )
    metrics = understood.metrics
    measured: dict[str, Any] = {
        "measured": asdict(metrics),
        "agent_talk_ratio": metrics.agent_talk_ratio,
        "turns": int(metrics.turns.agent + metrics.turns.customer),
        "customer_turns": int(metrics.turns.customer),
    }
    # One statement, whether or not there is a row.
    CallMetrics.objects.bulk_create(
        [CallMetrics(call=call, **measured)],
        update_conflicts=True,
        unique_fields=["company", "call"],
        update_fields=list(measured),
    )
    return current


def keep_score(call: Call, insight: Insight, scored: Score, *, findings: Findings) -> None:
    """Store the score with its reasons, on the insight and, for lists, on the call with what the findings say."""
    told = _as_told(scored)
    if any(getattr(insight, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(insight, name, value)
        insight.save(update_fields=list(told))
    call.score, call.is_hot = scored.value, scored.is_hot
    call.feeling = findings.sentiment.label if findings.sentiment else ""
    call.intent = findings.stated_intent.value
    call.save(update_fields=["score", "is_hot", "feeling", "intent"])


def _as_told(scored: Score) -> dict[str, Any]:
    return {
        "score": scored.value,
        "is_hot": scored.is_hot,
        "conversion_probability": scored.probability,
        "reasons": [_as_stored(reason) for reason in scored.reasons],
    }


def _as_stored(reason: Reason) -> dict[str, Any]:
    # What a person entered was said in no turn.
    turn = reason.turn if reason.turn is not None and reason.turn >= 0 else None
    return {**asdict(reason), "turn": turn}
