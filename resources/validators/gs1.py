"""Reads a GS1 element string: article, lot, expiry, serial. Never guesses where a value ends (MAT-16)."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice

from compliance.refusals import Invalid
from resources.validators.gs1_identifiers import IDENTIFIERS, Identifier

SEPARATOR = "\x1d"
# How the separator looks where a keyboard or a page cannot carry it; neither is a character of a GS1 text.
TYPED_SEPARATORS = ("{GS}", "␝")
SYMBOLOGY = re.compile(r"\](?:C1|d2|e0|Q3|J1)")
# A GS1-128 symbol holds 48 characters; a text longer than this is not read at all.
LONGEST = 120
MOST_READINGS = 10
Pair = tuple[str, str]


class AmbiguousCode(Invalid):
    """The code can be read in more than one way; `readings` are those found, for a person to compare."""

    def __init__(self, readings: tuple["Gs1Code", ...]) -> None:
        super().__init__(
            "A separator is missing in this code, so that it reads in more than one way. Scan it again, "
            "or type it with its numbers in brackets, as (01)…(17)…(10)….",
            "code",
            "gs1_ambiguous",
        )
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Gs1Code:
    """A GS1 code as its elements, in their order; dates are read as of the day it was scanned."""

    elements: tuple[Pair, ...]
    read_on: date

    def get(self, code: str) -> str | None:
        """The value of an application identifier; none where it is not there."""
        return dict(self.elements).get(code)

    @property
    def gtin(self) -> str | None:
        """The article number (01)."""
        return self.get("01")

    @property
    def lot(self) -> str | None:
        """The lot (10)."""
        return self.get("10")

    @property
    def serial(self) -> str | None:
        """The serial number (21)."""
        return self.get("21")

    @property
    def article_number(self) -> str | None:
        """The maker's additional article number (240)."""
        return self.get("240")

    @property
    def expires_on(self) -> date | None:
        """The expiry date (17); day 00 is the last day of the month."""
        value = self.get("17")
        return read_date(value, self.read_on) if value else None

    def __str__(self) -> str:
        return "".join(f"({code}){value}" for code, value in self.elements)


def parse_gs1(text: str, read_on: date) -> Gs1Code:
    """Read a GS1 code as scanned, with separators, or as printed, with its numbers in brackets.

    `read_on` is the day of the scan: it fixes the century of a date of two-digit year. Refuses an unknown
    number, a wrong check digit, a date that is none, a value too long, one number with two values, and a code
    without separators that can be read in more than one way (MAT-16).
    """
    raw = _plain(text)
    if len(raw) > LONGEST:
        raise Invalid(f"A code has at most {LONGEST} characters.", "code", "gs1_long")
    if not raw:
        raise Invalid("This is not a GS1 code.", "code", "gs1_form")
    if raw.startswith("("):
        return _code(_bracketed(raw), read_on)
    if SEPARATOR in raw:
        # The way in carries separators, so a value with none behind it ends its part.
        return _code([pair for part in raw.split(SEPARATOR) for pair in _straight(part)], read_on)
    readings = tuple(Gs1Code(reading, read_on) for reading in islice(_readings(raw, read_on), MOST_READINGS))
    try:
        straight = _code(_straight(raw), read_on)
    except Invalid as error:
        if readings:
            raise AmbiguousCode(readings) from error
        raise
    if readings != (straight,):
        raise AmbiguousCode(readings)
    return straight


def read_date(value: str, read_on: date) -> date:
    """Read YYMMDD in the century nearest to the day of the scan; day 00 is the last of the month.

    Refuses what is no day of the calendar.
    """
    year, month, day = (int(value[n : n + 2]) for n in (0, 2, 4))
    year += read_on.year - read_on.year % 100
    # The rule of GS1: over 50 years ahead is the century before, 50 or more behind is the next one.
    if year - read_on.year > 50:
        year -= 100
    elif year - read_on.year <= -50:
        year += 100
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise Invalid(f"{value} is not a date (YYMMDD).", "code", "gs1_date") from error


def check_digit_fits(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit of those before: modulo 10, weights 3 and 1."""
    total = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def _plain(text: str) -> str:
    """One separator sign, none at the ends, and no symbology prefix of the scanner."""
    raw = text.strip(" \t\r\n")
    for typed in TYPED_SEPARATORS:
        raw = raw.replace(typed, SEPARATOR)
    prefix = SYMBOLOGY.match(raw)
    return raw[prefix.end() if prefix else 0 :].strip(SEPARATOR)


def _code(pairs: list[Pair], read_on: date) -> Gs1Code:
    """Check every element, and that no number has two values."""
    for code, value in pairs:
        _check(code, value, read_on)
    found: dict[str, str] = {}
    for code, value in pairs:
        if found.setdefault(code, value) != value:
            raise Invalid(f"This code has two values for ({code}).", "code", "gs1_twice")
    return Gs1Code(tuple(found.items()), read_on)


def _check(code: str, value: str, read_on: date) -> None:
    identifier = IDENTIFIERS[code]
    if not identifier.regex.fullmatch(value):
        text = f"({code}){value} is not in the form of: {identifier.title}."
        raise Invalid(text, "code", "gs1_form")
    if identifier.has_check_digit and not check_digit_fits(value):
        raise Invalid(
            f"The check digit of ({code}){value} does not fit: scan again.", "code", "gs1_check_digit"
        )
    if identifier.is_date:
        read_date(value, read_on)


def _bracketed(raw: str) -> list[Pair]:
    """The elements of a code with its numbers in brackets."""
    if not re.fullmatch(r"(?:\([0-9]{2,4}\)[^()]+)+", raw):
        raise Invalid("Type the code as (01)…(17)…(10)….", "code", "gs1_form")
    found = [(code, value.strip()) for code, value in re.findall(r"\(([0-9]+)\)([^()]+)", raw)]
    for code, _ in found:
        if code not in IDENTIFIERS:
            raise Invalid(f"({code}) is not a number this system reads.", "code", "gs1_unknown")
    return found


def _straight(part: str) -> list[Pair]:
    """The elements of a part between separators: fixed lengths one after the other, any other to the end."""
    found = []
    while part:
        identifier = _leading(part)
        start = len(identifier.code)
        end = start + identifier.length if identifier.fixed else len(part)
        found.append((identifier.code, part[start:end]))
        part = part[end:]
    return found


def _leading(part: str) -> Identifier:
    for length in (2, 3, 4):
        if part[:length] in IDENTIFIERS:
            return IDENTIFIERS[part[:length]]
    raise Invalid(f"{part[:4]}… is not a number this system reads.", "code", "gs1_unknown")


def _readings(raw: str, read_on: date) -> Iterator[tuple[Pair, ...]]:
    """Every way to read a text if a separator may be missing after any value; each number once."""

    @cache
    def heads(start: int) -> tuple[tuple[Pair, int], ...]:
        """The elements that may stand at a place and leave a rest that can be read."""
        found = []
        for end in range(start + 3, len(raw) + 1):
            pair = _element(raw[start:end], read_on)
            if pair is not None and (end == len(raw) or heads(end)):
                found.append((pair, end))
        return tuple(found)

    def walk(start: int, before: tuple[Pair, ...]) -> Iterator[tuple[Pair, ...]]:
        if start == len(raw):
            yield before
            return
        for pair, end in heads(start):
            if all(code != pair[0] for code, _ in before):
                yield from walk(end, (*before, pair))

    yield from walk(0, ())


def _element(text: str, read_on: date) -> Pair | None:
    """The element that is exactly this text; none where it is not one."""
    try:
        code = _leading(text).code
        _check(code, text[len(code) :], read_on)
    except Invalid:
        return None
    return code, text[len(code) :]
