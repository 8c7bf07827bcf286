"""From what was typed, scanned or attached to a value of the parameter's kind, exactly as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batches.validators import InstantRefused, validate_instant
from compliance.domain import clock
from compliance.numbers import NumberRefused, display, parse_number
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from batches.domain.masterfile.parameter import ParameterSpec

TEXT_MAX = 20_000
CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Given:
    """What came in for one parameter: text as typed, or a stored file, or the rows of a series."""

    typed: str = ""
    source: str = "manual"
    comment: str = ""
    file_sha256: str = ""
    file_name: str = ""
    points: Sequence[dict[str, Any]] = ()
    performed_at: datetime | None = None
    fold: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value of its kind: one of number, text, instant."""

    value: Decimal | None = None
    qualifier: str = ""
    text: str = ""
    instant: datetime | None = None
    reported: str = ""


def parse(parameter: ParameterSpec, given: Given, now: datetime) -> Parsed:
    """The value as its kind asks. Refuses (Invalid, on the parameter) with words that say what to write."""
    typed = given.typed.strip()
    if "\x00" in typed:
        raise Invalid("The text holds a character that cannot be kept (NUL). Remove it.", parameter.id)
    return _PARSERS[parameter.kind](parameter, given, typed, now)


def _number(parameter: ParameterSpec, _given: Given, typed: str, _now: datetime) -> Parsed:
    try:
        number = parse_number(typed)
    except NumberRefused as refused:
        raise Invalid(refused.message, parameter.id, refused.code) from refused
    shown = display(number.value, number.qualifier, significant=parameter.significant)
    if parameter.decimals is not None and parameter.significant is None:
        shown = display(number.value, number.qualifier, decimals=parameter.decimals)
    return Parsed(value=number.value, qualifier=number.qualifier, reported=shown)


def _choice(parameter: ParameterSpec, _given: Given, typed: str, _now: datetime) -> Parsed:
    if typed not in parameter.options:
        raise Invalid(f"Choose one of: {', '.join(parameter.options)}.", parameter.id, "choice")
    return Parsed(text=typed, reported=typed)


def _text(parameter: ParameterSpec, _given: Given, typed: str, _now: datetime) -> Parsed:
    if not typed:
        raise Invalid("Write something: an empty box is not recorded.", parameter.id, "blank")
    if len(typed) > TEXT_MAX:
        raise Invalid(f"The text is longer than {TEXT_MAX} characters. Attach it as a file.", parameter.id, "long")
    return Parsed(text=typed, reported=typed)


def _confirm(parameter: ParameterSpec, _given: Given, typed: str, _now: datetime) -> Parsed:
    if typed.casefold() not in {"yes", "on", "true", CONFIRMED}:
        raise Invalid("Tick it when it is so. If it is not so, write a comment and open a deviation.", parameter.id)
    return Parsed(text=CONFIRMED, reported=CONFIRMED)


def _instant(parameter: ParameterSpec, given: Given, typed: str, now: datetime) -> Parsed:
    fold: Any = given.fold
    try:
        instant = validate_instant(typed, zone=clock.zone(), now=now, fold=fold)
    except InstantRefused as refused:
        raise Invalid(refused.message, parameter.id, refused.code) from refused
    local = instant.astimezone(clock.zone())
    return Parsed(instant=instant, reported=local.isoformat(sep=" ", timespec="minutes"))


def _attachment(parameter: ParameterSpec, given: Given, _typed: str, _now: datetime) -> Parsed:
    if not given.file_sha256:
        raise Invalid("Attach a file.", parameter.id, "blank")
    return Parsed(text=given.file_name, reported=given.file_name)


def _series(parameter: ParameterSpec, given: Given, _typed: str, _now: datetime) -> Parsed:
    if not given.points:
        raise Invalid("The file holds no readings.", parameter.id, "blank")
    return Parsed(text=f"{len(given.points)} readings", reported=f"{len(given.points)} readings")


def _calculation(parameter: ParameterSpec, _given: Given, _typed: str, _now: datetime) -> Parsed:
    raise Invalid(f"{parameter.label} is computed; it is never typed.", parameter.id, "computed")


_PARSERS: dict[str, Callable[[ParameterSpec, Given, str, datetime], Parsed]] = {
    "number": _number,
    "duration": _number,
    "choice": _choice,
    "text": _text,
    "confirm": _confirm,
    "instant": _instant,
    "material": _text,
    "equipment": _text,
    "sample": _text,
    "attachment": _attachment,
    "series": _series,
    "calculation": _calculation,
}
