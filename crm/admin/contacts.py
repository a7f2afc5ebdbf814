"""What the change forms of contacts and leads share: numbers in any written form, next steps, the card on top."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from crm.admin.answer_filters import filters_of
from crm.admin.answers import fields_of, keep_answers, name_of, with_answers
from crm.admin.base import CompanyAdmin, CompanyTabular, person_of
from crm.admin.cells import NOTHING, contact_lines, due_lines, pill, status_pill
from crm.admin.forms import CarefulForm, CarefulFormSet
from crm.custom_words import answers_of
from crm.models import Contact, FollowUp, PhoneNumber
from crm.phones import are_hidden
from crm.roles import ERASE_PERSON, EXPORT_PERSON
from crm.wording import ago, initials

# Rows shown in the tabs of a change form.
NEWEST = 20

WHO_THEY_ARE = (
    ("full_name", "business_name"),
    ("email", "website"),
    ("owner_name", "is_decision_maker"),
    ("industry", "company_size", "annual_revenue"),
    ("address", "city", "state"),
    "source",
    "notes",
)


# ---- numbers --------------------------------------------------------------------------------------------------


class NumberForm(CarefulForm):
    class Meta:
        model = PhoneNumber
        fields = ("written", "is_primary")
        help_texts: ClassVar = {"is_primary": "Lists show it, and it is rung first."}
        widgets: ClassVar = {
            "written": UnfoldAdminTextInputWidget({"inputmode": "tel", "placeholder": "+91 98765 43210"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        number = options.get("instance")
        if number is not None and number.pk:
            options["initial"] = {"written": number.display, **(options.get("initial") or {})}
        super().__init__(*args, **options)


class NumberFormSet(CarefulFormSet):
    """A person has each number once, and exactly one of their numbers is the main one."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.instance.e164 and not self._should_delete_form(form)]
        seen: dict[str, Any] = {}
        for form in kept:
            if form.instance.e164 in seen:
                form.add_error("written", "This number is on the list already, perhaps written differently.")
            seen.setdefault(form.instance.e164, form)
        self._choose_main(kept)

    def _choose_main(self, kept: list[Any]) -> None:
        chosen = [form for form in kept if form.cleaned_data.get("is_primary")]
        newly = [form for form in chosen if "is_primary" in form.changed_data]
        if len(newly) > 1:
            raise ValidationError("Choose one main number.")
        main = (newly or chosen or kept or [None])[0]
        for form in kept:
            if form.instance.is_primary != (form is main):
                form.instance.is_primary = form is main
                # The formset saves only what it takes for changed.
                form.changed_data.append("is_primary")


class Numbers(CompanyTabular):
    model = PhoneNumber
    form = NumberForm
    formset = NumberFormSet
    verbose_name = "number"
    verbose_name_plural = "phone numbers"
    ordering = ("-is_primary", "pk")

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return 0 if obj else 1

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Who only looks reads the number, perhaps not in full; what was written stays with those who may change it.
        return super().get_fields(request, obj) if self.has_change_permission(request, obj) else self.readonly_fields

    readonly_fields = ("number", "is_main")

    @admin.display(description="Number")
    def number(self, number: PhoneNumber) -> str:
        return number.display

    @admin.display(description="Main number", boolean=True)
    def is_main(self, number: PhoneNumber) -> bool:
        return number.is_primary


# ---- next steps -----------------------------------------------------------------------------------------------


class FollowUpForm(CarefulForm):
    """A step whose day or words a person changes becomes theirs: no rule moves it afterwards."""

    is_done = forms.BooleanField(label="done", required=False, widget=UnfoldBooleanWidget)

    class Meta:
        model = FollowUp
        fields = ("reason", "due_at", "assignee")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and self.has_changed() and not self.instance.is_open:
            state = self.instance.get_state_display().lower()
            raise ValidationError(f"Somebody else made this {state} while you had the page open.")
        return cleaned

    def save(self, commit: bool = True) -> FollowUp:
        follow_up: FollowUp = self.instance
        if {"due_at", "reason"} & set(self.changed_data):
            follow_up.take_over()
        if self.cleaned_data.get("is_done"):
            follow_up.state = FollowUp.State.DONE
        saved: FollowUp = super().save(commit)
        return saved


class NextSteps(CompanyTabular):
    """The open ones, to be changed; what is over stands below them."""

    model = FollowUp
    form = FollowUpForm
    formset = CarefulFormSet
    tab = True
    can_delete = False
    fields = ("reason", "due_at", "assignee", "is_done")
    verbose_name = "follow-up"
    verbose_name_plural = "follow-ups"
    ordering = ("due_at", "pk")
    template_after = "admin/ringside/past_follow_ups.html"

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        self.parent = obj
        return super().get_formset(request, obj, **options)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request).select_related("assignee__user")
        # What was open when the page was, may be over by now: the form says so.
        return rows if request.method == "POST" else rows.open()

    def past(self) -> list[FollowUp]:
        """Return the newest steps that are over, for the table below."""
        if self.parent is None:
            return []
        over = FollowUp.objects.filter(contact_id=self.parent.pk).exclude(state=FollowUp.State.OPEN)
        return list(over.select_related("assignee__user").order_by("-due_at", "-pk")[:NEWEST])


# ---- the screens ----------------------------------------------------------------------------------------------


class PersonForm(CarefulForm):
    class Meta:
        model = Contact
        exclude = ()
        help_texts: ClassVar = {
            "owner_name": "Who runs the business, if somebody else was on the phone.",
            "is_decision_maker": "Whether they decide on buying themselves.",
            "lead_status": "",
            "priority": "5 first. It follows status and score until you choose another.",
            "estimated_value": "What the sale would bring. The pipeline adds it up.",
            "actual_value": "What the sale brought. Revenue adds it up.",
            "do_not_call": "Nobody is to ring them, whatever their status.",
        }


class PeopleAdmin(CompanyAdmin):
    """Base of the screens of contacts and leads."""

    form = PersonForm
    search_fields = ("full_name",)
    search_help_text = "Name, business, e-mail or number"
    list_select_related = ("assignee__user",)
    list_defer = ("notes", "custom", "address", "website")
    change_form_outer_before_template = "admin/ringside/person_card.html"
    inlines: tuple[type[CompanyTabular], ...] = (Numbers, NextSteps)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        people: models.QuerySet[Any] = super().get_queryset(request)
        return people.prefetch_related(models.Prefetch("numbers", PhoneNumber.objects.order_by("pk")))

    def search(self, request: HttpRequest, queryset: Any, text: str) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = queryset.search(text, region=person_of(request).company.region)
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and obj.assignee_id is None and not person_of(request).sees_all:
            # Whom they add is theirs: assigned to nobody, it would be out of their own sight.
            obj.assignee = person_of(request)
        super().save_model(request, obj, form, change)
        keep_answers(request, obj, form)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        if self.has_change_permission(request, obj):
            options["form"] = with_answers(self.form, fields_of(request))
        return super().get_form(request, obj, change=change, **options)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the company's own fields for who may change them; who only looks reads them on the card."""
        fieldsets = super().get_fieldsets(request, obj)
        names = [name_of(field) for field in fields_of(request)]
        if not names or not self.has_change_permission(request, obj):
            return fieldsets
        pairs = tuple(tuple(names[place : place + 2]) for place in range(0, len(names), 2))
        return (*fieldsets, ("What they want", {"fields": pairs}))

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), *filters_of(fields_of(request)))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row; held until commit when it is about to be saved, so that what is compared stays true."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST":
            held = type(found)._default_manager.select_for_update(of=("self",)).filter(pk=found.pk)
            return held.first()
        return found

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return super().get_inlines(request, obj) if obj else [Numbers]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **options: Any) -> Any:
        obj = options.get("obj")
        if obj is not None:
            context["card"] = self.card(request, obj)
            context["subtitle"] = None
        return super().render_change_form(request, context, **options)

    def card(self, request: HttpRequest, contact: Contact) -> dict[str, Any]:
        """Return what the card above the form shows. The floor above adds the calls."""
        step = FollowUp.objects.open().filter(contact_id=contact.pk).order_by("due_at", "pk").first()
        return {
            "contact": contact,
            "initials": initials(contact.label),
            "numbers": list(contact.numbers.all()),
            "can_dial": not are_hidden(),
            "status": status_pill(contact.lead_status) if contact.is_lead else pill("No lead"),
            "hot": pill("Hot", "bad") if contact.is_hot else "",
            "do_not_call": pill("Do not call", "bad") if contact.do_not_call else "",
            "next_step": step,
            "next_due": due_lines(step, with_reason=False) if step else "",
            "answers": answers_of(contact),
            "may_export": request.user.has_perm(EXPORT_PERSON),
            "may_erase": request.user.has_perm(ERASE_PERSON),
        }

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is PhoneNumber:
            for number in (*formset.new_objects, *(changed for changed, _ in formset.changed_objects)):
                _tell_sharing(request, number)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # Their history goes with them; the right to delete the person covers it.
        rows, counts, _, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected

    @admin.display(description="Who", ordering="name_key")
    def who(self, contact: Contact) -> Any:
        return contact_lines(contact)

    @admin.display(description="Last call", ordering="latest_call_at")
    def last_call(self, contact: Contact) -> Any:
        return ago(contact.latest_call_at) if contact.latest_call_at else NOTHING


def _tell_sharing(request: HttpRequest, number: PhoneNumber) -> None:
    others = Contact.objects.with_number(number.e164).exclude(pk=number.contact_id)
    others = others.visible_to(person_of(request))
    if names := ", ".join(contact.label for contact in others[:3]):
        text = "{} is also the number of {}. A call from it will ask who it was."
        messages.warning(request, format_html(text, number.display, names))
