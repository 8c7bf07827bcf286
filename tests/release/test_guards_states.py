"""Guards of review and release in states that a good batch never has."""

from __future__ import annotations

import pytest

from batches.domain import taking_back
from batches.models import EquipmentScan
from compliance.domain import clock
from compliance.domain.act import act
from compliance.models import LedgerEntry, OutboxJob
from release import guards
from release.domain import documents, dossier
from release.models import IssuedDocument
from tests.batches import steps as floor
from tests.release import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R213")
def test_batch_that_was_not_executed_is_reviewed_by_its_exceptions_alone() -> None:
    batch = steps.issued()
    batch.state = "executed"
    assert "incomplete" in {b.code for b in guards.blockers_for_review(steps.qa(), batch, clock.now())}
    batch.state = "aborted"
    assert "incomplete" not in {b.code for b in guards.blockers_for_review(steps.qa(), batch, clock.now())}


@pytest.mark.req("R216")
def test_who_releases_follows_the_market() -> None:
    batch = steps.issued()
    said = {b.code: b.text for b in guards.blockers_for_release(steps.qa(), batch, clock.now())}
    assert said["qp_only"] == "In this market scheme the QP releases."
    batch.product_version.market_scheme = "US"
    said = {b.code: b.text for b in guards.blockers_for_release(steps.qp(), batch, clock.now())}
    assert said["qa_only"] == "In this market scheme QA releases."
    assert "not_certified" not in said
    assert "qa_only" not in {b.code for b in guards.blockers_for_release(steps.qa(), batch, clock.now())}


def test_nothing_is_later_than_a_signature_that_was_not_given() -> None:
    assert guards.blockers_for_later_changes(steps.issued(), "reviewed") == []


@pytest.mark.req("R215")
def test_scan_that_was_taken_back_says_so_on_paper() -> None:
    batch = steps.issued()
    steps.cleared(batch)
    row = steps.mix_begun(batch)
    scan = EquipmentScan.objects.get(phase=row)
    with act(floor.operator(), "batch.equipment_taken_back", batch) as a:
        taking_back.take_back_scan(a, scan, "Scanned the unit of the other bench")
    steps.requested(batch)
    built = dossier.build(batch, LedgerEntry.objects.latest("id").pk, IssuedDocument.objects.get())
    uses = [use.state for unit in built.unit_procedures for phase in unit.phases for use in phase.equipment]
    assert uses == ["scanned by mistake, taken back"]


def test_document_whose_job_is_gone_is_asked_for_again_without_a_fault() -> None:
    steps.requested(steps.issued())
    document = IssuedDocument.objects.get()
    OutboxJob.objects.all().delete()
    documents.retry_document(steps.qa(), document)
    assert IssuedDocument.objects.get().state == document.state
