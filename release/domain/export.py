"""The bundle of a batch: record, certificate, data, ledger, signatures, files, certificates (R102)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from batches.models import Batch, Entry
from compliance.domain import store
from compliance.domain.canonical import canonical_json, plain_value
from compliance.models import ChainLink, Signature
from compliance.refusals import Blocker, Refused
from qc.models import Result
from release.domain.documents import seal_folder
from release.models import IssuedDocument
from release.queries.asof import View
from release.states import DocumentKind, DocumentState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from compliance.domain.act import Act


def parts_of(batch: Batch) -> tuple[list[tuple[str, bytes, str]], list[dict[str, object]], datetime]:
    """Every part of a batch's bundle as (name, bytes, kind), the ledger heads, and the time of the record.

    Refuses a batch without an issued batch record.
    """
    record = newest(batch, DocumentKind.EBR)
    if record is None or record.ledger_seq is None or record.made_at is None:
        raise Refused([Blocker("no_record", f"{batch.number} has no issued batch record yet. Ask for one first.")])
    certificate = newest(batch, DocumentKind.COA)
    parts = [("record.pdf", store.read(record.sha256), "record")]
    if certificate is not None:
        parts.append(("coa.pdf", store.read(certificate.sha256), "coa"))
    parts.append(("dossier.json", store.read(record.dossier_sha256), "dossier"))
    links = _links(batch, record.ledger_seq)
    ledger, heads = _ledger(links)
    parts.append(("ledger.json", ledger, "ledger"))
    parts.append(("signatures.json", _signatures(links, View(record.ledger_seq)), "signatures"))
    parts += [(f"files/{digest}", store.read(digest), "file") for digest in _files(batch)]
    public = [path for path in sorted(seal_folder().glob("*.pem")) if "key" not in path.name]
    parts += [(f"certificates/{path.name}", path.read_bytes(), "certificate") for path in public]
    return parts, heads, record.made_at


def newest(batch: Batch, kind: str) -> IssuedDocument | None:
    """The newest issued document of a kind."""
    made = IssuedDocument.objects.filter(batch=batch, kind=kind, state=DocumentState.MADE)
    return made.order_by("copy_no").last()


def _links(batch: Batch, seq: int) -> list[ChainLink]:
    """The batch's own chain, whole, and its master version's up to the record: who wrote and approved it."""
    own = Q(chain=batch.chain) | Q(chain=batch.master_version.chain, entry__pk__lte=seq)
    return list(ChainLink.objects.filter(own).select_related("entry").order_by("chain", "seq"))


def _ledger(links: list[ChainLink]) -> tuple[bytes, list[dict[str, object]]]:
    newest_of = {x.chain: x for x in links}
    heads: list[dict[str, object]] = [{"chain": x.chain, "seq": x.seq, "digest": x.digest} for x in newest_of.values()]
    entries = {x.entry.pk: x.entry for x in links}
    body = {
        "entries": [
            {
                "act_id": str(e.act_id),
                "event": e.event,
                "actor": e.actor_name,
                "recorded_at": plain_value(e.recorded_at),
                "true_at": plain_value(e.true_at),
                "payload": e.payload,
                "digest": e.digest,
            }
            for _, e in sorted(entries.items())
        ],
        "links": [
            {"chain": x.chain, "seq": x.seq, "act_id": str(x.entry_id), "prev": x.prev, "digest": x.digest}
            for x in links
        ],
        "heads": heads,
    }
    return canonical_json(body).encode(), heads


def _signatures(links: list[ChainLink], view: View) -> bytes:
    """Every signature made in one of the exported acts, with the bytes as signed.

    `voided` is what the record says; one that was voided after it says so in `voided_since`.
    """
    acts = {x.entry_id for x in links}
    rows = Signature.objects.filter(act__act_id__in=acts).select_related("void__act").order_by("id")
    body: list[dict[str, Any]] = [
        {
            "uuid": str(s.uuid),
            "meaning": s.meaning,
            "printed_name": s.printed_name,
            "username": s.username,
            "role": s.role,
            "signed_at": plain_value(s.signed_at),
            "content": s.content,
            "digest": s.digest,
            "voided": view.is_void(s),
            "voided_since": hasattr(s, "void") and not view.is_void(s),
        }
        for s in rows
    ]
    return canonical_json(body).encode()


def _files(batch: Batch) -> list[str]:
    """Files attached to values and raw files of results."""
    rows = Entry.objects.filter(batch=batch).exclude(file_sha256="").values_list("file_sha256", flat=True)
    raw = Result.objects.filter(sample__batch=batch).exclude(raw_sha256="").values_list("raw_sha256", flat=True)
    return sorted({*rows, *raw})


def note_export(a: Act, batch: Batch, name: str) -> None:
    """An export is on record: who, when, what (R212)."""
    a.actor.need("release.export_batch")
    a.touch(batch)
    a.fact(bundle=name)


def export_batch(batch: Batch, folder: Path, write: Callable[..., None]) -> Path:
    """Writes `<NUMBER>.evb.zip` into a folder; `write` is the bundle writer of the paper side."""
    parts, heads, made = parts_of(batch)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{batch.number}.evb.zip"
    with target.open("wb") as file:
        write(file, batch.number, made, parts, heads)
    return target
