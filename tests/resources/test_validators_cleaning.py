"""Vessels and units: one batch at a time, and clean before use (R309, R323)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from resources.validators.cleaning import Cleaning, CleaningRule, Use, busy_problems, cleaning_problems

START = datetime(2026, 3, 10, 8, tzinfo=UTC)
RULE = CleaningRule(clean_hold_h=Decimal(72), dirty_hold_h=Decimal(4))
FREE = CleaningRule(None, None)


def hour(hours):
    return START + timedelta(hours=hours)


def use(batch, start, end=None):
    return Use(batch, hour(start), None if end is None else hour(end))


def clean(*hours):
    return [Cleaning(hour(h)) for h in hours]


def problems(uses, cleanings, at, batch="EV-26-0002", rule=RULE):
    found = cleaning_problems(uses, cleanings, batch=batch, at=hour(at), rule=rule)
    return [problem.code for problem in found]


@pytest.mark.req("R309")
@pytest.mark.parametrize(
    ("at", "busy"),
    [(-1, []), (0, ["In use by batch EV-26-0001."]), (4, ["In use by batch EV-26-0001."]), (5, [])],
)
def test_unit_in_use_by_another_batch(at, busy):
    found = busy_problems([use("EV-26-0001", 0, 5)], batch="EV-26-0002", at=hour(at))
    assert [problem.text for problem in found] == busy


@pytest.mark.req("R309")
def test_unit_still_open_in_another_batch_and_in_its_own():
    uses = [use("EV-26-0001", 0), use("EV-26-0001", 1), use("EV-26-0003", 2)]
    assert len(busy_problems(uses, batch="EV-26-0002", at=hour(900))) == 2
    assert len(busy_problems(uses, batch="EV-26-0001", at=hour(900))) == 1


@pytest.mark.req("R323")
@pytest.mark.parametrize(
    ("cleanings", "at", "codes"),
    [
        ((), 6, ["never_cleaned"]),
        ((7,), 6, ["never_cleaned"]),
        ((-2,), 6, ["dirty"]),
        ((8,), 10, []),
        ((9,), 10, []),
        ((9.5,), 10, ["dirty_hold"]),
        ((8,), 80, []),
        ((8,), 81, ["clean_hold"]),
        ((-2, 8), 10, []),
        ((-70,), 6, ["dirty", "clean_hold"]),
    ],
)
def test_unit_after_a_use_that_ended_at_hour_5(cleanings, at, codes):
    assert problems([use("EV-26-0001", 0, 5)], clean(*cleanings), at) == codes


@pytest.mark.req("R323")
def test_unit_without_hold_limits_must_still_be_cleaned():
    uses = [use("EV-26-0001", 0, 5)]
    assert problems(uses, clean(500), 9000, rule=FREE) == []
    assert problems(uses, clean(-1), 9000, rule=FREE) == ["dirty"]
    assert problems([], clean(0), 71) == []


@pytest.mark.req("R323")
def test_unit_in_use_by_the_same_batch_goes_on_without_cleaning():
    uses = [use("EV-26-0002", 0, 5)]
    assert problems(uses, [], 3) == []
    assert problems([use("EV-26-0002", 0)], [], 3000) == []
    assert problems(uses, [], 6) == ["never_cleaned"]


@pytest.mark.req("R323")
def test_unit_judged_in_the_middle_of_a_use_knows_nothing_of_its_end():
    assert problems([use("EV-26-0001", 0, 50)], clean(2), 10) == ["dirty"]


@pytest.mark.req("R323")
def test_problems_in_words():
    found = cleaning_problems([], clean(0), batch="EV-26-0001", at=hour(80), rule=RULE)
    assert found[0].text == "Cleaned longer than 72 h ago."


def test_unit_at_an_instant_without_zone():
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        busy_problems([], batch="EV-26-0001", at=naive)
    with pytest.raises(ValueError, match="zone"):
        cleaning_problems([], [], batch="EV-26-0001", at=naive, rule=RULE)
