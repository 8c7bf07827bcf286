"""What the receipt of a source type must record, as one canonical text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from compliance.domain.canonical import canonical_json
from compliance.numbers import canonical
from compliance.refusals import Invalid
from donors.domain.entry import clean_number, clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from donors.rules import RequiredField, SourceType

YES = {"yes", "true", "1", "on"}


def clean_facts(source: SourceType, given: Mapping[str, str], collected_at: datetime) -> str:
    """The procurement facts of a donation as canonical JSON, each with its unit.

    `collected_at` is asked for by some sources; it is the donation's own and need not be given twice. Refuses
    a fact that is missing, of another kind, or that this source type does not ask for.
    """
    entered = {key: value for key, value in given.items() if key != "collected_at"}
    wanted = {field.id: field for field in source.required if field.id != "collected_at"}
    unknown = sorted(set(entered) - set(wanted))
    if unknown:
        raise Invalid(f"{source.label} does not ask for {', '.join(unknown)}.", unknown[0], "fact_unknown")
    facts = {key: _fact(field, entered.get(key, ""), collected_at) for key, field in wanted.items()}
    return canonical_json(facts)


def _fact(field: RequiredField, text: str, collected_at: datetime) -> dict[str, str]:
    readers = {
        "number": lambda: _number(field, text),
        "choice": lambda: _choice(field, text),
        "confirm": lambda: _confirm(field, text),
        "instant": lambda: _instant(field, text, collected_at),
        "text": lambda: clean_text(text, field.id, field.label),
    }
    fact = {"label": field.label, "value": readers[field.kind]()}
    return fact | {"unit": field.unit} if field.unit else fact


def _number(field: RequiredField, text: str) -> str:
    value = clean_number(text, field.id, field.label)
    if value <= 0:
        raise Invalid(f"{field.label} must be more than zero.", field.id, "not_positive")
    return canonical(value)


def _choice(field: RequiredField, text: str) -> str:
    if text not in field.choices:
        raise Invalid(f"{field.label}: choose one of {', '.join(field.choices)}.", field.id, "choice")
    return text


def _confirm(field: RequiredField, text: str) -> str:
    if text.strip().casefold() not in YES:
        raise Invalid(f"{field.label} must be confirmed, or the tissue is not taken.", field.id, "not_confirmed")
    return "confirmed"


def _instant(field: RequiredField, text: str, collected_at: datetime) -> str:
    """A time with its zone, as UTC; what is asked for lies before the end of the collection."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid(f"{field.label}: write the time as 2026-03-10T08:15+01:00.", field.id, "instant")
    if at > collected_at:
        raise Invalid(f"{field.label} lies after the collection. Check both times.", field.id, "after_collection")
    return at.astimezone(UTC).isoformat(timespec="seconds")
