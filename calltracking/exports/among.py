"""`filter(call__among=pks)`: rows of any number of keys, as one array; of `in`, each key is read apart, twice."""

from __future__ import annotations

from typing import Any

from django.db import models


@models.ForeignKey.register_lookup
class Among(models.Lookup):
    """The key is one of a list of numbers."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = any({right}::bigint[])", [*left_params, *right_params]
