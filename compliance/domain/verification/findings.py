"""What a verification finds: one mismatch, named so that a person finds the record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

SHORT_NAMES = ("number", "code", "username")


class Kind(StrEnum):
    """What happened to a record, or to the proof of it."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    RE_DATED = "re-dated"
    RE_ATTRIBUTED = "re-attributed"
    UNPUBLISHED = "unpublished"
    UNGUARDED = "unguarded"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mismatch. A notice is worth a look, but is no proof of tampering."""

    kind: Kind
    label: str
    uuid: str
    text: str
    name: str = ""
    version: str = ""
    field: str = ""
    notice: bool = False

    def __str__(self) -> str:
        """One line for people."""
        parts = [f"{self.kind}: {self.label} {self.uuid}".rstrip()]
        if self.name:
            parts.append(f"({self.name})")
        if self.version:
            parts.append(f"version {self.version}")
        if self.field:
            parts.append(f"field {self.field}")
        return f"{' '.join(parts)}: {self.text}"

    def as_dict(self) -> dict[str, Any]:
        """The same for `--json`."""
        return asdict(self)


def name_of(row: Any) -> str:
    """The number, code or user name of a row, else its own words; empty where it cannot say."""
    for attribute in SHORT_NAMES:
        if value := getattr(row, attribute, None):
            return str(value)
    if hasattr(row, "history_id"):
        return ""
    try:
        return str(row)
    except (ObjectDoesNotExist, ValueError, TypeError, AttributeError, ArithmeticError):
        return ""


def of_row(kind: Kind, label: str, row: Any, text: str, field: str = "") -> Finding:
    """A finding on a row that is there."""
    return Finding(kind, label, str(row.uuid), text, name_of(row), str(row.version), field)


def of_entry(kind: Kind, entry: Any, text: str, field: str = "") -> Finding:
    """A finding on a ledger entry: the act, and the record it was done on."""
    words = f"{entry.event} on {entry.home} by {entry.actor_name}: {text}"
    return Finding(kind, "compliance.ledgerentry", str(entry.act_id), words, field=field)


def of_chain(kind: Kind, chain: str, text: str, *, field: str = "", notice: bool = False) -> Finding:
    """A finding on a chain; a chain is named after its record."""
    label, _, uuid = str(chain).rpartition(":")
    return Finding(kind, label or "chain", uuid, f"chain {chain}: {text}", field=field, notice=notice)
