"""What is not there is refused or read as nothing: unknown fields, ended batches, a bank's values, a changed master."""

from __future__ import annotations

from decimal import Decimal

import pytest

from batches import guards
from batches.domain.masterfile.values import Reference
from batches.domain.masters import plan_for, plan_of
from batches.domain.values import Values
from batches.models import Batch, Entry, MasterVersion
from compliance.domain import clock
from compliance.models import LedgerEntry
from compliance.refusals import Invalid
from tests.batches import steps

pytestmark = pytest.mark.django_db


def test_field_that_the_step_does_not_have_is_refused() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    acts = LedgerEntry.objects.count()
    with pytest.raises(Invalid, match="This phase has no field colour") as caught:
        steps.recorded(row, "colour", "1264")
    assert caught.value.code == "unknown_parameter"
    assert Entry.objects.count() == 0
    assert LedgerEntry.objects.count() == acts


@pytest.mark.req("R106")
def test_step_of_a_batch_that_ended_does_not_start() -> None:
    row = steps.phase(steps.issued(), "passage.seed")
    actor = steps.operator()
    assert "batch_closed" not in {b.code for b in guards.blockers_for_start_phase(actor, row, clock.now())}
    row.batch.state = "aborted"
    found = guards.blockers_for_start_phase(actor, row, clock.now())
    said = {b.code: b.text for b in found}
    assert said["batch_closed"] == f"{row.batch.number} is {row.batch.get_state_display()}."


def test_hold_after_the_end_of_execution_is_not_resumed() -> None:
    actor = steps.operator()
    assert guards.blockers_for_resume(actor, Batch(number="EV-26-0001"), clock.now()) == []
    done = Batch(number="EV-26-0001", executed_at=clock.now())
    found = guards.blockers_for_resume(actor, done, clock.now())
    assert [(b.code, b.text) for b in found] == [
        ("disposed", "The batch was executed already; its hold ends by a disposition.")
    ]


def test_master_whose_text_does_not_have_its_digest_is_not_executed() -> None:
    version = steps.effective_master()
    changed = MasterVersion(digest="0" * 64, source=version.source)
    with pytest.raises(ValueError, match="does not have its digest"):
        plan_of(changed)


def test_value_of_a_bank_is_read_from_the_bank_or_is_nothing() -> None:
    bank = steps.issued()
    steps.recorded(steps.started(steps.phase(bank, "passage.seed")), "area", "1264")
    batch = Batch(number="EV-26-0009", master_version=bank.master_version)

    def read(name: str) -> object:
        return Values(batch, plan_for(batch)).read(Reference(name), "grow.passage.seed", 1)[-1][0]

    assert read("bank:certificate.bank_number") is None
    batch.bank = bank
    assert read("bank:certificate.bank_number") == bank.number
    assert read("bank:certificate.cells_per_vial") is None
    assert read("bank:grow.passage.seed.area") == Decimal(1264)
    assert read("bank:grow.passage.seed.planned") is None
