"""How calls are scored: the rules, what a change of them would do, and scoring the calls there are by new ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis import rescoring
from analysis.models import HotRule, Rescoring, ScoreRule
from analysis.models.scoring import MOST_POINTS
from analysis.rescoring import LOOKED_AT, Move, Preview
from analysis.rules import hot_of
from analysis.scoring import DEFAULT_RULES, Rules
from analysis.undoing import Change, before_last_change
from calltracking.views.access import calls_of, member_of, page, render_page
from calltracking.views.rows import who_of
from crm.wording import day_and_time

HOT_BOXES = ("needs_interest", "needs_budget", "takes_emergencies")
CHANGED_MEANWHILE = (
    "Somebody changed the rules while you had the page open. Below are your numbers; save again to replace theirs."
)


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """What one reason is worth, as one line of the page."""

    points = forms.IntegerField(
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
        error_messages={
            "required": "Enter a number; untick it to leave it out.",
            "invalid": "This is no whole number. Write digits alone, like 25.",
            "min_value": "At least -100.",
            "max_value": "At most 100.",
        },
    )

    class Meta:
        model = ScoreRule
        fields = ("points", "is_active")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        label, self.saved_points = self.instance.label, self.instance.points
        self.fields["points"].widget.attrs["aria-label"] = f"Points for: {label}"
        self.fields["is_active"].widget.attrs["aria-label"] = f"{label} counts"


class HotForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    from_score = forms.IntegerField(
        label="Hot from a score of",
        help_text="From 0 to 100: what the points add up to.",
        min_value=0,
        max_value=100,
        error_messages={
            "required": "Enter a score.",
            "invalid": "This is no whole number. Write digits alone, like 70.",
            "min_value": "At least 0.",
            "max_value": "At most 100.",
        },
    )

    class Meta:
        model = HotRule
        fields = ("from_score", "needs_interest", "needs_budget", "takes_emergencies")


@dataclass
class Proposal:
    """The rules as the person has them on the page, saved or not."""

    # In the order of DEFAULT_RULES.
    rows: list[ScoreRule]
    lines: list[RuleForm]
    hot: HotForm
    seen: str

    @classmethod
    def of(cls, *, data: Any = None, earlier: Mapping[str, dict[str, Any]] | None = None) -> Proposal:
        """Make the forms of the company's rows; `earlier` are values to show in place of those that are saved."""
        kept, hot = {row.key: row for row in ScoreRule.objects.all()}, HotRule.objects.first() or HotRule()
        rows = [kept.get(rule.key) or ScoreRule.of(rule, position=n) for n, rule in enumerate(DEFAULT_RULES)]
        seen, earlier = token_of(rows, hot), earlier or {}
        lines = [RuleForm(data, instance=row, prefix=row.key, initial=earlier.get(row.key)) for row in rows]
        return cls(rows, lines, HotForm(data, instance=hot, prefix="hot", initial=earlier.get("hot")), seen)

    def is_valid(self) -> bool:
        return all([line.is_valid() for line in self.lines] + [self.hot.is_valid()])

    def rules(self) -> Rules:
        """Return what the company would score by; the forms are valid, or show what is saved."""
        found = {line.instance.key: _values(line) for line in self.lines}
        weights = [
            replace(rule, label=row.label, points=found[rule.key]["points"])
            for rule, row in zip(DEFAULT_RULES, self.rows, strict=True)
            if found[rule.key]["is_active"]
        ]
        return Rules(tuple(weights), hot_of(HotRule(**_values(self.hot))))

    def save(self) -> int:
        """Store what differs; returns how many rules do."""
        changed = [form for form in (*self.lines, self.hot) if form.has_changed() or form.instance.pk is None]
        for form in changed:
            form.save()
        return len(changed)


def token_of(rows: list[ScoreRule], hot: HotRule) -> str:
    """Return what is equal exactly when the rules are."""
    held = [[row.key, row.points, row.is_active] for row in rows]
    held.append([hot.from_score, hot.needs_interest, hot.needs_budget, hot.takes_emergencies])
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:16]


def _values(form: forms.ModelForm) -> dict[str, Any]:  # type: ignore[type-arg]
    if form.is_bound:
        return dict(form.cleaned_data)
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@page("analysis.view_scorerule")
def scoring(request: HttpRequest) -> HttpResponse:
    """Show the rules; with “preview” what a change would do, with “save” keep it."""
    may_change = request.user.has_perm("analysis.change_scorerule")
    if request.method == "POST" and may_change:
        return _change(request)
    change = before_last_change() if may_change and "earlier" in request.GET else None
    proposal = Proposal.of(earlier=change.earlier if change else None)
    found = _preview(request, proposal) if change else None
    return _shown(request, proposal, preview=found, going_back=change)


def _change(request: HttpRequest) -> HttpResponse:
    # Locked, so that of two people who save at once the second is told of the first.
    list(ScoreRule.objects.select_for_update().order_by("pk"))
    proposal = Proposal.of(data=request.POST)
    if not proposal.is_valid():
        return _shown(request, proposal, error="Some numbers cannot be kept; they are marked below.")
    if request.POST.get("act") != "save":
        return _shown(request, proposal, preview=_preview(request, proposal))
    if request.POST.get("seen") != proposal.seen:
        return _shown(request, proposal, error=CHANGED_MEANWHILE, preview=_preview(request, proposal))
    if not proposal.save():
        messages.info(request, "Nothing was changed.")
    else:
        messages.success(request, "Saved. New calls are scored by these rules; those there are keep their scores.")
    return redirect("scoring")


@require_POST
@page("analysis.add_rescoring")
def rescore(request: HttpRequest) -> HttpResponse:
    """Score all calls by the rules as they are now, in the background."""
    rescoring.begin(by=member_of(request))
    return redirect("scoring")


@require_GET
@page("analysis.view_rescoring")
def progress(request: HttpRequest) -> HttpResponse:
    """Show how far the scoring of the calls there are has come; the page asks while it runs."""
    return render_page(request, "calltracking/parts/rescoring.html", {"run": Rescoring.objects.newest()})


def _preview(request: HttpRequest, proposal: Proposal) -> Preview:
    calls = calls_of(request).select_related("contact")
    return rescoring.preview(proposal.rules(), calls=calls)


def _shown(
    request: HttpRequest,
    proposal: Proposal,
    *,
    preview: Preview | None = None,
    error: str = "",
    going_back: Change | None = None,
) -> HttpResponse:
    may_change = request.user.has_perm("analysis.change_scorerule")
    last = before_last_change()
    context = {
        "title": "Scoring",
        "proposal": proposal,
        "hot_boxes": [proposal.hot[name] for name in HOT_BOXES],
        "preview": preview,
        "moves": [_move(move) for move in preview.biggest] if preview else [],
        "most": LOOKED_AT,
        "error": error,
        "going_back": going_back,
        "last_change": f"{day_and_time(last.at)}" if last else "",
        "may_change": may_change,
        "run": Rescoring.objects.newest(),
    }
    return render_page(request, "calltracking/scoring.html", context)


def _move(move: Move) -> dict[str, Any]:
    hot = "becomes hot" if move.is_hot and not move.was_hot else "no longer hot" if move.was_hot > move.is_hot else ""
    return {
        "pk": move.call.pk,
        "who": who_of(move.call),
        "when": day_and_time(move.call.started_at),
        "before": move.before,
        "after": move.after,
        "by": move.by,
        "hot": hot,
    }
