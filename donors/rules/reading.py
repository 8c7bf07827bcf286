"""Reads the rule files strictly: numbers as the text that stands there, no key twice, unknown or missing."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class RulesError(ValueError):
    """A rule file is not what it must be; the message names file and place. Nothing is judged by it."""


def read_yaml(name: str, source: str) -> Any:
    """Read one rule file into mappings, lists and texts.

    Refuses what is not one YAML document, and equal keys in one mapping.
    """
    try:
        return YAML(typ="base", pure=True).load(source)
    except YAMLError as error:
        raise RulesError(f"{name}: {error}") from error


def take(
    row: Any, where: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    """Take a mapping that has each required key and no key that is not named here."""
    if not isinstance(row, dict):
        raise RulesError(f"{where}: a mapping is expected")
    missing = [key for key in required if key not in row]
    unknown = sorted(set(row) - set(required) - set(optional))
    if missing:
        raise RulesError(f"{where}: missing {', '.join(missing)}")
    if unknown:
        raise RulesError(f"{where}: unknown {', '.join(unknown)}")
    return row


def rows(value: Any, where: str) -> list[Any]:
    """Take a list."""
    if not isinstance(value, list):
        raise RulesError(f"{where}: a list is expected")
    return value


def text(value: Any, where: str) -> str:
    """Take a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise RulesError(f"{where}: a text is expected")
    return value.strip()


def texts(value: Any, where: str) -> tuple[str, ...]:
    """Take a list of texts, none of them twice."""
    found = tuple(text(item, where) for item in rows(value, where))
    if len(set(found)) != len(found):
        raise RulesError(f"{where}: the same twice")
    return found


def choice(value: Any, where: str, allowed: tuple[str, ...]) -> str:
    """Take one of the allowed words."""
    word = text(value, where)
    if word not in allowed:
        raise RulesError(f"{where}: {word} is not one of {', '.join(allowed)}")
    return word


def whole(value: Any, where: str) -> int:
    """Take a whole number written as such."""
    word = text(value, where)
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,5})", word):
        raise RulesError(f"{where}: {word} is not a whole number")
    return int(word)


def positive_decimal(value: Any, where: str) -> Decimal:
    """Take a positive decimal number as written, never through binary."""
    word = text(value, where)
    if not re.fullmatch(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?", word) or not Decimal(word):
        raise RulesError(f"{where}: {word} is not a positive decimal number")
    return Decimal(word)


def day(value: Any, where: str) -> date:
    """Take a calendar day written YYYY-MM-DD."""
    word = text(value, where)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
        raise RulesError(f"{where}: {word} is not a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise RulesError(f"{where}: {word} is not a day of the calendar") from error
