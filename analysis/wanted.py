"""What a company wants to know, as the backends read it: its own fields, or those of a preset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from analysis.conversation import FieldKind, WantedField
from crm.models import ExtractionField
from crm.presets import PRESETS, PresetField


def wanted_of(fields: Iterable[ExtractionField | PresetField]) -> tuple[WantedField, ...]:
    """Return the fields as a conversation carries them, in their order."""
    return tuple(
        WantedField(
            key=field.key,
            kind=cast("FieldKind", field.kind),
            description=field.description,
            example=field.example,
            choices=tuple(map(str, field.choices)),
            label=field.label,
        )
        for field in fields
    )


def wanted_by(preset: str) -> tuple[WantedField, ...]:
    """Return the fields of a preset (`real_estate`); none for a preset that nobody knows."""
    return wanted_of(PRESETS.get(preset, ()))
