"""A bundle whose documents were sealed with two keys: the one before and the one after the site changed it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from release.pdf.bundle import BundlePart, write_bundle
from release.pdf.render import render_coa
from release.pdf.seal import SealKey, seal
from release.pdf.site_ca import make_site_ca
from release.pdf.site_key import keep_certificates
from tests.verify import bundles
from tests.verify.test_verify_bundle import check


def rotated(folder: Path, *, old_kept: bool) -> Path:
    """The record as sealed before, the certificate of analysis sealed with a new key."""
    parts = bundles.unpack(bundles.build(folder))
    files = make_site_ca(folder / "new", "test", "Cell Processing Unit 1")
    key = SealKey.from_pem(files.certificate, files.key, [files.root])
    parts["coa.pdf"] = seal(render_coa(bundles.sample.certificate(), validate=False).bytes, key, "Certificate issued")
    manifest = json.loads(parts["manifest.json"])
    listed = [
        BundlePart(p["name"], parts[p["name"]], p["kind"]) for p in manifest["parts"] if p["name"] != "README.txt"
    ]
    if not old_kept:
        listed = [part for part in listed if part.kind != "certificate"]
    keep_certificates(folder / "kept", key)
    for pem in sorted((folder / "kept").iterdir()):
        listed.append(BundlePart(f"certificates/{pem.name}", pem.read_bytes(), "certificate"))
    path = folder / "rotated.evb.zip"
    with path.open("wb") as target:
        made_at = datetime.fromisoformat(manifest["made_at"])
        write_bundle(target, manifest["number"], made_at, listed, manifest["ledger_heads"])
    return path


@pytest.mark.req("R112")
def test_bundle_of_two_keys_passes(tmp_path: Path) -> None:
    code, said = check(rotated(tmp_path, old_kept=True))
    assert code == 0, said
    assert {line.split(":")[0].split(maxsplit=1)[1] for line in said.splitlines() if "seal signature" in line} == {
        "record.pdf seal signature",
        "coa.pdf seal signature",
    }


@pytest.mark.req("R112")
def test_bundle_without_the_old_root_names_the_document_that_needs_it(tmp_path: Path) -> None:
    code, said = check(rotated(tmp_path, old_kept=False))
    assert code == 1
    assert "FAILED  record.pdf seal signature" in said
    assert "FAILED  coa.pdf" not in said
