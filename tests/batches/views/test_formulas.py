"""A worked formula in pieces: joined they are the formula, and what a hand wrote is marked."""

from __future__ import annotations

import json

import pytest

from batches.models import Entry
from batches.views.formulas import pieces_of


def entry(formula: str, reported: str, *inputs: tuple[str, str], unit: str = "%") -> Entry:
    origins = [{"argument": "x", "entry": name, "value": value} for name, value in inputs]
    return Entry(formula=formula, reported=reported, unit=unit, inputs=json.dumps(origins), kind="calculation")


@pytest.mark.parametrize(
    ("formula", "reported", "inputs", "hand"),
    [
        ("viable ÷ total × 100 = 182 ÷ 200 × 100 = 91 %", "91", [("a", "182"), ("b", "200")], ["182", "200"]),
        ("a + b = 2 + 12 = 14 %", "14", [("a", "2")], ["2"]),
        ("a × b = 1.45 × 10⁶ × 1.45 = 2.1025 × 10⁶ %", "2.10E+6", [("a", "1.45")], ["1.45"]),
        ("end – start = 2026-11-25 10:04 – 2026-11-25 10:00 = 4 %", "4.0", [("a", "2026-11-25T10:04:00+00:00")], []),
        ("a = 5 %", "5", [], []),
        ("a × b = 3 × (4 + 5) ≈ 27 %", "27", [("a", "4"), ("b", "3")], ["3", "4"]),
    ],
)
def test_pieces_are_the_formula(formula: str, reported: str, inputs: list[tuple[str, str]], hand: list[str]) -> None:
    pieces = pieces_of(entry(formula, reported, *inputs), frozenset({"a", "b"}))
    assert [p.text for p in pieces if p.kind == "hand"] == hand
    assert "".join(p.text for p in pieces).startswith(formula)
    assert pieces[-1].kind == "result"


def test_result_says_what_is_reported_where_it_is_rounded() -> None:
    pieces = pieces_of(entry("a ÷ b = 1 ÷ 3 ≈ 33.333333 %", "33.3"), frozenset())
    assert pieces[-1].text == "33.333333 %, reported 33.3 %"


def test_no_formula_no_pieces() -> None:
    assert pieces_of(entry("", "1"), frozenset()) == ()
