"""PostgreSQL rights of the application's role: it owns no table, so it can drop no guard nor switch one off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings

from compliance.models import SiteState

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Read and added to, never changed: no right to change them is given at all (R105).
TRAIL = {"history", "ledger", "link"}


def grant(connection: BaseDatabaseWrapper) -> list[str]:
    """Gives the application's role its rights, after a migration by the owner; answers the statements.

    Nothing on SQLite, nothing where the application itself owns the tables. SELECT and INSERT everywhere, UPDATE
    outside the trail, DELETE on plain tables alone, no TRUNCATE, no right to make anything.
    """
    role = settings.APP_ROLE
    if connection.vendor != "postgresql" or not role:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (role,):
            return []
        existing = set(connection.introspection.table_names(cursor))
        statements = list(_statements(connection, role, existing))
        for statement in statements:
            cursor.execute(statement)
    return statements


def _statements(connection: BaseDatabaseWrapper, role: str, existing: set[str]) -> list[str]:
    quote = connection.ops.quote_name
    name = quote(role)
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
    rights = rights_of_tables()
    statements += [
        f"GRANT {', '.join(rights.get(table, ('SELECT',)))} ON {quote(table)} TO {name}" for table in sorted(existing)
    ]
    return statements


def rights_of_tables() -> dict[str, tuple[str, ...]]:
    """Table to rights. A table of no model (the list of migrations) is read only."""
    found: dict[str, tuple[str, ...]] = {}
    for model in apps.get_models(include_auto_created=True):
        kind = getattr(model, "net_kind", None)
        rights = ["SELECT", "INSERT"]
        if kind not in TRAIL:
            rights.append("UPDATE")
        if kind is None and model is not SiteState:
            rights.append("DELETE")
        found[model._meta.db_table] = tuple(rights)
    return found
