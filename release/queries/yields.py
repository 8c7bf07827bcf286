"""Actual against theoretical yield at each step the master names (R308)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from batches.domain.masterfile.paths import resolve
from batches.domain.masters import plan_for
from compliance.numbers import CONTEXT, canonical, decimals_of, display, round_half_up

if TYPE_CHECKING:
    from batches.domain.masterfile.values import Reference
    from batches.domain.masters import Plan
    from batches.models import Batch, Entry

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class YieldFound:
    """One yield as computed; numbers as they are printed. `inside` is judged at the limit's own decimals."""

    id: str
    title: str
    actual: Entry
    actual_text: str
    theoretical_text: str
    percent: str
    limits: str
    inside: bool


def yields_of(batch: Batch, entries: list[Entry]) -> list[YieldFound]:
    """Every yield whose values are recorded, from these entries (those that are superseded do not count)."""
    plan = plan_for(batch)
    superseded = {e.supersedes_id for e in entries}
    live: dict[str, list[Entry]] = {}
    for e in entries:
        if e.pk not in superseded and not e.slot and e.value is not None:
            live.setdefault(e.path, []).append(e)
    found = []
    for one in plan.spec.theoretical_yields:
        actual = _read(plan, one.actual, live)
        theory = _read(plan, one.theoretical, live) if one.theoretical else None
        base = _sum(theory) if theory else (one.amount.value if one.amount else None)
        if not actual or not base:
            continue
        value = _sum(actual)
        percent = CONTEXT.divide(CONTEXT.multiply(value, HUNDRED), base)
        found.append(
            YieldFound(
                id=one.id,
                title=one.title,
                actual=actual[-1],
                actual_text=_text(actual, value),
                theoretical_text=_text(theory, base) if theory else display(base),
                percent=display(round_half_up(percent, decimals=1), decimals=1),
                limits=f"{_bound(one.min_percent)} to {_bound(one.max_percent)} %",
                inside=_above(percent, one.min_percent) and _below(percent, one.max_percent),
            )
        )
    return found


def _read(plan: Plan, reference: Reference, live: dict[str, list[Entry]]) -> list[Entry]:
    """All occurrences where the master asks for all, else the last one."""
    rows = live.get(resolve(plan.spec, reference.parameter).path, [])
    if reference.occurrence == "all":
        return rows
    return rows[:1] if reference.occurrence == "first" else rows[-1:]


def _sum(rows: list[Entry]) -> Decimal:
    total = Decimal(0)
    for row in rows:
        total = CONTEXT.add(total, row.value or Decimal(0))
    return total


def _text(rows: list[Entry], value: Decimal) -> str:
    return rows[0].reported if len(rows) == 1 else display(value)


def _bound(limit: Decimal | None) -> str:
    return "-" if limit is None else canonical(limit)


def _above(percent: Decimal, limit: Decimal | None) -> bool:
    return limit is None or round_half_up(percent, decimals=decimals_of(limit)) >= limit


def _below(percent: Decimal, limit: Decimal | None) -> bool:
    return limit is None or round_half_up(percent, decimals=decimals_of(limit)) <= limit
