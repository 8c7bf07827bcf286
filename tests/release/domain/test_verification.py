"""Verification finds what was taken from or changed in the files and readings, and names it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from batches.domain import verification as batch_checks
from batches.models import Fill
from compliance import net
from compliance.domain import store
from compliance.domain.verification import Scope, scope_for, verify
from compliance.domain.verification.registry import checks
from compliance.refusals import Invalid
from qc.models import Result
from release.domain import verification as release_checks
from tests.batches import steps
from tests.qc import steps as lab
from tests.release import steps as release

if TYPE_CHECKING:
    from pathlib import Path

    from batches.models import Batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_paper")]


@pytest.fixture
def batch() -> Batch:
    """A batch with an attached file, a raw file of a result, and an issued record."""
    made = release.issued()
    release.cleared(made)
    row = release.mix_begun(made)
    for name, typed in (("volume", "10.00"), ("total", "1.45e6"), ("dead", "5.8e4")):
        steps.recorded(row, name, typed)
    release.skid_log(row)
    kept = store.keep(b"weight;10.00\n")
    steps.recorded(row, "printout", "balance.csv", file_sha256=kept, file_name="balance.csv", source="file")
    steps.verified(steps.performed(row))
    release.filled(made)
    release.stored(made)
    made = release.labelled(made)
    raw = store.keep(b"NTA raw")
    lab.entered(lab.received(made, "FIN"), "particles", "4.0e10", raw_sha256=raw, raw_name="nta.csv")
    release.requested(made)
    release.made()
    return made


def damaged(path: Path, *, gone: bool) -> None:
    """The file is taken away, or a byte of it changed."""
    if gone:
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(data))


def found(batch: Batch) -> list[tuple[str, str, str]]:
    """What the checks of batches and release find; heads are published on commit, which these tests never reach."""
    scope = scope_for("batch", batch.number)
    return [(f.kind.value, f.label, f.field) for check in checks().values() for f in check(scope)]


@pytest.mark.django_db(transaction=True)
def test_whole_batch_is_clean_for_itself_and_with_everything(batch: Batch) -> None:
    assert [str(f) for f in verify(scope_for("batch", batch.number))] == []
    assert [str(f) for f in verify(Scope()) if not f.notice] == []
    assert {"files attached to entries", "typed readings", "issued documents and result files"} <= set(checks())


@pytest.mark.req("R223")
@pytest.mark.parametrize("gone", [True, False])
def test_attached_file_is_missed(batch: Batch, gone: bool) -> None:
    entry = batch.entries.exclude(file_sha256="").get()
    damaged(store.path_of(entry.file_sha256), gone=gone)
    assert found(batch) == [("removed" if gone else "changed", "batches.entry", "file_sha256")]


@pytest.mark.req("R223")
@pytest.mark.parametrize("gone", [True, False])
@pytest.mark.parametrize("field", ["sha256", "dossier_sha256"])
def test_issued_document_is_missed(batch: Batch, gone: bool, field: str) -> None:
    damaged(store.path_of(getattr(release.document(batch), field)), gone=gone)
    assert found(batch) == [("removed" if gone else "changed", "release.issueddocument", field)]


def test_raw_file_of_a_result_is_missed(batch: Batch) -> None:
    damaged(store.path_of(Result.objects.exclude(raw_sha256="").get().raw_sha256), gone=True)
    assert found(batch) == [("removed", "qc.result", "raw_sha256")]


@pytest.mark.req("R211")
def test_reading_that_says_something_else_than_the_entries_is_found(batch: Batch) -> None:
    net.remove(connection)
    Fill.objects.filter(batch=batch).update(vials_filled=Decimal(5))
    net.install(connection)
    (one,) = batch_checks.check_readings(Scope())
    assert (one.label, one.field) == ("batches.fill", "vials_filled")
    assert "Decimal('4')" in one.text
    assert "Decimal('5')" in one.text


@pytest.mark.req("R211")
def test_reading_that_is_gone_or_says_more_is_found(batch: Batch) -> None:
    net.remove(connection)
    Fill.objects.filter(batch=batch).update(environment="good")
    (more,) = batch_checks.check_readings(Scope())
    Fill.objects.filter(batch=batch).delete()
    (gone,) = batch_checks.check_readings(Scope())
    net.install(connection)
    assert (more.label, more.field) == ("batches.fill", "environment")
    assert (gone.kind.value, gone.label) == ("removed", "batches.unitrun")


def test_other_batches_are_not_asked_about(batch: Batch) -> None:
    other = release.issued()
    damaged(store.path_of(release.document(batch).sha256), gone=True)
    damaged(store.path_of(batch.entries.exclude(file_sha256="").get().file_sha256), gone=True)
    scope = Scope((other.chain,))
    everything = [*release_checks.check_files(scope), *batch_checks.check_files(scope)]
    assert [*everything, *batch_checks.check_readings(scope)] == []
    with pytest.raises(Invalid):
        scope_for("batch", "EV-99-0001")
