"""Which database connection does what: the owner migrates, the application's role does everything else."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """Migrations run only as the owner of the tables; the application's role owns nothing."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
