"""What a master file or its JSON form looks like before it has meaning: text, lists and maps with lines."""

import json
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass

type_names = {"Scalar": "a single value", "Listing": "a list", "Mapping": "a set of keys"}


@dataclass(frozen=True)
class Scalar:
    """One value, as it was written."""

    text: str
    line: int | None = None


@dataclass(frozen=True)
class Listing:
    """A list of values."""

    items: tuple["Tree", ...]
    line: int | None = None


@dataclass(frozen=True)
class Mapping:
    """Keys with values, and the line of each key."""

    items: dict[str, "Tree"]
    lines: dict[str, int | None]
    line: int | None = None


Tree = Scalar | Listing | Mapping
Plain = str | bool | int | Sequence["Plain"] | AnyMapping[str, "Plain"]


class MasterFileError(ValueError):
    """A master file that cannot be read: which line, where in the record, and what to do about it."""

    def __init__(self, message: str, *, line: int | None = None, where: str = "") -> None:
        """Keep the parts, so that a page can show them beside the line."""
        self.message = message
        self.line = line
        self.where = where
        place = ", ".join(part for part in (f"line {line}" if line else "", where) if part)
        super().__init__(f"{place}: {message}" if place else message)


def describe(tree: Tree) -> str:
    """What a person would call this part of a file."""
    return type_names[type(tree).__name__]


def from_plain(value: Plain) -> Tree:
    """The tree of plain values, as JSON gives them. Refuses numbers with a point: they come as text."""
    if isinstance(value, bool):
        return Scalar("true" if value else "false")
    if isinstance(value, str):
        return Scalar(value)
    if isinstance(value, int):
        return Scalar(str(value))
    if isinstance(value, AnyMapping):
        return Mapping({str(key): from_plain(item) for key, item in value.items()}, {str(key): None for key in value})
    if isinstance(value, Sequence):
        return Listing(tuple(from_plain(item) for item in value))
    raise MasterFileError(f"{value!r} is neither text, whole number, truth value, list nor set of keys.")


def to_plain(tree: Tree) -> Plain:
    """Plain values of a tree: every single value is text."""
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Listing):
        return [to_plain(item) for item in tree.items]
    return {key: to_plain(item) for key, item in tree.items.items()}


def _refuse_equal_keys(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    result: dict[str, Plain] = {}
    for key, value in pairs:
        if key in result:
            raise MasterFileError(f"The key {key!r} stands twice.")
        result[key] = value
    return result


def parse_json(text: str) -> Tree:
    """The tree of a JSON text. Refuses equal keys, nulls and floats."""
    try:
        plain = json.loads(text, object_pairs_hook=_refuse_equal_keys, parse_float=_refuse_float)
    except json.JSONDecodeError as error:
        raise MasterFileError(f"This is not JSON: {error.msg}.", line=error.lineno) from error
    return from_plain(plain)


def _refuse_float(text: str) -> Plain:
    raise MasterFileError(f"{text} is a number with a point: it must be text, so that no digit is lost.")


def write_json(value: Plain) -> str:
    """The canonical JSON text: keys in the order of the record, no blanks, every character itself."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
