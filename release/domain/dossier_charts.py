"""Pictures of a batch: one for each series, from its points and the limits it was judged by."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from batches.domain.series import columns_of
from batches.validators import Bound, LimitSet
from compliance.domain import clock
from compliance.numbers import round_half_up
from release import paper

if TYPE_CHECKING:
    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import Entry, SeriesPoint

MOST_POINTS = 400
MOST_DIGITS = 7
MINUTE = Decimal(60)


def chart_of(parameter: ParameterSpec, entry: Entry, points: list[SeriesPoint]) -> paper.Chart | None:
    """The picture of a series entry: a panel for each column that is judged, else for the first columns."""
    if len(points) < 2:
        return None
    step = max(1, len(points) // MOST_POINTS)
    kept = points[::step]
    values = [columns_of(p.values) for p in kept]
    limits = {c.column: c.limits for c in parameter.column_limits}
    units = {c.name: c.unit for c in parameter.columns}
    shown = [d.name for d in parameter.derive] + [c.name for c in parameter.columns if c.name in limits]
    names = list(dict.fromkeys(shown)) or [c.name for c in parameter.columns][:3]
    start = kept[0].at
    minutes = tuple(_minutes(p, start) for p in kept)
    kind: paper.ChartKind = "tff" if "tmp" in names else "line"
    return paper.Chart(
        kind=kind,
        title=parameter.label,
        description=f"{parameter.label}: {len(points)} readings from {_hour(points[0])} to {_hour(points[-1])}",
        x_title="min",
        x=minutes,
        x_labels=tuple(_hour(p) for p in kept),
        panels=tuple(
            paper.Panel(
                f"{name} {units.get(name, '')}".strip(),
                (
                    paper.Series(
                        name,
                        units.get(name, ""),
                        tuple(_shown(v.get(name)) for v in values),
                        "strong",
                        _bound(limits, name, low=True),
                        _bound(limits, name, low=False),
                    ),
                ),
            )
            for name in names
        ),
        caption=entry.message,
    )


def _shown(value: Decimal | None) -> Decimal | None:
    """A computed reading in digits that a person reads; the point itself keeps every digit."""
    if value is None or len(value.as_tuple().digits) <= MOST_DIGITS:
        return value
    return round_half_up(value, significant=MOST_DIGITS)


def _minutes(point: SeriesPoint, start: object) -> Decimal:
    delta = point.at - start  # type: ignore[operator]
    return (Decimal(delta.days * 86400 + delta.seconds) / MINUTE).quantize(Decimal("0.1"))


def _hour(point: SeriesPoint) -> str:
    return f"{point.at.astimezone(clock.zone()):%m-%d %H:%M}"


def _bound(limits: dict[str, LimitSet], name: str, *, low: bool) -> Decimal | None:
    found = limits.get(name)
    pair = getattr(found, "action", None) or getattr(found, "alert", None)
    bound = getattr(pair, "low" if low else "high", None)
    return bound.value if isinstance(bound, Bound) else None
