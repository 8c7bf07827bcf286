"""A real batch's bundle verifies in a Python without Django, and any changed part is named (R102, PDS-03)."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from compliance.domain import store
from compliance.refusals import Refused
from release.domain.export import parts_of
from tests.batches import steps
from tests.release import steps as release

if TYPE_CHECKING:
    from batches.models import Batch

pytestmark = pytest.mark.django_db
VERIFY = Path(__file__).resolve().parents[3] / "verify"
PYTHON = shutil.which("python3", path="/usr/bin") or sys.executable


def verify(path: Path, *script_flags: str) -> tuple[int, str]:
    """The script as a stranger runs it: another Python, none of our packages."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DJANGO", "VIRTUAL"))}
    command = [PYTHON, "-E", "-S", *script_flags, str(VERIFY / "verify_bundle.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def batch() -> Batch:
    """A released batch with a correction, an attachment and its documents."""
    made = release.issued()
    release.cleared(made)
    row = release.mix_begun(made)
    steps.recorded(row, "volume", "9.80")
    steps.recorded(row, "volume", "10.00", reason="Read from the wrong line")
    steps.recorded(row, "total", "1.45e6")
    steps.recorded(row, "dead", "5.8e4")
    release.skid_log(row)
    kept = store.keep(b"weight;9.80\nweight;10.00\n")
    steps.recorded(row, "printout", "balance.csv", file_sha256=kept, file_name="balance.csv", source="file")
    steps.verified(steps.performed(row))
    steps.recorded(row, "dead", "5.7e4", reason="The printout reads 5.7e4, signed again")
    steps.verified(steps.performed(steps.phase(made, "making.mix")))
    release.filled(made)
    release.stored(made)
    made = release.labelled(made)
    release.closed(release.reported(made))
    release.answered(made)
    return release.through(made)


def rewritten(source: Path, target: Path, name: str) -> Path:
    """The same bundle with one byte of one part changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = bytearray(old.read(info))
            if info.filename == name:
                data[len(data) // 2] ^= 1
            new.writestr(info, bytes(data))
    return target


@pytest.mark.req("R102")
@pytest.mark.case("PDS-03")
def test_bundle_of_a_released_batch_verifies_and_names_what_was_changed(batch: Batch, tmp_path: Path) -> None:
    without_django = subprocess.run([PYTHON, "-E", "-S", "-c", "import django"], capture_output=True, check=False)
    assert without_django.returncode == 1
    assert release.made() == ["made", "made"]
    out = io.StringIO()
    call_command("export_batch", batch.number, "--out", str(tmp_path), stdout=out)
    bundle = tmp_path / f"{batch.number}.evb.zip"
    assert out.getvalue().strip() == str(bundle)
    code, said = verify(bundle)
    assert (code, said.splitlines()[-1].split()[:2]) == (0, ["OK", batch.number]), said
    assert "2 void" in said
    with zipfile.ZipFile(bundle) as parts:
        names = parts.namelist()
        record = parts.read("record.pdf")
    assert {"record.pdf", "coa.pdf", "dossier.json", "ledger.json", "signatures.json", "manifest.json"} < set(names)
    assert len([n for n in names if n.startswith("files/")]) == 1
    for name in names:
        code, said = verify(rewritten(bundle, tmp_path / "changed.zip", name))
        assert code == 1, name
        assert name in said.splitlines()[-1], said
    superseded_still_validates(batch, record, tmp_path)


def superseded_still_validates(batch: Batch, record: bytes, folder: Path) -> None:
    """A second copy supersedes the first, whose bytes and seal stay as they were."""
    first = release.document(batch)
    release.requested(batch, reason="The authority asked for a copy")
    assert release.made() == ["made"]
    first.refresh_from_db()
    assert first.state == "superseded"
    assert store.read(first.sha256) == record
    path = folder / "first.pdf"
    path.write_bytes(record)
    done = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False)
    assert "Signature is Valid." in done.stdout, done.stdout


def test_bundle_after_a_later_void_still_agrees_with_its_record(plain_paper: None, tmp_path: Path) -> None:
    """What was voided after the record was read is no contradiction; the bundle says that it came later."""
    batch = release.issued()
    release.cleared(batch)
    release.requested(batch)
    release.made()
    row = steps.phase(batch, "release.clearance")
    steps.recorded(row, "cleared", "yes", reason="Recorded on the wrong tablet")
    parts = {name: data for name, data, _ in parts_of(batch)[0]}
    assert parts["signatures.json"].count(b'"voided":true') == 0
    assert parts["signatures.json"].count(b'"voided_since":true') == 2


def test_batch_without_an_issued_record_is_not_exported(tmp_path: Path) -> None:
    batch = release.issued()
    with pytest.raises(Refused):
        parts_of(batch)
    with pytest.raises(CommandError, match="no issued batch record"):
        call_command("export_batch", batch.number, "--out", str(tmp_path))
    with pytest.raises(CommandError, match="There is no batch"):
        call_command("export_batch", "EV-99-0001", "--out", str(tmp_path))
    assert list(tmp_path.glob("*.zip")) == []
