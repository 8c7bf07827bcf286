"""The small values of a master: quantities, references to parameters, shares of another value."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from batches.domain.masterfile.tree import Listing, Mapping, MasterFileError, Plain, Scalar, Tree, describe
from compliance.numbers import NumberRefused, parse_number

Occurrence = Literal["same", "previous", "all", "first"]
OCCURRENCES: tuple[Occurrence, ...] = ("same", "previous", "all", "first")

# No database and no paper takes these: control characters but tab and line end, and halves of a character.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LIKE_A_NUMBER = re.compile(r"[+-]?[\d.]")
_QUANTITY = re.compile(r"(\S+)\s+(\S.*)")


def parse_decimal(tree: Tree, where: str) -> Decimal:
    """A number with every digit as written. Refuses a comma, a blank between digits and words."""
    text = parse_text(tree, where)
    try:
        number = parse_number(text)
    except NumberRefused as error:
        raise MasterFileError(error.message, line=tree.line, where=where) from error
    if number.qualifier:
        raise MasterFileError(f"{text} needs no < or > here.", line=tree.line, where=where)
    return number.value


def parse_text(tree: Tree, where: str) -> str:
    """One value as text. Refuses a list, a set of keys and an empty value."""
    if not isinstance(tree, Scalar):
        raise MasterFileError(f"A single value is needed here, not {describe(tree)}.", line=tree.line, where=where)
    if not tree.text.strip():
        raise MasterFileError("A value is missing here.", line=tree.line, where=where)
    odd = _UNPRINTABLE.search(tree.text)
    if odd:
        raise MasterFileError(
            f"The character U+{ord(odd[0]):04X} may not stand in a value.", line=tree.line, where=where
        )
    return tree.text


def parse_mapping(tree: Tree, where: str, allowed: tuple[str, ...]) -> dict[str, Tree]:
    """The keys of a small value. Refuses anything but a set of the allowed keys."""
    if not isinstance(tree, Mapping):
        raise MasterFileError(
            f"The keys {', '.join(allowed)} are needed here, not {describe(tree)}.",
            line=tree.line,
            where=where,
        )
    for key in tree.items:
        if key not in allowed:
            raise MasterFileError(
                f"There is no key {key!r} here; the keys are {', '.join(allowed)}.",
                line=tree.lines[key],
                where=where,
            )
    return tree.items


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, written `60 min`."""

    value: Decimal
    unit: str

    @classmethod
    def from_tree(cls, tree: Tree, where: str) -> "Quantity":
        """Read `60 min`. Refuses a number without a unit."""
        text = parse_text(tree, where)
        found = _QUANTITY.fullmatch(text.strip())
        if found is None:
            raise MasterFileError(f"{text!r} needs a number and a unit, such as 60 min.", line=tree.line, where=where)
        return cls(parse_decimal(Scalar(found[1], tree.line), where), found[2])

    def to_plain(self) -> Plain:
        """`60 min`."""
        return str(self)

    def __str__(self) -> str:
        """`60 min`."""
        return f"{self.value} {self.unit}"


@dataclass(frozen=True)
class Reference:
    """The value of another parameter: its path, in which occurrence, and what stands in before the first.

    A path that begins with `bank:` points to the batch of the cell bank. `initially` is the path read
    where `previous` has nothing yet, that is in the first occurrence.
    """

    parameter: str
    occurrence: Occurrence = "same"
    initially: str | None = None

    @property
    def is_bank(self) -> bool:
        """Whether another batch, the cell bank, holds the value."""
        return self.parameter.startswith("bank:")

    @property
    def bank_path(self) -> str:
        """The path inside the bank's batch."""
        return self.parameter.removeprefix("bank:")

    @classmethod
    def from_tree(cls, tree: Tree, where: str) -> "Reference":
        """Read a path, or the keys parameter, occurrence and initially."""
        if isinstance(tree, Scalar):
            return cls(parse_text(tree, where))
        items = parse_mapping(tree, where, ("parameter", "occurrence", "initially"))
        if "parameter" not in items:
            raise MasterFileError("The key 'parameter' is missing.", line=tree.line, where=where)
        occurrence = parse_text(items["occurrence"], where) if "occurrence" in items else "same"
        for allowed in OCCURRENCES:
            if occurrence == allowed:
                initially = parse_text(items["initially"], where) if "initially" in items else None
                return cls(parse_text(items["parameter"], where), allowed, initially)
        raise MasterFileError(
            f"{occurrence!r} is no occurrence; it is one of {', '.join(OCCURRENCES)}.",
            line=items["occurrence"].line,
            where=where,
        )

    def to_plain(self) -> Plain:
        """A path where that says it all, else keys."""
        if self.occurrence == "same" and self.initially is None:
            return self.parameter
        result: dict[str, Plain] = {"parameter": self.parameter}
        if self.occurrence != "same":
            result["occurrence"] = self.occurrence
        if self.initially is not None:
            result["initially"] = self.initially
        return result


@dataclass(frozen=True)
class Share:
    """A quantity as a share of another parameter, written `{of: volume, percent: 40}`.

    It is in the unit of that parameter unless `unit` names another.
    """

    of: str
    percent: Decimal
    unit: str | None = None

    @classmethod
    def from_tree(cls, tree: Tree, where: str) -> "Share":
        """Read the keys of, percent and unit. Refuses a share of nothing."""
        items = parse_mapping(tree, where, ("of", "percent", "unit"))
        for key in ("of", "percent"):
            if key not in items:
                raise MasterFileError(f"The key {key!r} is missing.", line=tree.line, where=where)
        unit = parse_text(items["unit"], where) if "unit" in items else None
        return cls(parse_text(items["of"], where), parse_decimal(items["percent"], where), unit)

    def to_plain(self) -> Plain:
        """The keys of, percent and unit."""
        known: dict[str, Plain] = {"of": self.of, "percent": str(self.percent)}
        return known if self.unit is None else known | {"unit": self.unit}


Amount = Quantity | Share


def amount_from_tree(tree: Tree, where: str) -> Amount:
    """Read a quantity, or a share of another parameter."""
    return Share.from_tree(tree, where) if isinstance(tree, Mapping) else Quantity.from_tree(tree, where)


Term = Decimal | Reference
Pair = tuple[Term, Term]
ArgumentValue = Decimal | Reference | tuple[Term | Pair, ...]


def argument_from_tree(tree: Tree, where: str) -> ArgumentValue:
    """Read one argument of a calculation: a number, a reference, or a list of these or of pairs of these."""
    if isinstance(tree, Listing):
        return tuple(_pair(item, where) if isinstance(item, Listing) else _term(item, where) for item in tree.items)
    return _term(tree, where)


def _term(tree: Tree, where: str) -> Term:
    if isinstance(tree, Scalar) and _LIKE_A_NUMBER.match(tree.text):
        return parse_decimal(tree, where)
    return Reference.from_tree(tree, where)


def _pair(tree: Listing, where: str) -> Pair:
    if len(tree.items) != 2:
        raise MasterFileError(
            f"A pair has two parts, not {len(tree.items)}: [concentration, volume].",
            line=tree.line,
            where=where,
        )
    return _term(tree.items[0], where), _term(tree.items[1], where)


def references_of(value: ArgumentValue | Pair) -> tuple[Reference, ...]:
    """The parameters an argument reads."""
    if isinstance(value, Decimal):
        return ()
    if isinstance(value, Reference):
        return (value,)
    return tuple(reference for item in value for reference in references_of(item))
