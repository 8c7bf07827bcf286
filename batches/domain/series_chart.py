"""The picture of a series entry, from its points and the limits it was judged by; page and paper draw the same."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from batches.domain.calculations import describe
from batches.domain.series import columns_of
from batches.page_chart import Chart, Panel, Series
from batches.validators import Bound, LimitSet, Verdict, in_words, judge
from compliance.domain import clock
from compliance.numbers import round_half_up
from compliance.page_words import pretty, unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import Entry, SeriesPoint
    from batches.page_chart import PointVerdict

MOST_DIGITS = 7
MINUTE = Decimal(60)
PASSED = frozenset({Verdict.WITHIN, Verdict.NO_LIMIT, ""})
LEVELS = (("", "action"), ("specification ", "specification"), ("alert ", "alert"))


def chart_of(parameter: ParameterSpec, entry: Entry, points: Sequence[SeriesPoint]) -> Chart | None:
    """The picture of a series entry: a panel for each column that is judged or computed, else for the first three.

    None for fewer than two points, which are no course. A computed column has the unit of its calculation.
    """
    if len(points) < 2:
        return None
    names = shown_columns(parameter)
    first, last = clock.stamp(points[0].at), clock.stamp(points[-1].at)
    x_title, labels = _times(points)
    return Chart(
        kind="tff" if "tmp" in names else "line",
        title=parameter.label,
        description=f"{parameter.label}: {len(points)} readings from {first} to {last}",
        x_title=x_title,
        x=tuple(_minutes(p, points[0]) for p in points),
        x_labels=labels,
        panels=_panels(parameter, points, names),
        caption=pretty(entry.message),
    )


def shown_columns(parameter: ParameterSpec) -> list[str]:
    """The columns that are drawn: computed ones, judged ones, else the first three."""
    limited = {c.column for c in parameter.column_limits}
    names = [d.name for d in parameter.derive] + [c.name for c in parameter.columns if c.name in limited]
    return names or [c.name for c in parameter.columns][:3]


def units_of(parameter: ParameterSpec) -> dict[str, str]:
    """The printed unit of each column; a computed one has the unit of its calculation."""
    units = {c.name: c.unit for c in parameter.columns} | {d.name: describe(d.function).unit for d in parameter.derive}
    return {name: unit_of(unit) for name, unit in units.items()}


def _panels(parameter: ParameterSpec, points: Sequence[SeriesPoint], names: list[str]) -> tuple[Panel, ...]:
    units = units_of(parameter)
    limits = {c.column: c.limits for c in parameter.column_limits}
    rows = [columns_of(p.values) for p in points]
    panels = []
    for name in names:
        label, unit = name.replace("_", " "), units.get(name, "")
        values = tuple(row.get(name) for row in rows)
        series = _series(label, unit, values, limits.get(name), points)
        panels.append(Panel(f"{label}, {unit}" if unit else label, (series,)))
    return tuple(panels)


def _series(
    label: str, unit: str, values: tuple[Decimal | None, ...], limits: LimitSet | None, points: Sequence[SeriesPoint]
) -> Series:
    return Series(
        label,
        unit,
        tuple(_shown(v) for v in values),
        "strong",
        _bound(limits, low=True),
        _bound(limits, low=False),
        limit_words(limits) if limits else "",
        tuple(_verdict(v, limits, p) for v, p in zip(values, points, strict=True)) if limits else (),
    )


def limit_words(limits: LimitSet) -> str:
    """The limits of a column in words; the unit stands above it."""
    pairs = [(word, getattr(limits, level)) for word, level in LEVELS]
    return "; ".join(f"{word}{in_words(pair, superscript=True)}" for word, pair in pairs if pair is not None)


def _verdict(value: Decimal | None, limits: LimitSet, point: SeriesPoint) -> PointVerdict:
    """How a reading was judged when it was recorded: by the worst of its point, so most need no second look."""
    if value is None:
        return "recorded"
    verdict = Verdict.WITHIN if point.verdict in PASSED else judge(value, "", limits).verdict
    if verdict in PASSED:
        return "within"
    return "alert" if verdict is Verdict.ALERT else "breach"


def _shown(value: Decimal | None) -> Decimal | None:
    """A computed reading in digits that a person reads; the point itself keeps every digit."""
    if value is None or len(value.as_tuple().digits) <= MOST_DIGITS:
        return value
    return round_half_up(value, significant=MOST_DIGITS)


def _minutes(point: SeriesPoint, start: SeriesPoint) -> Decimal:
    delta = point.at - start.at
    return Decimal(delta.days * 86400 + delta.seconds) / MINUTE


def _times(points: Sequence[SeriesPoint]) -> tuple[str, tuple[str, ...]]:
    """Site times of the readings, only as long as they differ, and what all have in common: day and offset."""
    stamps = [clock.stamp(p.at) for p in points]
    days, offsets = {s[:10] for s in stamps}, {s[-6:] for s in stamps}
    end = 19 if len({s[:16] for s in stamps}) < len(stamps) else 16
    if len(offsets) > 1:
        return "site time with offset", tuple(f"{s[5:end]} {s[-6:]}" for s in stamps)
    offset = offsets.pop()
    if len(days) == 1:
        return f"{days.pop()}, site time {offset}", tuple(s[11:end] for s in stamps)
    years = sorted({s[:4] for s in stamps})
    if len(years) == 1:
        return f"{years[0]}, month-day and site time {offset}", tuple(s[5:end] for s in stamps)
    return f"date and site time {offset}", tuple(s[:end] for s in stamps)


def _bound(limits: LimitSet | None, *, low: bool) -> Decimal | None:
    """Where a limit line stands: at the limit that stops the step, else at the alert."""
    pair = limits and (limits.action or limits.specification or limits.alert)
    bound = (pair.low if low else pair.high) if pair else None
    return bound.value if isinstance(bound, Bound) else None
