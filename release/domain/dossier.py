"""The dossier of a batch: a pure function of the ledger up to one entry (R102, R215, R333)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from batches.models import Batch, Container, Product, ProductVersion
from batches.states import BatchState, ContainerState
from compliance.domain import clock
from compliance.numbers import display
from compliance.page_words import amount_of, pretty
from qc.models import Result, Specification
from qc.states import SpecificationState
from release import paper
from release.domain.dossier_balance import genealogy, reconciliations, yields
from release.domain.dossier_people import as_paper, head, issue_of, local, maybe, signatures, trail
from release.domain.dossier_quality import deviations, results
from release.domain.dossier_steps import Loaded, load, said_rows, unit_procedures
from release.models import Disposition
from release.queries.asof import View
from release.queries.completeness import completeness
from release.queries.exceptions import RecordException, exceptions_of
from release.states import RULE_SET

if TYPE_CHECKING:
    from compliance.models import ChainLink
    from release.models import IssuedDocument

SECTIONS = {"5": "qc", "7": "balance", "11": "signatures", "12": "deviations"}
KINDS = {"6": "line_clearance", "8": "labelling", "9": "fill", "13": "inspection"}
SPOKEN = ("Reason: ", "Comment: ")
STATUS = {
    BatchState.RELEASED: "Released",
    BatchState.REJECTED: "Rejected",
    BatchState.CERTIFIED: "Certified, not released",
    BatchState.REVIEWED: "Reviewed, not released",
}


def build(batch: Batch, seq: int, document: IssuedDocument) -> paper.Dossier:
    """Everything the batch record prints, read as of ledger entry `seq`: later acts change no byte of it."""
    view = View(seq)
    batch = batch_asof(batch, view)
    loaded = load(batch, view)
    exceptions = exceptions_of(batch, view)
    nodes, edges = genealogy(batch, view)
    return paper.Dossier(
        batch_number=batch.number,
        site_name=settings.SITE_NAME,
        site_kind=clock.site().kind,  # type: ignore[arg-type]
        site_zone=settings.SITE_ZONE,
        issue=issue_of(document, loaded.people),
        cover=_cover(batch, loaded, exceptions),
        verification=_verification(batch, head(batch, view)),
        index=_index(batch, view, loaded),
        exceptions=tuple(_exception(n, e) for n, e in enumerate(exceptions, 1)),
        exceptions_proof=_proof(loaded, exceptions),
        unit_procedures=unit_procedures(loaded),
        reconciliations=reconciliations(batch, view),
        yields=yields(batch, [e for rows in loaded.entries.values() for e in rows]),
        genealogy_nodes=nodes,
        genealogy_edges=edges,
        qc_results=results(batch, view),
        coa_number=f"COA-{batch.number}",
        deviations=deviations(batch, view),
        signatures=tuple(as_paper(s, view) for s in loaded.marks),
        audit_trail=trail(batch, view, said_rows(loaded)),
    )


def batch_asof(batch: Batch, view: View) -> Batch:
    """The batch as it stood, with its product version as it stood; its master version never changes."""
    row = view.records(Batch, id=batch.pk)[0]
    row.master_version = batch.master_version
    version = view.records(ProductVersion, id=batch.product_version_id)[0]
    version.product = view.records(Product, id=version.product_id)[0]
    row.product_version = version
    return row


def _status(batch: Batch) -> str:
    state = BatchState(batch.state)
    return STATUS.get(state, f"Not released: {state.label}")


def _cover(batch: Batch, loaded: Loaded, exceptions: list[RecordException]) -> paper.Cover:
    product = batch.product_version
    rows = loaded.view.rows(Disposition, batch=batch)
    facts = [
        paper.Fact("Batch", batch.number),
        paper.Fact("Product", f"{product.product.name} ({product})"),
        paper.Fact("Form and strength", f"{product.form}, {_strength(product)}"),
        paper.Fact("Master", f"{batch.master_version}", batch.master_digest),
        paper.Fact("Scheme", batch.scheme),
        paper.Fact("Cell bank", batch.bank.number if batch.bank else "none"),
        paper.Fact("Issued", clock.stamp(batch.issued_at)),
        paper.Fact("Executed", clock.stamp(batch.executed_at) if batch.executed_at else "not ended"),
        *dates(batch),
        *_decisions(batch, loaded, rows),
    ]
    return paper.Cover(
        product=product.product.name,
        lead=product.form,
        status="released" if batch.state == BatchState.RELEASED else "not released",
        status_words=_status(batch),
        status_detail=rows[-1].statement if rows else "No decision stands.",
        released=batch.state == BatchState.RELEASED,
        facts=tuple(facts),
        totals=(
            paper.Total(str(sum(len(rows) for rows in loaded.entries.values())), "entries"),
            paper.Total(str(len(loaded.marks)), "signatures"),
            paper.Total(str(len(exceptions)), "exceptions"),
        ),
    )


def _decisions(batch: Batch, loaded: Loaded, rows: list[Disposition]) -> list[paper.Fact]:
    """What each reviewer, Qualified Person and releaser stated; one whose signature was voided says so (R301, R403)."""
    held = {s.act_id for s in loaded.signed[batch.uuid] if not loaded.view.is_void(s)}
    return [
        paper.Fact(
            row.decision.capitalize() if row.act_id in held else f"{row.decision.capitalize()}, void since",
            f"{row.statement} ({loaded.people[row.decided_by_id]}, {clock.stamp(row.decided_at)})",
        )
        for row in rows
    ]


def dates(batch: Batch) -> tuple[paper.Fact, ...]:
    """Manufacture, expiry as stored at the release, storage (R316)."""
    made = f"{local(batch.manufactured_at):%Y-%m-%d}" if batch.manufactured_at else "-"
    return (
        paper.Fact("Manufactured", made),
        paper.Fact("Expiry", batch.expires_on.isoformat() if batch.expires_on else "-"),
        paper.Fact("Storage", pretty(batch.product_version.storage)),
    )


def _verification(batch: Batch, last: ChainLink) -> paper.Verification:
    return paper.Verification(
        ledger_seq=last.seq,
        ledger_head=last.digest,
        master_digest=batch.master_digest,
        heads=(paper.ChainHead(last.chain, last.seq, last.digest),),
        seal_name=settings.SITE_NAME,
        contact=settings.SITE_NAME,
    )


def _index(batch: Batch, view: View, loaded: Loaded) -> tuple[paper.IndexLine, ...]:
    found = []
    for p in completeness(batch, view):
        state: paper.IndexState = "none" if not p.applies else "complete" if p.complete else "open"
        where = p.where if p.complete else f"{p.where}: {p.why}"
        section = _section(p.paragraph, loaded) if state != "none" else ""
        found.append(paper.IndexLine(f"({p.paragraph})", p.title, where, state, section))
    return tuple(found)


def _section(paragraph: str, loaded: Loaded) -> str:
    """Where the answer begins: the unit procedure of its kind, else the first of all."""
    kind = KINDS.get(paragraph, "")
    places = [n for n, run in enumerate(loaded.runs, 1) if run.kind == kind]
    # The area that is asked for is that of labelling and packaging: its clearance is the last one.
    place = (places[-1] if paragraph == "6" else places[0]) if places else 1
    return SECTIONS.get(paragraph, f"up-{place}")


def _exception(n: int, e: RecordException) -> paper.ExceptionItem:
    return paper.ExceptionItem(
        number=str(n),
        category=e.category,
        title=pretty(e.title),
        detail=_detail(e.detail),
        step=e.phase.title if e.phase else "",
        answer=e.answer,
        answered_by=e.answered_by,
        answered_at=maybe(e.answered_at),
        deviation=e.deviation.number if e.deviation else "",
    )


def _detail(text: str) -> str:
    """What the system found in printed numbers; the reason or comment of a person behind it word for word."""
    found = min((at for mark in SPOKEN if (at := text.find(mark)) >= 0), default=len(text))
    return pretty(text[:found]) + text[found:]


def _strength(product: ProductVersion) -> str:
    return amount_of(display(product.strength), product.strength_unit)


def _proof(loaded: Loaded, exceptions: list[RecordException]) -> str:
    rows = [e for entries in loaded.entries.values() for e in entries]
    judged = sum(bool(e.verdict) for e in rows)
    left = sum(not e.answer for e in exceptions)
    return f"{judged} of {len(rows)} entries judged by rule set {RULE_SET}, {left} exceptions open"


def build_coa(batch: Batch, seq: int, document: IssuedDocument) -> paper.Certificate:
    """The certificate of analysis: the release tests of the specification and who answers for them (R319)."""
    view = View(seq)
    batch = batch_asof(batch, view)
    specification = specification_asof(batch, view)
    release_tests = {i.pk for i in specification.items.filter(stage="release")} if specification else set()
    rows = results(batch, view, only=release_tests)
    last = head(batch, view)
    marks = signatures(batch, view)
    answer = {"reviewed", "certified", "released"}
    return paper.Certificate(
        number=document.number,
        product=batch.product_version.product.name,
        batch_number=batch.number,
        specification=str(specification) if specification else "none",
        site_name=settings.SITE_NAME,
        site_kind=clock.site().kind,  # type: ignore[arg-type]
        site_zone=settings.SITE_ZONE,
        issue=issue_of(document, view.names()),
        facts=(
            paper.Fact("Batch", batch.number),
            *dates(batch),
            paper.Fact("Containers released", str(_released(batch, view))),
        ),
        results=rows,
        statement=_statement(batch, rows),
        signatures=tuple(as_paper(s, view) for s in marks if s.record_uuid == batch.uuid and s.meaning in answer),
        ledger_head=last.digest,
        ledger_seq=last.seq,
    )


def _statement(batch: Batch, rows: tuple[paper.QcResult, ...]) -> str:
    passed = bool(rows) and all(r.verdict in {"within", "recorded", "alert"} for r in rows)
    if passed and batch.state == BatchState.RELEASED:
        return "Every result complies with the specification."
    return "The batch is not released by this certificate."


def specification_asof(batch: Batch, view: View) -> Specification | None:
    """What the batch was judged by: the specification of its first result, else the one approved then."""
    tested = view.records(Result, sample__batch_id=batch.pk)
    if tested:
        return Specification.objects.get(items=tested[0].item_id)
    rows = view.records(Specification, product_version_id=batch.product_version_id)
    return next((s for s in rows if s.state == SpecificationState.APPROVED), None)


def _released(batch: Batch, view: View) -> int:
    rows = view.records(Container, batch_id=batch.pk)
    return sum(c.state == ContainerState.RELEASED for c in rows)
