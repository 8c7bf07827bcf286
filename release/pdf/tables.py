"""The table beside a picture: each reading of a short series, windows of a long one (PDF-06)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from release.paper import Chart, Series, VerdictKind
from release.pdf.axes import plain_number
from release.pdf.charts import out_of_limit

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
    verdict: VerdictKind


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


def limit_words(series: Series) -> str:
    """The limits of a series in words, for the head of its column."""
    if series.low is not None and series.high is not None:
        return f"{plain_number(series.low)} to {plain_number(series.high)}"
    if series.low is not None:
        return f"≥ {plain_number(series.low)}"
    return "" if series.high is None else f"≤ {plain_number(series.high)}"


def _verdict(pairs: Iterable[tuple[Series, Decimal | None]]) -> VerdictKind:
    judged = [(s, v) for s, v in pairs if (s.low is not None or s.high is not None) and v is not None]
    if not judged:
        return "recorded"
    return "breach" if any(out_of_limit(series, value) for series, value in judged) else "within"


def _reading(value: Decimal | None) -> str:
    return "not recorded" if value is None else plain_number(value)


def _mean(values: list[Decimal]) -> Decimal:
    places = max(-int(value.as_tuple().exponent) for value in values)
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _summary(values: list[Decimal]) -> str:
    if not values:
        return "not recorded"
    return f"{plain_number(min(values))} / {plain_number(_mean(values))} / {plain_number(max(values))}"


def _single(chart: Chart, series: list[Series], index: int) -> Row:
    pairs = [(one, one.values[index]) for one in series]
    return Row(chart.x_labels[index], tuple(_reading(value) for _, value in pairs), _verdict(pairs))


def _window(chart: Chart, series: list[Series], first: int, last: int) -> Row:
    cells = tuple(_summary([v for v in one.values[first:last] if v is not None]) for one in series)
    pairs = [(one, value) for one in series for value in one.values[first:last]]
    label = f"{chart.x_labels[first]} to {chart.x_labels[last - 1]} (n {last - first})"
    return Row(label, cells, _verdict(pairs))


def chart_table(chart: Chart) -> ChartTable:
    """The data of a picture as a table.

    Up to 72 readings each is printed. More are condensed into 24 windows with least / mean / greatest
    value, and every reading out of limit is printed on its own; the whole series is in the attached file.
    """
    series = [one for panel in chart.panels for one in panel.series]
    columns = tuple(Column(one.label, one.unit, limit_words(one)) for one in series)
    count = len(chart.x)
    if count <= WHOLE:
        return ChartTable(columns, tuple(_single(chart, series, index) for index in range(count)), "")
    edges = [count * part // WINDOWS for part in range(WINDOWS + 1)]
    rows = [_window(chart, series, first, last) for first, last in pairwise(edges)]
    singles = [_single(chart, series, index) for index in range(count)]
    bad = [row for row in singles if row.verdict == "breach"]
    note = (
        f"{count} readings in {WINDOWS} windows: least / mean / greatest. {len(bad)} readings out of limit"
        f"{', each printed below the windows' if bad else ''}. The whole series is in the attached file."
    )
    return ChartTable(columns, (*rows, *bad), note)
