"""Reads of samples, items and results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qc.models import OosInvestigation, Result, Sample, Specification, SpecificationItem
from qc.states import LIVE, OosState, ResultState, SpecificationState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from batches.models import Batch, ProductVersion


def specification_for(version: ProductVersion) -> Specification | None:
    """The approved specification of a product version."""
    return Specification.objects.filter(product_version=version, state=SpecificationState.APPROVED).first()


def items_for(sample: Sample) -> list[SpecificationItem]:
    """What is tested on a sample: the specification's items of its point and tests."""
    specification = specification_for(sample.batch.product_version)
    if specification is None:
        return []
    wanted = set(json.loads(sample.tests))
    return [i for i in specification.items.filter(point=sample.point) if i.test in wanted]


def samples() -> QuerySet[Sample]:
    """Samples, newest first."""
    return Sample.objects.select_related("batch", "phase", "taken_by", "received_by")


def results_of(batch: Batch) -> QuerySet[Result]:
    """Every result of a batch, retracted and invalidated ones too, in the order of the specification."""
    return (
        Result.objects.filter(sample__batch=batch)
        .select_related("sample", "item", "analyst", "reviewed_by")
        .order_by("item__position", "sample_id", "id")
    )


def open_oos(batch: Batch) -> QuerySet[OosInvestigation]:
    """Investigations of a batch that are not approved."""
    return OosInvestigation.objects.filter(result__sample__batch=batch).exclude(state=OosState.APPROVED)


@dataclass(frozen=True, slots=True)
class Missing:
    """One attribute without a reviewed result, and why."""

    item: SpecificationItem
    sample: str
    why: str


def missing_for_release(batch: Batch) -> list[Missing]:
    """Release tests of a batch that are not taken, pending, or not passing (R319): pending is no pass (WF-07)."""
    specification = specification_for(batch.product_version)
    if specification is None:
        return []
    taken: dict[str, list[Sample]] = {}
    for sample in Sample.objects.filter(batch=batch):
        taken.setdefault(sample.point, []).append(sample)
    live = {(r.sample_id, r.item_id): r for r in Result.objects.filter(sample__batch=batch, state__in=LIVE)}
    found = []
    for item in specification.items.filter(stage="release"):
        if item.point not in taken:
            found.append(Missing(item, "", "no sample was taken"))
        for sample in taken.get(item.point, []):
            why = _why(live.get((sample.pk, item.pk)))
            if why:
                found.append(Missing(item, sample.number, why))
    return found


def _why(result: Result | None) -> str:
    if result is None:
        return "no result"
    if result.state != ResultState.REVIEWED:
        return "not reviewed"
    return "" if result.verdict in {"within", "no_limit", "alert"} else f"{result.reported} does not pass"
