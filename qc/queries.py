"""Reads of samples, items and results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from batches.validators import Verdict
from compliance.models import LedgerEntry
from qc.models import OosInvestigation, Result, Sample, Specification, SpecificationItem
from qc.states import LIVE, OosState, ResultState, SpecificationState

# An alert is looked at, it is no failure (R503); without a limit nothing is judged.
PASSING = frozenset({Verdict.WITHIN, Verdict.ALERT, Verdict.NO_LIMIT})

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from batches.models import Batch, ProductVersion


def specification_for(version: ProductVersion) -> Specification | None:
    """The approved specification of a product version."""
    return Specification.objects.filter(product_version=version, state=SpecificationState.APPROVED).first()


def specification_of(batch: Batch) -> Specification | None:
    """The specification that a batch is judged by: the one its first result was judged by, else the approved one.

    So a version approved while a batch is in test changes nothing for that batch.
    """
    first = Result.objects.filter(sample__batch=batch).select_related("item__specification").order_by("id").first()
    return first.item.specification if first else specification_for(batch.product_version)


def items_for(sample: Sample) -> list[SpecificationItem]:
    """What is tested on a sample: the specification's items of its point and tests."""
    specification = specification_of(sample.batch)
    return items_of(specification, sample) if specification else []


def items_of(specification: Specification, sample: Sample) -> list[SpecificationItem]:
    """The items of a specification that belong to a sample's point and tests."""
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
    """Tests of a batch that are not taken, pending, or not passing (R319): pending is no pass (WF-07).

    Release tests must be there; in-process tests of each sample that was taken must be reviewed and pass too
    (R310). A batch without an approved specification misses all of it.
    """
    specification = specification_of(batch)
    if specification is None:
        absent = SpecificationItem(title=f"Specification of {batch.product_version}", stage="release")
        return [Missing(absent, "", "no version is approved")]
    taken: dict[tuple[str, str], list[Sample]] = {}
    for sample in Sample.objects.filter(batch=batch).order_by("id"):
        for test in json.loads(sample.tests):
            taken.setdefault((sample.point, test), []).append(sample)
    live = {(r.sample_id, r.item_id): r for r in Result.objects.filter(sample__batch=batch, state__in=LIVE)}
    found = []
    for item in specification.items.exclude(stage="info"):
        samples_of_it = taken.get((item.point, item.test), [])
        if not samples_of_it and item.stage == "release":
            found.append(Missing(item, "", "no sample was taken"))
        for sample in samples_of_it:
            why = _why(live.get((sample.pk, item.pk)))
            if why:
                found.append(Missing(item, sample.number, why))
    return found


def _why(result: Result | None) -> str:
    if result is None:
        return "no result"
    if result.verdict not in PASSING:
        return f"{result.reported} does not pass"
    return "" if result.state == ResultState.REVIEWED else "not reviewed"


def sample_by_number(number: str) -> Sample | None:
    """One sample with its batch, step and people."""
    return samples().select_related("batch__product_version__product").filter(number=number).first()


def results_on(sample: Sample) -> QuerySet[Result]:
    """Every result of a sample in the order they were entered, with people and investigations."""
    return sample.results.select_related("item", "analyst", "reviewed_by", "oos").order_by("id")


def result_by_uuid(uuid: UUID) -> Result | None:
    """One result with its sample, people and investigation."""
    return (
        Result.objects.select_related("sample__batch", "item", "analyst", "reviewed_by", "oos")
        .filter(uuid=uuid)
        .first()
    )


def samples_for_list() -> QuerySet[Sample]:
    """Samples with how many results are live, wait for review, and do not pass."""
    live = Q(results__state__in=LIVE)
    return samples().annotate(
        live=Count("results", filter=live),
        submitted=Count("results", filter=Q(results__state=ResultState.SUBMITTED)),
        failing=Count("results", filter=live & ~Q(results__verdict__in=list(PASSING))),
    )


def with_submitted_results(rows: QuerySet[Sample]) -> QuerySet[Sample]:
    """Those of the samples that wait for a reviewer."""
    return rows.filter(Exists(Result.objects.filter(sample=OuterRef("pk"), state=ResultState.SUBMITTED)))


def investigations() -> QuerySet[OosInvestigation]:
    """Investigations with their result, sample and batch."""
    return OosInvestigation.objects.select_related(
        "result__item", "result__sample__batch", "result__analyst", "opened_by"
    )


def investigation_by_number(number: str) -> OosInvestigation | None:
    """One investigation."""
    return investigations().filter(number=number).first()


def any_act_of(ids: Iterable[UUID]) -> bool:
    """Whether any of these acts was done."""
    return LedgerEntry.objects.filter(act_id__in=list(ids)).exists()
