"""The laboratory of the demonstration: samples received, results entered, reviewed by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qc.domain import sampling, testing
from qc.models import Sample
from qc.queries import items_for
from qc.states import SampleState

if TYPE_CHECKING:
    from batches.models import Batch
    from qc.models import Result
    from release.demo.desk import Desk

ANALYST, REVIEWER = "aron", "ruth"
INSTRUMENTS = {
    "particles": "NTA-01", "size": "NTA-01", "protein": "PLR-01", "purity": "NTA-01", "endotoxin": "PLR-01",
    "ph": "PH-01", "osmolality": "OSM-01", "potency": "PLR-01", "host_dna": "QPCR-01", "mycoplasma_nat": "QPCR-01",
}  # fmt: skip


def receive(desk: Desk, batch: Batch) -> None:
    """Receives every sample of a batch that is on its way."""
    for sample in Sample.objects.filter(batch=batch, state=SampleState.TAKEN).order_by("id"):
        with desk.act(ANALYST, "sample.received", batch) as a:
            sampling.receive_sample(a, sample)


def test(desk: Desk, batch: Batch, wanted: dict[str, dict[str, Any]]) -> None:
    """Enters results by sample point and attribute, one for each sample of a point; a second person reviews each."""
    for result in enter(desk, batch, wanted):
        with desk.signed(REVIEWER, "result.reviewed", result, "reviewed", batch) as (a, token):
            testing.review_result(a, token, result)


def enter(desk: Desk, batch: Batch, wanted: dict[str, dict[str, Any]]) -> list[Result]:
    """Enters results and submits them; their review is still to come."""
    results = []
    for point, values in wanted.items():
        samples = list(Sample.objects.filter(batch=batch, point=point).order_by("occurrence", "id"))
        if not samples:
            raise LookupError(f"{batch.number} has no sample {point}.")
        for n, sample in enumerate(samples):
            for code, value in values.items():
                typed = value[n] if isinstance(value, list) else value
                results.append(_entered(desk, sample, code, typed))
    return results


def _entered(desk: Desk, sample: Sample, code: str, typed: str) -> Result:
    item = next(i for i in items_for(sample) if i.code == code)
    with desk.act(ANALYST, "result.entered", sample.batch) as a:
        result = testing.enter_result(a, sample, item, typed, instrument=INSTRUMENTS.get(item.test, ""))
        return testing.submit_result(a, result)
