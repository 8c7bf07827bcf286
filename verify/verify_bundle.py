"""Check an exported batch bundle without the software that made it.

    python verify_bundle.py NUMBER.evb.zip

Needs Python 3.8 or newer and nothing else. `verify_seal.py` beside it checks the seals of the PDFs; where
the package `cryptography` is installed also their signature and its way to a root in certificates/.
Exit 0: nothing differs. Exit 1: a part differs and is named. Exit 2: wrong call.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import sys
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

verify_seal: Any
try:
    import verify_seal
except ImportError:  # then the seals are reported as not run
    verify_seal = None

if TYPE_CHECKING:
    Json = dict[str, Any]
    Parts = dict[str, bytes]
    Acts = dict[str, tuple[str, Any]]

FORMAT = "evidence-bundle/1"
MANIFEST_KEYS = {"format", "number", "made_at", "parts", "ledger_heads", "digest"}
REQUIRED = ("record.pdf", "dossier.json", "ledger.json", "signatures.json", "README.txt")
LIMIT = 4 * 1024**3  # bytes unpacked: a bundle is no reason to fill a disk
ZERO = "0" * 64


def sha(data: bytes) -> str:
    """SHA-256 as lower-case text."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """Sorted keys, no blanks, UTF-8: the bytes every digest of the ledger is taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


class Differs(Exception):
    """A part of the bundle is not what it should be."""


class Report:
    """One line for each check, and what the end says."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.not_run: list[str] = []

    def line(self, status: str, check: str, detail: str = "") -> None:
        """Print one check."""
        print(f"{status:<8}{check}{': ' + detail if detail else ''}")

    def run(self, check: str, function: Callable[..., tuple[str, Any]], *arguments: Any) -> Any:
        """Run one check; whatever goes wrong in it is a failure that names the check."""
        try:
            detail, result = function(*arguments)
        except Exception as error:  # noqa: BLE001 - a damaged part may break in any way
            plain = isinstance(error, (Differs, *((verify_seal.Untrusted,) if verify_seal else ())))
            text = str(error) if plain else f"{type(error).__name__}: {error}"
            self.failed.append(check)
            self.line("FAILED", check, text)
            return None
        self.line("OK", check, detail)
        return result

    def skip(self, check: str, reason: str) -> None:
        """Say that a check did not run, and why."""
        self.not_run.append(f"{check} ({reason})")
        self.line("NOT RUN", check, reason)


def strict_json(data: bytes, where: str) -> Any:
    """Parse JSON; a name that stands twice hides one of the two, so it is refused."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in items]
        if len(set(keys)) != len(keys):
            raise Differs(f"{where} holds a name twice")
        return dict(items)

    return json.loads(data.decode("utf-8"), object_pairs_hook=pairs)


# Container and manifest


def read_parts(path: str) -> tuple[str, Parts]:
    """Read every part of the ZIP under a safe name."""
    parts: Parts = {}
    total = 0
    with zipfile.ZipFile(path) as bundle:
        for info in bundle.infolist():
            name = info.filename
            pieces = name.split("/")
            unsafe = name.startswith("/") or "\\" in name or ":" in name or "\0" in name
            if unsafe or any(piece in {"", ".", ".."} for piece in pieces):
                raise Differs(f"unsafe name {name!r}")
            if stat.S_ISLNK(info.external_attr >> 16):
                raise Differs(f"{name} is a link")
            if name in parts:
                raise Differs(f"{name} is there twice")
            total += info.file_size
            if total > LIMIT:
                raise Differs("unpacked it is larger than 4 GiB")
            try:
                parts[name] = bundle.read(info)
            except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as error:
                raise Differs(f"{name} cannot be unpacked: {error}") from error
    return f"{len(parts)} parts, {total} bytes", parts


def check_manifest(parts: Parts) -> tuple[str, Json]:
    """The manifest itself: its keys, format and own digest."""
    if "manifest.json" not in parts:
        raise Differs("manifest.json is missing")
    manifest = strict_json(parts["manifest.json"], "manifest.json")
    odd = set(manifest) ^ MANIFEST_KEYS
    if odd - {"digest"}:
        raise Differs(f"unexpected or missing names: {', '.join(sorted(odd))}")
    if manifest["format"] != FORMAT:
        raise Differs(f"format is {manifest['format']!r}, not {FORMAT!r}")
    if canonical(manifest) != parts["manifest.json"]:
        raise Differs("its text is not in canonical form")
    body = {key: value for key, value in manifest.items() if key != "digest"}
    if "digest" in manifest and sha(canonical(body)) != manifest["digest"]:
        raise Differs("its text does not match its own digest")
    return f"{manifest['number']}, made {manifest['made_at']}", manifest


def check_part(part: Json, parts: Parts) -> tuple[str, bool]:
    """One listed part: there, and byte for byte the listed one."""
    data = parts.get(part["name"])
    if data is None:
        raise Differs("listed in the manifest, but missing")
    if len(data) != part["size"] or sha(data) != part["sha256"]:
        raise Differs(f"sha256 is {sha(data)}, the manifest says {part['sha256']}")
    if part["name"].startswith("files/") and part["name"] != f"files/{part['sha256']}":
        raise Differs("its name is not its sha256")
    return part["sha256"], True


def check_listing(manifest: Json, parts: Parts) -> tuple[str, bool]:
    """Nothing unlisted, nothing required missing."""
    listed = [part["name"] for part in manifest["parts"]]
    unlisted = sorted(set(parts) - set(listed) - {"manifest.json"})
    missing = sorted(set(REQUIRED) - set(listed))
    if len(set(listed)) != len(listed):
        raise Differs("a part is listed twice")
    if unlisted or missing:
        raise Differs("; ".join([*(f"{n} is not listed" for n in unlisted), *(f"{n} is missing" for n in missing)]))
    return f"{len(listed)} parts", True


# Ledger


def check_entries(ledger: Json) -> tuple[str, Acts]:
    """Every act: the digest over who, what, when and the digest of its text."""
    acts: Acts = {}
    for entry in ledger["entries"]:
        act = entry["act_id"]
        body = {key: entry[key] for key in ("act_id", "actor", "event", "recorded_at", "true_at")}
        body["payload_sha256"] = sha(entry["payload"].encode("utf-8"))
        if sha(canonical(body)) != entry["digest"]:
            raise Differs(f"act {act} does not match its digest")
        payload = strict_json(entry["payload"].encode("utf-8"), f"act {act}")
        if act in acts:
            raise Differs(f"act {act} is there twice")
        acts[act] = (entry["digest"], payload)
    return f"{len(acts)} acts", acts


def _chain(name: str, links: list[Json], acts: Acts, *, whole: bool) -> None:
    """The links of one chain in order; `whole` asks for all of them from the first."""
    previous, expected = ZERO, 1
    for link in links:
        if link["act_id"] not in acts:
            raise Differs(f"{name} link {link['seq']} names act {link['act_id']}, which is missing")
        body = {"chain": name, "entry": acts[link["act_id"]][0], "prev": link["prev"], "seq": link["seq"]}
        if sha(canonical(body)) != link["digest"]:
            raise Differs(f"{name} link {link['seq']} does not match its digest")
        if whole and (link["seq"] != expected or link["prev"] != previous):
            raise Differs(f"{name} breaks at link {expected}")
        previous, expected = link["digest"], link["seq"] + 1


def check_links(ledger: Json, acts: Acts) -> tuple[str, tuple[dict[str, list[Json]], list[str]]]:
    """Every chain whose head is given is unbroken from its first link to that head."""
    chains: defaultdict[str, list[Json]] = defaultdict(list)
    for link in ledger["links"]:
        chains[link["chain"]].append(link)
    heads = {head["chain"]: head for head in ledger["heads"]}
    if not heads or len(heads) != len(ledger["heads"]):
        raise Differs("there is no head, or a chain has two")
    for name, links in chains.items():
        links.sort(key=lambda link: link["seq"])
        _chain(name, links, acts, whole=name in heads)
    for name, head in heads.items():
        last = chains[name][-1] if chains[name] else {"seq": 0, "digest": ZERO}
        if (last["seq"], last["digest"]) != (head["seq"], head["digest"]):
            raise Differs(f"{name} ends at link {last['seq']}, its head says {head['seq']}")
    loose = sorted(set(acts) - {link["act_id"] for link in ledger["links"]})
    if loose:
        raise Differs(f"act {loose[0]} hangs on no chain")
    words = ", ".join(f"{name} 1..{head['seq']}" for name, head in sorted(heads.items()))
    return words, (chains, sorted(set(chains) - set(heads)))


def check_heads(manifest: Json, ledger: Json) -> tuple[str, bool]:
    """The heads in the manifest are those of the ledger."""

    def ordered(heads: list[Json]) -> list[tuple[str, int, str]]:
        return sorted((head["chain"], head["seq"], head["digest"]) for head in heads)

    if ordered(manifest["ledger_heads"]) != ordered(ledger["heads"]):
        raise Differs("the manifest names other heads than ledger.json")
    return "", True


# Signatures and dossier


def check_signatures(signatures: list[Json], acts: Acts) -> tuple[str, dict[str, Json]]:
    """Every signed text matches its digest and was signed by an act of the ledger; none is left out."""
    signed = {
        row["uuid"]
        for _, payload in acts.values()
        for row in payload.get("rows", [])
        if row.get("label") == "compliance.signature"
    }
    known: dict[str, Json] = {}
    for item in signatures:
        if sha(item["content"].encode("utf-8")) != item["digest"]:
            raise Differs(f"signature {item['uuid']} does not match the text it signed")
        if item["uuid"] not in signed:
            raise Differs(f"signature {item['uuid']} is in no act of the ledger")
        known[item["uuid"]] = item
    left_out = sorted(signed - set(known))
    if left_out:
        raise Differs(f"signature {left_out[0]} is in the ledger, but not in signatures.json")
    void = sum(1 for item in signatures if item["voided"])
    return f"{len(known)} signatures, {void} void", known


def check_dossier(dossier: Json, manifest: Json, parts: Parts, known: dict[str, Json]) -> tuple[str, bool]:
    """The record as data agrees with the number, the signatures and the files of the bundle."""
    if dossier["batch_number"] != manifest["number"]:
        raise Differs(f"it is the record of {dossier['batch_number']}")
    for item in dossier["signatures"]:
        match = known.get(item["uuid"])
        if match is None or match["digest"] != item["digest"] or match["printed_name"] != item["printed_name"]:
            raise Differs(f"signature {item['uuid']} is not the one in signatures.json")
        if bool(item["voided_at"]) != match["voided"]:
            raise Differs(f"signature {item['uuid']} is void in one place only")
    count = 0
    for unit in dossier["unit_procedures"]:
        for phase in unit["phases"]:
            for file in phase["attachments"]:
                count += 1
                if f"files/{file['sha256']}" not in parts:
                    raise Differs(f"attached file {file['name']} ({file['sha256']}) is missing")
    return f"{len(dossier['signatures'])} signatures, {count} attached files", True


def check_printed_head(dossier: Json, ledger: Json, chains: dict[str, list[Json]]) -> tuple[str, bool]:
    """The ledger head that is printed on every page is in the ledger."""
    links = {(link["chain"], link["seq"]): link["digest"] for link in ledger["links"]}
    digests = set(links.values()) | {entry["digest"] for entry in ledger["entries"]}
    printed = dossier["verification"]
    if printed["ledger_head"] not in digests:
        raise Differs(f"{printed['ledger_head']} is printed, but not in ledger.json")
    for head in printed["heads"]:
        if head["chain"] in chains and links.get((head["chain"], head["seq"])) != head["digest"]:
            raise Differs(f"{head['chain']} link {head['seq']} is printed with another digest")
    return printed["ledger_head"], True


def embedded_streams(pdf: bytes) -> Iterator[bytes]:
    """Every embedded file of a PDF that is stored plainly or by zlib."""
    for match in re.finditer(rb"/EmbeddedFile\b", pdf):
        start = pdf.find(b"stream", match.end())
        lead = pdf[start : start + 8]
        begin = start + (8 if lead.endswith(b"\r\n") else 7)
        body = pdf[begin:]
        yield body
        try:
            yield zlib.decompressobj().decompress(body)
        except zlib.error:
            continue


def check_embedded(pdf: bytes, data: bytes) -> tuple[str, bool]:
    """The data embedded in the PDF is dossier.json, byte for byte."""
    for found in embedded_streams(pdf):
        if found == data or found.startswith((data + b"\nendstream", data + b"\r\nendstream")):
            return sha(data), True
    raise Differs("the data embedded in record.pdf is not dossier.json")


# Putting it together


def check_pdf(report: Report, name: str, parts: Parts) -> None:
    """The seals of one PDF, as far as this machine can check them."""
    if verify_seal is None:
        report.skip(f"{name} seal", "verify_seal.py is not beside this file")
        return
    found = report.run(f"{name} seal digest", verify_seal.check_digests, parts[name])
    if verify_seal.x509 is None:
        report.skip(f"{name} seal signature", "the package cryptography is not installed")
    elif found:
        roots = [parts[part] for part in sorted(parts) if part.startswith("certificates/")]
        report.run(f"{name} seal signature", verify_seal.check_signatures, found, roots)


def check_ledger(report: Report, manifest: Json, parts: Parts) -> str:
    """The ledger, the signatures and the record as data. Returns what the last line says."""
    ledger = report.run("ledger.json", lambda: ("", strict_json(parts["ledger.json"], "ledger.json")))
    acts = ledger and report.run("ledger.json acts", check_entries, ledger)
    if not acts:
        return ""
    linked = report.run("ledger.json chains", check_links, ledger, acts)
    report.run("ledger.json heads", check_heads, manifest, ledger)
    for name in linked[1] if linked else ():
        report.skip(f"ledger.json chain {name}", "only the links this batch touched are in the bundle")
    listed = report.run("signatures.json", lambda: ("", strict_json(parts["signatures.json"], "signatures.json")))
    known = None if listed is None else report.run("signatures.json texts", check_signatures, listed, acts)
    dossier = report.run("dossier.json", lambda: ("", strict_json(parts["dossier.json"], "dossier.json")))
    if dossier and known is not None:
        report.run("dossier.json content", check_dossier, dossier, manifest, parts, known)
    if dossier and linked:
        report.run("dossier.json printed ledger head", check_printed_head, dossier, ledger, linked[0])
    return f"{len(acts)} acts  {len(known or {})} signatures"


def check_bundle(path: str) -> int:
    """Run every check; returns the exit code."""
    report = Report()
    parts = report.run("container", read_parts, path)
    manifest = parts and report.run("manifest.json", check_manifest, parts)
    said = ""
    if manifest:
        if "digest" not in manifest:
            report.skip("manifest.json own digest", "it carries none")
        for part in manifest["parts"]:
            report.run(part["name"], check_part, part, parts)
        report.run("manifest.json listing", check_listing, manifest, parts)
        if all(name in parts for name in REQUIRED):
            said = check_ledger(report, manifest, parts)
            if b"/EmbeddedFile" in parts["record.pdf"]:
                report.run("record.pdf embedded data", check_embedded, parts["record.pdf"], parts["dossier.json"])
            else:
                report.skip("record.pdf embedded data", "no embedded file is found without a PDF library")
            for name in sorted(name for name in parts if name.endswith(".pdf") and "/" not in name):
                check_pdf(report, name, parts)
    if report.failed:
        print(f"FAILED  {path}: {'; '.join(report.failed)}")
        return 1
    skipped = f"  not run: {'; '.join(report.not_run)}" if report.not_run else ""
    print(f"OK      {manifest['number']}  {said}  {len(parts)} parts{skipped}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__)
        sys.exit(2)
    sys.exit(check_bundle(sys.argv[1]))
