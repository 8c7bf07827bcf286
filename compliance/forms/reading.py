"""What a POST holds, parsed to plain values. Each refuses in words what cannot be recorded, and names its field."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.numbers import NumberRefused, parse_number
from compliance.page_forms import FormField
from compliance.pages import Option
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

YES, NO = "yes", "no"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR, LAST_YEAR = 1900, 2200
DAY_WORDS = "Write the day as 2026-10-23."
TIME_HELP = "As 2026-10-23 09:40, by the clock of this site."


def read_text(posted: Mapping[str, str], name: str, label: str, *, most: int = 120, need: bool = True) -> str:
    """A text as written, blanks at its ends taken off.

    Refuses a blank one where `need` says so, one longer than `most` characters, and NUL.
    """
    text = posted.get(name, "").strip()
    if "\x00" in text:
        raise Invalid(f"{label} holds a character that cannot be kept (NUL). Remove it.", name, "nul")
    if need and not text:
        raise Invalid(f"{label} is not filled in.", name, "blank")
    if len(text) > most:
        raise Invalid(f"{label} is longer than {most} characters. Shorten it.", name, "long")
    return text


def read_number(posted: Mapping[str, str], name: str, label: str) -> Decimal:
    """A number exactly as written. Refuses a blank, a comma, a unit, < and >."""
    found = read_number_if_any(posted, name, label)
    if found is None:
        raise Invalid(f"{label} is not filled in.", name, "blank")
    return found


def read_number_if_any(posted: Mapping[str, str], name: str, label: str, *, positive: bool = False) -> Decimal | None:
    """A number as `read_number` takes it, or none where the box is empty. `positive` refuses zero and less."""
    text = posted.get(name, "").strip()
    if not text:
        return None
    try:
        number = parse_number(text)
    except NumberRefused as refused:
        raise Invalid(f"{label}: {refused.message}", name, refused.code) from refused
    if number.qualifier:
        raise Invalid(f"{label}: give the number itself, not {number.qualifier}.", name, "qualifier")
    if positive and number.value <= 0:
        raise Invalid(f"{label} must be more than zero.", name, "not_positive")
    return number.value


def read_whole(posted: Mapping[str, str], name: str, label: str, *, least: int = 1, most: int = 10_000) -> int:
    """A whole number between two bounds."""
    text = posted.get(name, "").strip()
    if text.isascii() and text.isdecimal() and len(text) <= 9 and least <= int(text) <= most:
        return int(text)
    raise Invalid(f"{label} is a whole number from {least} to {most}.", name, "whole")


def read_day(posted: Mapping[str, str], name: str, label: str) -> date:
    """A day of the calendar, as 2026-10-23."""
    found = read_day_if_any(posted, name, label)
    if found is None:
        raise Invalid(f"{label} is not filled in. {DAY_WORDS}", name, "blank")
    return found


def read_day_if_any(posted: Mapping[str, str], name: str, label: str) -> date | None:
    """A day, or none where the box is empty."""
    text = posted.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(f"{label}: this is no day. {DAY_WORDS}", name, "day")
    return day


def read_time(posted: Mapping[str, str], name: str, label: str) -> datetime:
    """A time by the site's clock, or with its own offset, in UTC.

    Refuses a blank, an hour that the clocks jumped over, and one that came twice without its offset.
    """
    found = read_time_if_any(posted, name, label)
    if found is None:
        raise Invalid(f"{label} is not filled in. Write it as 2026-10-23 09:40.", name, "blank")
    return found


def read_time_if_any(posted: Mapping[str, str], name: str, label: str) -> datetime | None:
    """A time as `read_time` takes it, or none where the box is empty."""
    text = posted.get(name, "").strip()
    if not text:
        return None
    try:
        when = datetime.fromisoformat(re.sub(r" (?=[+-][0-9]{2}:?[0-9]{2}$)", "", text)) if len(text) > 10 else None
    except ValueError:
        when = None
    if when is None or not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise Invalid(f"{label}: this is no time. Write it as 2026-10-23 09:40.", name, "time")
    return when.astimezone(UTC) if when.tzinfo else _from_site(when, name, label)


def _from_site(when: datetime, name: str, label: str) -> datetime:
    first, second = (when.replace(tzinfo=clock.zone(), fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(clock.zone()).replace(tzinfo=None) != when:
        raise Invalid(f"{label}: the clocks were put forward in that hour; it does not exist.", name, "no_such_hour")
    if first != second:
        text = f"{label}: that hour came twice. Write the offset with it, as {when:%Y-%m-%d %H:%M}+02:00."
        raise Invalid(text, name, "hour_twice")
    return first


def read_choice(posted: Mapping[str, str], name: str, label: str, known: Iterable[str]) -> str:
    """One of the values that were offered."""
    value = posted.get(name, "")
    if value not in set(known):
        raise Invalid(f"{label}: choose one of those offered.", name, "choice")
    return value


def read_yes(posted: Mapping[str, str], name: str, label: str) -> bool:
    """Yes or no, chosen by hand: nothing is taken for granted."""
    return read_choice(posted, name, label, (YES, NO)) == YES


def options(pairs: Iterable[tuple[str, str]], chosen: str = "") -> tuple[Option, ...]:
    """Value and label of each choice."""
    return tuple(Option(str(value), str(label), chosen=str(value) == chosen) for value, label in pairs)


def yes_or_no(name: str, label: str, yes: str = "yes", no: str = "no", help: str = "", chosen: str = "") -> FormField:  # noqa: A002 - the field's own name
    """A question with two answers and none given beforehand."""
    return FormField(name, label, "radio", options=options(((YES, yes), (NO, no)), chosen), help=help)


def reason_field(label: str = "Reason", help: str = "So that a reviewer understands it years later.") -> FormField:  # noqa: A002 - the field's own name
    """Why, in words."""
    return FormField("reason", label, "area", help=help)


def read_reason(posted: Mapping[str, str]) -> str:
    """The reason as written; whether it tells enough is the act's rule."""
    return read_text(posted, "reason", "The reason", most=2000, need=False)
