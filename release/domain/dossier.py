"""The dossier of a batch: a pure function of the ledger up to one entry (R102, R215, R333)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings

from batches.models import Batch, Container, Deviation, Entry, LotNode
from batches.queries import graph_of, live_entries
from batches.states import BatchState, ContainerState
from compliance.domain import clock
from compliance.models import ChainHead, ChainLink
from compliance.numbers import canonical, display
from qc.queries import results_of, specification_for
from qc.states import ResultState
from release import paper
from release.completeness import completeness
from release.domain import asof
from release.domain.dossier_people import as_paper, head, issue_of, local, maybe, signatures, trail
from release.domain.dossier_steps import VERDICTS, Loaded, load, unit_procedures
from release.exceptions import RecordException, exceptions_of
from release.models import Disposition
from release.states import RULE_SET

if TYPE_CHECKING:
    from release.models import IssuedDocument

SECTIONS = {
    "1": "up-1", "2": "up-1", "3": "up-1", "4": "up-1", "5": "qc", "6": "up-1", "7": "balance", "8": "balance",
    "9": "genealogy", "10": "up-1", "11": "signatures", "12": "deviations", "13": "up-1",
}  # fmt: skip
STATUS = {
    BatchState.RELEASED: "Released",
    BatchState.REJECTED: "Rejected",
    BatchState.CERTIFIED: "Certified, not released",
    BatchState.REVIEWED: "Reviewed, not released",
}


def build(batch: Batch, seq: int, document: IssuedDocument) -> paper.Dossier:
    """Everything the batch record prints, read as of ledger entry `seq`."""
    batch = batch_asof(batch, seq)
    loaded = load(batch, seq)
    last = head(batch, seq)
    units = unit_procedures(loaded)
    exceptions = exceptions_of(batch)
    marks = tuple(as_paper(s, seq) for s in signatures(batch, seq))
    graph = graph_of(batch)
    return paper.Dossier(
        batch_number=batch.number,
        site_name=settings.SITE_NAME,
        site_kind=clock.site().kind,  # type: ignore[arg-type]
        site_zone=settings.SITE_ZONE,
        issue=issue_of(document),
        cover=_cover(batch, loaded, len(marks), exceptions),
        verification=_verification(batch, last),
        index=_index(batch),
        exceptions=tuple(_exception(n, e) for n, e in enumerate(exceptions, 1)),
        exceptions_proof=_proof(loaded, exceptions),
        unit_procedures=units,
        reconciliations=_reconciliations(batch, loaded),
        yields=_yields(loaded),
        genealogy_nodes=tuple(_node(n) for n in graph.nodes.values() if n.kind != "container"),
        genealogy_edges=tuple(
            paper.GenealogyEdge(str(e.source_id), str(e.target_id), e.quantity, e.unit)
            for e in graph.links
            if graph.nodes[e.target_id].kind != "container"
        ),
        qc_results=_results(batch),
        coa_number=f"COA-{batch.number}",
        deviations=_deviations(batch, seq),
        signatures=marks,
        audit_trail=trail(batch, seq),
    )


def batch_asof(batch: Batch, seq: int) -> Batch:
    """The batch as it stood, with what hangs on it loaded."""
    row = asof.records(Batch, seq, id=batch.pk)[0]
    row.master_version = batch.master_version
    row.product_version = batch.product_version
    return row


def _status(batch: Batch) -> str:
    return STATUS.get(BatchState(batch.state), f"Not released: {batch.get_state_display()}")


def _cover(batch: Batch, loaded: Loaded, signed: int, exceptions: list[RecordException]) -> paper.Cover:
    product = batch.product_version
    entries = sum(len(rows) for rows in loaded.entries.values())
    decision = Disposition.objects.filter(batch=batch).order_by("id").last()
    facts = [
        paper.Fact("Batch", batch.number),
        paper.Fact("Product", f"{product.product.name} ({product})"),
        paper.Fact("Form and strength", f"{product.form}, {display(product.strength)} {product.strength_unit}"),
        paper.Fact("Master", f"{batch.master_version}", batch.master_digest),
        paper.Fact("Scheme", batch.scheme),
        paper.Fact("Cell bank", batch.bank.number if batch.bank else "none"),
        paper.Fact("Issued", f"{local(batch.issued_at):%Y-%m-%d %H:%M %z}"),
        paper.Fact("Executed", f"{local(batch.executed_at):%Y-%m-%d %H:%M %z}" if batch.executed_at else "not ended"),
        paper.Fact("Manufactured", f"{local(batch.manufactured_at):%Y-%m-%d}" if batch.manufactured_at else "-"),
        paper.Fact("Expiry", batch.expires_on.isoformat() if batch.expires_on else "-"),
        paper.Fact("Storage", product.storage),
    ]
    return paper.Cover(
        product=product.product.name,
        lead=f"Batch record {batch.number}",
        status="released" if batch.state == BatchState.RELEASED else "not released",
        status_words=_status(batch),
        status_detail=decision.statement if decision else "No decision stands.",
        released=batch.state == BatchState.RELEASED,
        facts=tuple(facts),
        totals=(
            paper.Total(str(entries), "entries"),
            paper.Total(str(signed), "signatures"),
            paper.Total(str(len(exceptions)), "exceptions"),
        ),
    )


def _verification(batch: Batch, last: ChainLink) -> paper.Verification:
    heads = [paper.ChainHead(last.chain, last.seq, last.digest)]
    site = ChainHead.objects.filter(chain="site").first()
    if site is not None:
        heads.append(paper.ChainHead(site.chain, site.seq, site.digest))
    return paper.Verification(
        ledger_seq=last.seq,
        ledger_head=last.digest,
        master_digest=batch.master_digest,
        heads=tuple(heads[:1]),
        seal_name=settings.SITE_NAME,
        contact="python verify/verify_bundle.py BUNDLE",
    )


def _index(batch: Batch) -> tuple[paper.IndexLine, ...]:
    found = []
    for p in completeness(batch):
        state: paper.IndexState = "none" if not p.applies else "complete" if p.complete else "open"
        where = p.where if p.complete else f"{p.where}: {p.why}"
        section = SECTIONS[p.paragraph] if state != "none" else ""
        found.append(paper.IndexLine(f"({p.paragraph})", p.title, where, state, section))
    return tuple(found)


def _exception(n: int, e: RecordException) -> paper.ExceptionItem:
    return paper.ExceptionItem(
        number=str(n),
        category=e.category,
        title=e.title,
        detail=e.detail,
        step=e.phase.title if e.phase else "",
        answer=e.answer,
        answered_by=e.answered_by,
        answered_at=maybe(e.answered_at),
        deviation=e.deviation.number if e.deviation else "",
    )


def _proof(loaded: Loaded, exceptions: list[RecordException]) -> str:
    rows = [e for entries in loaded.entries.values() for e in entries]
    judged = sum(bool(e.verdict) for e in rows)
    left = sum(not e.answer for e in exceptions)
    return f"{judged} of {len(rows)} entries judged by rule set {RULE_SET}, {left} exceptions open"


def _yields(loaded: Loaded) -> tuple[paper.Yield, ...]:
    """Actual against theoretical at each step the master names (R308)."""
    live = {(e.path): e for rows in loaded.entries.values() for e in rows if e.value is not None and not e.slot}
    found = []
    for one in loaded.plan.spec.theoretical_yields:
        actual = _by_end(live, one.actual.parameter)
        theory = _by_end(live, one.theoretical.parameter) if one.theoretical else None
        base = theory.value if theory is not None else (one.amount.value if one.amount else None)
        if actual is None or actual.value is None or not base:
            continue
        percent = actual.value / base * 100
        low, high = one.min_percent, one.max_percent
        inside = (low is None or percent >= low) and (high is None or percent <= high)
        found.append(
            paper.Yield(
                step=one.title,
                actual=actual.reported,
                theoretical=theory.reported if theory else display(base),
                unit=actual.unit,
                percent=display(percent.quantize(Decimal("0.1"))),
                limits=f"{canonical(low) if low else '-'} to {canonical(high) if high else '-'} %",
                verdict="within" if inside else "breach",
                formula=f"{actual.reported} / {theory.reported if theory else display(base)} × 100",
            )
        )
    return tuple(found)


def _by_end(live: dict[str, Entry], path: str) -> Entry | None:
    return next((e for p, e in reversed(live.items()) if p.endswith(path)), None)


def _reconciliations(batch: Batch, loaded: Loaded) -> tuple[paper.Reconciliation, ...]:
    """Every container by its fate against those named, and labels as the master calculates them (R314)."""
    del loaded
    counts: dict[str, int] = {}
    for state in Container.objects.filter(batch=batch).values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    if not counts:
        return ()
    total = sum(counts.values())
    unaccounted = counts.get(ContainerState.FILLED, 0)
    terms = [paper.Term("named at fill", Decimal(total), "+")]
    terms += [
        paper.Term(ContainerState(state).label, Decimal(n))
        for state, n in sorted(counts.items())
        if state != ContainerState.FILLED
    ]
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


def _node(n: LotNode) -> paper.GenealogyNode:
    amount = f"{display(n.amount)} {n.unit}".strip() if n.amount is not None else ""
    return paper.GenealogyNode(key=str(n.pk), kind=n.kind, identity=n.title, detail=amount)


def _results(batch: Batch) -> tuple[paper.QcResult, ...]:
    """Every result, retracted and invalidated ones marked (R222)."""
    return tuple(
        paper.QcResult(
            test=r.item.title,
            method=r.method,
            specification=r.item.limit_words,
            result=r.reported,
            unit=r.unit,
            verdict=VERDICTS.get(r.verdict, "recorded") if r.state == ResultState.REVIEWED else "open",
            sample=r.sample.number,
            raw=r.value,
            analyst=r.analyst.printed_name,
            tested_at=local(r.entered_at),
            reviewer=r.reviewed_by.printed_name if r.reviewed_by else "",
            reviewed_at=maybe(r.reviewed_at),
            cqa=r.item.is_cqa,
            invalidated=r.get_state_display() if r.state in {ResultState.RETRACTED, ResultState.INVALIDATED} else "",
        )
        for r in results_of(batch)
    )


def _deviations(batch: Batch, seq: int) -> tuple[paper.Deviation, ...]:
    rows = asof.records(Deviation, seq, batch_id=batch.pk)
    people = {d.pk: d.opened_by.printed_name for d in Deviation.objects.filter(batch=batch).select_related("opened_by")}
    return tuple(
        paper.Deviation(
            number=d.number,
            title=d.title,
            severity=d.classification or "not assessed",
            state=d.get_state_display(),
            opened_by=people[d.pk],
            opened_at=local(d.opened_at),
            description=d.description,
            impact=f"{d.impact} Other batches: {d.other_batches}".strip() if d.impact else "",
            root_cause=d.root_cause,
            actions=f"{d.immediate_action} {d.conclusion}".strip(),
            closed_at=maybe(d.closed_at),
        )
        for d in rows
    )


def build_coa(batch: Batch, seq: int, document: IssuedDocument) -> paper.Certificate:
    """The certificate of analysis: the release tests of the specification and who answers for them (R319)."""
    batch = batch_asof(batch, seq)
    specification = specification_for(batch.product_version)
    last = head(batch, seq)
    stage = {i.title for i in specification.items.filter(stage="release")} if specification else set()
    results = tuple(r for r in _results(batch) if r.test in stage and not r.invalidated)
    marks = tuple(
        as_paper(s, seq) for s in signatures(batch, seq) if s.meaning in {"reviewed", "certified", "released"}
    )
    product = batch.product_version
    passed = all(r.verdict in {"within", "recorded", "alert"} for r in results) and bool(results)
    return paper.Certificate(
        number=document.number,
        product=product.product.name,
        batch_number=batch.number,
        specification=str(specification) if specification else "none",
        site_name=settings.SITE_NAME,
        site_kind=clock.site().kind,  # type: ignore[arg-type]
        site_zone=settings.SITE_ZONE,
        issue=issue_of(document),
        facts=(
            paper.Fact("Batch", batch.number),
            paper.Fact("Manufactured", f"{local(batch.manufactured_at):%Y-%m-%d}" if batch.manufactured_at else "-"),
            paper.Fact("Expiry", batch.expires_on.isoformat() if batch.expires_on else "-"),
            paper.Fact("Storage", product.storage),
            paper.Fact("Containers released", str(_released(batch))),
        ),
        results=results,
        statement="Every result complies with the specification."
        if passed and batch.state == BatchState.RELEASED
        else "The batch is not released by this certificate.",
        signatures=tuple(s for s in marks if "Batch" in s.subject or "Review" in s.subject),
        ledger_head=last.digest,
        ledger_seq=last.seq,
    )


def _released(batch: Batch) -> int:
    return Container.objects.filter(batch=batch, state=ContainerState.RELEASED).count()


def entries_count(batch: Batch) -> int:
    """How many values stand."""
    return live_entries(batch).count()
