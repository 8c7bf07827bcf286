"""Numbers come without gap or double, also when many ask at once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.numbering import _locked, next_number, next_part
from compliance.domain.records import save_record
from compliance.models import LedgerEntry, NumberSeries

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

pytestmark = pytest.mark.django_db

YEAR = f"{clock.true_now().year % 100:02d}"


def ask(prefix: str = "EV", count: int = 1) -> list[str]:
    with act(system(), "clock.set", f"sample:{uuid.uuid4()}") as a:
        return [next_number(a, prefix) for _ in range(count)]


@pytest.mark.case("CON-06")
def test_numbers_count_on_within_and_between_acts() -> None:
    assert ask() == [f"EV-{YEAR}-0001"]
    assert ask(count=2) == [f"EV-{YEAR}-0002", f"EV-{YEAR}-0003"]
    assert ask("CB") == [f"CB-{YEAR}-0001"]


@pytest.mark.case("CON-06")
def test_number_of_a_refused_act_is_given_again() -> None:
    ask()
    given = []
    with pytest.raises(ValueError, match="not registered"), act(system(), "made.up", "sample:1") as a:
        given.append(next_number(a, "EV"))
    assert given == [f"EV-{YEAR}-0002"]
    assert ask() == [f"EV-{YEAR}-0002"]


def test_parts_count_within_their_whole() -> None:
    with act(system(), "clock.set", "sample:1") as a:
        found = [next_part(a, "EV-26-0001", "S"), next_part(a, "EV-26-0001", "S")]
        found += [next_part(a, "EV-26-0001", "V"), next_part(a, "EV-26-0002", "S")]
    assert found == ["EV-26-0001-S001", "EV-26-0001-S002", "EV-26-0001-V001", "EV-26-0002-S001"]


def test_year_is_the_site_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    # 23:30 UTC on New Year's Eve is next year in Berlin.
    monkeypatch.setattr(clock, "true_now", lambda: datetime(2027, 12, 31, 23, 30, tzinfo=UTC))
    assert ask() == ["EV-28-0001"]


def test_number_past_the_width_grows_a_digit() -> None:
    with act(system(), "clock.set", "sample:1") as a:
        year = a.at.astimezone(clock.zone()).year
        save_record(a, NumberSeries(prefix="EV", year=year, last=9999))
    assert ask() == [f"EV-{YEAR}-10000"]


def test_counter_has_history_and_ledger() -> None:
    ask(count=2)
    series = NumberSeries.objects.get()
    assert list(series.history.order_by("version").values_list("last", flat=True)) == [1, 2]
    assert str(series) == f"EV {series.year}"
    assert str(series.uuid) in LedgerEntry.objects.get(act_id=series.act_id).payload


def test_lost_race_to_make_a_series_goes_on_with_the_winner_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look finds nothing, because the other act has not committed yet."""
    ask()
    monkeypatch.setattr("compliance.domain.numbering._locked", _blind_once(_locked))
    assert ask() == [f"EV-{YEAR}-0002"]


def _blind_once(look: Callable[[str, int], QuerySet[NumberSeries]]) -> Callable[[str, int], QuerySet[NumberSeries]]:
    seen: list[int] = []

    def blind(prefix: str, year: int) -> QuerySet[NumberSeries]:
        seen.append(year)
        return NumberSeries.objects.none() if len(seen) == 1 else look(prefix, year)

    return blind


@pytest.mark.pg
@pytest.mark.case("CON-06")
@pytest.mark.django_db(transaction=True)
def test_parallel_acts_get_different_numbers() -> None:
    """Twenty at once, on a series that none of them finds made; then twenty samples of one batch."""

    def number(_index: int) -> str:
        try:
            return ask("PAR")[0]
        finally:
            connection.close()

    def sample(_index: int) -> str:
        try:
            with act(system(), "clock.set", f"sample:{uuid.uuid4()}") as a:
                return next_part(a, "EV-26-0001", "S")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        numbers = list(pool.map(number, range(20)))
        samples = list(pool.map(sample, range(20)))
    assert sorted(numbers) == [f"PAR-{YEAR}-{n:04d}" for n in range(1, 21)]
    assert sorted(samples) == [f"EV-26-0001-S{n:03d}" for n in range(1, 21)]
