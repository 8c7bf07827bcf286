"""A whole bundle for the tests of the verifier: sealed record, certificate, ledger, signatures, files."""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from release.paper_json import canonical, dossier_json
from release.pdf.bundle import BundlePart, write_bundle
from release.pdf.render import render_coa, render_record
from release.pdf.seal import SealKey, seal
from release.pdf.site_ca import make_site_ca
from tests.release.pdf import sample

MADE_AT = datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
CHAIN = "batch:EV-26-0014"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(act: int, rows: list[dict[str, Any]]) -> dict[str, str]:
    payload = canonical({"rows": rows, "facts": {"step": str(act)}}).decode()
    entry = {
        "act_id": f"11111111-0000-4000-8000-{act:012d}",
        "event": "batch.entry_recorded",
        "actor": "a.operator",
        "recorded_at": f"2026-10-20T08:{act % 60:02d}:00+00:00",
        "true_at": "2026-11-25T10:00:00+00:00",
    }
    body = {**entry, "payload_sha256": sha(payload)}
    return {**entry, "payload": payload, "digest": hashlib.sha256(canonical(body)).hexdigest()}


def _link(chain: str, seq: int, entry: dict[str, str], previous: str) -> dict[str, Any]:
    body = {"chain": chain, "entry": entry["digest"], "prev": previous, "seq": seq}
    digest = hashlib.sha256(canonical(body)).hexdigest()
    return {"chain": chain, "seq": seq, "act_id": entry["act_id"], "prev": previous, "digest": digest}


def ledger_of(uuids: list[str]) -> dict[str, Any]:
    """One act for each signature, all on one chain; the last act also touches a lot's chain at link 7."""
    entries, links, previous = [], [], "0" * 64
    for index, uuid in enumerate(uuids, start=1):
        row = {
            "label": "compliance.signature",
            "uuid": uuid,
            "version": 1,
            "manifest": 1,
            "reason": "",
            "digest": "",
        }
        entry = _entry(index, [row])
        link = _link(CHAIN, index, entry, previous)
        previous = link["digest"]
        entries.append(entry)
        links.append(link)
    links.append(_link("lot:VS-26-0417", 7, entries[-1], sha("a link that is not exported")))
    return {
        "entries": entries,
        "links": links,
        "heads": [{"chain": CHAIN, "seq": len(uuids), "digest": previous}],
    }


def build(folder: Path) -> Path:
    """Write a good bundle into a folder."""
    texts = {item.uuid: f"text signed as {item.uuid}, µ ≤ 李" for item in sample.signatures()}
    signed = tuple(sample.replace(item, digest=sha(texts[item.uuid])) for item in sample.signatures())
    ledger = ledger_of([item.uuid for item in signed])
    head = ledger["heads"][0]
    proof = sample.Verification(
        head["seq"],
        head["digest"],
        sample.digest("master"),
        (sample.ChainHead(CHAIN, head["seq"], head["digest"]),),
    )
    dossier = sample.dossier(signatures=signed, verification=proof)
    made = make_site_ca(folder / "ca", "test", "Cell Processing Unit 1")
    key = SealKey.from_pem(made.certificate, made.key, [made.root])
    record = seal(render_record(dossier, files=sample.read_file, validate=False).bytes, key, "Batch record issued")
    coa = seal(render_coa(sample.certificate(), validate=False).bytes, key, "Certificate issued")
    signatures = [
        {
            "uuid": item.uuid,
            "meaning": item.meaning,
            "printed_name": item.printed_name,
            "username": item.username,
            "role": item.role,
            "signed_at": item.signed_at.isoformat(),
            "content": texts[item.uuid],
            "digest": item.digest,
            "voided": item.voided_at is not None,
        }
        for item in signed
    ]
    parts = [
        BundlePart("record.pdf", record, "record"),
        BundlePart("coa.pdf", coa, "coa"),
        BundlePart("dossier.json", dossier_json(dossier), "dossier"),
        BundlePart("ledger.json", json.dumps(ledger, ensure_ascii=False).encode(), "ledger"),
        BundlePart("signatures.json", json.dumps(signatures, ensure_ascii=False).encode(), "signatures"),
        BundlePart("certificates/root.pem", made.root.read_bytes(), "certificate"),
        *(BundlePart(f"files/{name}", data, "file") for name, data in sample.FILES.items()),
    ]
    path = folder / "EV-26-0014.evb.zip"
    with path.open("wb") as target:
        write_bundle(target, "EV-26-0014", MADE_AT, parts, ledger["heads"])
    return path


def unpack(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def pack(path: Path, parts: dict[str, bytes]) -> Path:
    """Write parts as they are: the manifest is not made anew."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
    return path


def relist(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Make the manifest anew over changed parts, as someone would who forges a bundle."""
    old = json.loads(parts["manifest.json"])
    kinds = {part["name"]: part["kind"] for part in old["parts"]}
    made = [
        BundlePart(name, data, kinds[name]) for name, data in parts.items() if name in kinds and name != "README.txt"
    ]
    heads = json.loads(parts["ledger.json"])["heads"]
    target = io.BytesIO()
    write_bundle(target, old["number"], datetime.fromisoformat(old["made_at"]), made, heads)
    with zipfile.ZipFile(target) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}
