"""Reading a call with a model: a leased row of its own, for it calls out, costs money and takes its time.

The journey reads every call by rule at once and owes the model's reading beside it. A worker asks about one window at a
time with no transaction open, keeps the answer with the fence, and gives the row back for the next. When all are
answered, what was said is grounded like any other reading, becomes the current insight, and the journey runs again from
there. Whatever goes wrong, the call stays read by rule, with the reason beside it.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils import timezone

from analysis.backends import REMOTE, AnalysisError, get_backend
from analysis.conversation import Conversation
from analysis.grounding import ground
from analysis.metrics import measure
from analysis.models import Reading
from analysis.scoring import score
from analysis.spending import CallsPurse, DayIsSpent
from analysis.understanding import Understanding, conversation_of, hash_of, keep, measured_of
from crm.failpoints import failpoint
from crm.leases import Lease, WorkState, announce
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call, Insight

if TYPE_CHECKING:
    from analysis.backends.openai.backend import OpenAIBackend

Outcome = Reading.Outcome

# Between tries, in minutes; the last one from then on.
PAUSES = (1, 5, 15, 60, 180, 360)
# A trouble of the call's own is soon given up; one that everybody meets, after a week or so.
MOST_FAILURES, MOST_OF_EVERYBODYS = 4, 30
VERSION_LENGTH = 60


def remote_backend(name: str) -> OpenAIBackend | None:
    """Return the backend of that name, or the configured one, if it is one that calls out."""
    name = name or settings.ANALYSIS_BACKEND
    return cast("OpenAIBackend", get_backend(name)) if name in REMOTE else None


def said_hash(conversation: Conversation) -> str:
    """Return what is equal exactly when the same was said, whoever reads it."""
    return hashlib.sha256(json.dumps(asdict(conversation), sort_keys=True, default=str).encode()).hexdigest()


# ---- owed by the journey --------------------------------------------------------------------------------------


def understood_already(call: Call, conversation: Conversation) -> Understanding | None:
    """Return what a model made of exactly this conversation, if that is the current insight; else None.

    Rules never replace it, unless somebody asked for them: they would only take away.
    """
    if call.read_with and call.read_with not in REMOTE:
        return None
    if call.score is None and remote_backend(call.read_with) is None:
        # It was never read, and there is no model that could have been on its way.
        return None
    insight: Insight | None = call.insights.filter(is_current=True, backend__in=REMOTE).first()
    if insight is None:
        return None
    if not Reading.objects.filter(call=call, read_hash=said_hash(conversation)).exists():
        return None
    return measured_of(insight, conversation)


def owe_after(call: Call, conversation: Conversation) -> None:
    """Owe the model's reading of this conversation, unless it was owed before, whatever came of it.

    Called in a transaction that holds no lock on the call.
    """
    backend = remote_backend(call.read_with)
    if backend is None or not may_send(Company.objects.current()):
        return
    if not Reading.objects.filter(call=call, said_hash=said_hash(conversation)).exists():
        owe(call, conversation, backend_name=backend.name, at=_end_of_pause())


def let_ask_again(call: Call, *, backend_name: str) -> None:
    """Somebody wants the model asked anew: what it was asked before counts no more, unless it would be the same."""
    backend = remote_backend(backend_name)
    if backend is not None:
        asked = Reading.objects.filter(call=call)
        asked.exclude(outcome=Outcome.READ, version=backend.version).update(said_hash="", read_hash="")


def may_send(company: Company) -> bool:
    """Whether what was said to the company may leave this machine. A demo never calls out."""
    return company.sends_transcripts and not company.is_demo


def owe(call: Call, conversation: Conversation, *, backend_name: str = "", at: datetime | None = None) -> Reading:
    """Let the model read the conversation (again), from its beginning, now or at a time; returns the row."""
    name = backend_name or settings.ANALYSIS_BACKEND
    reading: Reading
    reading, _ = Reading.objects.select_for_update(of=("self",)).get_or_create(call=call, defaults={"backend": name})
    reading.backend, reading.said_hash, reading.answers = name, said_hash(conversation), []
    reading.owe(at=at)
    return reading


def _end_of_pause() -> datetime | None:
    """Return until when nobody of the company is to ask, because everybody met the same trouble; None for now."""
    troubled = Reading.objects.waiting().filter(is_everybodys=True, work_state=WorkState.DUE)
    moment: datetime | None = troubled.aggregate(until=Max("next_at"))["until"]
    return moment


# ---- done by a worker -----------------------------------------------------------------------------------------


def read(lease: Lease) -> None:
    """Ask about the next window of the call, and conclude when it was the last."""
    with use_company(lease.company_id):
        reading = Reading.objects.select_related("call").get(pk=lease.pk)
        company = Company.objects.current()
        conversation = conversation_of(reading.call)
    backend = remote_backend(reading.backend)
    if conversation is None or backend is None or not may_send(company):
        _stop(lease, because=_why_not(conversation, backend))
        return
    answers = _answers_so_far(reading, conversation, backend)
    windows = backend.windows(conversation)
    if len(answers) < len(windows):
        answer = _ask(lease, reading, backend, conversation, answers)
        if answer is None:
            return
        failpoint("reading:after_ask", row=lease.pk)
        answers = [*answers, answer]
        _keep_answers(lease, answers, conversation, backend, is_last=len(answers) == len(windows))
        failpoint("reading:after_answer", row=lease.pk)
    if len(answers) == len(windows):
        _finish(lease, reading, backend, conversation, answers)


def _why_not(conversation: Conversation | None, backend: OpenAIBackend | None) -> str:
    if conversation is None:
        return "nothing was said"
    return "the company does not send transcripts" if backend else "no model is configured"


def _answers_so_far(reading: Reading, conversation: Conversation, backend: OpenAIBackend) -> list[dict[str, object]]:
    """Return the answers that fit: of this very conversation, read in the same way."""
    same = reading.said_hash == said_hash(conversation) and reading.version == _way_of(backend)
    return list(reading.answers) if same else []


def _way_of(backend: OpenAIBackend) -> str:
    """Return what is equal as long as answers belong together: prompt, model, and the windows' size."""
    return f"{backend.version}/{settings.OPENAI_WINDOW_TOKENS}"


def _ask(
    lease: Lease,
    reading: Reading,
    backend: OpenAIBackend,
    conversation: Conversation,
    answers: list[dict[str, object]],
) -> dict[str, object] | None:
    """Return the answer about the next window; None when the row was put off or stopped, with its reason."""
    estimate = backend.estimate(conversation)
    if estimate.tokens_in + estimate.tokens_out > settings.OPENAI_TOKENS_PER_CALL:
        most = f"{settings.OPENAI_TOKENS_PER_CALL:,}"
        _stop(lease, because=f"it would take more than {most} tokens, the most for one call")
        return None
    purse = CallsPurse(company_id=lease.company_id, call_id=reading.call_id, backend=backend.name)
    try:
        return backend.ask(conversation, answers, purse=purse)
    except DayIsSpent as spent:
        _wait_for_tomorrow(lease, spent)
    except AnalysisError as error:
        _meet(lease, reading, error)
    return None


def _meet(lease: Lease, reading: Reading, error: AnalysisError) -> None:
    """Put the row off after a trouble, or stop it for good when trying again would not help."""
    failures = reading.failures + 1
    most = MOST_OF_EVERYBODYS if error.is_everybodys else MOST_FAILURES
    if failures >= most or (error.permanent and not error.is_everybodys):
        _stop(lease, because=str(error))
        return
    pause = timedelta(minutes=PAUSES[min(failures, len(PAUSES)) - 1]) * random.uniform(0.8, 1.2)
    # What only a person can mend is not asked about every minute.
    pause = max(pause, timedelta(hours=1)) if error.permanent else pause
    until = timezone.now() + max(pause, timedelta(seconds=error.wait_seconds))
    with lease.effect(finish=False) as row:
        row.failures += 1
        row.wait(until=until, because=str(error), is_everybodys=error.is_everybodys, needs_mending=error.permanent)
        if error.is_everybodys:
            _spare_the_others(row, until=until)


def _wait_for_tomorrow(lease: Lease, spent: DayIsSpent) -> None:
    with lease.effect(finish=False) as row:
        row.wait(until=spent.until, because=str(spent), is_everybodys=True)
        _spare_the_others(row, until=spent.until)


def _spare_the_others(reading: Reading, *, until: datetime) -> None:
    """Nobody else of the company asks before: each would wait for the same answer, and keep a worker waiting."""
    due = Reading.objects.filter(work_state=WorkState.DUE, next_at__lt=until).exclude(pk=reading.pk)
    others = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    Reading.objects.filter(pk__in=others).update(
        next_at=until,
        outcome=Outcome.WAITING,
        because=reading.because,
        is_everybodys=True,
        needs_mending=reading.needs_mending,
        failures=Greatest(F("failures"), reading.failures),
    )


def _keep_answers(
    lease: Lease,
    answers: list[dict[str, object]],
    conversation: Conversation,
    backend: OpenAIBackend,
    *,
    is_last: bool,
) -> None:
    with lease.effect(finish=False) as reading:
        reading.answers, reading.failures = answers, 0
        reading.said_hash, reading.version = said_hash(conversation), _way_of(backend)
        if is_last:
            reading.save(update_fields=["answers", "failures", "said_hash", "version"])
            return
        reading.go_on()
        announce(reading)


def _stop(lease: Lease, *, because: str) -> None:
    with lease.effect() as reading:
        reading.stop(because=because)


def _finish(
    lease: Lease,
    reading: Reading,
    backend: OpenAIBackend,
    conversation: Conversation,
    answers: list[dict[str, object]],
) -> None:
    """Make the insight of what was told current, and let the journey go on from it."""
    understood = understanding_of(backend, conversation, answers)
    failpoint("reading:before_keep", row=lease.pk)
    with use_company(lease.company_id):
        # The call first, like everybody who takes both.
        call = Call.objects.select_for_update(of=("self",)).get(pk=reading.call_id)
        now_said = conversation_of(call)
        with lease.effect() as row:
            if now_said is None or said_hash(now_said) != said_hash(conversation):
                # Something else was said meanwhile; what was told of the earlier words goes.
                # The journey owes it anew, of what is said now.
                row.said_hash = ""
                row.save(update_fields=["said_hash"])
                row.stop(because="something else was said meanwhile")
            else:
                keep(call, understood)
                row.conclude(at=timezone.now())
        call.owe_journey()


def understanding_of(
    backend: OpenAIBackend, conversation: Conversation, answers: list[dict[str, object]]
) -> Understanding:
    """Ground what the model told, and score it, like the reading of any other backend."""
    told = backend.read(conversation, answers)
    grounded = ground(told.findings, conversation)
    metrics = measure(conversation)
    return Understanding(
        backend=backend.name,
        version=backend.version[:VERSION_LENGTH],
        input_hash=hash_of(conversation, backend=backend),
        findings=grounded.findings,
        dropped=(*told.dropped, *grounded.dropped),
        metrics=metrics,
        score=score(grounded.findings, metrics),
        model=backend.model,
        prompt_version=backend.prompt_version,
    )
