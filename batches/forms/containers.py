"""Which containers are meant, as people write it: `1-4, 9`, or `rest` for those that have no fate yet."""

from __future__ import annotations

import re

from compliance.refusals import Invalid

LONGEST, MOST = 2_000, 10_000
REST = "rest"
_PART = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


def indexes_of(text: str) -> list[int] | None:
    """The numbers, in the order written; None for `rest`. Refuses what is no list of numbers (Invalid)."""
    clean = text.strip().casefold()
    if clean == REST:
        return None
    if not clean or len(clean) > LONGEST or not clean.isascii():
        raise _refused()
    found: list[int] = []
    for part in clean.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise _refused()
        first = int(match[1])
        last = int(match[2] or match[1])
        if last < first or len(found) + last - first >= MOST:
            raise _refused()
        found += range(first, last + 1)
    return found


def words_for(indexes: list[int]) -> str:
    """Numbers as people read them: 1, 2, 3, 4, 9 is `1-4, 9`."""
    spans: list[list[int]] = []
    for number in sorted(indexes):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _refused() -> Invalid:
    return Invalid("Write the numbers like 1-4, 9, or rest for all without a fate.", "indexes", "indexes")
