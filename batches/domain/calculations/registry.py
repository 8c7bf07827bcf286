"""The closed list of versioned calculations that a master may name: no free expressions (R302).

A calculation takes exact numbers and gives an exact number with its worked formula. It refuses what cannot be
calculated (a missing or zero divisor, an impossible input) and never answers 0 or 100 % instead.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from batches.domain.calculations.worked import NotCalculable, Worked
from compliance.numbers import CONTEXT

Numbers = Sequence[Decimal]
Pairs = Sequence[tuple[Decimal, Decimal]]
Function = TypeVar("Function", bound=Callable[..., Worked])


class ArgumentKind(StrEnum):
    """What a master maps to an argument."""

    NUMBER = "number"
    NUMBERS = "numbers"
    PAIRS = "pairs"
    INSTANT = "instant"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Calculated:
    """A result with all digits, its unit, the worked formula for page and paper, and its calculation."""

    value: Decimal
    unit: str
    formula: str
    name: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """One version of one calculation. `takes`: the unit each argument must have ("*": any, all alike)."""

    name: str
    title: str
    unit: str
    function: Callable[..., Worked]
    arguments: dict[str, ArgumentKind]
    takes: dict[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


_KINDS: dict[Any, ArgumentKind] = {
    Decimal: ArgumentKind.NUMBER,
    Decimal | None: ArgumentKind.NUMBER,
    Numbers: ArgumentKind.NUMBERS,
    Pairs: ArgumentKind.PAIRS,
    datetime: ArgumentKind.INSTANT,
    str: ArgumentKind.TEXT,
    bool: ArgumentKind.FLAG,
}
_REGISTRY: dict[str, Calculation] = {}


def calculation(
    name: str, *, version: int, unit: str, title: str, takes: Mapping[str, str] | None = None
) -> Callable[[Function], Function]:
    """Register a function as version `version` of a calculation. Refuses a second one of the same name."""

    def register(function: Function) -> Function:
        full_name = f"{name}@{version}"
        if full_name in _REGISTRY:
            raise ValueError(f"{full_name} is registered twice.")
        hints = get_type_hints(function)
        parameters = inspect.signature(function).parameters
        _REGISTRY[full_name] = Calculation(
            name=full_name,
            title=title,
            unit=unit,
            function=function,
            arguments={argument: _KINDS[hints[argument]] for argument in parameters},
            takes=dict(takes or {}),
            optional=frozenset(
                argument for argument, known in parameters.items() if known.default is not known.empty
            ),
        )
        return function

    return register


def calculate(name: str, arguments: Mapping[str, Any]) -> Calculated:
    """Compute a master's calculation with 34 digits and return it with its worked formula (R302, R308).

    Refuses (NotCalculable) when the name is unknown, an argument is missing or of the wrong kind, a divisor
    is zero, or an input is impossible.
    """
    known = describe(name)
    given = {argument: value for argument, value in arguments.items() if value is not None}
    unknown = sorted(set(given) - set(known.arguments))
    if unknown:
        raise NotCalculable("unknown_argument", f"{known.title} does not take {', '.join(unknown)}.")
    missing = [argument for argument in known.arguments if argument not in {*given, *known.optional}]
    if missing:
        raise NotCalculable("missing", f"{known.title} needs {_listed(missing)} first.")
    taken = {
        argument: _taken(argument, known.arguments[argument], value) for argument, value in given.items()
    }
    try:
        with localcontext(CONTEXT):
            worked = known.function(**taken)
    except (DivisionByZero, InvalidOperation, Overflow):
        raise NotCalculable("not_a_number", f"{known.title} has no result for these values.") from None
    return Calculated(worked.value, known.unit, worked.formula(known.unit), known.name)


def signature(name: str) -> dict[str, ArgumentKind]:
    """The arguments of a calculation and their kinds, for the linter of masters. Refuses an unknown name."""
    return dict(describe(name).arguments)


def names() -> tuple[str, ...]:
    """All registered calculations with their versions, in order."""
    return tuple(sorted(_REGISTRY))


def describe(name: str) -> Calculation:
    """Title, unit, arguments with kinds and units of one calculation. Refuses an unknown name or version."""
    try:
        return _REGISTRY[name]
    except KeyError:
        raise NotCalculable("unknown", f"There is no calculation {name}.") from None


def _listed(arguments: list[str]) -> str:
    return " and ".join(argument.replace("_", " ") for argument in arguments)


def _taken(argument: str, kind: ArgumentKind, value: Any) -> Any:
    """Take one argument as its kind; a whole number counts as exact, a float never does."""
    try:
        return _TAKERS[kind](value)
    except (TypeError, ValueError):
        words = argument.replace("_", " ")
        raise NotCalculable("wrong_kind", f"{words} must be given as {kind.value}, without gaps.") from None


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int) or not Decimal(value).is_finite():
        raise TypeError
    return Decimal(value)


def _numbers(value: Any) -> tuple[Decimal, ...]:
    if isinstance(value, str):
        raise TypeError
    return tuple(_number(item) for item in value)


def _pairs(value: Any) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((_number(first), _number(second)) for first, second in value)


def _instant(value: Any) -> datetime:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(when, datetime) or when.tzinfo is None:
        raise TypeError
    return when


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_TAKERS: dict[ArgumentKind, Callable[[Any], Any]] = {
    ArgumentKind.NUMBER: _number,
    ArgumentKind.NUMBERS: _numbers,
    ArgumentKind.PAIRS: _pairs,
    ArgumentKind.INSTANT: _instant,
    ArgumentKind.TEXT: _text,
    ArgumentKind.FLAG: _flag,
}
