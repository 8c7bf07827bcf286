"""A series as a table of text: a time column and one column for each name, each line named when it is wrong."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batches.validators import InstantRefused, validate_instant
from compliance.numbers import NumberRefused, parse_number
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
TIME = "time"
SEPARATORS = ",;\t"
_UNIT = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file with its number, as a text editor counts."""

    number: int
    cells: list[str]


def read_series(content: bytes, columns: Sequence[str], *, zone: ZoneInfo, now: datetime) -> list[dict[str, Any]]:
    """The readings of a file: `at` as an instant, each column as the text written there.

    The first line names `time` and every column, in any order, a unit in brackets behind a name is passed over.
    Times are of the site's zone unless they carry an offset, and rise from line to line. Refuses (Invalid, with
    the line's number) a missing, unknown or double column, a line of another length, a cell that is no number or
    time, a time that has not come yet, more than 20,000 readings, a text that is not UTF-8, a file over 5 MB.
    """
    refuse_large(len(content))
    lines = list(_lines(_text(content)))
    if not lines:
        raise _refused(0, "the file is empty")
    names = _names(lines[0], columns)
    if len(lines) == 1:
        raise _refused(lines[0].number, "there are names but no readings below them")
    if len(lines) - 1 > MOST_ROWS:
        raise _refused(0, f"there are more than {MOST_ROWS} readings")
    rows: list[dict[str, Any]] = []
    for line in lines[1:]:
        row = _row(line, names, zone, now)
        if rows and row["at"] <= rows[-1]["at"]:
            raise _refused(line.number, "its time is not after the line before")
        rows.append(row)
    return rows


def refuse_large(size: int) -> None:
    """Refuses a file of more bytes than a series may have, before anything of it is read."""
    if size > MOST_BYTES:
        text = "The file is larger than 5 MB, the most that a series may have. Nothing was recorded."
        raise Invalid(text, "file", "file_large")


def _refused(number: int, words: str) -> Invalid:
    place = f"Line {number}: {words}." if number else f"{words[0].upper()}{words[1:]}."
    return Invalid(f"{place} Nothing was recorded.", "file", "series")


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise _refused(number, "it is not UTF-8 text; save the file as CSV, UTF-8") from error
    if "\x00" in text:
        raise _refused(text[: text.index("\x00")].count("\n") + 1, "it holds a NUL character")
    return text


def _lines(text: str) -> Iterator[Line]:
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _refused(reader.line_num, f"it cannot be read as a table ({error})") from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Line(reader.line_num, [cell.strip() for cell in cells])


def _names(line: Line, columns: Sequence[str]) -> list[str]:
    names = [_UNIT.sub("", cell).strip().casefold() for cell in line.cells]
    known = {name.casefold(): name for name in (TIME, *columns)}
    for name in names:
        if name not in known:
            raise _refused(line.number, f"column “{name[:40]}” is not asked for; asked are {', '.join(known.values())}")
        if names.count(name) > 1:
            raise _refused(line.number, f"column {known[name]} stands twice")
    for folded, name in known.items():
        if folded not in names:
            raise _refused(line.number, f"column {name} is missing")
    return [known[name] for name in names]


def _row(line: Line, names: list[str], zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    if len(line.cells) != len(names):
        raise _refused(line.number, f"it has {len(line.cells)} cells, {len(names)} are asked for")
    row: dict[str, Any] = {}
    for name, cell in zip(names, line.cells, strict=True):
        if name == TIME:
            row["at"] = _instant(line.number, cell, zone, now)
        else:
            row[name] = _number(line.number, name, cell)
    return row


def _instant(number: int, cell: str, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        return validate_instant(cell, zone=zone, now=now)
    except InstantRefused as refused:
        raise _refused(number, f"time “{cell[:40]}”: {refused.message.rstrip('.')}") from refused


def _number(number: int, name: str, cell: str) -> str:
    try:
        parse_number(cell)
    except NumberRefused as refused:
        raise _refused(number, f"column {name}: {refused.message.rstrip('.')}") from refused
    return cell
