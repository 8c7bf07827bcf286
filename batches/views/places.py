"""Where pages stand, and the rows that a URL names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse

from batches import queries
from batches.models import Batch, Deviation, EquipmentScan, MaterialCharge, PhaseRecord

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.models import AppendOnly, Record

SEQ_MOST = 1_000_000


def batch_of(number: str) -> Batch:
    """The batch of a URL; 404 where there is none."""
    try:
        return queries.batch_by_number(_clean(number))
    except Batch.DoesNotExist:
        raise Http404(f"There is no batch {number[:40]}.") from None


def phase_of(number: str, seq: int) -> PhaseRecord:
    """The phase of a URL with its batch; 404 where there is none."""
    batch = batch_of(number)
    if seq > SEQ_MOST:
        raise Http404("There is no such step.")
    try:
        return queries.phase_for(batch, seq)
    except PhaseRecord.DoesNotExist:
        raise Http404(f"{batch.number} has no step {seq}.") from None


def charge_of(phase: PhaseRecord, uuid: UUID) -> MaterialCharge:
    """A charge-in of this phase; 404 where there is none."""
    row = queries.charges_of(phase).filter(uuid=uuid).first()
    if row is None:
        raise Http404("There is no such charge-in.")
    row.batch, row.phase = phase.batch, phase
    return row


def scan_of(phase: PhaseRecord, uuid: UUID) -> EquipmentScan:
    """An equipment scan of this phase; 404 where there is none."""
    row = EquipmentScan.objects.filter(phase=phase, uuid=uuid).select_related("equipment").first()
    if row is None:
        raise Http404("There is no such scan.")
    row.batch, row.phase = phase.batch, phase
    return row


def deviation_of(number: str) -> Deviation:
    """The deviation of a URL; 404 where there is none."""
    row = (
        Deviation.objects.select_related("batch__master_version__master", "phase__run", "entry", "opened_by")
        .filter(number=_clean(number))
        .first()
    )
    if row is None:
        raise Http404("There is no such deviation.")
    return row


def _clean(text: str) -> str:
    if "\x00" in text or len(text) > 60:
        raise Http404("There is no such record.")
    return text


def board_url() -> str:
    """The floor board."""
    return reverse("batches:board")


def batch_url(number: str) -> str:
    """The page of a batch."""
    return reverse("batches:batch", args=(number,))


def phase_url(phase: PhaseRecord, name: str = "phase", *more: object) -> str:
    """The page of a phase, or one of its acts."""
    return reverse(f"batches:{name}", args=(phase.batch.number, phase.seq, *more))


def deviation_url(number: str) -> str:
    """The page of a deviation."""
    return reverse("batches:deviation", args=(number,))


def trail_url(row: Record | AppendOnly) -> str:
    """The audit trail of a record."""
    return reverse("compliance:audit-trail", args=(row._meta.label_lower, row.uuid))


def signature_url(uuid: UUID) -> str:
    """One signature with what it covers."""
    return reverse("compliance:signature", args=(uuid,))


def file_url(number: str, entry: UUID) -> str:
    """The file of an entry."""
    return reverse("batches:file", args=(number, entry))
