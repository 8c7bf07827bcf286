"""A worked formula in pieces: what a hand wrote is blue, the result is bold."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from batches.domain.calculations.worked import shown
from batches.pages import Piece
from batches.views import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.models import Entry

_NUMBER = re.compile(r"(-?\d[\d.]*(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)")
_STEP = re.compile(r" ([=≈]) ")


def pieces_of(entry: Entry, by_hand: frozenset[str]) -> tuple[Piece, ...]:
    """The formula of a computed entry; `by_hand` are the uuids of entries that a person wrote."""
    if not entry.formula:
        return ()
    parts = _STEP.split(entry.formula)
    written = set(_written(entry, by_hand))
    pieces = [Piece(parts[0])]
    for sign, text in zip(parts[1:-2:2], parts[2:-2:2], strict=True):
        pieces.append(Piece(sign))
        pieces += _marked(text, written)
    if len(parts) > 1:
        pieces += [Piece(parts[-2]), Piece(_result(entry, parts[-1]), "result")]
    return tuple(pieces)


def _result(entry: Entry, text: str) -> str:
    reported = words.value_of(entry)
    unit = words.unit_of(entry.unit)
    said = f"{reported} {unit}".strip()
    return words.pretty(text) if text.startswith(reported) else f"{words.pretty(text)}, reported {said}"


def _marked(text: str, written: set[str]) -> Iterator[Piece]:
    for part in _NUMBER.split(text):
        if part.strip():
            yield Piece(part.strip(), "hand" if part in written else "")


def _written(entry: Entry, by_hand: frozenset[str]) -> Iterator[str]:
    for origin in json.loads(entry.inputs or "[]"):
        if origin["entry"] in by_hand:
            try:
                yield shown(Decimal(origin["value"]))
            except InvalidOperation:  # a time or a text: no number of the formula is its own
                continue
