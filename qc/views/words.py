"""Results, limits and verdicts of the laboratory as people read them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from batches.validators import LimitSet
from batches.validators import Verdict as Judged
from batches.views.words import limits_of, pretty, unit_of
from compliance.pages import Limit, Verdict
from compliance.views.shown import moment

if TYPE_CHECKING:
    from qc.models import Result, SpecificationItem

_BEYOND = re.compile(r" is (.+), the \w+ limit\.$")
BLANK = Verdict("blank", "not recorded")
NO_RAW = "no raw data attached"
KINDS = {
    Judged.WITHIN: ("within", "passes"),
    Judged.ALERT: ("alert", "passes, alert"),
    Judged.SPECIFICATION: ("breach", "does not pass"),
    Judged.UNDECIDABLE: ("alert", "cannot be judged"),
}
STAGES = {"release": "release", "ipc": "in process", "info": "for information"}


def limits(item: SpecificationItem) -> LimitSet | None:
    """The limits of an item, None where it has none."""
    return LimitSet.from_json(json.loads(item.limits)) if item.limits else None


def limits_shown(item: SpecificationItem) -> tuple[Limit, ...]:
    """What the item asks for, in words."""
    if item.passing:
        return (Limit("must be", " or ".join(json.loads(item.passing))),)
    found = limits(item)
    if found is None or not (found.specification or found.alert):
        return (Limit("for information"),)
    shown = limits_of(found, item.unit)
    return tuple(Limit("" if one.level == "specification" else one.level, one.text) for one in shown)


def limit_line(item: SpecificationItem) -> str:
    """What the item asks for, in one line."""
    return "; ".join(f"{one.level} {one.text}".strip() for one in limits_shown(item))


def verdict_of(result: Result) -> Verdict:
    """The verdict of a result: shape, word, and how far beyond."""
    kind, word = KINDS.get(Judged(result.verdict), ("info", "recorded"))
    beyond = _BEYOND.search(result.message)
    return Verdict(kind, word, pretty(beyond[1]) if beyond and kind != "within" else "")  # type: ignore[arg-type]


def note_of(result: Result) -> str:
    """Why a verdict stands, where its own words do not say it, and what the analyst added."""
    plain = result.verdict in {Judged.WITHIN, Judged.NO_LIMIT} or _BEYOND.search(result.message)
    said = f"“{result.comment}”" if result.comment else ""
    return " ".join(text for text in ("" if plain else pretty(result.message), said) if text)


def value_of(result: Result) -> str:
    """A result as it is printed, powers of ten written out."""
    return pretty(result.reported) if result.value is not None else result.reported


def with_unit(result: Result) -> str:
    """A result with its unit."""
    return f"{value_of(result)} {unit_of(result.unit)}".strip()


def by_of(result: Result) -> str:
    """Who entered a result, when, by which method and instrument."""
    parts = (result.analyst.printed_name, moment(result.entered_at), result.method, result.instrument)
    return ", ".join(part for part in parts if part)


def said_of_test(name: str) -> str:
    """A test's name as words: `host_dna` is Host dna."""
    text = name.replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}"
