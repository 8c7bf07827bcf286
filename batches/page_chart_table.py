"""The table beside a picture: each reading of a short series, windows of a long one (PDF-06)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from batches.page_chart import WORST, Chart, PointVerdict
from batches.page_chart_axes import plain_number

WHOLE = 72  # readings up to which each one is printed
WINDOWS = 24


@dataclass(frozen=True, slots=True)
class Column:
    """Head of one column: label, unit and the limit in words."""

    label: str
    unit: str
    limit: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its place on the axis, the cells, the verdict over the judged ones."""

    label: str
    cells: tuple[str, ...]
    verdict: PointVerdict


@dataclass(frozen=True, slots=True)
class ChartTable:
    """What stands beside the picture. `note` says how a long series was condensed."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str

    @property
    def judged(self) -> bool:
        """Whether any reading was judged; without limits there is no verdict to print."""
        return any(column.limit for column in self.columns)

    @property
    def blocks(self) -> range:
        """How many blocks of rows stand side by side; a narrow table would waste paper."""
        if len(self.columns) > 1 or len(self.rows) < 12:
            return range(1)
        return range(2 if self.judged else 3)

    @property
    def lines(self) -> list[list[Row | None]]:
        """The rows block by block: each block is read downward."""
        deep = -(-len(self.rows) // len(self.blocks))
        padded: list[Row | None] = [*self.rows, *[None] * (deep * len(self.blocks) - len(self.rows))]
        return [[padded[line + deep * block] for block in self.blocks] for line in range(deep)]


def _worst(verdicts: Iterable[PointVerdict]) -> PointVerdict:
    return max(verdicts, key=WORST.index, default="recorded")


def _reading(value: Decimal | None) -> str:
    return "not recorded" if value is None else plain_number(value)


def _mean(values: list[Decimal]) -> Decimal:
    places = max(-int(value.as_tuple().exponent) for value in values)
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _summary(values: list[Decimal]) -> str:
    if not values:
        return "not recorded"
    return f"{plain_number(min(values))} / {plain_number(_mean(values))} / {plain_number(max(values))}"


def _single(chart: Chart, index: int) -> Row:
    cells = tuple(_reading(one.values[index]) for one in chart.series)
    return Row(chart.x_labels[index], cells, _worst(one.verdict(index) for one in chart.series))


def _window(chart: Chart, first: int, last: int) -> Row:
    cells = tuple(_summary([v for v in one.values[first:last] if v is not None]) for one in chart.series)
    verdict = _worst(one.verdict(n) for one in chart.series for n in range(first, last))
    return Row(f"{chart.x_labels[first]} to {chart.x_labels[last - 1]} (n {last - first})", cells, verdict)


def chart_table(chart: Chart) -> ChartTable:
    """The data of a picture as a table.

    Up to 72 readings each is printed. More are condensed into 24 windows with least / mean / greatest
    value, and every reading beyond a limit is printed on its own; the whole series is in the attached file.
    """
    columns = tuple(Column(one.label, one.unit, one.limits) for one in chart.series)
    count = len(chart.x)
    singles = [_single(chart, index) for index in range(count)]
    if count <= WHOLE:
        return ChartTable(columns, tuple(singles), "")
    edges = [count * part // WINDOWS for part in range(WINDOWS + 1)]
    rows = [_window(chart, first, last) for first, last in pairwise(edges)]
    beyond = [row for row in singles if row.verdict in {"alert", "breach"}]
    note = (
        f"{count} readings in {WINDOWS} windows: least / mean / greatest. {len(beyond)} readings beyond a limit"
        f"{', each printed below the windows' if beyond else ''}. The whole series is in the attached file."
    )
    return ChartTable(columns, (*rows, *beyond), note)
