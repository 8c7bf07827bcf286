"""A series from a file: strict, and each wrong line named by its number."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.importers import series
from batches.importers.series import read_series
from compliance.refusals import Invalid

ZONE, NOW = ZoneInfo("Europe/Berlin"), datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
COLUMNS = ("pf", "pr")
GOOD = "time,pf,pr\n2026-11-04 13:00,0.50,0.30\n2026-11-04 13:05,0.51,0.31\n"


def read(text: str | bytes) -> list[dict[str, object]]:
    content = text if isinstance(text, bytes) else text.encode()
    return read_series(content, COLUMNS, zone=ZONE, now=NOW)


def test_readings_are_kept_as_written_with_their_instant() -> None:
    rows = read(GOOD)
    assert rows[0] == {"at": datetime(2026, 11, 4, 12, 0, tzinfo=UTC), "pf": "0.50", "pr": "0.30"}
    assert len(rows) == 2


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("time,pf,pr", "Time,PF [bar],pr (bar)"),
        "\n" + GOOD.replace("\n", "\n\n"),
        GOOD.replace("0.50", '"0.50"'),
        GOOD.replace("13:00,", "13:00+01:00,"),
    ],
)
def test_ways_to_write_the_same_table(text: str) -> None:
    assert [r["pf"] for r in read(text)] == ["0.50", "0.51"]


def test_columns_may_stand_in_any_order() -> None:
    assert read("pr,time,pf\n0.3,2026-11-04 13:00,0.5\n")[0]["pr"] == "0.3"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty"),
        ("\n\n", "The file is empty"),
        ("time,pf,pr\n", "Line 1: there are names but no readings"),
        ("time,pf\n2026-11-04 13:00,1\n", "Line 1: column pr is missing"),
        ("time,pf,pr,px\n", "Line 1: column “px” is not asked for"),
        ("time,pf,pr,pf\n", "Line 1: column pf stands twice"),
        (GOOD + "2026-11-04 13:10,0.5\n", "Line 4: it has 2 cells, 3 are asked for"),
        (GOOD + "2026-11-04 13:10,0.5,\n", "Line 4: column pr: Write a number"),
        (GOOD + "2026-11-04 13:10,abc,0.3\n", "Line 4: column pf"),
        (GOOD + "2026-11-04 13:05,0.5,0.3\n", "Line 4: its time is not after the line before"),
        (GOOD + "2026-11-06 13:05,0.5,0.3\n", "Line 4: time “2026-11-06 13:05”: 2026-11-06 13:05 has not come yet"),
        (GOOD + "yesterday,0.5,0.3\n", "Line 4: time “yesterday”"),
        ("time,pf,pr\n2026-10-25 02:30,1,1\n", "Line 2: time “2026-10-25 02:30”"),
        (GOOD.replace(",", ";").replace("0.50", "0,50"), "Line 2: column pf: Write 0.50, not 0,50"),
        (GOOD + '"2026-11-04 13:10,0.5,0.3\n', "it cannot be read as a table"),
        (GOOD + "2026-11-04 13:10,\x00,0.3\n", "Line 4: it holds a NUL"),
        (GOOD.encode() + b"\xff\xfe", "Line 4: it is not UTF-8"),
        ("<html>", "Line 1: column “<html>” is not asked for"),
    ],
)
def test_wrong_file_is_refused_with_its_line(text: str | bytes, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text)
    assert words in caught.value.text
    assert caught.value.text.endswith("Nothing was recorded.")


def test_too_many_readings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "MOST_ROWS", 1)
    with pytest.raises(Invalid, match="more than 1 readings"):
        read(GOOD)


@given(st.binary(max_size=300))
def test_any_bytes_give_readings_or_words(content: bytes) -> None:
    said = ""
    try:
        rows = read(content)
    except Invalid as refusal:
        rows, said = [], refusal.text
    assert rows or said.endswith("Nothing was recorded.")


def test_file_over_five_megabytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(Invalid, match="larger than 5 MB") as caught:
        read(b"\xff" * (series.MOST_BYTES + 1))
    assert (caught.value.field, caught.value.code) == ("file", "file_large")
