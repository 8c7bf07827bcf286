"""What a record yields for its reviewer: one of each class, nothing from a clean batch, answers that stand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.domain import execution, materials, phases
from compliance.domain import clock, signing
from compliance.domain.act import act
from compliance.refusals import Denied
from release.queries.exceptions import RecordException, exceptions_of
from release.queries.found import CLASSES
from tests.batches import steps
from tests.qc import steps as lab
from tests.release import steps as release
from tests.resources import steps as house

if TYPE_CHECKING:
    from batches.models import Batch

pytestmark = pytest.mark.django_db


def classes(batch: Batch) -> dict[int, list[RecordException]]:
    found: dict[int, list[RecordException]] = {}
    for one in exceptions_of(batch):
        found.setdefault(one.klass, []).append(one)
    return found


@pytest.mark.req("R213")
def test_clean_batch_has_no_exceptions() -> None:
    batch = release.executed()
    release.tested(batch)
    assert exceptions_of(batch) == []


def materials_out_of_turn(batch: Batch) -> None:
    """A later lot taken with a reason, and a charge-in taken back."""
    row = steps.started(steps.phase(batch, "making.mix"))
    tryple = house.item("TRYPLE", "mL")
    house.released_lot(tryple, "500", expires_on=clock.today() + timedelta(days=30))
    later = house.released_lot(tryple, "500", expires_on=clock.today() + timedelta(days=300))
    with act(steps.operator(), "batch.material_charged", batch) as a:
        charge = materials.charge_in(a, row, "TRYPLE", later, "10.00", reason="The earlier bottle is frozen")
    with act(steps.operator(), "batch.charge_reversed", batch) as a:
        materials.reverse_charge(a, charge, "Wrong amount on the balance")


def corrected_and_commented(batch: Batch) -> None:
    """A voided signature, a corrected value, a late one, a comment."""
    row = steps.phase(batch, "release.clearance")
    steps.recorded(row, "cleared", "yes", reason="Signed on the wrong tablet, recorded again")
    row = steps.phase(batch, "making.mix")
    steps.recorded(row, "total", "1.45e6", performed_at=batch.issued_at, comment="Counted while the tablet was away")
    with act(steps.operator(), "batch.entry_recorded", batch) as a:
        execution.comment(a, row, "Bottle cap was cracked, replaced")


def ended_early(batch: Batch) -> None:
    """QA aborts the mixing."""
    row = steps.phase(batch, "making.mix")
    with steps.signed(release.qa(), "batch.phase_aborted", row, "responsible") as (a, token):
        phases.abort_phase(a, token, row, "The bag leaked")


def refused_signature(batch: Batch) -> None:
    subject = signing.subject_of(steps.phase(batch, "making.mix"), "performed")
    with pytest.raises(Denied):
        signing.challenge(steps.operator(), "anna", "not her password", subject)


@pytest.fixture
def seeded() -> Batch:
    """A batch that holds one of each."""
    batch = release.issued()
    release.cleared(batch)
    materials_out_of_turn(batch)
    steps.recorded(steps.phase(batch, "making.mix"), "volume", "9.30")
    corrected_and_commented(batch)
    refused_signature(batch)
    release.reported(batch)
    with act(steps.operator(), "batch.sample_taken", batch) as a:
        materials.take_sample(a, steps.phase(batch, "making.mix"), "FIN", "C-1")
    sample = lab.received(batch, "FIN")
    lab.retracted(lab.entered(sample, "particles", "4.0e10"))
    release.requested(batch)
    release.requested(batch, reason="The first one is needed at the other site")
    ended_early(batch)
    row = steps.verified(steps.performed(steps.phase(batch, "release.clearance")))
    assert row.state == "closed"
    release.filled(batch, "2")
    return release.fresh(batch)


@pytest.mark.req("R213", "R215", "R304", "R319", "R224", "R222", "R308")
def test_one_of_each_class_is_listed_and_no_other(seeded: Batch) -> None:
    found = classes(seeded)
    assert sorted(found) == sorted(CLASSES)
    assert {k: len(v) for k, v in found.items()} == {
        1: 1, 2: 1, 3: 1, 5: 1, 8: 1, 9: 2, 13: 1, 14: 1, 15: 3, 18: 1, 19: 1,
    }  # fmt: skip
    assert all(not one.answer for group in found.values() for one in group)
    keys = [one.key for group in found.values() for one in group]
    assert len(set(keys)) == len(keys)


def test_exceptions_say_what_happened(seeded: Batch) -> None:
    found = classes(seeded)
    assert "9.30 mL" in found[1][0].detail
    assert (found[1][0].severity, found[1][0].who) == ("alert", "Anna Test")
    assert "Signed on the wrong tablet" in found[3][0].detail
    assert "The bag leaked" in found[5][0].detail
    assert "50.0 % of the theoretical yield, allowed 75 to 100 %" in found[8][0].detail
    assert {"frozen" in one.detail for one in found[9]} == {True, False}
    assert "Wrong dilution" in found[13][0].detail
    assert {"Refused signature"} < {one.title for one in found[15]}
    assert found[18][0].detail == "Bottle cap was cracked, replaced"
    assert "other site" in found[19][0].detail


@pytest.mark.req("R213")
def test_answer_is_open_again_when_its_exception_changed() -> None:
    batch = release.executed()
    row = release.reported(batch)
    release.answered(batch)
    assert [bool(one.answer) for one in exceptions_of(batch)] == [True]
    release.assessed(row)
    (one,) = exceptions_of(batch)
    assert one.answer == ""
    release.answered(batch, "Assessed as minor, no influence")
    (one,) = exceptions_of(batch)
    assert (one.answer, one.answered_by) == ("Assessed as minor, no influence", "Quinn Test")
    assert batch.answers.count() == 2


@pytest.mark.req("R224")
def test_copy_after_the_decision_is_answered_by_its_reason() -> None:
    batch = release.through()
    release.requested(batch, reason="Asked for by the authority")
    (one,) = exceptions_of(batch)
    assert (one.klass, one.answer, one.answered_by) == (19, "Asked for by the authority", "Quinn Test")


def test_queries_do_not_grow_with_the_record(seeded: Batch) -> None:
    with CaptureQueriesContext(connection) as few:
        exceptions_of(seeded)
    row = steps.started(steps.phase(seeded, "labels.apply"))
    for n in range(5):
        with act(steps.operator(), "batch.entry_recorded", seeded) as a:
            execution.comment(a, row, f"Remark {n}")
        release.reported(seeded, f"Door {n}")
    with CaptureQueriesContext(connection) as more:
        assert len(exceptions_of(seeded)) > 20
    assert len(more) == len(few)
