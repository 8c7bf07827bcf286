"""211.188(b)(1) to (13): each paragraph removed in turn makes the record incomplete, and the review is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from batches.models import Container, Deviation, Entry, EquipmentScan, MaterialCharge, PhaseRecord
from compliance import net
from compliance.models import Signature
from compliance.refusals import Refused
from qc.models import Result, Sample
from release.queries.completeness import completeness
from tests.batches import steps
from tests.qc import steps as lab
from tests.release import steps as release

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import Batch

pytestmark = pytest.mark.django_db


def _date(batch: Batch) -> None:
    PhaseRecord.objects.filter(pk=steps.phase(batch, "making.mix").pk).update(performed_at=None)


def _equipment(batch: Batch) -> None:
    EquipmentScan.objects.filter(batch=batch).delete()


def _lot(batch: Batch) -> None:
    MaterialCharge.objects.filter(batch=batch).update(lot_number="")


def _amount(batch: Batch) -> None:
    MaterialCharge.objects.filter(batch=batch).update(state="charged")


def _in_process(batch: Batch) -> None:
    Entry.objects.filter(batch=batch, path__endswith=".viability").delete()


def _clearance(batch: Batch) -> None:
    PhaseRecord.objects.filter(pk=steps.phase(batch, "release.clearance").pk).update(state="verified")


def _yield(batch: Batch) -> None:
    Entry.objects.filter(batch=batch, path__endswith=".vials_filled").update(value=None)


def _labels(batch: Batch) -> None:
    PhaseRecord.objects.filter(pk=steps.phase(batch, "labels.apply").pk).update(state="verified")


def _container(batch: Batch) -> None:
    Container.objects.filter(batch=batch, index=1).update(state="filled")


def _sample(batch: Batch) -> None:
    Result.objects.filter(sample__batch=batch).delete()
    Sample.objects.filter(batch=batch).delete()


def _person(batch: Batch) -> None:
    Signature.objects.filter(record_uuid=steps.phase(batch, "making.mix").uuid, meaning="verified").delete()


def _investigation(batch: Batch) -> None:
    Deviation.objects.filter(batch=batch).update(classification="")


def _examination(batch: Batch) -> None:
    PhaseRecord.objects.filter(pk=steps.phase(batch, "inspection.inspect").pk).update(state="verified")


REMOVED: list[tuple[str, Callable[[Batch], None], str]] = [
    ("1", _date, "Mix has no date"),
    ("2", _equipment, "cell counter not identified"),
    ("3", _lot, "TRYPLE lot not recorded"),
    ("4", _amount, "TRYPLE amount not verified"),
    ("5", _in_process, "Viability not recorded"),
    ("6", _clearance, "Line clearance not closed"),
    ("7", _yield, "Vials not calculated"),
    ("8", _labels, "Apply the labels not closed"),
    ("9", _container, "a container has no fate"),
    ("10", _sample, "sample FIN not taken"),
    ("11", _person, "Mix: not verified"),
    ("12", _investigation, "not assessed"),
    ("13", _examination, "Inspect every vial not closed"),
]


@pytest.fixture
def batch() -> Batch:
    """A complete batch with one closed deviation, everything answered."""
    made = release.executed()
    release.tested(made)
    release.closed(release.reported(made))
    release.answered(made)
    return made


@pytest.mark.req("R333")
def test_whole_record_is_complete(batch: Batch) -> None:
    found = completeness(batch)
    assert [p.paragraph for p in found] == [str(n) for n in range(1, 14)]
    assert all(p.applies for p in found)
    assert [p for p in found if not p.complete] == []
    assert release.reviewed(batch).state == "reviewed"


@pytest.mark.req("R333")
@pytest.mark.parametrize(("paragraph", "remove", "why"), REMOVED, ids=[r[0] for r in REMOVED])
def test_paragraph_removed_makes_the_record_incomplete(
    batch: Batch, paragraph: str, remove: Callable[[Batch], None], why: str
) -> None:
    net.remove(connection)
    remove(batch)
    net.install(connection)
    missing = {p.paragraph: p.why for p in completeness(batch) if not p.complete}
    assert why in missing[paragraph]
    with pytest.raises(Refused) as caught:
        release.reviewed(batch)
    words = [b.text for b in caught.value.blockers if b.code == "incomplete"]
    assert any(text.startswith(f"211.188(b)({paragraph}) ") and why in text for text in words)
    assert release.fresh(batch).state == "executed"


@pytest.mark.req("R333")
def test_result_that_nobody_reviewed_is_missing() -> None:
    batch = release.executed()
    lab.entered(lab.received(batch, "FIN"), "particles", "4.0e10")
    (missing,) = [p for p in completeness(batch) if not p.complete]
    assert (missing.paragraph, missing.why) == ("5", f"{batch.number}-S001: Particles not reviewed")


@pytest.mark.req("R333")
def test_paragraph_that_does_not_apply_is_said() -> None:
    batch = steps.issued(steps.effective_master())
    found = {p.paragraph: p for p in completeness(batch)}
    assert not found["6"].applies
    assert not found["13"].applies
    assert found["8"].applies
