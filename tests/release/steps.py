"""Steps of QA: a small batch run to its end by the acts of production, reviewed, certified, released."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from batches.domain import authoring, deviation, materials, phases
from batches.domain.containers import move_containers
from batches.models import Batch, Container, MasterVersion, PhaseRecord
from compliance.domain import clock
from compliance.domain.act import act
from compliance.models import OutboxJob
from qc.models import Result, Specification
from release.domain import disposition, documents, review
from release.jobs import MAKE_DOCUMENT
from release.models import IssuedDocument
from release.queries.exceptions import exceptions_of
from release.tasks import run_document_job
from tests import helpers
from tests.batches import steps
from tests.qc import steps as lab
from tests.resources import steps as house

if TYPE_CHECKING:
    from batches.models import Deviation
    from compliance.domain.actor import Actor

DATA = Path(__file__).parent / "data"
GOOD = {"endotoxin": "<0.05", "sterility": "no growth", "particles": "4.1e10"}
SKID = [("0.30", "0.20", "0.05"), ("0.60", "0.20", "0.05")]


def qa() -> Actor:
    """Quinn is QA."""
    return helpers.person("quinn", "qa")


def other_qa() -> Actor:
    """Rita is QA too and signed nothing while the batch was made."""
    return helpers.person("rita", "qa")


def qp() -> Actor:
    """Pia is the QP."""
    return helpers.person("pia", "qp")


def whole_master(code: str = "EV-MINI") -> MasterVersion:
    """The small master of this app, effective, with its specification approved."""
    found = MasterVersion.objects.filter(master__code="WHOLE", state="effective").first()
    if found is not None:
        return found
    version = steps.effective_master(text=(DATA / "whole.yaml").read_text().replace("EV-MINI", code))
    lab.approved((DATA / "whole_spec.yaml").read_text().replace("EV-MINI", code))
    return version


def issued() -> Batch:
    """A batch of the small master."""
    return steps.issued(whole_master())


def cleared(batch: Batch) -> None:
    """Line clearance, signed by two."""
    row = steps.started(steps.phase(batch, "release.clearance"))
    steps.recorded(row, "cleared", "yes")
    steps.verified(steps.performed(row))


def mix_begun(batch: Batch) -> PhaseRecord:
    """The mixing phase with equipment, material and sample, no value yet."""
    row = steps.started(steps.phase(batch, "making.mix"))
    unit = house.calibrated_equipment("cell_counter", "CC-01", exclusive=False, needs_cleaning=False)
    lot = house.released_lot(house.item("TRYPLE", "mL"), "500")
    with act(steps.operator(), "batch.equipment_scanned", batch) as a:
        materials.scan_equipment(a, row, unit)
    with act(steps.operator(), "batch.material_charged", batch) as a:
        charge = materials.charge_in(a, row, "TRYPLE", lot, "10.00")
    with steps.signed(steps.verifier(), "batch.charge_verified", charge, "verified") as (a, token):
        materials.verify_charge(a, token, charge)
    with act(steps.operator(), "batch.sample_taken", batch) as a:
        materials.take_sample(a, row, "FIN", f"{batch.number}-FIN")
    return row


def skid_log(row: PhaseRecord) -> None:
    """Two readings of the skid."""
    points = [{"at": clock.now(), "pf": a, "pr": b, "pp": c} for a, b, c in SKID]
    steps.recorded(row, "log", "skid.csv", points=points, source="file")


def mixed(batch: Batch, volume: str = "10.00", **more: Any) -> PhaseRecord:
    """The mixing phase, recorded and signed by two."""
    row = mix_begun(batch)
    steps.recorded(row, "volume", volume, **more)
    steps.recorded(row, "total", "1.45e6")
    steps.recorded(row, "dead", "5.8e4")
    skid_log(row)
    return steps.verified(steps.performed(row))


def filled(batch: Batch, vials: str = "4") -> None:
    """Vials filled and inspected."""
    row = steps.started(steps.phase(batch, "filling.run"))
    steps.recorded(row, "vials_filled", vials)
    steps.recorded(row, "ended_at", clock.now().isoformat())
    steps.verified(steps.performed(row))
    row = steps.started(steps.phase(batch, "inspection.inspect"))
    steps.recorded(row, "inspected", vials)
    steps.verified(steps.performed(row))


def stored(batch: Batch) -> None:
    """Every filled vial in its place: one to QC, the rest in store."""
    indexes = list(Container.objects.filter(batch=batch).order_by("index").values_list("index", flat=True))
    for name, some in (("to_qc", indexes[:1]), ("store", indexes[1:])):
        with act(steps.operator(), "batch.containers_moved", batch) as a:
            move_containers(a, batch, some, name)


def labelled(batch: Batch) -> Batch:
    """Labels applied, signed by operator, verifier and QA: the end of the execution."""
    row = steps.started(steps.phase(batch, "labels.apply"))
    steps.recorded(row, "applied", "3")
    row = steps.verified(steps.performed(row))
    with steps.signed(qa(), "batch.phase_approved", row, "approved") as (a, token):
        phases.approve_phase(a, token, row)
    return fresh(batch)


def executed(batch: Batch | None = None, volume: str = "10.00", **more: Any) -> Batch:
    """A batch run to its end, nothing out of the ordinary unless asked."""
    batch = batch or issued()
    cleared(batch)
    mixed(batch, volume, **more)
    filled(batch)
    stored(batch)
    return labelled(batch)


def fresh(batch: Batch) -> Batch:
    """The batch as it is now."""
    return Batch.objects.select_related("master_version__master", "product_version__product").get(pk=batch.pk)


def tested(batch: Batch, **other: str) -> None:
    """Every test entered, submitted and reviewed, good unless said otherwise; "" leaves one out."""
    sample = lab.received(batch, "FIN") if lab.sample(batch, "FIN").state == "taken" else lab.sample(batch, "FIN")
    for code, typed in {**GOOD, **other}.items():
        if typed:
            lab.tested(sample, code, typed)


def answered(batch: Batch, text: str = "Looked at, no influence on the product", by: Actor | None = None) -> None:
    """Every open exception answered."""
    for one in exceptions_of(batch):
        if not one.answer:
            with act(by or qa(), "exception.answered", batch) as a:
                review.answer_exception(a, batch, one.key, text)


def reviewed(batch: Batch, by: Actor | None = None) -> Batch:
    """The review signed."""
    with steps.signed(by or qa(), "batch.reviewed", batch, "reviewed") as (a, token):
        review.sign_review(a, token, batch, "The record is complete and correct", batch.version)
    return fresh(batch)


def reopened(batch: Batch, by: Actor | None = None, why: str = "Something came after the review") -> Batch:
    """QA opens the review again."""
    with steps.signed(by or qa(), "batch.review_reopened", batch, "responsible") as (a, token):
        return review.reopen_review(a, token, fresh(batch), why)


def certified(batch: Batch, by: Actor | None = None) -> Batch:
    """The batch certified by the QP."""
    with steps.signed(by or qp(), "batch.certified", batch, "certified") as (a, token):
        disposition.certify(a, token, batch, "Made and checked as the law asks", batch.version)
    return fresh(batch)


def released(batch: Batch, by: Actor | None = None) -> Batch:
    """The batch released."""
    with steps.signed(by or qp(), "batch.released", batch, "released") as (a, token):
        disposition.release_batch(a, token, batch, "Released for use", batch.version)
    return fresh(batch)


def rejected(batch: Batch, by: Actor | None = None) -> Batch:
    """The batch rejected."""
    with steps.signed(by or qa(), "batch.rejected", batch, "rejected") as (a, token):
        disposition.reject(a, token, batch, "Pressure out of range", batch.version)
    return fresh(batch)


def through(batch: Batch | None = None) -> Batch:
    """A clean batch on its whole way to release."""
    batch = batch or executed()
    tested(batch)
    return released(certified(reviewed(batch)))


def requested(batch: Batch, kind: str = "ebr", reason: str = "", by: Actor | None = None) -> IssuedDocument:
    """A document asked for."""
    with act(by or qa(), "document.requested", batch) as a:
        return documents.request_document(a, batch, kind, reason)


def made() -> list[str]:
    """What the worker does: every waiting job, one after the other."""
    rows = OutboxJob.objects.filter(name=MAKE_DOCUMENT, state="queued").order_by("pk")
    return [run_document_job(job.uuid) for job in rows]


def document(batch: Batch, kind: str = "ebr", copy: int = 1) -> IssuedDocument:
    """A document of a batch."""
    return IssuedDocument.objects.get(batch=batch, kind=kind, copy_no=copy)


def reported(batch: Batch, title: str = "Door stood open") -> Deviation:
    """Anna reports a deviation."""
    with act(steps.operator(), "deviation.opened", batch) as a:
        return deviation.report(a, batch, title, "The door of the room stood open for a minute")


def assessed(row: Deviation) -> Deviation:
    """QA classifies it."""
    with steps.signed(qa(), "deviation.assessed", row, "reviewed") as (a, token):
        why = "No product open at that time"
        return deviation.assess(a, token, row, classification="minor", rationale=why, immediate_action="Door shut")


def closed(row: Deviation) -> Deviation:
    """Assessed, investigated, closed."""
    row = assessed(row)
    with steps.signed(other_qa(), "deviation.investigated", row, "responsible") as (a, token):
        row = deviation.investigate(
            a, token, row, root_cause="Latch worn", impact="None", other_batches="None", conclusion="Latch replaced"
        )
    with steps.signed(qa(), "deviation.closed", row, "approved") as (a, token):
        return deviation.close(a, token, row)


def result(batch: Batch, code: str) -> Result:
    """The newest result of an item."""
    return Result.objects.filter(sample__batch=batch, item__code=code).order_by("-pk")[0]


def new_master_draft(batch: Batch) -> None:
    """A next version of the master, so that the batch's own is not the newest."""
    text = batch.master_version.source.replace("first issue", "second issue")
    with act(helpers.person("petra", "process_engineer"), "master.drafted", "masters") as a:
        authoring.draft_version(a, text)


def specification() -> Specification:
    """The specification of the small master."""
    return Specification.objects.get(code="SPEC-WHOLE")
