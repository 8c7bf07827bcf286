"""A worked formula in pieces: what a hand wrote is blue, the result is bold. The pieces joined are the formula."""

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

_STEP = re.compile(r"( [=≈] )")


def pieces_of(entry: Entry, by_hand: frozenset[str]) -> tuple[Piece, ...]:
    """The formula of a computed entry; `by_hand` are the uuids of entries that a person wrote."""
    if not entry.formula:
        return ()
    *before, result = _STEP.split(entry.formula)
    written = sorted(set(_written(entry, by_hand)), key=len, reverse=True)
    pieces = [Piece(text) for text in before[:1]]
    pieces += [piece for text in before[1:] for piece in _marked(text, written)]
    return (*pieces, Piece(_result(entry, result), "result"))


def _result(entry: Entry, text: str) -> str:
    reported = words.value_of(entry)
    number = words.pretty(text.removesuffix(entry.unit).strip())
    unit = words.unit_of(entry.unit)
    exact = f"{number} {unit}".strip()
    return exact if number == reported else f"{exact}, reported {f'{reported} {unit}'.strip()}"


def _marked(text: str, written: list[str]) -> Iterator[Piece]:
    """The numbers of a step that a person wrote, apart from what stands between them."""
    if not written:
        yield Piece(text)
        return
    numbers = re.compile(rf"(?<![\d.])({'|'.join(map(re.escape, written))})(?![\d.]| × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
    for n, part in enumerate(numbers.split(text)):
        if part:
            yield Piece(part, "hand" if n % 2 else "")


def _written(entry: Entry, by_hand: frozenset[str]) -> Iterator[str]:
    for origin in json.loads(entry.inputs or "[]"):
        if origin["entry"] in by_hand:
            try:
                yield shown(Decimal(origin["value"]))
            except InvalidOperation:  # a time or a text: no number of the formula is its own
                continue
