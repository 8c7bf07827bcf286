"""A seeded name stands in no paper, export, label, log, backup or page of a whole run from donor to release (R417)."""

from __future__ import annotations

import html
import io
import json
import logging
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from batches.domain import issuing
from compliance.domain import store
from compliance.domain.act import act
from compliance.views.trail_search import FORMATS
from donors.domain import labels, registration
from donors.models import DonorIdentity
from release.domain import database_copy
from release.models import IssuedDocument
from tests.batches import steps as making
from tests.compliance.views.steps import inside
from tests.donors import steps as donors
from tests.release import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.models import Batch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R417")]
NAMES = [*donors.NAME.split(), *donors.MOTHER.split(), donors.HOSPITAL_NUMBER, "7734921"]


def spellings() -> set[bytes]:
    """Each word as text, JSON, HTML and XML write it, in the usual encodings; small letters."""
    words = {word.casefold() for word in NAMES}
    written = words | {json.dumps(word)[1:-1].casefold() for word in NAMES}
    written |= {html.escape(word) for word in words} | {w.encode("ascii", "xmlcharrefreplace").decode() for w in words}
    return {text.encode(code) for text in written for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")}


def named_in(data: bytes) -> list[bytes]:
    """Which spellings stand in these bytes, whatever the case of their letters."""
    texts = [data.lower(), *(data.decode(c, "ignore").casefold().encode(c) for c in ("utf-8", "utf-16-le"))]
    return [word for word in spellings() if any(word in text for text in texts)]


def text_of(pdf: bytes, folder: Path) -> bytes:
    """The words of a PDF, and its bytes as they are."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout + pdf


def unpacked(name: str, data: bytes, folder: Path) -> Iterator[tuple[str, bytes]]:
    """A file and everything in it: members of a ZIP, words of a PDF."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from unpacked(f"{name}/{member}", archive.read(member), folder)
    else:
        yield name, text_of(data, folder) if data.startswith(b"%PDF") else data


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Every line of every logger."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
def batch(settings: Any, tmp_path: Path, logs: pytest.LogCaptureFixture) -> Batch:
    """A batch from the tissue of a named donor, released, with its papers; the identity read and changed meanwhile."""
    settings.VAR, settings.KEYS = tmp_path, tmp_path / "keys"
    settings.KEYS.mkdir()
    lot = donors.released_tissue()
    donor = lot.donation.donor
    with act(donors.coordinator(), "donor.identity_read", donor) as a:
        assert registration.read_identity(a, donor, "The ward asks about the papers").full_name == donors.NAME
    version = steps.whole_master()
    with making.signed(steps.qa(), "batch.issued", version, "issued") as (a, token):
        made = issuing.issue_batch(a, token, version, tissue=lot)
    made = steps.through(steps.executed(made))
    assert steps.made() == ["made", "made"]
    return made


def papers(batch: Batch, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Issued documents with their data, and the bundle as the page gives it."""
    rows = list(IssuedDocument.objects.filter(batch=batch))
    assert len(rows) == 2
    for row in rows:
        for digest in (row.sha256, row.dossier_sha256):
            yield from unpacked(f"{row.number} {digest[:8]}", store.read(digest), folder)
    quinn = inside("quinn", "qa")
    call_command("export_batch", batch.number, "--out", str(folder), stdout=io.StringIO())
    (bundle,) = folder.glob("*.evb.zip")
    yield from unpacked(bundle.name, bundle.read_bytes(), folder)
    for form, _words in FORMATS:
        yield from unpacked(f"trail.{form}", body(quinn.get(f"/audit-trail/export.{form}")), folder)
    for url in (
        f"/release/{batch.number}/review/",
        f"/release/{batch.number}/disposition/",
        "/donors/",
        f"/donors/{donor_number(batch)}/",
        "/audit-trail/",
    ):
        yield url, body(quinn.get(url))


def donor_number(batch: Batch) -> str:
    assert batch.tissue is not None
    return str(batch.tissue.donation.donor.number)


def backed_up(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every part of a backup, the database as SQL where it is packed, and what the commands print."""
    said = io.StringIO()
    call_command("backup_site", "--to", str(folder / "backup"), stdout=said)
    call_command("restore_drill", "--from", str(folder / "backup"), stdout=said)
    call_command("retention", stdout=said)
    call_command("verify_integrity", stdout=said)
    yield "commands", said.getvalue().encode()
    for place in (folder / "backup", folder / "restore-reports"):
        for path in (p for p in place.rglob("*") if p.is_file()):
            data = path.read_bytes()
            if path.name == database_copy.NAMES["postgresql"]:
                data = subprocess.run(["pg_restore", "--file=-", str(path)], capture_output=True, check=True).stdout
            yield from unpacked(path.name, data, folder)


def test_seeded_name_stands_nowhere(batch: Batch, tmp_path: Path, logs: pytest.LogCaptureFixture) -> None:
    found = {
        name: words for name, data in (*papers(batch, tmp_path), *backed_up(tmp_path)) if (words := named_in(data))
    }
    assert found == {}
    assert batch.tissue is not None
    label = "\n".join(labels.labels_of(batch.tissue))
    assert named_in(label.encode()) == []
    lines = "\n".join(f"{r.name} {r.getMessage()} {r.args} {r.exc_text}" for r in logs.records)
    assert named_in(lines.encode()) == []


def test_search_finds_the_name_where_it_is_put(batch: Batch, tmp_path: Path) -> None:
    """The same search is not blind: paper, packed file, JSON, other encodings and small letters are read."""
    for number, text in enumerate((donors.NAME, donors.MOTHER.upper(), donors.HOSPITAL_NUMBER)):
        for data in (text.encode(), json.dumps(text).encode(), text.encode("utf-16-le"), html.escape(text).encode()):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"part {number}", data)
            assert [n for n, d in unpacked("x", packed.getvalue(), tmp_path) if named_in(d)] == [f"x/part {number}"]
    record = IssuedDocument.objects.filter(batch=batch, kind="ebr").get()
    words = dict(unpacked("record", store.read(record.sha256), tmp_path))["record"]
    assert batch.number.encode() in words
    assert DonorIdentity.objects.count() == 1
