"""A unit scanned by mistake: its scan is taken back with a reason, before the step is signed; both stay on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches import queries
from batches.domain.materials import open_phase
from batches.models import Entry, EquipmentScan
from batches.validators import Verdict
from compliance.domain.records import save_record
from compliance.refusals import Blocker, Refused
from compliance.validators import clean_reason
from resources.domain import equipment as equipment_log
from resources.models import EquipmentUse

if TYPE_CHECKING:
    from batches.models import Batch
    from compliance.domain.act import Act


def take_back_scan(a: Act, scan: EquipmentScan, reason: str) -> Entry:
    """Takes back the scan of a unit that was not used (R209, R309). The scan stays readable beside its reason.

    Refuses: no permission; a step that is signed or a batch not open; no reason; a scan taken back already.
    Writes an entry of kind `equipment` whose path ends with the scan's uuid, and ends the use of a unit that no
    other scan of the batch holds: where it must be clean it is cleaned before its next use.
    """
    batch, row = open_phase(a, scan.phase)
    why = clean_reason(reason)
    if scan.uuid not in {one.uuid for one in queries.standing_scans(row)}:
        raise Refused([Blocker("taken_back", f"The scan of {scan.code} is taken back already.")])
    entry = Entry(
        batch=batch,
        phase=row,
        path=f"{row.path}.{scan.uuid}",
        kind="equipment",
        label="Equipment scan taken back",
        typed=scan.code,
        text=scan.code,
        reported=scan.code,
        verdict=Verdict.NO_LIMIT,
        source="manual",
        station=a.actor.station,
        comment=why,
        recorded_by=a.actor.user,
        recorded_at=a.at,
    )
    save_record(a, entry)
    _end_use(a, batch, scan)
    return entry


def _end_use(a: Act, batch: Batch, scan: EquipmentScan) -> None:
    others = EquipmentScan.objects.filter(batch=batch, equipment=scan.equipment_id)
    if any(one.uuid not in queries.taken_back(one.phase) for one in others.select_related("phase")):
        return
    for use in EquipmentUse.objects.filter(
        equipment=scan.equipment_id, reference=batch.uuid, ended_at__isnull=True
    ).select_related("equipment"):
        equipment_log.use_end(a, use)
