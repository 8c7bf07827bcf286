"""Exact decimals: every digit comes back, on both databases (R302)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.fields import ExactDecimalField, ExactSum, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**12), max_value=10**12)


class Weight(models.Model):
    """A table of this test alone."""

    value = ExactDecimalField(null=True)

    class Meta:
        app_label = "tests"
        managed = False
        db_table = "test_weight"

    def __str__(self) -> str:
        return str(self.value)


@pytest.fixture
def table(db: None) -> Iterator[None]:
    """The table, for as long as the test runs."""
    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    kind = ExactDecimalField().db_type(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE test_weight (id {key} PRIMARY KEY, value {kind})")
        yield
        cursor.execute("DROP TABLE test_weight")


def kept(*values: Any) -> list[Decimal]:
    Weight.objects.all().delete()
    Weight.objects.bulk_create([Weight(value=value) for value in values])
    return [row.value for row in Weight.objects.order_by("pk")]


@pytest.mark.req("R302")
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=6))
def test_numbers_come_back_with_every_digit_in_order_and_summed(table: None, values: list[Decimal]) -> None:
    assert [format(v, "f") for v in kept(*values)] == [format(plain(v), "f") for v in values]
    assert [row.value for row in Weight.objects.order_by("value")] == sorted(values)
    assert Weight.objects.aggregate(total=ExactSum("value"))["total"] == sum(values)


@pytest.mark.req("R302")
def test_tenths_add_up_exactly(table: None) -> None:
    kept(*["0.1"] * 100)
    assert Weight.objects.aggregate(total=ExactSum("value"))["total"] == Decimal("10.0")
    assert Weight.objects.filter(value__gt=Decimal("0.09"), value__lte=Decimal("0.10")).count() == 100


def test_kept_spelling_has_no_exponent_and_no_minus_zero(table: None) -> None:
    found = kept("98.0", "4.0e7", "-0.00", "1E-7", "", None)
    assert [None if v is None else format(v, "f") for v in found] == [
        "98.0",
        "40000000",
        "0.00",
        "0.0000001",
        None,
        None,
    ]
    assert Weight.objects.filter(value__isnull=True).aggregate(total=ExactSum("value"))["total"] is None


@pytest.mark.req("R302")
@pytest.mark.parametrize("value", [0.1, True, float("nan"), "NaN", "inf", "1,5", "one", object(), "1" * 65])
def test_what_cannot_be_kept_exactly_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        ExactDecimalField().to_python(value)


def test_float_from_the_database_is_refused() -> None:
    field = ExactDecimalField()
    field.name = "weight"
    with pytest.raises(TypeError, match="float for weight"):
        field.from_db_value(0.1, None, connection)


def test_field_serialises_as_text() -> None:
    field = Weight._meta.get_field("value")
    assert field.value_to_string(Weight(value=Decimal("1.50"))) == "1.50"
    assert field.value_to_string(Weight()) == ""
    assert field.get_internal_type() == "ExactDecimalField"
