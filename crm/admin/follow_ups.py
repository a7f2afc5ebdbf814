"""Next steps, the rules that plan them, and the history of contacts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesRadioFilter

from crm.admin.base import MOST_AT_ONCE, CompanyAdmin, ReadOnlyAdmin, person_of
from crm.admin.cells import NOTHING, count_of, due_lines, member_name, pill, score_bar, status_pill, two_lines
from crm.admin.filters import FollowUpStateFilter, ResponsibleFilter
from crm.admin.forms import CarefulForm
from crm.models import Contact, FollowUp, FollowUpRule, Interaction
from crm.models.contact_words import contacts_found_by
from crm.wording import day_and_time

STATE_TONES = {FollowUp.State.OPEN: "info", FollowUp.State.DONE: "good", FollowUp.State.CANCELED: "plain"}


def contact_link(contact: Contact) -> Any:
    """Return the person, leading to where their lead or card is edited."""
    name = "crm_lead_change" if contact.is_lead else "crm_contact_change"
    number = contact.primary_number
    return format_html(
        '<a href="{}" class="ra-link">{}</a>',
        reverse(f"admin:{name}", args=[contact.pk]),
        two_lines(contact.label, number.display if number else ""),
    )


class StepForm(CarefulForm):
    """A step whose day or words a person changes, or that they open again, becomes theirs."""

    class Meta:
        model = FollowUp
        fields = ("reason", "due_at", "assignee", "state")
        help_texts: ClassVar = {
            "reason": "Once you change it or its time, no rule moves the step.",
            "due_at": "On the company's clock.",
            "assignee": "Whom it reminds. Empty: whoever looks after all leads.",
        }

    def save(self, commit: bool = True) -> FollowUp:
        opens_again = "state" in self.changed_data and self.instance.is_open
        if opens_again or {"due_at", "reason"} & set(self.changed_data):
            self.instance.take_over()
        saved: FollowUp = super().save(commit)
        return saved


@admin.register(FollowUp)
class FollowUpAdmin(CompanyAdmin):
    form = StepForm
    list_display = ("step", "who", "score", "due", "assigned", "state_label")
    list_display_links = ("step",)
    list_filter = (FollowUpStateFilter, ResponsibleFilter)
    quick_filters = (
        ("Mine", "assignee", "me"),
        ("Overdue", "state", "overdue"),
        ("Due today", "state", "today"),
        ("Done", "state", "done"),
    )
    list_select_related = ("assignee__user", "contact__assignee__user")
    search_fields = ("reason",)
    search_help_text = "Whose: name, business, e-mail or number"
    ordering = ("due_at", "id")
    fields = ("contact_line", ("reason", "state"), ("due_at", "assignee"))
    readonly_fields = ("contact_line",)
    actions = ("mark_done", "reopen")
    empty_icon = "event_available"
    empty_title = "Nothing to do here"
    empty_text = "Calls plan next steps by themselves. Add your own on the page of a lead or a contact."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("contact__numbers")

    def search(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.filter(contact_id__in=contacts_found_by(text, region=person_of(request).company.region))

    def has_add_permission(self, request: HttpRequest) -> bool:
        # On the page of whom it is about: a list of names would not tell two unknown callers apart.
        return False

    @admin.action(description="Mark done", permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            steps = list(_held(queryset).filter(state=FollowUp.State.OPEN))
            for step in steps:
                step.finish()
        messages.success(request, f"{count_of(len(steps), 'follow-up')} done. Reopen them under “Done”.")

    @admin.action(description="Reopen", permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            steps = list(_held(queryset).exclude(state=FollowUp.State.OPEN))
            for step in steps:
                step.reopen()
        messages.success(request, f"{count_of(len(steps), 'follow-up')} open again.")

    @admin.display(description="What to do", ordering="reason")
    def step(self, follow_up: FollowUp) -> Any:
        return two_lines(follow_up, "Planned by a rule" if follow_up.is_automatic else "")

    @admin.display(description="Who")
    def who(self, follow_up: FollowUp) -> Any:
        return contact_link(follow_up.contact)

    @admin.display(description="Score", ordering=F("contact__lead_score").asc(nulls_first=True))
    def score(self, follow_up: FollowUp) -> Any:
        return score_bar(follow_up.contact.lead_score, is_hot=follow_up.contact.is_hot)

    @admin.display(description="Who")
    def contact_line(self, follow_up: FollowUp) -> Any:
        status = status_pill(follow_up.contact.lead_status) if follow_up.contact.is_lead else ""
        return format_html('<span class="rs-row">{} {}</span>', contact_link(follow_up.contact), status)

    @admin.display(description="Due", ordering="due_at")
    def due(self, follow_up: FollowUp) -> Any:
        if not follow_up.is_open:
            return day_and_time(follow_up.due_at)
        return due_lines(follow_up, with_reason=False)

    @admin.display(description="Assignee", ordering="assignee__user__name")
    def assigned(self, follow_up: FollowUp) -> Any:
        return member_name(follow_up.assignee or follow_up.contact.assignee)

    @admin.display(description="State", ordering="state")
    def state_label(self, follow_up: FollowUp) -> Any:
        return pill(follow_up.get_state_display(), STATE_TONES[FollowUp.State(follow_up.state)])


def _held(queryset: Any) -> Any:
    chosen = queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    return FollowUp.objects.select_for_update(of=("self",)).filter(pk__in=list(chosen)).order_by("pk")


class RuleForm(CarefulForm):
    class Meta:
        model = FollowUpRule
        fields = ("reason", "due_days", "overdue_days", "is_active")
        help_texts: ClassVar = {"is_active": "When off, no step is planned for leads of this status."}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        due, overdue = cleaned.get("due_days"), cleaned.get("overdue_days")
        if due is not None and overdue is not None and overdue < due:
            self.add_error("overdue_days", "A step cannot be overdue before it is due.")
        return cleaned


@admin.register(FollowUpRule)
class FollowUpRuleAdmin(CompanyAdmin):
    form = RuleForm
    list_display = ("status_label", "reason", "due", "overdue", "is_active")
    list_display_links = ("status_label", "reason")
    ordering = ("due_days", "id")
    fields = ("status_label", "reason", ("due_days", "overdue_days"), "is_active")
    readonly_fields = ("status_label",)
    list_intro = (
        "When a lead gets one of these statuses, its next step is planned so many business days later. "
        "A time agreed on the phone always comes first."
    )
    empty_title = "No rules"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Status")
    def status_label(self, rule: FollowUpRule) -> Any:
        return status_pill(rule.status)

    @admin.display(description="Due after", ordering="due_days")
    def due(self, rule: FollowUpRule) -> str:
        return count_of(rule.due_days, "business day")

    @admin.display(description="Overdue after", ordering="overdue_days")
    def overdue(self, rule: FollowUpRule) -> str:
        return count_of(rule.overdue_days, "business day")


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    list_display = ("happened", "who", "kind", "direction", "outcome", "said")
    list_display_links = ("happened",)
    list_filter = (("kind", ChoicesRadioFilter), ("direction", ChoicesRadioFilter))
    list_select_related = ("contact",)
    search_fields = ("summary",)
    search_help_text = "Whose: name, business, e-mail or number"
    # In the order they were written: that has an index.
    ordering = ("-id",)
    fields: ClassVar = ("contact_line", ("kind", "direction"), ("happened_at", "outcome"), "summary")
    readonly_fields = ("contact_line",)
    empty_icon = "history"
    empty_title = "No history yet"
    empty_text = "Every call of a contact is kept here, with what was said in a sentence."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("contact__numbers")

    def search(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return queryset.filter(contact_id__in=contacts_found_by(text, region=person_of(request).company.region))

    @admin.display(description="When", ordering="happened_at")
    def happened(self, interaction: Interaction) -> str:
        return day_and_time(interaction.happened_at)

    @admin.display(description="Who")
    def who(self, interaction: Interaction) -> Any:
        return contact_link(interaction.contact)

    @admin.display(description="Who")
    def contact_line(self, interaction: Interaction) -> Any:
        return contact_link(interaction.contact)

    @admin.display(description="What happened")
    def said(self, interaction: Interaction) -> Any:
        text = interaction.summary
        return format_html('<span class="ra-clip">{}</span>', text) if text else NOTHING
