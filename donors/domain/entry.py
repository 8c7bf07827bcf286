"""Small rules over what a person enters, shared by the acts on donors and tissue."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from compliance.domain.clock import zone
from compliance.numbers import NumberRefused, parse_number
from compliance.refusals import Invalid
from donors.rules import rules

if TYPE_CHECKING:
    from decimal import Decimal

    from compliance.domain.act import Act
    from donors.models import Donor
    from donors.rules import SourceType


def source_of(donor: Donor) -> SourceType:
    """The rules of what this donor gives."""
    return rules().source_types[donor.source_type]


def known_source(code: str) -> SourceType:
    """The source type of this code. Refuses one that no rule knows, naming those there are."""
    found = rules().source_types.get(code.strip().upper())
    if found is None:
        known = ", ".join(sorted(rules().source_types))
        raise Invalid(f"{code} is no source type. There are: {known}.", "source_type", "source_unknown")
    return found


def clean_text(text: str, field: str, label: str) -> str:
    """A text with something in it, blanks tidied."""
    tidy = " ".join(text.split())
    if not tidy:
        raise Invalid(f"{label} is not filled in.", field, "blank")
    return tidy


def clean_number(text: str | Decimal, field: str, label: str) -> Decimal:
    """A number exactly as written. Refuses one with < or >, a unit, a comma, a blank."""
    try:
        number = parse_number(str(text))
    except NumberRefused as refused:
        raise Invalid(f"{label}: {refused.message}", field, refused.code) from refused
    if number.qualifier:
        raise Invalid(f"{label}: give the number itself, not {number.qualifier}.", field, "qualifier")
    return number.value


def clean_instant(at: datetime, now: datetime, field: str, label: str) -> datetime:
    """A time in UTC. Refuses one without its zone, and one that is still to come."""
    if at.tzinfo is None:
        raise Invalid(f"{label}: the time needs its zone.", field, "no_zone")
    if at > now:
        raise Invalid(f"{label} lies in the future. Check the date and the time.", field, "future")
    return at.astimezone(UTC)


def clean_day(day: date, a: Act, field: str, label: str) -> date:
    """A day that has come, in the site's zone."""
    if day > a.at.astimezone(zone()).date():
        raise Invalid(f"{label} lies in the future. Check the date.", field, "future")
    return day
