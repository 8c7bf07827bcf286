"""Who may use which bank, donor and tissue: asked again when a phase starts (R410, R414, R506)."""

from __future__ import annotations

import pytest

from batches import guards
from batches.domain.masterfile.spec import Gate
from batches.models import Batch, PhaseRecord
from compliance.domain import clock
from tests.donors import steps as donor_steps

pytestmark = pytest.mark.django_db
PHASE = PhaseRecord()
BANK, DONOR, TISSUE = Gate("bank_disposition"), Gate("donor_eligibility"), Gate("tissue_disposition")


@pytest.mark.req("R506")
def test_bank_that_is_missing_or_not_released_stops_the_phase() -> None:
    def why(bank: Batch | None) -> list[str]:
        batch = Batch(number="EV-26-0001", bank=bank)
        return [b.text for b in guards.blockers_for_bank(BANK, batch, PHASE, clock.now())]

    assert why(None) == ["EV-26-0001 has no cell bank."]
    assert why(Batch(number="CB-26-0001", state="on_hold")) == ["Bank CB-26-0001 is on hold, not released."]
    assert why(Batch(number="CB-26-0001", state="released")) == []


@pytest.mark.req("R410")
def test_donor_is_asked_through_the_tissue_or_the_bank_it_became() -> None:
    def why(batch: Batch) -> list[str]:
        return [b.code for b in guards.blockers_for_donor(DONOR, batch, PHASE, clock.now())]

    assert why(Batch(number="EV-26-0001")) == ["no_donor"]
    assert why(Batch(number="EV-26-0002", bank=Batch(number="CB-26-0001"))) == ["no_donor"]
    lot = donor_steps.received(donor_steps.complete_donation())
    waiting = why(Batch(number="EV-26-0003", tissue=lot))
    assert waiting
    assert why(Batch(number="EV-26-0004", bank=Batch(number="CB-26-0002", tissue=lot))) == waiting


@pytest.mark.req("R414")
def test_tissue_is_asked_until_the_batch_has_taken_it() -> None:
    def why(batch: Batch) -> list[str]:
        return [b.code for b in guards.blockers_for_batch_tissue(TISSUE, batch, PHASE, clock.now())]

    assert why(Batch(number="EV-26-0001")) == ["no_tissue"]
    lot = donor_steps.received(donor_steps.eligible_donor())
    assert why(Batch(number="EV-26-0001", tissue=lot))
    assert why(Batch(number="EV-26-0001", tissue=donor_steps.released(lot))) == []
