"""Times as written and hours as they pass, with the clocks put forward and back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.validators import InstantRefused, add_hours, hours_between, validate_instant

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-04 08:15", "2026-05-04T06:15+00:00"),
        ("2026-05-04T08:15:30+02:00", "2026-05-04T06:15:30+00:00"),
        ("2026-10-25T02:45+01:00", "2026-10-25T01:45+00:00"),
        ("2026-03-29 03:00", "2026-03-29T01:00+00:00"),
    ],
)
def test_instant_is_kept_in_utc(text: str, instant: str) -> None:
    kept = validate_instant(text, zone=BERLIN, now=NOW)
    assert kept == datetime.fromisoformat(instant)
    assert kept.tzinfo is UTC


@pytest.mark.req("R203")
def test_future_time_is_refused() -> None:
    with pytest.raises(InstantRefused) as refused:
        validate_instant("2026-11-01 13:01", zone=BERLIN, now=NOW)
    assert refused.value.code == "future"
    assert refused.value.message == "2026-11-01 13:01 has not come yet."
    assert validate_instant("2026-11-01 13:00", zone=BERLIN, now=NOW) == NOW


@pytest.mark.case("TIME-03")
def test_local_time_that_does_not_exist_is_refused() -> None:
    for given_time in ("2026-03-29 02:30", datetime(2026, 3, 29, 2, 30)):  # noqa: DTZ001 (local, as a form gives it)
        with pytest.raises(InstantRefused) as refused:
            validate_instant(given_time, zone=BERLIN, now=NOW)
        assert refused.value.code == "nonexistent"
        assert "does not exist" in refused.value.message


def test_local_time_that_came_twice_is_asked_for() -> None:
    with pytest.raises(InstantRefused) as refused:
        validate_instant("2026-10-25 02:30", zone=BERLIN, now=NOW)
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert refused.value.code == "ambiguous"
    assert refused.value.choices == (first, second)
    assert refused.value.message == (
        "2026-10-25 02:30 came twice that night. Choose the first (+0200) or the second (+0100)."
    )
    assert validate_instant("2026-10-25 02:30", zone=BERLIN, now=NOW, fold=0) == first
    assert validate_instant("2026-10-25 02:30", zone=BERLIN, now=NOW, fold=1) == second


@pytest.mark.parametrize("text", ["", "yesterday", "25.10.2026 02:30", "2026-02-30 10:00"])
def test_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InstantRefused) as refused:
        validate_instant(text, zone=BERLIN, now=NOW)
    assert refused.value.code == "malformed"


@pytest.mark.case("TIME-01")
def test_hours_of_a_night_with_a_clock_change_are_true() -> None:
    start = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    end = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN, fold=1)
    assert hours_between(start, end) == Decimal("2.25")
    assert end - start == timedelta(hours=1, minutes=15)  # what the naive difference says


def test_hours_refuse_a_wrong_order_and_a_missing_offset() -> None:
    with pytest.raises(InstantRefused, match="before the start"):
        hours_between(NOW, NOW - timedelta(seconds=1))
    with pytest.raises(InstantRefused, match="without its offset"):
        hours_between(datetime(2026, 5, 4), NOW)  # noqa: DTZ001 (the case under test)


@pytest.mark.case("TIME-03")
def test_computed_time_in_the_missing_hour_is_valid() -> None:
    start = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    later = add_hours(start, Decimal(24))
    assert later.astimezone(BERLIN) == datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)
    assert hours_between(start, later) == 24


@pytest.mark.case("TIME-05")
def test_hours_are_real_hours() -> None:
    start = datetime(2026, 3, 28, 23, 30, tzinfo=BERLIN)
    assert f"{add_hours(start, Decimal(48)).astimezone(BERLIN):%Y-%m-%d %H:%M}" == "2026-03-31 00:30"


@given(st.integers(0, 10**9))
def test_hours_added_are_hours_between(seconds: int) -> None:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    hours = hours_between(start, start + timedelta(seconds=seconds))
    assert add_hours(start, hours) == start + timedelta(seconds=seconds)
