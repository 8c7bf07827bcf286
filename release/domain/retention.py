"""How long records are kept: the latest of all that apply, never shorter (R103, R226, R402).

Nothing here deletes. There is no deletion of a record at all; the date says until when a site must hold it.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from batches import queries
from batches.models import Batch, LotNode
from compliance.domain import clock
from donors.domain.keeping import Hold
from release.domain.disposition import expiry, manufactured_at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from donors.models import Donor

US_AFTER_EXPIRY_MONTHS, US_EARLIEST_MONTHS, US_AFTER_COMPLETION = 12, 6, 60
EU_AFTER_EXPIRY, EU_AFTER_CERTIFICATION = 12, 60
TISSUE_AFTER_USE, TRACEABILITY = 120, 360


@dataclass(frozen=True, slots=True)
class Kept:
    """The last day of each duty: batch documents in the US and the EU, tissue records, traceability."""

    us: date
    eu: date
    tissue: date
    traceability: date

    @property
    def until(self) -> date:
        """The latest of all."""
        return max(self.us, self.eu, self.tissue, self.traceability)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; a day that month has not is the first of the next: never shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = monthrange(year, month)[1]
    if day.day <= last:
        return day.replace(year=year, month=month)
    return date(year, month, last) + timedelta(days=1)


def kept(expires: date, completed: date, certified: date | None = None, used: date | None = None) -> Kept:
    """The days until which records of a batch are kept (R226, R402).

    `completed` is the day of the last decision, `certified` that of the QP. An unknown day of use is the latest
    possible one, the expiry; a batch that no QP certified counts from its completion.
    """
    last_use = used or expires
    return Kept(
        us=max(
            months_later(expires, US_AFTER_EXPIRY_MONTHS),
            months_later(expires, US_EARLIEST_MONTHS),
            months_later(completed, US_AFTER_COMPLETION),
        ),
        eu=max(months_later(expires, EU_AFTER_EXPIRY), months_later(certified or completed, EU_AFTER_CERTIFICATION)),
        tissue=months_later(last_use, TISSUE_AFTER_USE),
        traceability=max(months_later(expires, TRACEABILITY), months_later(last_use, TRACEABILITY)),
    )


def of_batch(batch: Batch) -> Kept | None:
    """The days of one batch; none until it is released or rejected, since then nothing has begun to count.

    A batch that ended without a product counts from its rejection plus the shelf life it would have had.
    """
    decided = {d.decision: _day(d.decided_at) for d in batch.decisions.order_by("id")}
    completed = decided.get("released") or decided.get("rejected")
    if completed is None:
        return None
    made = manufactured_at(batch)
    months = batch.product_version.shelf_life_months
    ends = batch.expires_on or expiry(made, months) or months_later(completed, months)
    return kept(ends, completed, decided.get("certified"))


def until(batch: Batch) -> date | None:
    """How long the record of a batch is kept: its own day, or that of the last product made of it."""
    return _latest(of_batch(row) for row in [batch, *_made_of([batch])])


def of_donor(donor: Donor) -> list[Hold]:
    """What each batch that came from a donor asks for; traceability runs to the last of them (R402)."""
    rows = sorted(_from_donor(donor), key=lambda b: b.pk)
    return [Hold(f"Batch {row.number}", days.until if (days := of_batch(row)) else None) for row in rows]


def _latest(found: Iterable[Kept | None]) -> date | None:
    days = [one.until if one else None for one in found]
    return None if None in days else max(day for day in days if day is not None)


def _from_donor(donor: Donor) -> set[Batch]:
    """By tissue, by the lot graph, and by the banks they were made of."""
    found = set(Batch.objects.filter(tissue__donation__donor=donor).select_related("product_version"))
    for node in LotNode.objects.filter(donation__donor=donor):
        for one in queries.descendants(node).nodes.values():
            row = one.run.batch if one.run_id and one.run else one.batch
            if row is not None:
                found.add(row)
    return found | set(_made_of(found))


def _made_of(rows: Iterable[Batch]) -> list[Batch]:
    """Every batch made of these, of those, and so on: one query a level."""
    seen = {row.pk for row in rows}
    found: list[Batch] = []
    level = set(seen)
    while level:
        new = list(Batch.objects.filter(bank__in=level).exclude(pk__in=seen).select_related("product_version"))
        found += new
        level = {row.pk for row in new}
        seen |= level
    return found


def _day(at: datetime) -> date:
    return at.astimezone(clock.zone()).date()
