"""Signatures and the trail of a batch as paper says them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.apps import apps

from batches.models import MaterialCharge, PhaseRecord
from compliance.domain import clock, signing
from compliance.models import ChainLink, Signature
from compliance.roles import Role, event_title
from qc.models import Result
from release import paper
from release.models import IssuedDocument

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from batches.models import Batch

TRAIL_LINES = 400


def local(at: datetime) -> datetime:
    """A time in the site's zone, with its offset."""
    return at.astimezone(clock.zone())


def maybe(at: datetime | None) -> datetime | None:
    """The same for a time that may be missing."""
    return None if at is None else local(at)


def subjects(batch: Batch) -> dict[UUID, str]:
    """Every record of a batch that people sign, with what it is called."""
    found = {batch.uuid: f"Batch {batch.number}", batch.master_version.uuid: f"Master {batch.master_version}"}
    found |= {p.uuid: p.title for p in PhaseRecord.objects.filter(batch=batch)}
    found |= {c.uuid: f"Charge-in {c.item_code}" for c in MaterialCharge.objects.filter(batch=batch)}
    found |= {d.uuid: d.number for d in batch.deviations.all()}
    results = Result.objects.filter(sample__batch=batch).select_related("item")
    return found | {r.uuid: r.item.title for r in results}


def signatures(batch: Batch, seq: int) -> list[Signature]:
    """Every signature on the batch's records up to a ledger entry, voided ones too."""
    return list(
        Signature.objects.filter(record_uuid__in=subjects(batch), act__pk__lte=seq)
        .select_related("void")
        .order_by("id")
    )


def as_paper(row: Signature, seq: int, *, valid: bool = True) -> paper.Signature:
    """One signature with printed name, role, meaning, time with offset, and what it covered (R113)."""
    void = getattr(row, "void", None)
    if void is not None and not _before(void.act_id, seq):
        void = None
    covered = json.loads(row.content)
    children = len(covered["children"])
    values = f"{children} values" if children != 1 else "1 value"
    what = str(apps.get_model(row.record_label)._meta.verbose_name).capitalize()
    return paper.Signature(
        uuid=str(row.uuid),
        meaning=row.meaning,
        printed_name=row.printed_name,
        role=Role(row.role).label if row.role in Role.values else row.role,
        signed_at=local(row.signed_at),
        covered=f"{what}, version {row.record_version}, {values}",
        digest=row.digest,
        subject=row.title,
        meaning_words=row.get_meaning_display(),
        station=row.station,
        username=row.username,
        valid=valid and void is None,
        voided_at=maybe(void.voided_at) if void else None,
        void_reason=void.reason if void else "",
    )


def _before(act_id: UUID, seq: int) -> bool:
    return ChainLink.objects.filter(entry__act_id=act_id, entry__pk__lte=seq).exists()


def still_valid(row: Signature, records: dict[UUID, object]) -> bool:
    """Whether the record says today what was signed; a record that is not loaded is judged by its bytes alone."""
    record = records.get(row.record_uuid)
    return signing.is_valid(row, record) if record is not None else True  # type: ignore[arg-type]


def trail(batch: Batch, seq: int) -> tuple[paper.AuditLine, ...]:
    """The acts on the batch's own chain up to a ledger entry, oldest first."""
    links = (
        ChainLink.objects.filter(chain=batch.chain, entry__pk__lte=seq).select_related("entry__actor").order_by("seq")
    )
    return tuple(
        paper.AuditLine(
            seq=link.seq,
            recorded_at=local(link.entry.recorded_at),
            actor=link.entry.actor.printed_name,
            event=event_title(link.entry.event) or link.entry.event,
            what=_what(link.entry.payload),
            digest=link.digest,
            reason=_reason(link.entry.payload),
        )
        for link in links
    )


def _what(payload: str) -> str:
    rows = json.loads(payload)["rows"]
    names = [r["label"].rpartition(".")[2] for r in rows]
    counted = {name: names.count(name) for name in dict.fromkeys(names)}
    return ", ".join(f"{n} {name}" if n > 1 else name for name, n in counted.items())


def _reason(payload: str) -> str:
    return next((r["reason"] for r in json.loads(payload)["rows"] if r["reason"]), "")


def head(batch: Batch, seq: int) -> ChainLink:
    """The last link of the batch's chain up to a ledger entry."""
    return ChainLink.objects.filter(chain=batch.chain, entry__pk__lte=seq).latest("seq")


def issue_of(document: IssuedDocument) -> paper.Issue:
    """Who asked for this copy and when."""
    return paper.Issue(
        document_number=document.number,
        copy_no=document.copy_no,
        issued_at=local(document.requested_at),
        issued_to=document.requested_by.printed_name,
        template_version=document.template_version,
    )
