"""Scales of a picture: where a value lands, and which numbers stand at the axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from batches.page_chart import Panel
from compliance.numbers import display


def nice_step(span: Decimal) -> Decimal:
    """A step of 1, 2 or 5 times a power of ten that cuts the span into three to six parts."""
    raw = span / 5
    unit = Decimal(10) ** raw.adjusted()
    for factor in (1, 2, 5, 10):
        if raw <= unit * factor:
            return unit * factor
    return unit * 10


def plain_number(value: Decimal) -> str:
    """A number of the picture as people read it: 0.4, 20, 2 × 10⁹."""
    return display(value, superscript=True)


@dataclass(frozen=True, slots=True)
class Axis:
    """One vertical scale, from `low` at the bottom to `high` at the top."""

    low: Decimal
    high: Decimal
    step: Decimal
    top: Decimal
    bottom: Decimal

    @classmethod
    def over(cls, panel: Panel, top: Decimal, bottom: Decimal) -> "Axis":
        """The scale that holds every value and limit of a panel; it starts at 0 where that costs little."""
        values = [v for s in panel.series for v in (*s.values, s.low, s.high) if v is not None] or [Decimal(0)]
        low, high = min(values), max(values)
        if 0 <= low <= (high - low) * 2 or any(s.style == "bar" for s in panel.series):
            low = min(low, Decimal(0))
        span = high - low or abs(high) or Decimal(1)
        step = nice_step(span)
        floor = (low / step).to_integral_value(ROUND_FLOOR) * step
        ceiling = (max(high, low + span / 10) / step).to_integral_value(ROUND_CEILING) * step
        return cls(floor, ceiling, step, top, bottom)

    @property
    def ticks(self) -> list[Decimal]:
        """The numbers that stand at the axis."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * index for index in range(count + 1)]

    def y(self, value: Decimal) -> Decimal:
        """Where a value lands; values outside the scale stay on its edge."""
        kept = min(max(value, self.low), self.high)
        return self.bottom - (kept - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def label(self, tick: Decimal) -> str:
        """The words of one tick, with as many decimals as the step needs."""
        exponent = self.step.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        return plain_number(tick.quantize(Decimal(1).scaleb(-places)))


def x_positions(values: Sequence[Decimal], left: Decimal, right: Decimal, *, centred: bool) -> list[Decimal]:
    """Where each x lands. `centred` gives every value its own equal room, as bars need it."""
    if centred or len(values) < 2:
        room = (right - left) / max(len(values), 1)
        return [left + room * index + room / 2 for index in range(len(values))]
    low, high = min(values), max(values)
    span = high - low or Decimal(1)
    return [left + (value - low) / span * (right - left) for value in values]
