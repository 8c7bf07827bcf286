"""Yields, reconciliations and genealogy of a batch as paper says them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from batches.models import Container
from batches.queries import graph_of
from batches.states import ContainerState
from compliance.models import LedgerEntry
from compliance.numbers import display
from compliance.page_words import amount_of
from release import paper
from release.queries.yields import yields_of

if TYPE_CHECKING:
    from batches.models import Batch, Entry, LotNode
    from release.queries.asof import View


def yields(batch: Batch, entries: list[Entry]) -> tuple[paper.Yield, ...]:
    """Actual against theoretical at each step the master names (R308)."""
    return tuple(
        paper.Yield(
            step=one.title,
            actual=one.actual_text,
            theoretical=one.theoretical_text,
            unit=one.actual.unit,
            percent=one.percent,
            limits=one.limits,
            verdict="within" if one.inside else "breach",
            formula=f"{one.actual_text} / {one.theoretical_text} × 100",
        )
        for one in yields_of(batch, entries)
    )


def reconciliations(batch: Batch, view: View) -> tuple[paper.Reconciliation, ...]:
    """Every container by its fate against those named (R314)."""
    counts: dict[str, int] = {}
    for row in view.records(Container, batch_id=batch.pk):
        counts[row.state] = counts.get(row.state, 0) + 1
    if not counts:
        return ()
    unaccounted = counts.pop(ContainerState.FILLED, 0)
    terms = [paper.Term("named at fill", Decimal(sum(counts.values()) + unaccounted), "+")]
    terms += [paper.Term(ContainerState(state).label, Decimal(n)) for state, n in sorted(counts.items())]
    return (
        paper.Reconciliation(
            name="Containers by number",
            unit="containers",
            terms=tuple(terms),
            difference=Decimal(unaccounted),
            limits="0",
            verdict="within" if unaccounted == 0 else "breach",
            explanation="" if unaccounted == 0 else "Containers without a fate",
        ),
    )


def genealogy(batch: Batch, view: View) -> tuple[tuple[paper.GenealogyNode, ...], tuple[paper.GenealogyEdge, ...]]:
    """Where the batch comes from and where it went by then; containers are listed in the reconciliation (R402)."""
    graph = graph_of(batch)
    acts = {n.act_id for n in graph.nodes.values()} | {e.act_id for e in graph.links}
    then = set(LedgerEntry.objects.filter(act_id__in=acts, pk__lte=view.seq).values_list("act_id", flat=True))
    nodes = {k: n for k, n in graph.nodes.items() if n.act_id in then and n.kind != "container"}
    edges = [e for e in graph.links if e.act_id in then and e.source_id in nodes and e.target_id in nodes]
    return (
        tuple(_node(n) for _, n in sorted(nodes.items())),
        tuple(paper.GenealogyEdge(str(e.source_id), str(e.target_id), e.quantity, e.unit) for e in edges),
    )


def _node(n: LotNode) -> paper.GenealogyNode:
    amount = amount_of(display(n.amount), n.unit) if n.amount is not None else ""
    return paper.GenealogyNode(key=str(n.pk), kind=n.kind, identity=n.title, detail=amount)
