"""Reads the script of the demonstration: plain YAML beside this module, every single value as it is written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from batches.domain.masterfile.load import parse
from batches.domain.masterfile.tree import to_plain
from compliance.domain import clock

VALUES = Path(__file__).parent / "values"
_MOMENT = re.compile(r"(?P<day>\d+)d (?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?")


@lru_cache
def read(name: str) -> Any:
    """The values of a file, as text, lists and sets of keys."""
    return to_plain(parse((VALUES / name).read_text(encoding="utf-8")))


def moment(text: str, day_0: datetime) -> datetime:
    """`5d 08:30` is day 5 after day 0, at this time of UTC."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no moment of the script; write it as 5d 08:30.")
    parts = {name: int(value or 0) for name, value in found.groupdict().items()}
    return day_0 + timedelta(days=parts["day"], hours=parts["hour"], minutes=parts["minute"], seconds=parts["second"])


def written(at: datetime) -> str:
    """A time as a person types it, with the site's offset."""
    local = at.astimezone(clock.zone())
    return local.isoformat(sep=" ", timespec="seconds" if local.second else "minutes")
