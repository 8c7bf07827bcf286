"""Laboratory results and deviations of a batch as paper says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Deviation, PhaseRecord
from batches.states import DeviationState
from compliance.page_words import pretty
from qc.models import Result, Sample, SpecificationItem
from qc.states import ResultState
from release import paper
from release.domain.dossier_people import local, maybe
from release.domain.dossier_steps import VERDICTS

if TYPE_CHECKING:
    from batches.models import Batch
    from release.queries.asof import View

TAKEN_BACK = (ResultState.RETRACTED, ResultState.INVALIDATED)


def results(batch: Batch, view: View, only: set[int] | None = None) -> tuple[paper.QcResult, ...]:
    """Every result, retracted and invalidated ones marked (R222); `only` keeps the standing ones of these items."""
    numbers = {s.pk: s.number for s in view.records(Sample, batch_id=batch.pk)}
    rows = view.records(Result, sample__batch_id=batch.pk)
    items = {i.pk: i for i in SpecificationItem.objects.filter(pk__in={r.item_id for r in rows})}
    names = view.names()
    rows.sort(key=lambda r: (items[r.item_id].position, r.sample_id, r.pk))
    return tuple(
        _result(r, items[r.item_id], numbers[r.sample_id], names)
        for r in rows
        if only is None or (r.item_id in only and r.state not in TAKEN_BACK)
    )


def _result(r: Result, item: SpecificationItem, sample: str, names: dict[int, str]) -> paper.QcResult:
    return paper.QcResult(
        test=item.title,
        method=r.method,
        specification=item.limit_words,
        result=r.reported,
        unit=r.unit,
        verdict=VERDICTS.get(r.verdict, "recorded") if r.state == ResultState.REVIEWED else "open",
        sample=sample,
        raw=r.value,
        analyst=names[r.analyst_id],
        tested_at=local(r.entered_at),
        reviewer=names.get(r.reviewed_by_id or -1, ""),
        reviewed_at=maybe(r.reviewed_at),
        cqa=item.is_cqa,
        invalidated=ResultState(r.state).label if r.state in TAKEN_BACK else "",
    )


def deviations(batch: Batch, view: View) -> tuple[paper.Deviation, ...]:
    """Every deviation with its investigation (R334, R504)."""
    names = view.names()
    rows = view.records(Deviation, batch_id=batch.pk)
    steps = {p.pk: p.title for p in view.records(PhaseRecord, batch_id=batch.pk)}
    marks = [s for s in view.signatures([d.uuid for d in rows]) if s.meaning == "approved" and not view.is_void(s)]
    closers = {s.record_uuid: s.printed_name for s in marks}
    return tuple(
        paper.Deviation(
            number=d.number,
            title=pretty(d.title),
            step=steps.get(d.phase_id or -1, ""),
            severity=d.classification or "not assessed",
            state=DeviationState(d.state).label,
            opened_by=names[d.opened_by_id],
            opened_at=local(d.opened_at),
            # Of a recorded value the system wrote it; what a person reported stays word for word.
            description=pretty(d.description) if d.entry_id else d.description,
            impact=f"{d.impact} Other batches: {d.other_batches}".strip() if d.impact else "",
            root_cause=d.root_cause,
            actions=f"{d.immediate_action} {d.conclusion}".strip(),
            closed_by=closers.get(d.uuid, "") if d.closed_at else "",
            closed_at=maybe(d.closed_at),
        )
        for d in rows
    )
