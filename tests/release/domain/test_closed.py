"""A released batch is closed: no door changes it, adding a child counts as a change (WF-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from batches.domain import execution, genealogy, materials, phases
from batches.domain.containers import move_containers
from batches.domain.parsing import Given
from batches.models import Batch, Entry
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.refusals import Refusal
from release.domain import review
from tests import helpers
from tests.batches import steps
from tests.qc import steps as lab
from tests.release import steps as release
from tests.resources import steps as house

if TYPE_CHECKING:
    pass

pytestmark = [pytest.mark.django_db, pytest.mark.case("WF-01")]


def _mix(batch: Batch) -> Any:
    return steps.phase(batch, "making.mix")


def record(batch: Batch) -> None:
    with act(steps.operator(), "batch.entry_recorded", batch) as a:
        execution.record_entry(
            a, _mix(batch), "printout", Given(typed="p.png", file_sha256="0" * 64, file_name="p.png")
        )


def correct(batch: Batch) -> None:
    steps.recorded(_mix(batch), "volume", "10.10", reason="Digits were transposed")


def comment(batch: Batch) -> None:
    with act(steps.operator(), "batch.entry_recorded", batch) as a:
        execution.comment(a, _mix(batch), "One more thing")


def scan(batch: Batch) -> None:
    unit = house.calibrated_equipment("cell_counter", "CC-01", exclusive=False, needs_cleaning=False)
    with act(steps.operator(), "batch.equipment_scanned", batch) as a:
        materials.scan_equipment(a, _mix(batch), unit)


def charge(batch: Batch) -> None:
    lot = house.released_lot(house.item("TRYPLE", "mL"), "500")
    with act(steps.operator(), "batch.material_charged", batch) as a:
        materials.charge_in(a, _mix(batch), "TRYPLE", lot, "1")


def sample(batch: Batch) -> None:
    with act(steps.operator(), "batch.sample_taken", batch) as a:
        materials.take_sample(a, _mix(batch), "FIN", "C-2")


def start(batch: Batch) -> None:
    steps.started(_mix(batch))


def sign(batch: Batch) -> None:
    steps.performed(_mix(batch))


def abort(batch: Batch) -> None:
    with steps.signed(release.qa(), "batch.phase_aborted", _mix(batch), "responsible") as (a, token):
        phases.abort_phase(a, token, _mix(batch), "It leaked after all")


def name_containers(batch: Batch) -> None:
    with act(steps.operator(), "batch.containers_moved", batch) as a:
        genealogy.make_containers(a, batch, batch.runs.get(unit="fill"), 4)


def move(batch: Batch) -> None:
    with act(steps.operator(), "batch.containers_moved", batch) as a:
        move_containers(a, batch, [2], "destroy")


def enter_result(batch: Batch) -> None:
    lab.entered(lab.sample(batch, "FIN"), "particles", "4.0e10")


def retract_result(batch: Batch) -> None:
    lab.retracted(release.result(batch, "particles"))


def answer(batch: Batch) -> None:
    with act(release.qa(), "exception.answered", batch) as a:
        review.answer_exception(a, batch, "18:x", "Looked at, all is well")


def review_again(batch: Batch) -> None:
    release.reviewed(batch)


def release_again(batch: Batch) -> None:
    release.released(batch)


def reject(batch: Batch) -> None:
    release.rejected(batch)


DOORS = [
    record, correct, comment, scan, charge, sample, start, sign, abort, name_containers, move, enter_result,
    retract_result, answer, review_again, release_again, reject,
]  # fmt: skip


def test_every_act_on_a_released_batch_is_refused() -> None:
    batch = release.through()
    heads = LedgerEntry.objects.filter(links__chain=batch.chain).count()
    before = release.fresh(batch)
    for door in DOORS:
        with pytest.raises(Refusal):
            door(batch)
    assert LedgerEntry.objects.filter(links__chain=batch.chain).count() == heads
    after = release.fresh(batch)
    assert (after.version, after.state) == (before.version, "released")


def test_save_in_a_shell_is_refused() -> None:
    batch = release.through()
    batch.scheme = "autologous"
    with pytest.raises(DatabaseError), transaction.atomic():
        batch.save()
    entry = Entry.objects.filter(batch=batch)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(reported="11.00")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM batches_entry WHERE id = %s", [entry.pk])
    assert release.fresh(batch).scheme == "allogeneic"


def client(name: str, *roles: str) -> Client:
    """A browser of a person who signed in."""
    helpers.person(name, *roles)
    browser = Client()
    browser.post("/login/", {"username": name, "password": helpers.SECRET})
    return browser


@pytest.mark.case("WF-05")
@pytest.mark.case("WF-11")
@pytest.mark.case("AUD-08")
def test_admin_form_inline_and_delete_are_refused() -> None:
    batch = release.through()
    browser = client("rita", "qa")
    base = f"/admin/batches/batch/{batch.pk}"
    for path in (f"{base}/change/", f"{base}/delete/", "/admin/batches/batch/add/", "/admin/batches/batch/"):
        answered = browser.post(path, {"state": "issued", "action": "delete_selected", "_selected_action": batch.pk})
        assert answered.status_code == 403, path
    assert release.fresh(batch).state == "released"
