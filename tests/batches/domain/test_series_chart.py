"""The picture of a series says what was recorded: units, site time, and each reading as it was judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from batches.domain.masterfile.parameter import Argument, Column, ColumnLimits, Derived, ParameterSpec
from batches.domain.series_chart import chart_of
from batches.models import Entry, SeriesPoint
from batches.validators import limits_from_master

START = datetime(2026, 10, 22, 7, 35, tzinfo=UTC)
BOTH = {"alert": {"min": "8", "max": "20"}, "action": {"min": "5", "max": "25"}}


def spec(limits: dict[str, object]) -> ParameterSpec:
    return ParameterSpec(
        "log",
        "Skid log",
        "series",
        columns=(Column("permeate", "mL"), Column("pf", "bar")),
        derive=(Derived("flux", "flux@1", (Argument("minutes", Decimal(5)),)),),
        column_limits=(ColumnLimits("flux", limits_from_master(limits)),),
    )


def points(*readings: tuple[str, str], step: timedelta = timedelta(minutes=5)) -> list[SeriesPoint]:
    """Readings of flux with the verdict of their point."""
    return [
        SeriesPoint(n=n + 1, at=START + step * n, values=f'{{"flux":"{flux}","permeate":"1"}}', verdict=verdict)
        for n, (flux, verdict) in enumerate(readings)
    ]


def entry() -> Entry:
    return Entry(message="Reading 2 of 3, flux: 4 is 1 below 5, the action limit.")


@pytest.mark.req("R203")
def test_each_reading_keeps_its_own_verdict() -> None:
    chart = chart_of(spec(BOTH), entry(), points(("12", "within"), ("4", "action"), ("7", "alert")))
    assert chart
    (flux,) = chart.series
    assert flux.verdicts == ("within", "breach", "alert")
    assert flux.limits == "5 to 25; alert 8 to 20"
    assert (str(flux.low), str(flux.high)) == ("5", "25")


def test_reading_within_after_rounding_is_within() -> None:
    limits = {"action": {"max": "0.60"}, "round": {"decimals": "2"}}
    chart = chart_of(spec(limits), entry(), points(("0.604", "within"), ("0.606", "action")))
    assert chart
    assert chart.series[0].verdicts == ("within", "breach")


def test_column_that_passes_beside_one_that_does_not_is_within() -> None:
    chart = chart_of(spec(BOTH), entry(), points(("12", "action"), ("12", "within")))
    assert chart
    assert chart.series[0].verdicts == ("within", "within")


def test_computed_column_has_the_unit_of_its_calculation() -> None:
    chart = chart_of(spec(BOTH), entry(), points(("12", "within"), ("12", "within")))
    assert chart
    assert (chart.series[0].unit, chart.panels[0].title) == ("L/m²/h", "flux, L/m²/h")


@pytest.mark.parametrize(
    ("step", "title", "last"),
    [
        (timedelta(minutes=5), "2026-10-22, site time +02:00", "09:40"),
        (timedelta(seconds=5), "2026-10-22, site time +02:00", "09:35:05"),
        (timedelta(days=1), "2026, month-day and site time +02:00", "10-23 09:35"),
        (timedelta(days=4), "site time with offset", "10-26 08:35 +01:00"),
        (timedelta(days=365), "date and site time +02:00", "2027-10-22 09:35"),
    ],
)
def test_axis_says_day_and_offset_and_repeats_neither(step: timedelta, title: str, last: str) -> None:
    chart = chart_of(spec(BOTH), entry(), points(("12", "within"), ("12", "within"), step=step))
    assert chart
    assert (chart.x_title, chart.x_labels[1]) == (title, last)


def test_one_reading_is_no_course() -> None:
    assert chart_of(spec(BOTH), entry(), points(("12", "within"))) is None
