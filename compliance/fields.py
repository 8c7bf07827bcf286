"""A decimal column that keeps every digit on both databases."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _DecimalField = models.Field[Any, Any]
else:
    _DecimalField = models.Field

MAX_DIGITS = 34


def plain(value: Decimal) -> Decimal:
    """The same number without exponent, minus zero made zero: what both databases give back unchanged."""
    if value.is_zero():
        value = abs(value)
    return Decimal(format(value, "f"))


class ExactDecimalField(_DecimalField):
    """PostgreSQL `numeric`, SQLite text with a numeric collation. Refuses float, NaN, infinity (R302)."""

    description = "exact decimal number"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric" if connection.vendor == "postgresql" else "text COLLATE exact_decimal"

    def get_internal_type(self) -> str:
        return "ExactDecimalField"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool | float):
            raise ValidationError("A float cannot be kept exactly; give a Decimal or its text.", code="float")
        try:
            number = Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise ValidationError(f"{value!r} is not a number.", code="invalid") from None
        if not number.is_finite():
            raise ValidationError("Not a finite number.", code="invalid")
        number = plain(number)
        if len(number.as_tuple().digits) > MAX_DIGITS + 30:
            raise ValidationError("More digits than can be kept.", code="digits")
        return number

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError(f"The database gave a float for {self.name}; use ExactSum.")
        return Decimal(value)

    def get_prep_value(self, value: Any) -> Decimal | None:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        number = value if prepared else self.get_prep_value(value)
        if number is None or connection.vendor == "postgresql":
            return number
        return format(number, "f")

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else format(value, "f")


class ExactSum(models.Sum):
    """A sum without float: SQLite's own SUM of 100 times 0.1 is 9.99999999999998."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function="exact_sum", **extra)
