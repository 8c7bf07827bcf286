"""Registry of the kinds of unit procedure. A new kind is one definition and one call of `register`."""

from batches.kinds_downstream import DOWNSTREAM
from batches.kinds_upstream import UPSTREAM
from batches.typedfields import Kind, TypedField, instant, number, text

_KINDS: dict[str, Kind] = {}

# What a batch may read of the certificate of the cell bank it uses, as `bank:certificate.<name>`.
CERTIFICATE: tuple[TypedField, ...] = (
    text("bank_number", "Bank"),
    number("pdl", "PD", "PDL on the certificate"),
    number("passage_number", "1", "Passage number"),
    number("cells_per_vial", "cells", "Viable cells per vial"),
    number("vial_volume", "mL", "Volume per vial"),
    number("viability", "%", "Viability before freezing"),
    number("vials", "vials", "Vials banked"),
    instant("frozen_at", "Cooling started at"),
)


def register(kind: Kind) -> None:
    """Add a kind of unit procedure. Refuses a name that is taken."""
    if kind.name in _KINDS:
        raise ValueError(f"A kind of unit procedure {kind.name!r} is registered already.")
    _KINDS[kind.name] = kind


def kind_names() -> tuple[str, ...]:
    """All kinds, in the order of the process."""
    return tuple(_KINDS)


def find_kind(name: str) -> Kind | None:
    """The kind of this name, or None."""
    return _KINDS.get(name)


def kind_for(name: str) -> Kind:
    """The kind of this name. Refuses an unknown name."""
    try:
        return _KINDS[name]
    except KeyError as error:
        raise LookupError(f"There is no kind of unit procedure {name!r}.") from error


def certificate_field(path: str) -> TypedField | None:
    """The field that `certificate.<name>` stands for, or None."""
    head, _, name = path.partition(".")
    if head != "certificate":
        return None
    return next((field for field in CERTIFICATE if field.name == name), None)


for _kind in (*UPSTREAM, *DOWNSTREAM):
    register(_kind)
