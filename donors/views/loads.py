"""Donors with what the rules say of their donations, and lots with what is left, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.fields import ExactSum
from donors.domain.findings import judge_from
from donors.models import Consent, Determination, Donation, Handover, ScreeningHistory, TestResult, TissueLot, TissueUse
from donors.states import ConsentScope, ConsentState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from donors.domain.findings import Judged
    from donors.models import Donor


@dataclass(frozen=True, slots=True)
class Case:
    """One donation as judged now, with the determination that stands over it."""

    donation: Donation
    judged: Judged
    standing: Determination | None


@dataclass(frozen=True, slots=True)
class DonorLine:
    """A donor with the donations, newest first, and whether a consent to manufacture stands."""

    donor: Donor
    cases: tuple[Case, ...]
    consented: bool


@dataclass(frozen=True, slots=True)
class LotLine:
    """A tissue lot with what is left of it and where it is."""

    lot: TissueLot
    left: Decimal
    place: str


def donor_lines(donors: Sequence[Donor]) -> list[DonorLine]:
    """Donors of a list. Five queries, however many donors."""
    keys = [donor.pk for donor in donors]
    results: dict[int, list[TestResult]] = defaultdict(list)
    for result in TestResult.objects.filter(donor__in=keys, superseded_by__isnull=True).order_by("id"):
        results[result.donor_id].append(result)
    histories: dict[int, dict[str, ScreeningHistory]] = defaultdict(dict)
    for history in ScreeningHistory.objects.filter(donor__in=keys).order_by("id"):
        histories[history.donor_id][history.person] = history
    given = {"scope": ConsentScope.MANUFACTURE, "state": ConsentState.GIVEN}
    consented = set(Consent.objects.filter(donor__in=keys, **given).values_list("donor_id", flat=True))
    cases: dict[int, list[Case]] = defaultdict(list)
    by_key = {donor.pk: donor for donor in donors}
    standing = _standing(keys)
    for donation in Donation.objects.filter(donor__in=keys).order_by("-collected_at", "-id"):
        donation.donor = by_key[donation.donor_id]
        judged = judge_from(donation, results[donation.donor_id], histories[donation.donor_id])
        cases[donation.donor_id].append(Case(donation, judged, standing.get(donation.pk)))
    return [DonorLine(donor, tuple(cases[donor.pk]), donor.pk in consented) for donor in donors]


def _standing(donors: list[int]) -> dict[int, Determination]:
    """The newest determination of each donation that was not voided."""
    rows = Determination.objects.filter(donation__donor__in=donors, void__isnull=True).order_by("id")
    return {row.donation_id: row for row in rows}


def lot_lines(lots: Iterable[TissueLot]) -> list[LotLine]:
    """Tissue lots of a list. Two queries more, however many lots."""
    rows = list(lots)
    keys = [lot.pk for lot in rows]
    used = TissueUse.objects.filter(lot__in=keys).order_by().values("lot").annotate(total=ExactSum("quantity"))
    taken = {row["lot"]: Decimal(row["total"]) for row in used}
    moves = Handover.objects.filter(lot__in=keys).order_by("id").values_list("lot_id", "to_place")
    places = dict(moves)
    return [LotLine(lot, lot.quantity - taken.get(lot.pk, Decimal(0)), places.get(lot.pk, lot.place)) for lot in rows]
