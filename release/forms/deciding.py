"""A decision on a batch: what holds, what it is about, what is filled in, and the act that takes it.

The pages and the admin show the same and call the same (R105).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from batches.models import Container, Deviation
from batches.states import ContainerState
from batches.views.words import pretty
from compliance.domain import clock
from compliance.domain.transitions import find
from compliance.guards import blockers_for_trail_review, signers_of
from compliance.numbers import display
from compliance.page_forms import FormField
from compliance.pages import Cell, Check, Column, Fact, Row, Table, Verdict
from qc.queries import missing_for_release, results_of
from qc.states import ResultState
from release.domain import disposition, retention, review
from release.domain.disposition import expiry, manufactured_at
from release.queries.completeness import completeness
from release.queries.exceptions import exceptions_of
from release.states import PAPER_EVENTS, REVIEW_TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from batches.models import Batch
    from compliance.domain.act import Act
    from compliance.states import Transition
    from qc.models import Result

DECISIONS = frozenset({"batch.released", "batch.rejected"})
NAMES = tuple(t.name for t in REVIEW_TRANSITIONS)
QUESTIONS = {
    "review": "May the review be signed?",
    "certify": "May this batch be certified?",
    "release": "May this batch be released?",
    "reject": "May this batch be rejected?",
    "reopen_review": "May the review be opened again?",
}
REASONS = {
    "reject": "It stands in the record and on the rejected batch.",
    "reopen_review": "It stands in the record. The signatures of review and certificate are voided, visibly.",
}
STATEMENTS = {
    "review": "What the review found",
    "certify": "What is certified",
    "release": "What the release rests on",
}
SHAPES = {"within": "within", "alert": "alert", "no_limit": "info"}


def move_of(name: str) -> Transition | None:
    """The decision of this name, if there is one."""
    return find(REVIEW_TRANSITIONS, name) if name in NAMES else None


def perform(a: Act, token: UUID, batch: Batch, name: str, form: Mapping[str, str]) -> Batch:
    """Takes the decision in the open act and signs it."""
    version = int(form["version"])
    if name == "reject":
        return disposition.reject(a, token, batch, form.get("reason", ""), version)
    if name == "reopen_review":
        return review.reopen_review(a, token, batch, form.get("reason", ""), version)
    act = {"review": review.sign_review, "certify": disposition.certify, "release": disposition.release_batch}[name]
    return act(a, token, batch, form.get("statement", ""), version)


def fields_of(move: Transition) -> tuple[FormField, ...]:
    """What is written beside the signature."""
    if move.reason:
        return (FormField("reason", "Reason", "area", help=REASONS[move.name]),)
    return (FormField("statement", STATEMENTS[move.name], "area", help="One or two sentences; they are signed."),)


def link_of(batch: Batch, link: str) -> str:
    """The page that clears a blocker."""
    kind, _, rest = link.partition(":")
    if kind == "exception":
        return reverse("release:exception", args=(batch.number, rest))
    if kind == "deviation":
        return reverse("batches:deviation", args=(rest,))
    if kind == "reopen":
        return reverse("release:decision", args=(batch.number, "reopen_review"))
    if kind == "phase":
        return reverse("batches:phase", args=(batch.number, rest))
    return link


def holds_of(batch: Batch) -> tuple[Check, ...]:
    """What is fulfilled already."""
    every, paragraphs = exceptions_of(batch), completeness(batch)
    answered = sum(bool(e.answer) for e in every)
    whole = sum(p.complete for p in paragraphs)
    open_deviations = Deviation.objects.filter(batch=batch).exclude(state="closed").count()
    found = []
    if answered == len(every):
        found.append(Check("ok", f"{answered} of {len(every)} exceptions answered", url=review_url(batch)))
    if whole == len(paragraphs):
        found.append(Check("ok", "The record is complete", f"211.188(b), {whole} of {len(paragraphs)} paragraphs"))
    if not missing_for_release(batch):
        found.append(Check("ok", "Every test is reviewed and passes"))
    if not open_deviations:
        found.append(Check("ok", "No deviation is open"))
    for meaning, words in (("reviewed", "Reviewed"), ("certified", "Certified by the QP")):
        if signers_of(batch.uuid, meaning):
            found.append(Check("ok", f"{words}, signed"))
    return (*found, trail_of(batch))


def trail_of(batch: Batch) -> Check:
    """Whether a signed audit-trail review covers the batch's acts up to its decisions (R213)."""
    open_ = blockers_for_trail_review(batch.chain, PAPER_EVENTS | DECISIONS)
    if open_:
        return Check("wait", "Audit trail not reviewed to its end", open_[0].text, open_[0].link)
    return Check("ok", "Audit trail reviewed, signed")


def review_url(batch: Batch) -> str:
    """The review of a batch."""
    return reverse("release:review", args=(batch.number,))


def about_of(batch: Batch) -> tuple[Fact, ...]:
    """What would be signed."""
    product = batch.product_version
    made = manufactured_at(batch)
    ends = batch.expires_on or expiry(made, product.shelf_life_months)
    units = Container.objects.filter(batch=batch, state=ContainerState.STORED).count()
    return (
        Fact("Product", product.product.name, f"{product}, {product.form}"),
        Fact("Strength", f"{display(product.strength, superscript=True)} {product.strength_unit}"),
        Fact("Containers in store", str(units)),
        Fact("Manufactured", made.astimezone(clock.zone()).date().isoformat() if made else "not ended"),
        Fact("Expiry", ends.isoformat() if ends else "-", f"{product.shelf_life_months} months, {product.storage}"),
        Fact("Master", str(batch.master_version), batch.master_digest[:12]),
        Fact("Market", str(product.get_market_scheme_display())),
        _kept(batch),
    )


def _kept(batch: Batch) -> Fact:
    """Until when the record is kept, once that can be said."""
    until = retention.until(batch)
    note = "the longest of batch documents, tissue records and traceability"
    return Fact("Record kept until", until.isoformat() if until else "counts from the decision", note)


def results_of_batch(batch: Batch) -> Table:
    """Results as they stand against the specification."""
    rows = tuple(_result(r) for r in results_of(batch))
    columns = (Column("Test"), Column("Specification"), Column("Result", numeric=True), Column("Verdict"))
    return Table(f"Results of {batch.number}", columns, rows, dense=True, empty="No result is entered yet.")


def _result(r: Result) -> Row:
    gone = r.state in {ResultState.RETRACTED, ResultState.INVALIDATED}
    words = str(r.get_state_display())
    if gone:
        verdict = Verdict("void", words)
    elif r.state != ResultState.REVIEWED:
        verdict = Verdict("wait", words)
    else:
        verdict = Verdict(SHAPES.get(r.verdict, "breach"), r.verdict.replace("_", " "))  # type: ignore[arg-type]
    shown = Cell(pretty(f"{r.reported} {r.unit}".strip()), kind="struck" if gone else "hand")
    test = Cell(r.item.title, reverse("qc:result", args=(r.uuid,)), note=r.sample.number)
    return Row((test, Cell(pretty(r.item.limit_words)), shown, Cell(verdict=verdict)))


def next_step(batch: Batch) -> str:
    """The decision that comes next for a batch in its state and market; "" when none does."""
    needs_qp = batch.product_version.market_scheme == "EU" and not batch.product_version.is_intermediate
    after_review = "certify" if needs_qp else "release"
    steps = {"executed": "review", "aborted": "review", "no_outgrowth": "review", "reviewed": after_review}
    held = "release" if batch.executed_at is not None else ""
    return (steps | {"certified": "release", "on_hold": held}).get(batch.state, "")
