"""What keeps a step from its next signature: a second person, a second count, a value of another step, the tissue."""

from __future__ import annotations

import pytest

from batches import guards
from batches.domain import phases
from batches.domain.masterfile.spec import Gate
from batches.models import Batch
from compliance.domain import clock
from compliance.domain.act import act
from compliance.refusals import Refused
from donors.domain import tissue
from tests import helpers
from tests.batches import steps
from tests.donors import steps as donor

pytestmark = pytest.mark.django_db


@pytest.mark.req("R202")
def test_second_count_that_may_come_later_holds_up_the_verification_and_not_the_completion() -> None:
    text = (steps.MASTERS / "mini.yaml").read_text()
    later = text.replace("blind_second_count: true", "blind_second_count: true\n            verify_before: next_phase")
    batch = steps.issued(steps.effective_master(text=later))
    row = steps.phase(batch, "passage.count")
    now = clock.now()
    assert "second_count" not in {b.code for b in guards.blockers_for_complete_phase(steps.operator(), row, now)}
    waiting = [b for b in guards.blockers_for_verify_phase(steps.verifier(), row, now) if b.code == "second_count"]
    assert len(waiting) == 2


@pytest.mark.req("R202")
def test_quality_gate_waits_for_the_second_person() -> None:
    row = steps.phase(steps.issued(), "filling.run")
    found = guards.blockers_for_approve_phase(helpers.person("quinn", "qa"), row, clock.now())
    assert ("unverified", "A second person verifies it first.", "a verifier") in {
        (b.code, b.text, b.clears) for b in found
    }


@pytest.mark.req("R106")
def test_computed_value_that_waits_for_another_step_shows_the_way_there() -> None:
    batch = steps.issued()
    row, seed = steps.phase(batch, "passage.count"), steps.phase(batch, "passage.seed")
    found = guards.blockers_for_complete_phase(steps.operator(), row, clock.now())
    said = {b.text: b.link for b in found if b.code == "uncomputed"}
    assert said["Viable cells waits for Viable concentration, Volume seeded."] == "field:viable"
    started = steps.started(seed)
    for name, typed in (("area", "1264"), ("planned", "10.00")):
        steps.recorded(started, name, typed)
    with (
        pytest.raises(Refused, match="Volume seeded is not recorded"),
        act(steps.operator(), "batch.phase_completed", batch) as a,
    ):
        phases.complete_phase(a, helpers.approval(steps.operator(), steps.operator().user), started)


@pytest.mark.req("R414")
def test_tissue_that_this_batch_uses_already_does_not_block_its_next_step() -> None:
    lot = donor.released_tissue()
    batch = Batch(number="EV-26-0001", tissue=lot)
    row = steps.phase(steps.issued(), "passage.seed")
    with act(donor.operator(), "tissue.used", lot) as a:
        tissue.use_tissue(a, lot, lot.quantity, batch.number)
    gate = Gate("tissue_disposition")
    assert guards.blockers_for_batch_tissue(gate, batch, row, clock.now()) == []
    other = guards.blockers_for_batch_tissue(gate, Batch(number="EV-26-0002", tissue=lot), row, clock.now())
    assert other, "the lot is used up, so another batch finds it blocked"
