"""Equipment at an instant: calibration and service (R108)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from resources.validators.calibration import (
    Calibration,
    CalibrationOutcome,
    DoubtfulSpan,
    ServiceChange,
    calibration_problems,
    doubtful_span,
    service_problems,
)

pytestmark = pytest.mark.req("R108")
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 1, 10, 9, tzinfo=UTC)
PASSED, ADJUSTED, FAILED = CalibrationOutcome.PASSED, CalibrationOutcome.ADJUSTED, CalibrationOutcome.FAILED


def done(days, outcome=PASSED, due_on=date(2026, 7, 10)):
    return Calibration(FIRST + timedelta(days=days), outcome, due_on)


def problems(history, at, **more):
    return [problem.code for problem in calibration_problems(history, at=at, zone=BERLIN, **more)]


def test_unit_calibrated_is_fit_to_the_end_of_the_due_day():
    history = [done(0)]
    assert problems(history, datetime(2026, 7, 10, 23, 30, tzinfo=BERLIN)) == []
    assert problems(history, datetime(2026, 7, 11, 0, 10, tzinfo=BERLIN)) == ["calibration_due"]


def test_unit_before_its_first_calibration():
    assert problems([done(0)], FIRST - timedelta(seconds=1)) == ["never_calibrated"]
    assert problems([], FIRST) == ["never_calibrated"]
    assert problems([done(0)], FIRST) == []


def test_unit_that_needs_no_calibration():
    assert problems([], FIRST, needed=False) == []


def test_unit_after_a_failed_calibration_until_a_good_one():
    history = [done(0), done(20, FAILED), done(21, ADJUSTED)]
    assert problems(history, FIRST + timedelta(days=19)) == []
    assert problems(history, FIRST + timedelta(days=20, hours=1)) == ["calibration_failed"]
    assert problems(history, FIRST + timedelta(days=22)) == []


def test_unit_failed_and_passed_at_one_instant_counts_as_failed():
    for history in ([done(0), done(0, FAILED)], [done(0, FAILED), done(0)]):
        assert problems(history, FIRST + timedelta(days=1)) == ["calibration_failed"]


def test_problem_in_words():
    failed = calibration_problems([done(0, FAILED)], at=FIRST + timedelta(days=1), zone=BERLIN)
    assert failed[0].text == "The calibration of 2026-01-10 failed."
    due = calibration_problems([done(0)], at=FIRST + timedelta(days=300), zone=BERLIN)
    assert due[0].text == "Calibration was due by 2026-07-10."


def test_span_in_doubt_after_a_failure():
    good, adjusted, failed = done(0), done(5, ADJUSTED), done(20, FAILED)
    assert doubtful_span([good, adjusted, failed], failed) == DoubtfulSpan(
        adjusted.performed_at, failed.performed_at
    )
    assert doubtful_span([failed], failed) == DoubtfulSpan(None, failed.performed_at)


def test_span_in_doubt_after_an_adjustment_and_none_after_a_pass():
    good, adjusted = done(0), done(5, ADJUSTED)
    assert doubtful_span([good, adjusted], adjusted) == DoubtfulSpan(good.performed_at, adjusted.performed_at)
    assert doubtful_span([good], good) is None


def test_unit_in_service_at_an_instant():
    changes = [
        ServiceChange(FIRST, True),
        ServiceChange(FIRST + timedelta(days=3), False, "leaking pump"),
        ServiceChange(FIRST + timedelta(days=4), False),
        ServiceChange(FIRST + timedelta(days=5), True),
    ]
    texts = [
        [problem.text for problem in service_problems(reversed(changes), at=FIRST + timedelta(days=days))]
        for days in (-1, 0, 3, 4, 6)
    ]
    assert texts == [
        ["Not put in service yet."],
        [],
        ["Out of service: leaking pump."],
        ["Out of service."],
        [],
    ]


def test_unit_at_an_instant_without_zone():
    naive = FIRST.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        service_problems([], at=naive)
    with pytest.raises(ValueError, match="zone"):
        calibration_problems([], at=naive, zone=BERLIN)
