"""What migrations are written with beside Django's own operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import SeparateDatabaseAndState
from django.db.migrations.state import ProjectState


class AtOnce(SeparateDatabaseAndState):
    """Operations of which none needs the models as they are between two of them: all see them as they end.

    Django renders a model and whatever is related to it anew for each operation, which here is nearly every model; for
    tables that are only made, with their triggers, that was most of the time of a first start.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        super().__init__(database_operations=operations, state_operations=operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # rendered when it is asked for, once
        super().state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self.database_operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def deconstruct(self) -> Any:
        return type(self).__qualname__, (self.database_operations,), {}
