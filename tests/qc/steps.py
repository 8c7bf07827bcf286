"""Steps through the laboratory as people take them: each by the same domain functions as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from batches.domain import materials, phases
from compliance.domain.act import act
from qc.domain import investigating, sampling, specifications, testing
from qc.models import OosInvestigation, Result, Sample, Specification, SpecificationItem
from tests import helpers
from tests.batches import steps

if TYPE_CHECKING:
    from batches.models import Batch
    from compliance.domain.actor import Actor

DATA = Path(__file__).parent / "data"
EVIDENCE = "Crack through the window of cuvette 7, photograph in notebook 12, page 44"
FIN_GOOD = {
    "endotoxin": "<0.05",
    "sterility_a": "no growth",
    "sterility_b": "no growth",
    "particles": "4.1e10",
    "protein": "12.80",
}


def analyst() -> Actor:
    """Cora tests."""
    return helpers.person("cora", "qc_analyst")


def reviewer() -> Actor:
    """Dana reviews."""
    return helpers.person("dana", "qc_reviewer")


def qa() -> Actor:
    """Quinn is QA."""
    return helpers.person("quinn", "qa")


def drafted(text: str | None = None) -> Specification:
    """A specification drafted by the process engineer."""
    steps.approved_product()
    source = text if text is not None else (DATA / "lab_spec.yaml").read_text()
    with act(helpers.person("petra", "process_engineer"), "specification.drafted", "specifications") as a:
        return specifications.draft_specification(a, source)


def approved(text: str | None = None) -> Specification:
    """A specification that QA approved."""
    row = drafted(text)
    with steps.signed(qa(), "specification.approved", row, "approved") as (a, token):
        return specifications.approve_specification(a, token, row)


def lab_batch() -> Batch:
    """A batch of the small master, its specification approved, nothing done yet."""
    if not Specification.objects.exists():
        approved()
    return steps.issued(steps.effective_master(text=(DATA / "lab.yaml").read_text()))


def taken(batch: Batch | None = None, *points: str) -> Batch:
    """A batch whose samples Anna took (both, unless named)."""
    batch = batch or lab_batch()
    row = steps.started(steps.phase(batch, "taking.sample"))
    for point in points or ("MYC", "FIN"):
        with act(steps.operator(), "batch.sample_taken", batch) as a:
            materials.take_sample(a, row, point, f"{batch.number}-{point}")
    return batch


def sample(batch: Batch, point: str) -> Sample:
    """The sample of a point."""
    return Sample.objects.select_related("batch__product_version").get(batch=batch, point=point)


def received(batch: Batch, point: str) -> Sample:
    """A sample that the laboratory received."""
    row = sample(batch, point)
    with act(analyst(), "sample.received", row) as a:
        return sampling.receive_sample(a, row)


def item(sample_: Sample, code: str) -> SpecificationItem:
    """An item of the sample's approved specification."""
    return SpecificationItem.objects.get(code=code, point=sample_.point, specification__state="approved")


def entered(sample_: Sample, code: str, typed: str, *, by: Actor | None = None, **more: str) -> Result:
    """Cora enters one result."""
    with act(by or analyst(), "result.entered", sample_) as a:
        return testing.enter_result(a, sample_, item(sample_, code), typed, **more)


def submitted(result: Result) -> Result:
    """Cora submits a result."""
    with act(analyst(), "result.submitted", result.sample) as a:
        return testing.submit_result(a, result)


def reviewed(result: Result, *, by: Actor | None = None, version: int | None = None) -> Result:
    """Dana reviews a result and signs."""
    with steps.signed(by or reviewer(), "result.reviewed", result, "reviewed") as (a, token):
        return testing.review_result(a, token, result, version)


def tested(sample_: Sample, code: str, typed: str) -> Result:
    """A result entered, submitted and reviewed."""
    return reviewed(submitted(entered(sample_, code, typed)))


def retracted(result: Result, reason: str = "Wrong dilution, see notebook 12", *, by: Actor | None = None) -> Result:
    """Cora takes a result back, Dana one that is reviewed."""
    who = by or (reviewer() if result.state == "reviewed" else analyst())
    with act(who, "result.retracted", result.sample) as a:
        return testing.retract_result(a, result, reason)


def all_tested(batch: Batch, **other: str) -> None:
    """Every test of both samples, good unless said otherwise."""
    for point, values in (("MYC", {"myc": "negative", "cells": "1.4e6"}), ("FIN", FIN_GOOD)):
        row = received(batch, point)
        for code, typed in values.items():
            tested(row, code, other.get(code, typed))


def investigated(
    oos: OosInvestigation, *, confirmed: bool, by: Actor | None = None, evidence: str = EVIDENCE
) -> OosInvestigation:
    """Phase I, concluded by Dana; the evidence where a laboratory cause is proven."""
    who = by or reviewer()
    with act(who, "oos.phase_1", oos) as a:
        oos = investigating.begin_oos(a, oos)
    with steps.signed(who, "oos.concluded", oos, "responsible") as (a, token):
        return investigating.conclude_oos(
            a,
            token,
            oos,
            cause="Cuvette cracked",
            confirmed=confirmed,
            conclusion="Looked at all of it",
            evidence=evidence if confirmed else "",
        )


def oos_approved(oos: OosInvestigation, *, by: Actor | None = None) -> OosInvestigation:
    """QA approves the investigation."""
    with steps.signed(by or qa(), "oos.approved", oos, "approved") as (a, token):
        return investigating.approve_oos(a, token, oos)


def invalidated(result: Result, *, by: Actor | None = None) -> Result:
    """QA invalidates a result."""
    with act(by or qa(), "result.invalidated", result.sample) as a:
        return testing.invalidate_result(a, result, "The cuvette was cracked, see the investigation")


def samples_done(batch: Batch) -> None:
    """The sample phase confirmed and signed, so that the next may start."""
    row = steps.phase(batch, "taking.sample")
    steps.recorded(row, "sampled", "yes")
    steps.performed(row)


def decided(batch: Batch, decision: str, **more: Any) -> None:
    """QA's decision, recorded and signed."""
    row = steps.started(steps.phase(batch, "taking.decide"))
    steps.recorded(row, "decision", decision, **more)
    row = steps.performed(row)
    with steps.signed(qa(), "batch.phase_approved", row, "approved") as (a, token):
        phases.approve_phase(a, token, row)
