"""A picture of a series as plain facts, the same for a page and for paper: readings, limits, verdicts."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

ChartKind = Literal["growth", "tff", "histogram", "weights", "line"]
SeriesStyle = Literal["strong", "line", "dashed", "dotted", "bar", "dots"]
PointVerdict = Literal["recorded", "within", "alert", "breach"]
WORST: tuple[PointVerdict, ...] = ("recorded", "within", "alert", "breach")


@dataclass(frozen=True, slots=True)
class Series:
    """One measured quantity of a picture, with the limits it was judged by.

    `low` and `high` are where the limit lines stand, `limits` says them in words. `verdicts` holds how each
    reading was judged, by the rounding of its limit: a picture does not judge again. Empty without a limit.
    """

    label: str
    unit: str
    values: tuple[Decimal | None, ...]
    style: SeriesStyle = "line"
    low: Decimal | None = None
    high: Decimal | None = None
    limits: str = ""
    verdicts: tuple[PointVerdict, ...] = ()

    def verdict(self, index: int) -> PointVerdict:
        """How one reading was judged."""
        return self.verdicts[index] if self.verdicts else "recorded"

    def is_beyond(self, index: int) -> bool:
        """Whether one reading lies beyond a limit, be it an alert."""
        return self.verdict(index) in {"alert", "breach"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes; its title names quantity and unit."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with the table that stands beside it: the same data for those who do not see it."""

    kind: ChartKind
    title: str
    description: str
    x_title: str
    x: tuple[Decimal, ...]
    x_labels: tuple[str, ...]
    panels: tuple[Panel, ...]
    caption: str = ""

    @property
    def series(self) -> tuple[Series, ...]:
        """Every quantity, panel by panel."""
        return tuple(one for panel in self.panels for one in panel.series)
