"""What a phase waits for: reviewed, passing results of every sample, or QA's signed decision while they are pending."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from batches.domain.masterfile.spec import Gate
from batches.domain.masterfile.values import Quantity
from compliance.domain import clock
from compliance.refusals import Refused
from qc import guards
from qc.models import OosInvestigation
from tests.qc import steps

if TYPE_CHECKING:
    from batches.models import Batch

pytestmark = [pytest.mark.django_db, pytest.mark.req("R310")]
AT_RISK = "decide.decision"


def asked(
    batch: Batch, *, within: str = "", at_risk: str = "", hours: int = 1, test: str = "mycoplasma_nat"
) -> list[str]:
    """The codes of what stops a phase that waits for the mycoplasma test, so many hours from now."""
    number, _, unit = within.partition(" ")
    gate = Gate(
        kind="ipc_result",
        sample="sample.MYC",
        test=test,
        within=Quantity(Decimal(number), unit) if within else None,
        at_risk=at_risk or None,
    )
    phase = steps.steps.phase(batch, "taking.finish")
    return [b.code for b in guards.blockers_for_ipc(gate, batch, phase, clock.now() + timedelta(hours=hours))]


def test_sample_that_was_not_taken_stops() -> None:
    assert asked(steps.lab_batch()) == ["no_sample"]


def test_result_stops_until_it_is_reviewed() -> None:
    batch = steps.taken()
    assert asked(batch) == ["ipc_pending"]
    row = steps.entered(steps.received(batch, "MYC"), "myc", "negative")
    assert asked(batch) == ["ipc_pending"]
    row = steps.submitted(row)
    assert asked(batch) == ["ipc_pending"]
    steps.reviewed(row)
    assert asked(batch) == []


def test_failed_result_stops_before_its_review_and_after() -> None:
    batch = steps.taken()
    row = steps.entered(steps.received(batch, "MYC"), "myc", "positive")
    assert asked(batch) == ["ipc_failed"]
    steps.reviewed(steps.submitted(row))
    assert asked(batch) == ["ipc_failed"]


def test_retracted_result_is_pending_again() -> None:
    batch = steps.taken()
    steps.retracted(steps.tested(steps.received(batch, "MYC"), "myc", "negative"))
    assert asked(batch) == ["ipc_pending"]


def test_test_that_no_specification_asks_for_is_pending() -> None:
    batch = steps.taken()
    assert asked(batch, test="karyotype") == ["ipc_pending"]


@pytest.mark.parametrize(
    ("within", "hours", "found"),
    [
        ("24 h", 23, []),
        ("24 h", 25, ["ipc_old"]),
        ("2 d", 25, []),
        ("90 min", 1, []),
        ("90 min", 2, ["ipc_old"]),
        ("3 weeks", 1, ["ipc_old"]),
        ("24 h", -1, []),
    ],
)
def test_result_is_no_older_than_the_gate_allows(within: str, hours: int, found: list[str]) -> None:
    batch = steps.taken()
    steps.tested(steps.received(batch, "MYC"), "myc", "negative")
    assert asked(batch, within=within, hours=hours) == found


def test_decision_at_risk_counts_when_quality_signed_it() -> None:
    batch = steps.taken()
    steps.samples_done(batch)
    assert asked(batch, at_risk=AT_RISK) == ["ipc_pending"]
    steps.decided(batch, "go on at risk")
    assert asked(batch) == ["ipc_pending"]
    assert asked(batch, at_risk=AT_RISK) == []
    steps.steps.started(steps.steps.phase(batch, "taking.finish"))


def test_decision_without_quality_does_not_count() -> None:
    batch = steps.taken()
    steps.samples_done(batch)
    row = steps.steps.started(steps.steps.phase(batch, "taking.decide"))
    steps.steps.recorded(row, "decision", "go on at risk")
    steps.steps.performed(row)
    assert asked(batch, at_risk=AT_RISK) == ["ipc_pending"]


def test_decision_to_wait_stops() -> None:
    batch = steps.taken()
    steps.samples_done(batch)
    steps.decided(batch, "wait", comment="The result comes tomorrow")
    assert asked(batch, at_risk=AT_RISK) == ["ipc_pending"]
    with pytest.raises(Refused) as caught:
        steps.steps.started(steps.steps.phase(batch, "taking.finish"))
    assert "ipc_pending" in {b.code for b in caught.value.blockers}


def test_decision_at_risk_never_covers_a_failure() -> None:
    batch = steps.taken()
    steps.samples_done(batch)
    steps.decided(batch, "go on at risk")
    steps.entered(steps.received(batch, "MYC"), "myc", "positive")
    assert asked(batch, at_risk=AT_RISK) == ["ipc_failed"]


def test_conclusion_is_needed_before_an_approval() -> None:
    steps.entered(steps.received(steps.taken(), "FIN"), "endotoxin", "0.30")
    oos = OosInvestigation.objects.get()
    assert [b.code for b in guards.blockers_for_approve_oos(steps.qa(), oos, clock.now())] == ["conclusion"]
