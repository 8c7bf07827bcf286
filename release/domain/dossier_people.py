"""Signatures and the trail of a batch as paper says them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.apps import apps

from batches.models import Deviation, MaterialCharge, PhaseRecord
from compliance.domain import clock
from compliance.domain.canonical import sha256
from compliance.models import ChainLink
from compliance.page_words import pretty
from compliance.roles import Role, event_title
from compliance.states import SignatureMeaning
from qc.models import OosInvestigation, Result
from release import paper

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from batches.models import Batch
    from compliance.models import Signature
    from release.models import IssuedDocument
    from release.queries.asof import View


def local(at: datetime) -> datetime:
    """A time in the site's zone, with its offset."""
    return at.astimezone(clock.zone())


def maybe(at: datetime | None) -> datetime | None:
    """The same for a time that may be missing."""
    return None if at is None else local(at)


def subjects(batch: Batch, view: View) -> list[UUID]:
    """Every record of a batch that people sign, its master version with it."""
    found = [batch.uuid, batch.master_version.uuid]
    for model in (PhaseRecord, MaterialCharge, Deviation):
        found += [row.uuid for row in view.records(model, batch_id=batch.pk)]
    found += [r.uuid for r in view.records(Result, sample__batch_id=batch.pk)]
    return found + [o.uuid for o in view.records(OosInvestigation, result__sample__batch_id=batch.pk)]


def signatures(batch: Batch, view: View) -> list[Signature]:
    """Every signature on the batch's records up to a ledger entry, voided ones too."""
    return view.signatures(subjects(batch, view))


def as_paper(row: Signature, view: View) -> paper.Signature:
    """One signature with printed name, role, meaning, time with offset, and what it covered (R113).

    It is valid when its bytes have the digest that was signed and no correction voided it until then.
    """
    void = row.void if view.is_void(row) else None
    children = len(json.loads(row.content)["children"])
    values = {0: "", 1: ", 1 value"}.get(children, f", {children} values")
    what = str(apps.get_model(row.record_label)._meta.verbose_name).capitalize()
    return paper.Signature(
        uuid=str(row.uuid),
        meaning=row.meaning,
        printed_name=row.printed_name,
        role=Role(row.role).label if row.role in Role.values else row.role,
        signed_at=local(row.signed_at),
        covered=f"{what}, version {row.record_version}{values}",
        digest=row.digest,
        subject=pretty(row.title),
        meaning_words=SignatureMeaning(row.meaning).label,
        station=row.station,
        username=row.username,
        valid=void is None and sha256(row.content) == row.digest,
        voided_at=maybe(void.voided_at) if void else None,
        void_reason=void.reason if void else "",
    )


def trail(batch: Batch, view: View, said: Mapping[str, str]) -> tuple[paper.AuditLine, ...]:
    """The acts on the batch's own chain up to a ledger entry, oldest first; `said` names rows by their uuid."""
    names = view.names()
    links = ChainLink.objects.filter(chain=batch.chain, entry__pk__lte=view.seq).select_related("entry").order_by("seq")
    return tuple(
        paper.AuditLine(
            seq=link.seq,
            recorded_at=local(link.entry.recorded_at),
            actor=names[link.entry.actor_id],
            event=event_title(link.entry.event) or link.entry.event,
            what=_what(link.entry.payload, said),
            digest=link.digest,
            reason=_reason(link.entry.payload),
        )
        for link in links
    )


def _what(payload: str, said: Mapping[str, str]) -> str:
    """The rows an act wrote: those of the record by what they say, the others by their kind and number."""
    rows = json.loads(payload)["rows"]
    named = list(dict.fromkeys(said[r["uuid"]] for r in rows if r["uuid"] in said))
    kinds = [str(apps.get_model(r["label"])._meta.verbose_name) for r in rows if r["uuid"] not in said]
    counted = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return "; ".join([*named, ", ".join(f"{n} × {kind}" if n > 1 else kind for kind, n in counted.items())]).strip("; ")


def _reason(payload: str) -> str:
    return next((r["reason"] for r in json.loads(payload)["rows"] if r["reason"]), "")


def head(batch: Batch, view: View) -> ChainLink:
    """The last link of the batch's chain up to a ledger entry."""
    return ChainLink.objects.filter(chain=batch.chain, entry__pk__lte=view.seq).latest("seq")


def issue_of(document: IssuedDocument, names: dict[int, str]) -> paper.Issue:
    """Who asked for this copy and when."""
    return paper.Issue(
        document_number=document.number,
        copy_no=document.copy_no,
        issued_at=local(document.requested_at),
        issued_to=names[document.requested_by_id],
        template_version=document.template_version,
    )
