"""Between the tree of a master file and frozen dataclasses: strict in, plain out.

A dataclass says by its annotations what may stand in a file. A field name with a trailing underscore
(`from_`) is written without it; metadata `key` renames, metadata `named` reads a set of keys into named
items (`columns: {pf: bar}`), metadata `noun` says what people call the thing.
"""

import difflib
import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Self, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from batches.domain.masterfile.limitform import (
    limits_from_tree,
    limits_to_plain,
    rounding_from_tree,
    rounding_to_plain,
)
from batches.domain.masterfile.tree import (
    Listing,
    Mapping,
    MasterFileError,
    Plain,
    Scalar,
    Tree,
    describe,
    parse_json,
    write_json,
)
from batches.domain.masterfile.values import (
    Amount,
    ArgumentValue,
    Quantity,
    Reference,
    Share,
    amount_from_tree,
    argument_from_tree,
    parse_decimal,
    parse_text,
)
from batches.validators import LimitSet, Rounding

T = TypeVar("T")
Reader = Callable[[Tree, str], Any]


def key_of(field: "Field[Any]") -> str:
    """The word a master file uses for this field."""
    return str(field.metadata.get("key", field.name.rstrip("_")))


def _read_bool(tree: Tree, where: str) -> bool:
    text = parse_text(tree, where)
    if text not in {"true", "false"}:
        raise MasterFileError(f"Write true or false, not {text!r}.", line=tree.line, where=where)
    return text == "true"


def _read_int(tree: Tree, where: str) -> int:
    text = parse_text(tree, where)
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise MasterFileError(f"{text!r} is not a whole number.", line=tree.line, where=where)
    return int(text)


READERS: dict[Any, Reader] = {
    str: parse_text,
    bool: _read_bool,
    int: _read_int,
    Decimal: parse_decimal,
    Quantity: Quantity.from_tree,
    Reference: Reference.from_tree,
    Amount: amount_from_tree,
    ArgumentValue: argument_from_tree,
    LimitSet: limits_from_tree,
    Rounding: rounding_from_tree,
}


@cache
def _hints(cls: Hashable) -> dict[str, Any]:
    return get_type_hints(cls)


def build(cls: type[T], tree: Tree, where: str = "") -> T:
    """Read one record from a tree.

    Refuses an unknown key (and proposes the nearest), a missing key, and a value of another type.
    """
    if not isinstance(tree, Mapping):
        raise MasterFileError(f"A set of keys is needed here, not {describe(tree)}.", line=tree.line, where=where)
    known = {key_of(field): field for field in fields(cls)}  # type: ignore[arg-type]
    where = _place(cls, tree, where)
    for key in tree.items:
        if key not in known:
            raise _unknown_key(key, known, tree, where)
    missing = [key for key, field in known.items() if key not in tree.items and _is_required(field)]
    if missing:
        raise MasterFileError(f"The key {missing[0]!r} is missing.", line=tree.line, where=where)
    hints = _hints(cast(Hashable, cls))
    values = {
        known[key].name: _read(hints[known[key].name], item, f"{where}, {key}" if where else key, known[key])
        for key, item in tree.items.items()
    }
    return cls(**values)


def _is_required(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _place(cls: type, tree: Mapping, where: str) -> str:
    """`phase seed`, so that a message names the place as people do."""
    noun = getattr(cls, "noun", "")
    name = tree.items.get("id")
    if noun and isinstance(name, Scalar):
        outer = where.rsplit(", ", 1)[0] if ", " in where else ""
        return f"{outer}, {noun} {name.text}" if outer else f"{noun} {name.text}"
    return where


def _unknown_key(key: str, known: dict[str, Any], tree: Mapping, where: str) -> MasterFileError:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"The keys here are {', '.join(known)}."
    return MasterFileError(f"There is no key {key!r} here. {hint}", line=tree.lines[key], where=where)


def _read(hint: Any, tree: Tree, where: str, field: "Field[Any] | None" = None) -> Any:
    if hint in READERS:  # an argument is a list of its own kind, so it is looked up before lists
        return READERS[hint](tree, where)
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        inner = [part for part in get_args(hint) if part is not type(None)]
        return _read(inner[0] if len(inner) == 1 else Union[tuple(inner)], tree, where, field)  # noqa: UP007
    if origin is Literal:
        return _read_word(get_args(hint), tree, where)
    if origin is tuple:
        return _read_many(get_args(hint)[0], tree, where, named=bool(field and field.metadata.get("named")))
    return build(hint, tree, where)


def _read_word(words: tuple[str, ...], tree: Tree, where: str) -> str:
    text = parse_text(tree, where)
    if text not in words:
        near = difflib.get_close_matches(text, words, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise MasterFileError(f"{text!r} is none of {', '.join(words)}.{hint}", line=tree.line, where=where)
    return text


def _read_many(hint: Any, tree: Tree, where: str, *, named: bool) -> tuple[Any, ...]:
    if named:
        return _read_named(hint, tree, where)
    if not isinstance(tree, Listing):
        raise MasterFileError(f"A list is needed here, not {describe(tree)}.", line=tree.line, where=where)
    return tuple(_read(hint, item, where) for item in tree.items)


def _read_named(cls: Any, tree: Tree, where: str) -> tuple[Any, ...]:
    """`{pf: bar, pr: bar}`: the key is the first field, the value is the second, or the others by key."""
    if not isinstance(tree, Mapping):
        raise MasterFileError(f"Names with values are needed here, not {describe(tree)}.", line=tree.line, where=where)
    first, second, *others = fields(cls)
    result = []
    for name, item in tree.items.items():
        place = f"{where} {name}"
        if others and isinstance(item, Mapping):
            whole = Mapping({key_of(first): Scalar(name), **item.items}, {key_of(first): None, **item.lines}, item.line)
            result.append(build(cls, whole, place))
        else:
            result.append(cls(name, _read(_hints(cls)[second.name], item, place)))
    return tuple(result)


def plain(record: Any) -> dict[str, Plain]:
    """One record as plain values: what equals its default is left out."""
    result: dict[str, Plain] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if _is_required(field) or value != field.default:
            result[key_of(field)] = _named(value) if field.metadata.get("named") else _value(value)
    return result


def _named(items: tuple[Any, ...]) -> Plain:
    result: dict[str, Plain] = {}
    for item in items:
        first, second, *others = fields(item)
        whole = plain(item)
        name = str(whole.pop(key_of(first)))
        plain_second = not any(key_of(other) in whole for other in others)
        result[name] = whole[key_of(second)] if plain_second else whole
    return result


def _value(value: Any) -> Plain:
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, LimitSet):
        return limits_to_plain(value)
    if isinstance(value, Rounding):
        return rounding_to_plain(value)
    if isinstance(value, Quantity | Share | Reference):
        return value.to_plain()
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value):
        return plain(value)
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in a master.")


class Stored:
    """A part of a master that can be kept as text and read back without the file it came from."""

    def to_json(self) -> str:
        """The canonical JSON text: keys in the order of the record, defaults left out, numbers as written."""
        return write_json(plain(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote. Refuses unknown, missing and equal keys and wrong types."""
        return build(cls, parse_json(text))
