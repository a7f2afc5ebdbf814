"""What companies of a trade want to know from their calls: fields to start from, laid down when a company chooses them.

The built-in rules read the keys they know with care (`analysis/backends/builtin/wants.py`, `needs.py`); any other key
is read by its kind and the words of its label, description and choices.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Preset(models.TextChoices):
    B2B_SALES = "b2b_sales", "B2B sales"
    REAL_ESTATE = "real_estate", "Real estate"
    HOME_SERVICES = "home_services", "Home services"


class FieldKind(models.TextChoices):
    """What an answer is; the values are those of `analysis.conversation.FieldKind`."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    MONEY = "money", "Amount of money"
    DATE = "date", "Date"
    YES_NO = "yes_no", "Yes or no"
    CHOICE = "choice", "One of a list"


@dataclass(frozen=True)
class PresetField:
    key: str
    label: str
    kind: str
    description: str
    example: str = ""
    choices: tuple[str, ...] = ()


_B2B_SALES = (
    PresetField("company_size", "Company size", "number", "How many people work there.", "40"),
    PresetField("current_tool", "Current tool", "text", "What tool, system or vendor they use today.", "A spreadsheet"),
    PresetField("seats", "Seats", "number", "How many users, seats or licenses they need.", "25"),
    PresetField("budget", "Budget", "money", "What they can spend.", "Under 15,000 a month"),
    PresetField("timeline", "Timeline", "text", "When they want to start.", "Within a month"),
    PresetField("decision_maker", "Decides", "yes_no", "Whether the caller makes the decision.", "Yes"),
    PresetField(
        "decision_process", "Decision process", "text", "Who approves, and what has to happen before they buy."
    ),
    PresetField("contract_end", "Contract ends", "date", "When their current contract expires or is up for renewal."),
)
_REAL_ESTATE = (
    PresetField("bedrooms", "Bedrooms", "number", "How many bedrooms (BHK) they want.", "3"),
    PresetField("budget", "Budget", "money", "What they can spend, in lakh or crore.", "80 lakh to 1.2 crore"),
    PresetField("locations", "Locations", "text", "Areas they would like to live in.", "Whitefield, Sarjapur Road"),
    PresetField(
        "property_type",
        "Property type",
        "choice",
        "What kind of property they look for.",
        "Apartment",
        ("Apartment", "Villa", "House", "Plot", "Penthouse", "Studio", "Office"),
    ),
    PresetField(
        "financing",
        "Financing",
        "choice",
        "Whether they need a home loan.",
        "Loan needed",
        ("Loan needed", "Loan pre-approved", "No loan needed"),
    ),
    PresetField("site_visit", "Site visit", "yes_no", "Whether a visit to the site was agreed.", "Yes"),
    PresetField("site_visit_at", "Site visit at", "date", "When the visit takes place.", "Saturday at 11"),
    PresetField("timeline", "Timeline", "text", "When they want to move in or buy.", "By March"),
)
_HOME_SERVICES = (
    PresetField("emergency", "Emergency", "yes_no", "Whether there is danger or damage going on.", "Yes"),
    PresetField("address", "Address", "text", "Where the job is.", "14 Lake Road"),
    PresetField("appliance", "Appliance", "text", "What is to be repaired or installed.", "Washing machine"),
    PresetField("problem", "Problem", "text", "What is wrong.", "It leaks from below"),
    PresetField("preferred_time", "Preferred time", "date", "When somebody should come.", "Tomorrow after 4"),
    PresetField("warranty", "Under warranty", "yes_no", "Whether the warranty is still running.", "No"),
    PresetField("home_owner", "Owns the home", "yes_no", "Whether they own the home, as against renting it.", "Yes"),
)
PRESETS: dict[str, tuple[PresetField, ...]] = {
    Preset.B2B_SALES: _B2B_SALES,
    Preset.REAL_ESTATE: _REAL_ESTATE,
    Preset.HOME_SERVICES: _HOME_SERVICES,
}
