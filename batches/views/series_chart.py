"""The picture of a recorded series on a page: drawn once, for the points of an entry never change."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe

from batches.domain.series_chart import chart_of
from batches.models import SeriesPoint
from batches.page_chart_svg import draw_chart
from batches.page_chart_table import chart_table
from compliance.pages import Cell, Column, Plot, Row, Table, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import Entry
    from batches.page_chart import Chart, PointVerdict
    from batches.page_chart_table import Row as Line

KEPT = 64
SHOWN: dict[PointVerdict, Verdict] = {
    "recorded": Verdict("info", "recorded"),
    "within": Verdict("within", "within limit"),
    "alert": Verdict("alert", "alert"),
    "breach": Verdict("breach", "out of limit"),
}
_drawn: OrderedDict[UUID, Plot | None] = OrderedDict()


def plots_of(series: Iterable[tuple[ParameterSpec, Entry]]) -> dict[UUID, Plot]:
    """The picture of each of these series entries, by the entry's uuid; one query for those not drawn yet."""
    asked = list(series)
    fresh = [(parameter, entry) for parameter, entry in asked if entry.uuid not in _drawn]
    if fresh:
        _draw(fresh)
    found = {entry.uuid: _drawn[entry.uuid] for _, entry in asked}
    while len(_drawn) > KEPT:
        _drawn.popitem(last=False)
    return {uuid: plot for uuid, plot in found.items() if plot is not None}


def _draw(fresh: list[tuple[ParameterSpec, Entry]]) -> None:
    points: dict[int, list[SeriesPoint]] = defaultdict(list)
    for point in SeriesPoint.objects.filter(entry__in=[entry.pk for _, entry in fresh]).order_by("entry", "n"):
        points[point.entry_id].append(point)
    for parameter, entry in fresh:
        _drawn[entry.uuid] = plot_of(parameter, entry, points[entry.pk])


def plot_of(parameter: ParameterSpec, entry: Entry, points: Sequence[SeriesPoint]) -> Plot | None:
    """The picture of one series, the same as on paper, with its readings as a table."""
    chart = chart_of(parameter, entry, points)
    if chart is None:
        return None
    svg = mark_safe(draw_chart(chart))  # noqa: S308 - our own drawing; every text in it is escaped there
    return Plot(chart.title, svg, chart.description, readings_of(chart))


def readings_of(chart: Chart) -> Table:
    """The table of a picture: each reading, of a long series windows and every reading beyond a limit.

    Day and offset of the times stand at the axis and below the picture.
    """
    made = chart_table(chart)
    heads = [Column(_head(c.label, c.unit, c.limit), numeric=True) for c in made.columns]
    judged = [Column("Verdict")] if made.judged else []
    named = f"Readings of {chart.title}"  # a name of its own: the picture has the title already
    caption = f"{named}. {made.note}" if made.note else named
    rows = tuple(_row(line, judged=made.judged) for line in made.rows)
    return Table(caption, (Column("Site time"), *heads, *judged), rows, dense=True)


def _head(label: str, unit: str, limit: str) -> str:
    named = f"{label} {unit}".strip()
    return f"{named} ({limit})" if limit else named


def _row(line: Line, *, judged: bool) -> Row:
    verdict = (Cell(verdict=SHOWN[line.verdict]),) if judged else ()
    mark = line.verdict if line.verdict in {"alert", "breach"} else ""
    return Row((Cell(line.label), *(Cell(text) for text in line.cells), *verdict), mark=mark)
