"""The lot graph: what came from what and how much; mass out never exceeds mass in (R402, MAT-12, MAT-13)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from batches.domain.masterfile.values import Reference
from batches.domain.masters import plan_for
from batches.domain.values import Values, number_of
from batches.models import Batch, Container, LotLink, LotNode, PhaseRecord, UnitRun
from batches.queries import reaches
from compliance.domain.records import save_record, save_records
from compliance.fields import ExactSum
from compliance.numbers import display
from compliance.refusals import Blocker, Refused
from donors.domain.tissue import use_tissue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batches.domain.masterfile.spec import GenealogySpec, Source
    from compliance.domain.act import Act

OUTSIDE = {"bank", "tissue", "donation"}


def node_for_phase(a: Act, batch: Batch, phase: PhaseRecord) -> LotNode | None:
    """Makes the node that a phase produces, when the phase closes, with its edges. A second closing adds none."""
    spec = plan_for(batch).phase(phase).genealogy
    if spec is None or LotNode.objects.filter(run=phase.run, kind=spec.produces).exists():
        return None
    values = Values(batch, plan_for(batch))
    amount, unit = _amount(spec.amount, phase, values)
    node = LotNode(kind=spec.produces, title=phase.run.title, run=phase.run, amount=amount, unit=unit)
    save_record(a, node)
    for source in spec.from_:
        _link_source(a, batch, phase, values, node, source, spec)
    return node


def _link_source(
    a: Act, batch: Batch, phase: PhaseRecord, values: Values, node: LotNode, source: Source, spec: GenealogySpec
) -> None:
    parents = _parents(batch, phase, source)
    quantity, unit = _amount(source.amount, phase, values)
    for parent in parents:
        shared = quantity if len(parents) == 1 else (parent.amount if source.node != "bank" else None)
        link(a, parent, node, shared, unit or (spec.produces and parent.unit))


def _parents(batch: Batch, phase: PhaseRecord, source: Source) -> list[LotNode]:
    if source.node in OUTSIDE:
        return [n for n in _outside(batch, source.node) if n is not None]
    nodes = LotNode.objects.filter(run__batch=batch, kind=source.node).select_related("run").order_by("id")
    found = [n for n in nodes if n.run_id != phase.run_id]
    if source.occurrence == "all" or not found:
        return found
    if source.occurrence == "first":
        return found[:1]
    if source.occurrence == "previous":  # the last one made: P2 comes from P1, the bank from P3
        return found[-1:]
    same = [n for n in found if n.run is not None and n.run.occurrence == phase.occurrence]
    return same[-1:] or found[-1:]


def _outside(batch: Batch, kind: str) -> list[LotNode]:
    """Nodes that other records made: the bank's, the tissue's, the donation's."""
    nodes = LotNode.objects
    if kind == "bank":
        rows = nodes.filter(run__batch=batch.bank_id, kind="bank") if batch.bank_id else nodes.none()
    elif kind == "tissue":
        rows = nodes.filter(tissue=batch.tissue_id) if batch.tissue_id else nodes.none()
    else:
        rows = nodes.filter(donation__lots__batches=batch)
    return list(rows)


def _amount(reference: Reference | None, phase: PhaseRecord, values: Values) -> tuple[Decimal | None, str]:
    if reference is None:
        return None, ""
    read = values.read(reference, phase.path, phase.occurrence)
    if not read:
        return None, ""
    value, entry = read[-1]
    return number_of(value), entry.unit if entry else ""


def link(a: Act, source: LotNode, target: LotNode, quantity: Decimal | None, unit: str) -> LotLink:
    """Writes one edge. Refuses a loop (MAT-12) and more than the source holds in the same unit (R402)."""
    if source.pk == target.pk or reaches(target, source):
        raise Refused([Blocker("loop", f"{source.title} comes from {target.title}; it cannot go into it.")])
    if quantity is not None and source.amount is not None and unit == source.unit:
        used = LotLink.objects.filter(source=source, unit=unit).aggregate(total=ExactSum("quantity"))["total"]
        if (used or Decimal(0)) + quantity > source.amount:
            left = source.amount - (used or Decimal(0))
            there, asked = (display(n, superscript=True) for n in (left, quantity))
            text = f"{source.title} holds {there} {unit}; {asked} {unit} cannot come from it."
            raise Refused([Blocker("mass", text)])
    return save_record(a, LotLink(source=source, target=target, quantity=quantity, unit=unit))


def batch_node(a: Act, batch: Batch) -> LotNode:
    """The batch itself as a node, made when something first goes into it."""
    found = LotNode.objects.filter(batch=batch, kind="batch").first()
    return found or save_record(a, LotNode(kind="batch", title=batch.number, batch=batch))


def take_tissue(a: Act, batch: Batch) -> LotNode | None:
    """Takes the batch's tissue lot into use, all of it, once: the way back to the donor (R402, R410, R414).

    Refuses what the tissue's guards say: not released, donor not determined eligible, consent withdrawn.
    """
    lot = batch.tissue
    if lot is None or LotNode.objects.filter(tissue=lot).exists():
        return None
    use_tissue(a, lot, lot.quantity, batch.number)
    donation = LotNode.objects.filter(donation=lot.donation).first() or save_record(
        a, LotNode(kind="donation", title=f"Donation {lot.donation.din}", donation=lot.donation)
    )
    node = LotNode(kind="tissue", title=f"Tissue {lot.number}", tissue=lot, amount=lot.quantity, unit=lot.unit)
    save_record(a, node)
    link(a, donation, node, None, "")
    return node


def make_containers(
    a: Act, batch: Batch, run: UnitRun, count: int, weights: Mapping[int, Decimal] | None = None
) -> list[Container]:
    """Names every filled container of a batch up to `count`, and hangs it on the bulk it was filled from.

    Weights are in gram, by the container's number. A name is given once: those that are there stay. Refuses when
    all of them are named already (R314, MAT-10).
    """
    there = Container.objects.filter(batch=batch).count()
    if there >= count:
        raise Refused([Blocker("named", f"The containers of {batch.number} are named already.")])
    known = weights or {}
    rows = [
        Container(batch=batch, number=f"{batch.number}-V{n:04d}", index=n, weight=known.get(n))
        for n in range(there + 1, count + 1)
    ]
    save_records(a, rows)
    bulk = LotNode.objects.filter(run__batch=batch).order_by("-id").first()
    source = bulk or batch_node(a, batch)
    nodes = [LotNode(kind="container", title=row.number, container=row, unit="container") for row in rows]
    save_records(a, nodes)
    save_records(a, [LotLink(source=source, target=node, quantity=None, unit="") for node in nodes])
    a.fact(run=str(run.uuid), containers=count)
    return rows
