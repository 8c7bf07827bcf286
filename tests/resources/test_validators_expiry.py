"""Expiry, retest date and time in use at an instant (R304, MAT-01, MAT-02)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from compliance.refusals import Invalid
from resources.validators.expiry import check_dates, date_problems, in_use_until, local_day

BERLIN = ZoneInfo("Europe/Berlin")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
AUCKLAND = ZoneInfo("Pacific/Auckland")
LAST = date(2026, 11, 30)


def problems(at, zone=BERLIN, **dates):
    return [problem.code for problem in date_problems(at=at, zone=zone, **{"expires_on": None, **dates})]


@pytest.mark.case("MAT-02")
@pytest.mark.req("R304")
@pytest.mark.parametrize("zone", [BERLIN, LOS_ANGELES, AUCKLAND, ZoneInfo("UTC")])
def test_lot_on_its_last_day_and_after(zone):
    late = datetime(2026, 11, 30, 23, 30, tzinfo=zone).astimezone(UTC)
    after = datetime(2026, 12, 1, 0, 10, tzinfo=zone).astimezone(UTC)
    assert problems(late, zone, expires_on=LAST) == []
    assert problems(after, zone, expires_on=LAST) == ["expired"]
    assert problems(late, zone, retest_on=LAST) == []
    assert problems(after, zone, retest_on=LAST) == ["retest_due"]


@pytest.mark.case("MAT-02")
def test_expiry_shown_is_the_day_itself():
    problem = date_problems(
        at=datetime(2026, 12, 1, 12, tzinfo=LOS_ANGELES), zone=LOS_ANGELES, expires_on=LAST
    )[0]
    assert problem.text == "Expired: last day of use was 2026-11-30."


@pytest.mark.case("MAT-01")
def test_lot_is_judged_by_the_instant_given():
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert problems(at, expires_on=LAST) == []
    assert problems(at + timedelta(days=2), expires_on=LAST) == ["expired"]


@pytest.mark.req("R304")
def test_lot_with_every_problem_at_once():
    at = datetime(2026, 12, 2, 9, tzinfo=BERLIN)
    found = date_problems(
        at=at, zone=BERLIN, expires_on=LAST, retest_on=LAST, usable_until=at - timedelta(minutes=1)
    )
    assert [problem.code for problem in found] == ["expired", "retest_due", "in_use_over"]
    assert found[2].text == "Time in use ended 2026-12-02 08:59 (site time)."


def test_lot_without_dates_has_no_problem_of_dates():
    assert problems(datetime(2026, 12, 2, 9, tzinfo=BERLIN)) == []


def test_time_in_use_ends_at_the_instant():
    opened = datetime(2026, 10, 24, 22, 0, tzinfo=BERLIN)
    end = in_use_until(opened, Decimal(9))
    assert end == datetime(2026, 10, 25, 6, 0, tzinfo=BERLIN)
    assert problems(end, usable_until=end) == []
    assert problems(end + timedelta(microseconds=1), usable_until=end) == ["in_use_over"]


def test_time_in_use_of_part_of_an_hour_is_exact():
    opened = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
    assert in_use_until(opened, Decimal("0.1")) == opened + timedelta(minutes=6)


@pytest.mark.parametrize("hours", ["0", "-1", "NaN", "Infinity"])
def test_time_in_use_that_is_no_time(hours):
    with pytest.raises(Invalid) as refused:
        in_use_until(datetime(2026, 5, 4, tzinfo=UTC), Decimal(hours))
    assert refused.value.code == "in_use_hours"


def test_instant_without_zone():
    naive = datetime(2026, 5, 4, 8, 0, tzinfo=UTC).replace(tzinfo=None)
    aware = naive.replace(tzinfo=UTC)
    for judge in (
        lambda: local_day(naive, BERLIN),
        lambda: in_use_until(naive, Decimal(1)),
        lambda: problems(naive, expires_on=LAST),
        lambda: problems(aware, usable_until=naive),
    ):
        with pytest.raises(ValueError, match="zone"):
            judge()


@pytest.mark.req("R303")
@pytest.mark.parametrize(
    ("expires_on", "retest_on", "why"),
    [
        (None, None, "no_date"),
        (date(2026, 11, 24), None, "expired_at_receipt"),
        (date(2027, 1, 1), date(2027, 1, 2), "retest_after_expiry"),
    ],
)
def test_dates_of_a_receipt_that_are_refused(expires_on, retest_on, why):
    with pytest.raises(Invalid) as refused:
        check_dates(date(2026, 11, 25), expires_on, retest_on)
    assert refused.value.code == why


@pytest.mark.req("R303")
@pytest.mark.parametrize(
    ("expires_on", "retest_on"),
    [(date(2026, 11, 25), None), (None, date(2026, 1, 1)), (date(2027, 1, 1), date(2027, 1, 1))],
)
def test_dates_of_a_receipt_that_are_taken(expires_on, retest_on):
    assert check_dates(date(2026, 11, 25), expires_on, retest_on) is None
