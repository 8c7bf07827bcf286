"""What a kind of unit procedure is made of: typed fields, each with its type and unit."""

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["number", "text", "instant", "choice"]


@dataclass(frozen=True)
class TypedField:
    """One column of a typed row: `unit` is None for text, instants and choices, "1" for a pure number.

    `before_batch` is set for an instant of what happened before there was a batch, such as the donation.
    """

    name: str
    type: FieldType
    label: str
    unit: str | None = None
    before_batch: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of unit procedure: its name in a master, its title for people and the typed model it fills.

    `clearance` says that the line must be cleared and the clearance signed before it starts (R315).
    """

    name: str
    title: str
    model: str | None
    fields: tuple[TypedField, ...] = ()
    clearance: bool = False

    def field(self, name: str) -> TypedField | None:
        """The typed field of this name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def number(name: str, unit: str, label: str) -> TypedField:
    """A Decimal field in this unit."""
    return TypedField(name, "number", label, unit)


def text(name: str, label: str) -> TypedField:
    """A text field, such as a lot or a serial number."""
    return TypedField(name, "text", label)


def instant(name: str, label: str, *, before_batch: bool = False) -> TypedField:
    """A point in time with offset."""
    return TypedField(name, "instant", label, before_batch=before_batch)


def choice(name: str, label: str) -> TypedField:
    """One of the options the master lists."""
    return TypedField(name, "choice", label)
