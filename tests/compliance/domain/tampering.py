"""An attacker who owns the database: no guards, no foreign keys judged, one cell of any guarded table changed."""

from __future__ import annotations

import random
import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError, connection, models, transaction

from compliance import net
from compliance.domain.verification import Finding, Kind, Scope, verify
from compliance.models import ChainHead, ChainLink, LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

# Row numbers that nothing reads, orders by or points at.
MEANINGLESS = {(ChainLink, "id"), (ChainHead, "id")}


class Cell(NamedTuple):
    """One cell: the row it stands in, and its column."""

    model: type[models.Model]
    pk: Any
    column: models.Field[Any, Any]

    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column.name} of row {self.pk}"


@contextmanager
def attacker() -> Iterator[None]:
    """Without guards, inside a savepoint that is rolled back."""
    connection.check_constraints()  # PostgreSQL drops no trigger while a deferred key waits to be judged
    try:
        with undone():
            net.remove(connection)
            yield
    finally:
        net._complete.clear()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back: the next attack finds an untouched site."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def columns() -> list[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every column of every guarded table that holds rows, but passwords and meaningless row numbers."""
    return [
        (model, field)
        for model in net.guarded_models()
        if model._base_manager.exists()
        for field in model._meta.concrete_fields
        if field.name not in getattr(model, "outside_history", ()) and (model, field.name) not in MEANINGLESS
    ]


def pick(chance: random.Random, model: type[models.Model], field: models.Field[Any, Any]) -> Cell:
    """A cell of this column."""
    return Cell(model, chance.choice(list(model._base_manager.order_by("pk").values_list("pk", flat=True))), field)


def execute(statement: str, *values: Any) -> int:
    """Raw SQL."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def tamper(chance: random.Random, cell: Cell) -> tuple[Any, Any]:
    """Changes the cell by raw SQL to another value the column takes; answers before and after."""
    before = cell.model._base_manager.filter(pk=cell.pk).values_list(cell.column.attname, flat=True).get()
    table, key = cell.model._meta.db_table, cell.model._meta.pk
    for _ in range(20):
        after = other_value(chance, cell.column, before)
        prepared = [f.get_db_prep_save(v, connection) for f, v in ((cell.column, after), (key, cell.pk))]
        statement = f'UPDATE "{table}" SET "{cell.column.column}" = %s WHERE "{key.column}" = %s'  # noqa: S608
        try:
            with transaction.atomic():
                assert execute(statement, *prepared) == 1
        except IntegrityError:  # a unique or check constraint, which an attacker would meet too
            continue
        return before, after
    raise AssertionError(f"no other value found for {cell}")


def other_value(chance: random.Random, field: models.Field[Any, Any], value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, uuid.UUID):
        acts = list(LedgerEntry.objects.exclude(act_id=value).values_list("act_id", flat=True)[:5])
        return chance.choice([*acts, uuid.UUID(int=chance.getrandbits(128))])
    if isinstance(value, int):
        return chance.choice([value + 1, abs(value - 1), value + chance.randint(2, 30_000)])
    if isinstance(value, datetime):
        return value + chance.choice([1, -1]) * chance.choice([timedelta(microseconds=1), timedelta(days=1)])
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, Decimal):
        return value + chance.choice([1, -1])
    if value is None:
        return some_value(field)
    return other_text(chance, str(value))


def some_value(field: models.Field[Any, Any]) -> Any:
    """A value for a cell that was empty."""
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    samples = {
        "UUIDField": uuid.UUID(int=7),
        "DateTimeField": datetime(2026, 3, 1, tzinfo=UTC),
        "DateField": date(2026, 3, 1),
        "BooleanField": True,
    }
    return samples.get(kind) or field.to_python("1")


def other_text(chance: random.Random, text: str) -> str:
    """One character changed."""
    if not text:
        return "x"
    place = chance.randrange(len(text))
    new = chance.choice([c for c in "0123456789abcdefxyz" if c != text[place]])
    return text[:place] + new + text[place + 1 :]


def names_of(cell: Cell) -> tuple[str, ...]:
    """How a finding names what the cell belongs to: record label and uuid, act, or chain."""
    row = cell.model._base_manager.get(pk=cell.pk)
    if isinstance(row, LedgerEntry):
        return (str(row.act_id),)
    if isinstance(row, ChainLink | ChainHead):
        return (f"chain {row.chain}",)
    return getattr(row, "instance_type", cell.model)._meta.label_lower, str(row.uuid)


def findings(scope: Scope | None = None) -> list[Finding]:
    """What verification finds, without notices and without the guards the attacker dropped."""
    return [f for f in verify(scope or Scope()) if not f.notice and f.kind != Kind.UNGUARDED]
