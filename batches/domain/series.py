"""A series (skid log, reactor log) is one entry with its digest and summary, plus append-only points."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batches.domain.calculations import NotCalculable, calculate
from batches.domain.judging import BREACHES, Judged, words
from batches.domain.masterfile.paths import PathError
from batches.domain.masterfile.values import Reference
from batches.domain.values import number_of
from batches.models import SeriesPoint
from batches.validators import Verdict
from batches.validators import judge as judge_number
from compliance.domain.canonical import canonical_json
from compliance.domain.records import save_records
from compliance.numbers import CONTEXT, NumberRefused, canonical, parse_number
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from batches.domain.masterfile.parameter import Derived, ParameterSpec
    from batches.domain.values import Values
    from batches.models import Entry, PhaseRecord
    from compliance.domain.act import Act

RANK = {Verdict.NO_LIMIT: 0, Verdict.WITHIN: 1, Verdict.ALERT: 2, Verdict.ACTION: 3, Verdict.SPECIFICATION: 4}
_KEEP_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Point:
    """One reading with every column a number, raw and derived, and the worst verdict among them."""

    at: datetime
    columns: dict[str, Decimal]
    verdict: str
    message: str = ""
    column: str = ""


def worked_points(
    parameter: ParameterSpec, points: Sequence[dict[str, Any]], values: Values, phase: PhaseRecord
) -> list[Point]:
    """Raw columns read, derived columns computed, each judged. Refuses a row with a cell that is no number."""
    found = []
    outside = {d.name: _outside(d, values, phase) for d in parameter.derive}
    for n, row in enumerate(points, 1):
        columns = {c.name: _cell(parameter, row, c.name, n) for c in parameter.columns}
        for derived in parameter.derive:
            columns[derived.name] = _derive(parameter, derived, columns, outside[derived.name], n)
        found.append(_judged(parameter, row["at"], columns, n))
    return found


def _cell(parameter: ParameterSpec, row: dict[str, Any], name: str, n: int) -> Decimal:
    try:
        return parse_number(str(row[name])).value
    except KeyError:
        raise Invalid(f"Reading {n} has no column {name}. Nothing was recorded.", parameter.id, "series") from None
    except NumberRefused as refused:
        text = f"Reading {n}, column {name}: {refused.message} Nothing was recorded."
        raise Invalid(text, parameter.id, "series") from refused


def _outside(derived: Derived, values: Values, phase: PhaseRecord) -> dict[str, Decimal]:
    """Arguments that are no column: a parameter of the batch or a constant."""
    found = {}
    for argument in derived.arguments:
        if isinstance(argument.value, Decimal):
            found[argument.name] = argument.value
        elif isinstance(argument.value, Reference):
            try:
                read = values.read(argument.value, phase.path, phase.occurrence)
            except PathError:
                continue
            number = number_of(read[-1][0]) if read else None
            if number is not None:
                found[argument.name] = number
    return found


def _derive(
    parameter: ParameterSpec, derived: Derived, columns: dict[str, Decimal], outside: dict[str, Decimal], n: int
) -> Decimal:
    arguments = dict(outside)
    for argument in derived.arguments:
        if isinstance(argument.value, Reference) and argument.value.parameter in columns:
            arguments[argument.name] = columns[argument.value.parameter]
    try:
        return calculate(derived.function, arguments).value
    except NotCalculable as refused:
        text = f"Reading {n}, {derived.name}: {refused.message} Nothing was recorded."
        raise Invalid(text, parameter.id, "series") from refused


def _judged(parameter: ParameterSpec, at: datetime, columns: dict[str, Decimal], n: int) -> Point:
    worst: tuple[int, str, str, str] = (0, Verdict.NO_LIMIT, "", "")
    for one in parameter.column_limits:
        value = columns.get(one.column)
        judged = judge_number(value, "", one.limits)
        if judged.verdict is Verdict.REFUSED:
            text = f"Reading {n}, column {one.column}: {judged.message} Nothing was recorded."
            raise Invalid(text, parameter.id, "implausible")
        worst = max(worst, (RANK.get(judged.verdict, 0), judged.verdict, judged.message, one.column))
    return Point(at, columns, worst[1], worst[2], worst[3])


def judge(parameter: ParameterSpec, points: Sequence[dict[str, Any]], values: Values, phase: PhaseRecord) -> Judged:
    """The verdict on a series is the worst of its points; the message names the first such point and its column."""
    worked = worked_points(parameter, points, values, phase)
    worst = max((RANK.get(Verdict(p.verdict), 0) for p in worked), default=0)
    verdict = next(v for v, rank in RANK.items() if rank == worst)
    limit_words = "; ".join(f"{c.column} {words(c.limits, '')}" for c in parameter.column_limits)
    if verdict in {Verdict.NO_LIMIT, Verdict.WITHIN}:
        return Judged(verdict, limit_words=limit_words)
    hits = [n for n, p in enumerate(worked, 1) if p.verdict == verdict]
    first = worked[hits[0] - 1]
    more = f" {len(hits)} readings in all." if len(hits) > 1 else ""
    message = f"Reading {hits[0]} of {len(worked)}, {first.column}: {first.message}{more}"
    return Judged(verdict, str(verdict), message, first.columns[first.column], limit_words=limit_words)


def summary(parameter: ParameterSpec, points: Sequence[dict[str, Any]], values: Values, phase: PhaseRecord) -> str:
    """Per column n, least, mean, greatest and the number beyond an action limit, as canonical JSON."""
    worked = worked_points(parameter, points, values, phase)
    columns: dict[str, Any] = {}
    for name in worked[0].columns if worked else ():
        column = [p.columns[name] for p in worked]
        mean = CONTEXT.divide(sum(column, Decimal(0)), Decimal(len(column)))
        columns[name] = {
            "n": len(column),
            "min": canonical(min(column)),
            "max": canonical(max(column)),
            "mean": _short(mean),
        }
    return canonical_json(
        {
            "columns": columns,
            "from": worked[0].at,
            "to": worked[-1].at,
            "beyond": sum(p.verdict in BREACHES for p in worked),
        }
    )


def _short(value: Decimal) -> str:
    return canonical(round(value, _KEEP_DIGITS).normalize() + 0)


def save_points(
    a: Act, entry: Entry, parameter: ParameterSpec, points: Sequence[dict[str, Any]], values: Values
) -> None:
    """Writes every point of the entry."""
    worked = worked_points(parameter, points, values, entry.phase)
    rows = [
        SeriesPoint(
            entry=entry,
            n=n,
            at=p.at,
            values=canonical_json({k: canonical(v) for k, v in p.columns.items()}),
            verdict=p.verdict,
        )
        for n, p in enumerate(worked, 1)
    ]
    save_records(a, rows)


@lru_cache(maxsize=512)
def columns_of(values: str) -> dict[str, Decimal]:
    """A point's columns as numbers."""
    return {name: Decimal(text) for name, text in json.loads(values).items()}
