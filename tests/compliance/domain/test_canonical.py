"""One way to write a value: the same bytes from memory, from SQLite, from PostgreSQL, for ever."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.canonical import canonical_json, digest, plain_value, sha256

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_text_reads_back_as_the_same_value(value: Any) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), st.integers()))
def test_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert digest(dict(reversed(list(value.items())))) == digest(value)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimal_keeps_its_digits_and_has_no_exponent(value: Decimal) -> None:
    text = plain_value(value)
    assert "E" not in text
    assert Decimal(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("-0.00"), "0.00"),
        (Decimal("4.0E+7"), "40000000"),
        (Decimal("98.0"), "98.0"),
        (True, True),
        (date(2026, 2, 28), "2026-02-28"),
        (time(9, 5), "09:05:00"),
        (datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=1))), "2026-03-01T11:00:00.000000+00:00"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ((1, 2), [1, 2]),
        ({1: Decimal(1)}, {"1": "1"}),
    ],
)
def test_value_has_one_spelling(value: Any, text: Any) -> None:
    assert plain_value(value) == text


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", {1}, object(), [0.1], {"a": 0.1}])
def test_value_without_exact_spelling_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical_json(value)


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="without zone"):
        plain_value(datetime(2026, 3, 1))  # noqa: DTZ001 - the very mistake
    assert plain_value(datetime(2026, 3, 1, tzinfo=UTC)).endswith("+00:00")


def test_known_digests() -> None:
    assert canonical_json({"b": "µ", "a": [None, True]}) == '{"a":[null,true],"b":"µ"}'
    assert sha256("") == sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest({}) == sha256("{}")
