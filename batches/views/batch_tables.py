"""Tables of a batch: its deviations, what was charged in, who signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from batches.models import Entry, MaterialCharge, PhaseRecord
from batches.states import ChargeState, DeviationState
from batches.views import places, words
from compliance.domain import clock
from compliance.models import Signature
from compliance.numbers import display
from compliance.pages import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from batches.models import Batch, Deviation


def signatures_of(batch: Batch) -> QuerySet[Signature]:
    """Every signature on a batch, its phases, its charge-ins, its second counts and its deviations."""
    signed = (
        Q(record_uuid=batch.uuid)
        | Q(record_uuid__in=PhaseRecord.objects.filter(batch=batch).values("uuid"))
        | Q(record_uuid__in=MaterialCharge.objects.filter(batch=batch).values("uuid"))
        | Q(record_uuid__in=Entry.objects.filter(batch=batch).exclude(slot="").values("uuid"))
        | Q(record_uuid__in=batch.deviations.values("uuid"))
    )
    return Signature.objects.filter(signed)


def deviation_table(rows: Iterable[Deviation]) -> Table:
    """Deviations, the newest first, open ones marked."""
    columns = (Column("Number"), Column("What"), Column("Step"), Column("State"), Column("Opened"))
    return Table("Deviations", columns, tuple(_deviation(d) for d in rows), empty="None was opened.")


def _deviation(row: Deviation) -> Row:
    step = Cell(row.phase.title, url=_phase(row)) if row.phase else Cell("none", kind="muted")
    return Row(
        (
            Cell(row.number, url=places.deviation_url(row.number)),
            Cell(words.pretty(row.title)),
            step,
            Cell(row.get_state_display(), note=row.get_classification_display()),
            Cell(words.moment(row.opened_at), note=row.opened_by.printed_name),
        ),
        mark="" if row.state == DeviationState.CLOSED else "alert",
    )


def _phase(row: Deviation) -> str:
    if row.phase is None:
        return ""
    row.phase.batch = row.batch
    return places.phase_url(row.phase)


def material_table(rows: Iterable[MaterialCharge]) -> Table:
    """What was charged in, in order; what was taken back is struck."""
    columns = (
        Column("Material"), Column("Lot"), Column("Amount", numeric=True), Column("Charged"), Column("Second person"),
    )  # fmt: skip
    return Table("Materials charged in", columns, tuple(_charge(c) for c in rows), empty="Nothing was charged in yet.")


def _charge(row: MaterialCharge) -> Row:
    amount = f"{words.pretty(display(row.quantity))} {words.unit_of(row.unit)}"
    taken_back = row.state == ChargeState.REVERSED
    second = row.verified_by.printed_name if row.verified_by else "waits" if row.second_person else "not asked"
    return Row(
        (
            Cell(row.item_code, note=row.lot.item.name),
            Cell(row.lot_number, kind="code", note=f"good to {row.expiry}" if row.expiry else ""),
            Cell(amount, kind="struck" if taken_back else "hand"),
            Cell(words.moment(row.charged_at), note=row.charged_by.printed_name),
            Cell("taken back" if taken_back else second),
        ),
        mark="void" if taken_back else "",
    )


def signature_table(rows: Iterable[Signature]) -> Table:
    """Signatures, the newest first, each with its meaning; void ones are marked."""
    columns = (Column("Meaning"), Column("What"), Column("Who"), Column("When"))
    return Table("Signatures", columns, tuple(_signature(s) for s in rows), dense=True, empty="Nothing is signed yet.")


def _signature(row: Signature) -> Row:
    void = getattr(row, "void", None)
    return Row(
        (
            Cell(row.meaning, url=places.signature_url(row.uuid), note="void" if void is not None else ""),
            Cell(row.title),
            Cell(row.printed_name, note=f"{row.username}, {row.role.replace('_', ' ')}"),
            Cell(clock.stamp(row.signed_at)),
        ),
        mark="void" if void is not None else "",
    )
