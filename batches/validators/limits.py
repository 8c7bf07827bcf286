"""The limits of a parameter as values: four pairs of bounds, how to round before judging, the target.

A bound is a number as the master wrote it, or a share of another parameter that is resolved to a number
when the entry is made and then never changes (R203, R503, R509).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal, localcontext
from typing import Any, Literal, Self

from compliance.numbers import CONTEXT, canonical, parse_number

LEVELS = ("specification", "action", "alert")  # worst first
PAIRS = ("plausible", *reversed(LEVELS))


class LimitsRefused(ValueError):
    """Limits that cannot be judged against: bounds that cross, or a share of a value that is not there."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a limit: the number, its text as the master wrote it, and whether it passes itself.

    `source` says where a share came from ("98 % of volume_computed"); it is empty for a written number.
    """

    value: Decimal
    text: str
    inclusive: bool = True
    source: str = ""

    @classmethod
    def written(cls, text: str, *, inclusive: bool = True) -> Self:
        """A bound from its text in the master. Refuses what `parse_number` refuses, and a qualifier."""
        number = parse_number(text)
        if number.qualifier:
            raise LimitsRefused(f"A limit is a plain number, not {text}.")
        return cls(number.value, text.strip(), inclusive)

    def to_json(self) -> dict[str, Any]:
        """Exact, as strings."""
        known = {"value": canonical(self.value), "text": self.text, "inclusive": self.inclusive}
        return known | ({"source": self.source} if self.source else {})


@dataclass(frozen=True, slots=True)
class RelativeBound:
    """One end of a limit as a share of another parameter: 98 percent of `volume_computed`."""

    of: str
    percent: Decimal
    inclusive: bool = True

    def to_json(self) -> dict[str, Any]:
        """Exact, as strings."""
        return {"of": self.of, "percent": format(self.percent, "f"), "inclusive": self.inclusive}

    def resolved(self, values: Mapping[str, Decimal]) -> Bound:
        """Freeze the share as a number. Refuses when the parameter it is taken of has no value yet."""
        base = values.get(self.of)
        if base is None:
            raise LimitsRefused(f"The limit is a share of {self.of}, which has no value yet.")
        with localcontext(CONTEXT):
            value = base * self.percent / 100
        text = canonical(value)
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return Bound(value, text, self.inclusive, f"{format(self.percent, 'f')} % of {self.of}")


@dataclass(frozen=True, slots=True)
class LimitPair:
    """The lower and upper bound of one level; either may be absent. Refuses when they cross."""

    low: Bound | RelativeBound | None = None
    high: Bound | RelativeBound | None = None

    def __post_init__(self) -> None:
        low, high = self.low, self.high
        if isinstance(low, Bound) and isinstance(high, Bound) and low.value > high.value:
            raise LimitsRefused(f"The lower limit {low.text} is above the upper limit {high.text}.")

    @property
    def bounds(self) -> tuple[Bound | RelativeBound, ...]:
        """Those of the two that are there, low first."""
        return tuple(bound for bound in (self.low, self.high) if bound is not None)

    def to_json(self) -> dict[str, Any]:
        """Exact, as strings; an absent bound is left out."""
        return {
            end: bound.to_json()
            for end, bound in (("low", self.low), ("high", self.high))
            if bound is not None
        }


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a value is rounded, once and half-up, before it is judged. `exact` rounds nothing."""

    mode: Literal["decimals", "significant", "exact"]
    digits: int = 0

    def to_json(self) -> dict[str, Any]:
        """Mode and digits."""
        return {"mode": self.mode, "digits": self.digits}


@dataclass(frozen=True, slots=True)
class LimitSet:
    """All limits of one parameter. Plausible is a hard refusal; the three others are judged (R503)."""

    plausible: LimitPair | None = None
    alert: LimitPair | None = None
    action: LimitPair | None = None
    specification: LimitPair | None = None
    rounding: Rounding | None = None
    target: Decimal | None = None

    def __bool__(self) -> bool:
        """Whether anything at all is limited."""
        return any(getattr(self, name) is not None for name in PAIRS)

    @property
    def needs(self) -> frozenset[str]:
        """The parameters that shares are taken of, to be known before a value can be judged."""
        pairs = (getattr(self, name) for name in PAIRS)
        bounds = (bound for pair in pairs if pair is not None for bound in pair.bounds)
        return frozenset(bound.of for bound in bounds if isinstance(bound, RelativeBound))

    def to_json(self) -> dict[str, Any]:
        """What an entry freezes and a signature covers: numbers as exact strings, absent parts left out."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        target = parts.pop("target")
        known = {name: part.to_json() for name, part in parts.items() if part is not None}
        return known if target is None else known | {"target": str(target)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back exactly what `to_json` wrote."""
        pairs = {name: _pair_from_json(data[name]) for name in PAIRS if name in data}
        rounding = Rounding(**data["rounding"]) if "rounding" in data else None
        target = Decimal(data["target"]) if "target" in data else None
        return cls(**pairs, rounding=rounding, target=target)


def resolve(limits: LimitSet, values: Mapping[str, Decimal]) -> LimitSet:
    """Freeze every share as a number at the time of the entry.

    Refuses when a parameter it depends on has no value yet, or the bounds then cross.
    """
    pairs: dict[str, Any] = {name: _resolved(getattr(limits, name), values) for name in PAIRS}
    return replace(limits, **pairs)


def _pair_from_json(data: Mapping[str, Any]) -> LimitPair:
    return LimitPair(*(_bound_from_json(data[end]) if end in data else None for end in ("low", "high")))


def _bound_from_json(data: Mapping[str, Any]) -> Bound | RelativeBound:
    if "of" in data:
        return RelativeBound(data["of"], Decimal(data["percent"]), data["inclusive"])
    # The text keeps the exponent form the value lost (4.0e7), and with it the significant digits.
    value = Decimal(data["value"])
    return Bound(value, data["text"], data["inclusive"], data.get("source", ""))


def _resolved(pair: LimitPair | None, values: Mapping[str, Decimal]) -> LimitPair | None:
    if pair is None:
        return None
    low, high = (
        bound.resolved(values) if isinstance(bound, RelativeBound) else bound
        for bound in (pair.low, pair.high)
    )
    return LimitPair(low, high)
