"""Whether the record answers 21 CFR 211.188(b)(1) to (13), paragraph by paragraph (R333)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batches.domain.masters import plan_for
from batches.guards import DONE
from batches.models import Container, EquipmentScan, MaterialCharge, PhaseRecord
from batches.queries import live_entries
from batches.states import ChargeState, ContainerState, PhaseState
from compliance.models import Signature
from qc.models import Result, Sample
from qc.states import ResultState

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from batches.domain.masters import Plan
    from batches.models import Batch, Entry


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: whether the record answers it, where, and what is missing."""

    paragraph: str
    title: str
    complete: bool
    where: str
    why: str = ""
    applies: bool = True


@dataclass(frozen=True, slots=True)
class _Facts:
    batch: Batch
    plan: Plan
    entries: dict[tuple[str, int], Entry]
    phases: list[PhaseRecord]
    signed: set[tuple[UUID, str]]


def completeness(batch: Batch) -> list[Paragraph]:
    """The thirteen paragraphs of a batch, in order, in a fixed number of queries."""
    plan = plan_for(batch)
    phases = list(PhaseRecord.objects.filter(batch=batch).select_related("run"))
    entries = {(e.path, e.phase.occurrence): e for e in live_entries(batch).filter(slot="")}
    uuids = [p.uuid for p in phases]
    signed = set(
        Signature.objects.filter(record_uuid__in=uuids, void__isnull=True).values_list("record_uuid", "meaning")
    )
    facts = _Facts(batch, plan, entries, phases, signed)
    return [check(facts) for check in _CHECKS]


def _done(f: _Facts) -> list[PhaseRecord]:
    return [p for p in f.phases if p.state not in {PhaseState.NOT_APPLICABLE, PhaseState.ABORTED}]


def _of_kind(f: _Facts, *kinds: str) -> list[PhaseRecord]:
    return [p for p in _done(f) if p.run.kind in kinds]


def _answer(n: int, title: str, missing: list[str], where: str, *, applies: bool = True) -> Paragraph:
    why = "" if not missing else f"{missing[0]}{f' and {len(missing) - 1} more' if len(missing) > 1 else ''}"
    return Paragraph(str(n), title, not missing, where, why, applies)


def _dates(f: _Facts) -> Paragraph:
    missing = [f"{p.title} has no date" for p in _done(f) if p.started_at is None or p.performed_at is None]
    return _answer(1, "Dates", missing, "each step")


def _equipment(f: _Facts) -> Paragraph:
    scanned = set(EquipmentScan.objects.filter(batch=f.batch).values_list("phase_id", "equipment_class"))
    missing = [
        f"{p.title}: {need.class_.replace('_', ' ')} not identified"
        for p in _done(f)
        for need in f.plan.phase(p).requires.equipment
        if need.scan and (p.pk, need.class_) not in scanned
    ]
    return _answer(2, "Identity of major equipment and lines", missing, "each step, equipment")


def _components(f: _Facts) -> Paragraph:
    missing = _uncharged(f, lambda charge: bool(charge.lot_number), "lot not recorded")
    return _answer(3, "Identification of each component and in-process lot", missing, "each step, materials")


def _amounts(f: _Facts) -> Paragraph:
    missing = _uncharged(f, lambda c: not c.second_person or c.state == ChargeState.VERIFIED, "amount not verified")
    return _answer(4, "Weights and measures of components", missing, "each step, materials")


def _uncharged(f: _Facts, good: Callable[[MaterialCharge], bool], words: str) -> list[str]:
    charges: dict[tuple[int, str], list[MaterialCharge]] = {}
    for charge in MaterialCharge.objects.filter(batch=f.batch).exclude(state=ChargeState.REVERSED):
        charges.setdefault((charge.phase_id, charge.item_code), []).append(charge)
    return [
        f"{p.title}: {need.item} {words}"
        for p in _done(f)
        for need in f.plan.phase(p).requires.materials
        if not any(good(c) for c in charges.get((p.pk, need.item), []))
    ]


def _results(f: _Facts) -> Paragraph:
    missing = [
        f"{p.title}: {parameter.label} not recorded"
        for p in _done(f)
        for parameter in f.plan.phase(p).parameters
        if parameter.ipc and not parameter.optional and (f"{p.path}.{parameter.id}", p.occurrence) not in f.entries
    ]
    live = Result.objects.filter(sample__batch=f.batch, state__in=[ResultState.ENTERED, ResultState.SUBMITTED])
    missing += [f"{r.sample.number}: {r.item.title} not reviewed" for r in live.select_related("sample", "item")]
    return _answer(5, "In-process and laboratory control results", missing, "each step and QC results")


def _clearance(f: _Facts) -> Paragraph:
    needing = [u for u in f.plan.spec.unit_procedures if u.kind == "line_clearance" or u.clearance]
    missing = [f"{p.title} not closed" for p in _of_kind(f, "line_clearance") if p.state not in DONE]
    where = "line clearance"
    return _answer(6, "Inspection of packaging and labelling area", missing, where, applies=bool(needing))


def _yields(f: _Facts) -> Paragraph:
    missing = []
    for one in f.plan.spec.theoretical_yields:
        path = one.actual.parameter
        found = [e for (p, _), e in f.entries.items() if p.endswith(path) and e.value is not None]
        if not found:
            missing.append(f"{one.title} not calculated")
    return _answer(7, "Actual yield and percentage of theoretical yield", missing, "yields")


def _labels(f: _Facts) -> Paragraph:
    needs = _of_kind(f, "labelling")
    missing = [f"{p.title} not closed" for p in needs if p.state not in DONE]
    if f.plan.spec.labels and not all(one.specimen for one in f.plan.spec.labels):
        missing.append("a label has no specimen")
    return _answer(8, "Label records with specimens", missing, "labelling", applies=bool(f.plan.spec.labels))


def _containers(f: _Facts) -> Paragraph:
    fills = _of_kind(f, "fill")
    named = Container.objects.filter(batch=f.batch)
    missing = [] if f.plan.spec.containers else ["the master describes no container"]
    if fills and not named.exists():
        missing.append("no container is named")
    if fills and named.filter(state=ContainerState.FILLED).exists():
        missing.append("a container has no fate")
    return _answer(9, "Containers and closures", missing, "fill and reconciliation")


def _samples(f: _Facts) -> Paragraph:
    taken = set(Sample.objects.filter(batch=f.batch).values_list("phase_id", "point"))
    missing = [
        f"{p.title}: sample {one.id} not taken"
        for p in _done(f)
        for one in f.plan.phase(p).samples
        if (p.pk, one.id) not in taken
    ]
    return _answer(10, "Sampling performed", missing, "each step, samples")


def _people(f: _Facts) -> Paragraph:
    missing = []
    for p in _done(f):
        sign = f.plan.phase(p).sign
        asked = [("performed", sign.performed), ("verified", sign.verified), ("approved", sign.qa)]
        missing += [f"{p.title}: not {m}" for m, wanted in asked if wanted and (p.uuid, m) not in f.signed]
    return _answer(11, "Persons performing and checking each significant step", missing, "signatures")


def _investigations(f: _Facts) -> Paragraph:
    missing = [f"{d.number} not assessed" for d in f.batch.deviations.filter(classification="")]
    return _answer(12, "Investigations under 211.192", missing, "deviations")


def _examination(f: _Facts) -> Paragraph:
    needs = _of_kind(f, "inspection")
    missing = [f"{p.title} not closed" for p in needs if p.state not in DONE]
    return _answer(13, "Results of examinations under 211.134", missing, "inspection", applies=bool(needs))


_CHECKS: tuple[Callable[[_Facts], Paragraph], ...] = (
    _dates, _equipment, _components, _amounts, _results, _clearance, _yields, _labels, _containers, _samples,
    _people, _investigations, _examination,
)  # fmt: skip
