"""Numbers without gap or double: a counter row that is locked and stepped in the act that uses the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from compliance.domain import clock
from compliance.domain.records import save_record
from compliance.models import NumberSeries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from compliance.domain.act import Act

DIGITS = 4
PART_DIGITS = 3


def next_number(a: Act, prefix: str) -> str:
    """The next number of this year's series, as EV-26-0001; the year is the site's own (CON-06).

    Two acts at once wait for each other here, so ask late in an act. An act that is refused gives its number
    back: the series has no gap. From 10 000 on the number grows a digit.
    """
    year = a.at.astimezone(clock.zone()).year
    return f"{prefix}-{year % 100:02d}-{_step(a, prefix, year):0{DIGITS}d}"


def next_part(a: Act, whole: str, letter: str) -> str:
    """The next number inside another one, as EV-26-0001-S001 for the samples of a batch (CON-06)."""
    return f"{whole}-{letter}{_step(a, f'{whole}-{letter}', 0):0{PART_DIGITS}d}"


def _step(a: Act, prefix: str, year: int) -> int:
    series = _locked(prefix, year).first()
    if series is None:
        try:
            # A savepoint: when another act makes the same series first, only this insert is taken back.
            with transaction.atomic():
                return save_record(a, NumberSeries(prefix=prefix, year=year, last=1)).last
        except IntegrityError:
            series = _locked(prefix, year).get()
    series.last += 1
    return save_record(a, series).last


def _locked(prefix: str, year: int) -> QuerySet[NumberSeries]:
    return NumberSeries.objects.select_for_update().filter(prefix=prefix, year=year)
