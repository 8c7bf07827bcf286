"""Whether the record answers 21 CFR 211.188(b)(1) to (13), paragraph by paragraph (R333)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batches.domain.masterfile.paths import resolve
from batches.domain.masters import plan_for
from batches.guards import DONE
from batches.models import Container, Deviation, Entry, EquipmentScan, MaterialCharge, PhaseRecord, UnitRun
from batches.states import ChargeState, ContainerState, PhaseState
from qc.models import Result, Sample, SpecificationItem
from qc.states import ResultState
from release.queries.asof import NOW, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from batches.domain.masters import Plan
    from batches.models import Batch


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: whether the record answers it, where, and what is missing."""

    paragraph: str
    title: str
    complete: bool
    where: str
    why: str = ""
    applies: bool = True

    @property
    def clears(self) -> str:
        """Who can complete it."""
        return {"5": "the operators or the laboratory", "12": "QA"}.get(self.paragraph, "the operators")


@dataclass(frozen=True, slots=True)
class _Facts:
    batch: Batch
    view: View
    plan: Plan
    entries: dict[tuple[str, int], Entry]
    phases: list[PhaseRecord]
    kinds: dict[int, str]
    charges: dict[tuple[int, str], list[MaterialCharge]]
    signed: set[tuple[UUID, str]]


def completeness(batch: Batch, view: View = NOW) -> list[Paragraph]:
    """The thirteen paragraphs of a batch, in order, in a fixed number of queries."""
    phases = view.records(PhaseRecord, batch_id=batch.pk)
    rows = view.rows(Entry, batch=batch)
    superseded = {e.supersedes_id for e in rows}
    occurrence = {p.pk: p.occurrence for p in phases}
    charges: dict[tuple[int, str], list[MaterialCharge]] = {}
    for charge in view.records(MaterialCharge, batch_id=batch.pk):
        if charge.state != ChargeState.REVERSED:
            charges.setdefault((charge.phase_id, charge.item_code), []).append(charge)
    marks = view.signatures(p.uuid for p in phases)
    facts = _Facts(
        batch=batch,
        view=view,
        plan=plan_for(batch),
        entries={(e.path, occurrence[e.phase_id]): e for e in rows if e.pk not in superseded and not e.slot},
        phases=phases,
        kinds={r.pk: r.kind for r in view.records(UnitRun, batch_id=batch.pk)},
        charges=charges,
        signed={(s.record_uuid, s.meaning) for s in marks if not view.is_void(s)},
    )
    return [check(facts) for check in _CHECKS]


def _done(f: _Facts) -> list[PhaseRecord]:
    return [p for p in f.phases if p.state not in {PhaseState.NOT_APPLICABLE, PhaseState.ABORTED}]


def _of_kind(f: _Facts, *kinds: str) -> list[PhaseRecord]:
    return [p for p in _done(f) if f.kinds[p.run_id] in kinds]


def _answer(n: int, title: str, missing: list[str], where: str, *, applies: bool = True) -> Paragraph:
    why = "" if not missing else f"{missing[0]}{f' and {len(missing) - 1} more' if len(missing) > 1 else ''}"
    return Paragraph(str(n), title, not missing, where, why, applies)


def _dates(f: _Facts) -> Paragraph:
    missing = [f"{p.title} has no date" for p in _done(f) if p.started_at is None or p.performed_at is None]
    return _answer(1, "Dates", missing, "each step")


def _equipment(f: _Facts) -> Paragraph:
    scanned = {(s.phase_id, s.equipment_class) for s in f.view.rows(EquipmentScan, batch=f.batch)}
    missing = [
        f"{p.title}: {need.class_.replace('_', ' ')} not identified"
        for p in _done(f)
        for need in f.plan.phase(p).requires.equipment
        if need.scan and (p.pk, need.class_) not in scanned
    ]
    return _answer(2, "Identity of major equipment and lines", missing, "each step, equipment")


def _components(f: _Facts) -> Paragraph:
    missing = _uncharged(f, lambda charges: all(c.lot_number for c in charges), "lot not recorded")
    return _answer(3, "Identification of each component and in-process lot", missing, "each step, materials")


def _amounts(f: _Facts) -> Paragraph:
    missing = _uncharged(
        f,
        lambda charges: all(not c.second_person or c.state == ChargeState.VERIFIED for c in charges),
        "amount not verified",
    )
    return _answer(4, "Weights and measures of components", missing, "each step, materials")


def _uncharged(f: _Facts, good: Callable[[list[MaterialCharge]], bool], words: str) -> list[str]:
    return [
        f"{p.title}: {need.item} {words}"
        for p in _done(f)
        for need in f.plan.phase(p).requires.materials
        if not (charges := f.charges.get((p.pk, need.item), [])) or not good(charges)
    ]


def _results(f: _Facts) -> Paragraph:
    missing = [
        f"{p.title}: {parameter.label} not recorded"
        for p in _done(f)
        for parameter in f.plan.phase(p).parameters
        if parameter.ipc and not parameter.optional and (f"{p.path}.{parameter.id}", p.occurrence) not in f.entries
    ]
    open_states = {ResultState.ENTERED, ResultState.SUBMITTED}
    results = [r for r in f.view.records(Result, sample__batch_id=f.batch.pk) if r.state in open_states]
    if results:
        numbers = dict(Sample.objects.filter(batch=f.batch).values_list("pk", "number"))
        titles = dict(SpecificationItem.objects.values_list("pk", "title"))
        missing += [f"{numbers[r.sample_id]}: {titles[r.item_id]} not reviewed" for r in results]
    return _answer(5, "In-process and laboratory control results", missing, "each step and QC results")


def _clearance(f: _Facts) -> Paragraph:
    needing = [u for u in f.plan.spec.unit_procedures if u.kind == "line_clearance" or u.clearance]
    missing = [f"{p.title} not closed" for p in _of_kind(f, "line_clearance") if p.state not in DONE]
    where = "line clearance"
    return _answer(6, "Inspection of packaging and labelling area", missing, where, applies=bool(needing))


def _yields(f: _Facts) -> Paragraph:
    missing = []
    for one in f.plan.spec.theoretical_yields:
        path = resolve(f.plan.spec, one.actual.parameter).path
        if not any(p == path and e.value is not None for (p, _), e in f.entries.items()):
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
    named = f.view.records(Container, batch_id=f.batch.pk) if fills else []
    missing = [] if f.plan.spec.containers else ["the master describes no container"]
    if fills and not named:
        missing.append("no container is named")
    if any(c.state == ContainerState.FILLED for c in named):
        missing.append("a container has no fate")
    return _answer(9, "Containers and closures", missing, "fill and reconciliation")


def _samples(f: _Facts) -> Paragraph:
    taken = {(s.phase_id, s.point) for s in f.view.records(Sample, batch_id=f.batch.pk)}
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
    rows = f.view.records(Deviation, batch_id=f.batch.pk)
    missing = [f"{d.number} not assessed" for d in rows if not d.classification]
    return _answer(12, "Investigations under 211.192", missing, "deviations")


def _examination(f: _Facts) -> Paragraph:
    needs = _of_kind(f, "inspection")
    missing = [f"{p.title} not closed" for p in needs if p.state not in DONE]
    return _answer(13, "Results of examinations under 211.134", missing, "inspection", applies=bool(needs))


_CHECKS: tuple[Callable[[_Facts], Paragraph], ...] = (
    _dates, _equipment, _components, _amounts, _results, _clearance, _yields, _labels, _containers, _samples,
    _people, _investigations, _examination,
)  # fmt: skip
