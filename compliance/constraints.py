"""A deferred foreign key from a record's (id, version) to its history row: no history, no commit."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class HistoryExists(models.BaseConstraint):
    """Layer (b) of the database net: a write whose history row is missing fails at commit (R105)."""

    def __init__(self, *, name: str, history_table: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.history_table = history_table

    def _clause(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        quote = schema_editor.quote_name
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({quote('id')}, {quote('version')}) "
            f"REFERENCES {quote(self.history_table)} ({quote('id')}, {quote('version')}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def _later(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> None:
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.deferred_sql.append(f"ALTER TABLE {table} ADD {self._clause(schema_editor)}")

    def constraint_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str | None:  # type: ignore[override]
        """Inline on SQLite; on PostgreSQL put off until the history table is there."""
        if schema_editor.connection.vendor == "sqlite":
            return self._clause(schema_editor)
        self._later(model, schema_editor)
        return None

    def create_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override]
        """PostgreSQL only: SQLite rebuilds the table and calls `constraint_sql`."""
        self._later(model, schema_editor)

    def remove_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:  # type: ignore[override]
        """Drops the key."""
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Judged by the database at commit."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "history_table": self.history_table}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HistoryExists):
            return NotImplemented
        return (self.name, self.history_table) == (other.name, other.history_table)

    def __hash__(self) -> int:
        return hash((self.name, self.history_table))
