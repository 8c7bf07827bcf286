"""Sample windows and collection limits of both schemes (R412, R413)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from compliance.refusals import Invalid
from donors.rules import rules
from donors.validators.windows import (
    hours_between,
    judge_sample,
    subject_to_test,
    within_collection_limit,
)

DONATED = date(2026, 3, 10)
BERLIN = ZoneInfo("Europe/Berlin")


def _met(scheme: str, window: str, sampled_on: date) -> bool:
    edition = rules().edition(scheme, DONATED)
    assert edition is not None
    return judge_sample(edition, window, sampled_on, DONATED).met


@pytest.mark.req("R412")
@pytest.mark.req("R413")
@pytest.mark.parametrize(
    ("sampled_on", "us", "eu", "us_marrow", "eu_marrow"),
    [
        (date(2026, 3, 3), True, False, True, True),
        (date(2026, 3, 2), False, False, True, True),
        (date(2026, 3, 17), True, True, True, False),
        (date(2026, 3, 18), False, False, False, False),
        (date(2026, 2, 8), False, False, True, True),
        (date(2026, 2, 7), False, False, False, False),
        (date(2026, 3, 10), True, True, True, True),
        (date(2026, 3, 9), True, False, True, True),
        (date(2026, 3, 11), True, True, True, False),
    ],
)
def test_window_of_a_sample(sampled_on, us, eu, us_marrow, eu_marrow):
    assert _met("US", "general", sampled_on) is us
    assert _met("EU", "general", sampled_on) is eu
    assert _met("US", "marrow", sampled_on) is us_marrow
    assert _met("EU", "marrow", sampled_on) is eu_marrow


@pytest.mark.req("R412")
def test_window_in_words():
    edition = rules().edition("US", DONATED)
    assert edition is not None
    verdict = judge_sample(edition, "general", date(2026, 3, 2), DONATED)
    assert verdict.days == -8
    assert verdict.words == "sample on day −8, outside day −7 to day +7"
    inside = judge_sample(edition, "general", DONATED, DONATED)
    assert inside.words == "sample on day 0, inside day −7 to day +7"


@pytest.mark.req("R412")
@pytest.mark.parametrize(
    ("source", "born_on", "subject"),
    [
        ("UMSC", None, "birth_mother"),
        ("CMSC", DONATED, "birth_mother"),
        ("AMSC", None, "donor"),
        ("AMSC", date(1990, 5, 1), "donor"),
        ("GMSC", date(2026, 2, 10), "birth_mother"),
        ("GMSC", date(2026, 2, 9), "donor"),
    ],
)
def test_subject_whose_sample_is_tested(source, born_on, subject):
    assert subject_to_test(rules().source_types[source], DONATED, born_on) == subject


@pytest.mark.req("R412")
@pytest.mark.parametrize(
    ("born_on", "donated_on", "subject"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), "birth_mother"),
        (date(2026, 1, 31), date(2026, 3, 1), "donor"),
        (date(2025, 12, 15), date(2026, 1, 15), "birth_mother"),
        (date(2025, 12, 15), date(2026, 1, 16), "donor"),
    ],
)
def test_subject_at_the_end_of_a_month(born_on, donated_on, subject):
    assert subject_to_test(rules().source_types["AMSC"], donated_on, born_on) == subject


@pytest.mark.req("R412")
def test_subject_born_after_the_donation():
    with pytest.raises(Invalid) as refused:
        subject_to_test(rules().source_types["AMSC"], DONATED, DONATED + timedelta(days=1))
    assert refused.value.code == "born_after_donation"


@pytest.mark.parametrize(
    ("collected", "started", "hours"),
    [
        (datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN), datetime(2026, 3, 29, 6, 0, tzinfo=BERLIN), "7"),
        (datetime(2026, 10, 24, 22, 0, tzinfo=BERLIN), datetime(2026, 10, 25, 6, 0, tzinfo=BERLIN), "9"),
        (datetime(2026, 5, 4, 8, 15, tzinfo=BERLIN), datetime(2026, 5, 4, 11, 45, tzinfo=BERLIN), "3.5"),
    ],
)
def test_hours_from_collection_across_summer_time(collected, started, hours):
    assert hours_between(collected, started) == Decimal(hours)


def test_hours_of_a_start_before_the_collection():
    at = datetime(2026, 5, 4, 8, 15, tzinfo=BERLIN)
    with pytest.raises(Invalid) as refused:
        hours_between(at, at - timedelta(seconds=1))
    assert refused.value.code == "start_before_collection"


def test_hours_of_an_instant_without_zone():
    at = datetime(2026, 5, 4, 8, 15, tzinfo=BERLIN)
    for pair in ((at.replace(tzinfo=None), at), (at, at.replace(tzinfo=None))):
        with pytest.raises(ValueError, match="zone"):
            hours_between(*pair)


@pytest.mark.parametrize(
    ("source", "hours", "within"),
    [("UMSC", 48, True), ("UMSC", 49, False), ("AMSC", 24, True), ("AMSC", 25, False), ("IPSC", 5000, True)],
)
def test_collection_limit(source, hours, within):
    collected = datetime(2026, 3, 10, 8, 0, tzinfo=BERLIN)
    started = collected + timedelta(hours=hours)
    assert within_collection_limit(rules().source_types[source], collected, started) is within


def test_collection_limit_passed_by_a_microsecond():
    collected = datetime(2026, 5, 10, 8, 0, tzinfo=BERLIN)
    started = collected + timedelta(hours=48, microseconds=1)
    assert not within_collection_limit(rules().source_types["UMSC"], collected, started)
