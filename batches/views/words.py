"""Numbers, units, times and verdicts as people read them on the pages."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batches.validators import Bound, LimitSet, Verdict, in_words
from compliance import page_words
from compliance.domain import clock
from compliance.numbers import CONTEXT, display, round_half_up, significant_of
from compliance.pages import Limit, Scale
from compliance.pages import Verdict as Shown

if TYPE_CHECKING:
    from datetime import datetime

    from batches.domain.holds import Clock
    from batches.models import Entry
    from batches.validators import LimitPair

pretty, unit_of = page_words.pretty, page_words.unit_of  # paper prints them by the same two
_BEYOND = re.compile(r" is (.+), the \w+ limit\.$")
SHORT_NAMES = frozenset({"tff", "bsc", "nta", "ph", "qc", "hpc", "lts", "ln2", "uf", "df"})
BLANK = Shown("blank", "not recorded")
SEALED = Shown("wait", "sealed", "until the second count")


def spoken(name: str) -> str:
    """A name of the master as words."""
    return name.replace("_", " ")


def titled(name: str) -> str:
    """A name of the master as a title: `tff_skid` is TFF skid."""
    first, *rest = [part.upper() if part in SHORT_NAMES else part for part in name.split("_")]
    return " ".join([first if first.isupper() else first.capitalize(), *rest])


def moment(at: datetime | None) -> str:
    """Date and minute in the site's zone, with offset."""
    if at is None:
        return ""
    text = clock.stamp(at)
    return f"{text[:16]} {text[-6:]}"


def hour(at: datetime, now: datetime) -> str:
    """The minute of today, else day and minute."""
    text, today = clock.stamp(at), clock.stamp(now)
    return text[11:16] if text[:10] == today[:10] else text[5:16]


def value_of(entry: Entry) -> str:
    """An entry's value as the page shows it."""
    text = entry.reported or entry.text
    return pretty(text) if entry.kind in {"number", "duration", "calculation"} else text


def verdict_of(entry: Entry) -> Shown:
    """The frozen verdict of an entry: shape, word, and how far beyond."""
    beyond = _BEYOND.search(entry.message)
    detail = pretty(beyond[1]) if beyond else ""
    match entry.verdict:
        case Verdict.WITHIN:
            return Shown("within", "within limit")
        case Verdict.ALERT:
            return Shown("alert", "alert", detail)
        case Verdict.ACTION | Verdict.SPECIFICATION:
            return Shown("breach", "out of limit", detail)
        case Verdict.UNDECIDABLE:
            return Shown("alert", "cannot be judged")
    return Shown("info", "recorded")


def note_of(entry: Entry) -> str:
    """Why a verdict stands, where its own words do not say it; before it when the value was really taken, if late."""
    late = f"Entered late: done at {moment(entry.performed_at)}." if entry.performed_at else ""
    said = entry.kind != "series" and _BEYOND.search(entry.message)  # of a series it names the reading too
    if entry.verdict in {Verdict.WITHIN, Verdict.NO_LIMIT} or said:
        return late
    return " ".join(part for part in (late, pretty(entry.message)) if part)


def summary_of(entry: Entry) -> str:
    """The columns of a series in one line: least to greatest, and the mean."""
    columns = json.loads(entry.summary)["columns"] if entry.summary else {}
    parts = []
    for name, column in columns.items():
        least, most, mean = (_short(column[key]) for key in ("min", "max", "mean"))
        parts.append(f"{spoken(name)} {least} to {most}, mean {mean}")
    return pretty("; ".join(parts))


def _short(text: str) -> str:
    """A computed number has up to 34 digits; a line of text shows five of them. The record keeps them all."""
    number = Decimal(text)
    return display(round_half_up(number, significant=5) if significant_of(number) > 5 else number)


def limits_of(limits: LimitSet | None, unit: str, passing: tuple[str, ...] = ()) -> tuple[Limit, ...]:
    """Every limit pair in words, the possible range only where no other limit stands."""
    if passing:
        return (Limit("must be", " or ".join(passing)),)
    if limits is None:
        return ()
    levels = ("alert", "action", "specification")
    pairs = [(level, pair) for level in levels if (pair := getattr(limits, level)) is not None]
    if not pairs and limits.plausible is not None:
        pairs = [("possible", limits.plausible)]
    return tuple(Limit(level, spoken(in_words(pair, unit_of(unit), superscript=True))) for level, pair in pairs)


def frozen_limits(entry: Entry) -> LimitSet | None:
    """The limits an entry was judged by."""
    data = json.loads(entry.limits) if entry.limits else {}
    return LimitSet.from_json(data) if data and "passing" not in data else None


def _ends(pair: LimitPair | None) -> tuple[Decimal | None, Decimal | None]:
    low, high = (pair.low, pair.high) if pair else (None, None)
    return (low.value if isinstance(low, Bound) else None, high.value if isinstance(high, Bound) else None)


def scale_of(limits: LimitSet | None, value: Decimal | None, label: str, verdict: Shown, *, computed: bool) -> Any:
    """The limits as a bar, None where there is no limit whose place a bar could show."""
    if limits is None:
        return None
    least, most = _ends(limits.action or limits.specification)
    alert_least, alert_most = _ends(limits.alert)
    if limits.action is None and limits.specification is None:
        least, most, alert_least, alert_most = alert_least, alert_most, None, None
    known = [n for n in (least, most, alert_least, alert_most, value) if n is not None]
    if least is None and most is None:
        return None
    low, high = min(known), max(known)
    room = CONTEXT.divide(high - low, Decimal(4)) or CONTEXT.divide(abs(high), Decimal(4)) or Decimal(1)
    mark = "breach" if verdict.kind == "breach" else "calc" if computed else ""
    return Scale(
        f"Scale of {label}",
        low - room,
        high + room,
        least,
        most,
        alert_least,
        alert_most,
        value,
        mark,  # type: ignore[arg-type]
    )


def left_of(one: Clock, now: datetime) -> str:
    """What is left of a hold time, or how far it is over, in days, hours and minutes."""
    minutes = abs(one.due_at - now) // timedelta(minutes=1)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        text = f"{days} d {hours} h"
    elif hours:
        text = f"{hours} h {minutes:02d} min"
    else:
        text = f"{minutes} min"
    return f"{text} over" if one.state(now) == "over" else text
