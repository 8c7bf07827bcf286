"""How single facts become words on paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from release.pdf import filters


def plain(text: str) -> str:
    """What a reader sees of it."""
    return re.sub(r"<[^>]+>", "", text)


@pytest.mark.req("R113")
def test_time_has_its_offset_and_is_never_parted_from_it() -> None:
    text = filters.stamp(datetime(2026, 10, 23, 7, 49, 2, tzinfo=UTC), "Europe/Berlin")
    assert plain(text) == "2026-10-23 09:49:02 +02:00"
    assert '<span class="nowrap">09:49:02 +02:00</span>' in text
    assert filters.stamp(None, "Europe/Berlin") == "not recorded"


@pytest.mark.parametrize(
    ("value", "printed"),
    [("1300000000", "1.3 × 10⁹"), ("0.050", "0.050"), ("33037.975", "33037.975"), ("188", "188")],
)
def test_decimal_is_printed_as_pages_print_it(value: str, printed: str) -> None:
    assert plain(filters.number(Decimal(value))) == printed


def test_recorded_number_is_printed_and_words_of_a_person_are_left() -> None:
    assert plain(filters.reads("≥ 1E+9 particles/ug")) == "≥ 1 × 10⁹ particles/µg"
    assert plain(filters.powers("The printout reads 5.8E+04 ug")) == "The printout reads 5.8E+04 ug"


def test_power_is_never_parted_from_its_number() -> None:
    assert filters.reads("5.8E+4 cells") == '<span class="nowrap">5.8 × 10<span class="e">⁴</span></span> cells'
    assert filters.reads("<b>1E+9</b>").startswith("&lt;b&gt;")


@pytest.mark.parametrize(
    ("raw", "reported", "says_more"),
    [
        (None, "1", False),
        ("5", "5", False),
        ("5", "5.0", False),
        ("1392000", "1.392E+6", False),
        ("12.32412", "12.32", True),
        ("0.01", "< 0.05", True),
        ("5", None, True),
    ],
)
def test_raw_result_is_printed_where_it_says_more(raw: str | None, reported: str | None, says_more: bool) -> None:
    assert filters.differs(Decimal(raw) if raw else None, reported) is says_more
