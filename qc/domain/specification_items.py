"""One item of a specification text: read strictly, so that nothing can be tested that could not be judged."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batches.domain.judging import words
from batches.domain.masterfile.load import parse
from batches.domain.masterfile.tree import to_plain
from batches.domain.masterfile.units import UNITS
from batches.validators import Bound, LimitsRefused, limits_from_master
from compliance.numbers import NumberRefused, parse_number
from compliance.refusals import Invalid
from qc.models import SpecificationItem

if TYPE_CHECKING:
    from batches.validators import LimitSet
    from qc.models import Specification

ASKED = ("code", "test", "point", "title", "method", "stage")
KNOWN = {*ASKED, "unit", "options", "passing", "decimals", "significant", "limits", "target", "cqa", "days"}
STAGES = ("release", "ipc", "info")
MOST_DIGITS = 34
MOST_DAYS = 99
_DAYS_IN_TITLE = re.compile(r"\b(\d+) d\b")


def item_of(row: Specification, position: int, raw: Any) -> SpecificationItem:
    """One item as a row, not yet written (R503, R509).

    Refuses (Invalid, with the position): unknown and missing keys, an unknown stage or unit, a judged item without
    specification limits or passing options, a limit that is a share of something, a limit whose digits differ from
    those the result is printed with (print and verdict would contradict each other), and a title that names another
    time of incubation than `days`.
    """
    where = f"Item {position}"
    try:
        _keys(raw)
        options, passing = _choices(raw)
        limits = None if options else _limits(raw)
        decimals, significant = _digit(raw, "decimals"), _digit(raw, "significant")
        if limits is not None:
            _same_digits(limits, decimals, significant)
        _judged(raw["stage"], options, passing, limits)
        _incubated(raw)
    except (LimitsRefused, NumberRefused, _Bad) as refused:
        raise Invalid(f"{where}: {refused}", "items", "item") from refused
    unit = raw.get("unit", "")
    return SpecificationItem(
        specification=row,
        position=position,
        kind="choice" if options else "number",
        options=json.dumps(options) if options else "",
        passing=json.dumps(passing) if passing else "",
        limits=json.dumps(limits.to_json(), sort_keys=True) if limits else "",
        limit_words=" or ".join(passing) if options else words(limits, unit).replace("specification ", ""),
        decimals=decimals,
        significant=significant,
        is_cqa=raw.get("cqa") == "true",
        unit=unit,
        **{key: raw[key] for key in ASKED},
    )


def days_of(item: SpecificationItem) -> int:
    """How many days after its sample a passing result is there at the earliest, by the approved text; 0 without one."""
    return _days(item.specification.source).get((item.code, item.point), 0)


@lru_cache(maxsize=64)
def _days(source: str) -> dict[tuple[str, str], int]:
    """The days of each item of a specification text that names some."""
    plain: Any = to_plain(parse(source)) if source else {"items": []}
    return {(raw["code"], raw["point"]): int(raw["days"]) for raw in plain["items"] if "days" in raw}


def _incubated(raw: dict[str, Any]) -> None:
    named = _DAYS_IN_TITLE.search(raw["title"])
    days = _digit(raw, "days", MOST_DAYS)
    if days == 0:
        raise _Bad("days is at least 1; left out, a result may come at once.")
    if named and int(named[1]) != days:
        raise _Bad(f"the title names {named[1]} d; write days: {named[1]}.")


class _Bad(ValueError):
    """What is wrong with an item, for the person who wrote it."""


def _keys(raw: Any) -> None:
    if not isinstance(raw, dict):
        raise _Bad("an item is a set of keys.")
    if unknown := sorted(set(raw) - KNOWN):
        raise _Bad(f"unknown: {', '.join(unknown)}.")
    if missing := [key for key in ASKED if not raw.get(key)]:
        raise _Bad(f"misses {', '.join(missing)}.")
    plain = (*ASKED, "unit", "target", "decimals", "significant", "cqa", "days")
    if wrong := [key for key in plain if key in raw and not isinstance(raw[key], str)]:
        raise _Bad(f"{wrong[0]} is a single value.")
    if raw["stage"] not in STAGES:
        raise _Bad(f"stage is one of {', '.join(STAGES)}, not {raw['stage']}.")
    if raw.get("unit", "1") not in UNITS:
        raise _Bad(f"the unit {raw['unit']} is not known.")
    if raw.get("cqa", "false") not in {"true", "false"}:
        raise _Bad(f"cqa is true or false, not {raw['cqa']}.")


def _choices(raw: dict[str, Any]) -> tuple[list[str], list[str]]:
    options, passing = raw.get("options", []), raw.get("passing", [])
    for found in (options, passing):
        if not isinstance(found, list) or not all(isinstance(text, str) and text for text in found):
            raise _Bad("options and passing are lists of words.")
    if options and "limits" in raw:
        raise _Bad("an item has options or limits, not both.")
    if len(set(options)) != len(options):
        raise _Bad("an option stands twice.")
    if not set(passing) <= set(options) or (options and set(passing) == set(options)):
        raise _Bad("passing names some of the options, not others and not all.")
    return options, passing


def _limits(raw: dict[str, Any]) -> LimitSet | None:
    if "limits" not in raw:
        return None
    if not isinstance(raw["limits"], dict) or not all(isinstance(v, dict | str) for v in raw["limits"].values()):
        raise _Bad("limits is a set of keys.")
    if any(isinstance(pair, str) and name != "round" for name, pair in raw["limits"].items()):
        raise _Bad("a limit is written {min: 1, max: 2}.")
    limits = limits_from_master(raw["limits"], target=raw.get("target"))
    if limits.needs:
        raise _Bad("a limit of a specification is a number, not a share of another value.")
    if limits.action is not None:
        raise _Bad("a laboratory limit is specification or alert; action limits belong to the process.")
    return limits


def _digit(raw: dict[str, Any], key: str, most: int = MOST_DIGITS) -> int | None:
    if key not in raw:
        return None
    text = raw[key]
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= most):
        raise _Bad(f"{key} is a whole number, not {text}.")
    if key == "significant" and int(text) == 0:
        raise _Bad("at least one significant digit is reported.")
    return int(text)


def _same_digits(limits: LimitSet, decimals: int | None, significant: int | None) -> None:
    if decimals is not None and significant is not None:
        raise _Bad("a result is reported to decimals or to significant digits, not both.")
    printed = ("decimals", decimals) if decimals is not None else ("significant", significant)
    for bound in (b for pair in (limits.specification, limits.alert) if pair for b in pair.bounds):
        if isinstance(bound, Bound) and printed != _rounding(limits, bound):
            mode, digits = _rounding(limits, bound)
            text = f"the limit {bound.text} is judged to {digits} {mode}; report the result so, or write the limit so."
            raise _Bad(text)


def _rounding(limits: LimitSet, bound: Bound) -> tuple[str, int]:
    if limits.rounding is not None:
        return limits.rounding.mode, limits.rounding.digits
    written = parse_number(bound.text)
    return ("significant", written.significant) if "e" in bound.text.lower() else ("decimals", written.decimals)


def _judged(stage: str, options: list[str], passing: list[str], limits: LimitSet | None) -> None:
    judged = bool(passing) if options else limits is not None and limits.specification is not None
    if stage != "info" and not judged:
        raise _Bad("without specification limits or passing options nothing could be judged.")
    if stage == "info" and judged:
        raise _Bad("an item for information has no specification limit and no passing option.")
