"""The review as page values: proof line, list, one exception, what is missing, the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.page_frame import Link, Notice
from compliance.pages import Check
from release.forms.deciding import link_of, move_of
from release.pages import ExceptionList, ExceptionRow, Proof, ReviewPage
from release.states import RULE_SET
from release.views import places
from release.views.exception_page import detail_of

if TYPE_CHECKING:
    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm
    from release.queries.completeness import Paragraph
    from release.queries.exceptions import RecordException
    from release.views.review_data import ReviewData

KINDS = {"breach": "breach", "alert": "alert", "corrected": "void", "void": "void"}


def overview(actor: Actor, data: ReviewData, form: ActForm) -> ReviewPage:
    """The whole review: what is open, whether the record is complete, the form that signs."""
    batch = data.batch
    move = move_of("review")
    may = move is not None and batch.state in move.source and actor.may(move.permission)
    return ReviewPage(
        head=places.head_of(batch, f"Review of {batch.number}", Link("Review by exception"), wide=True),
        title=f"Review of {batch.number}",
        proof=_proof(data),
        groups=_groups(data, None),
        completeness=tuple(_paragraph(p) for p in data.paragraphs),
        finish=form if may else None,
        blockers=_stops(actor, data) if may else (),
        links=places.links_of(batch, "review"),
        notices=_notices(data),
    )


def one_exception(data: ReviewData, one: RecordException, form: ActForm | None) -> ReviewPage:
    """One exception beside the list."""
    batch, code = data.batch, data.code(one)
    return ReviewPage(
        head=places.head_of(
            batch, f"{code} of {batch.number}", Link("Review by exception", places.url("review", batch)), Link(code),
            wide=True,
        ),
        title=f"Review of {batch.number}",
        proof=_proof(data),
        groups=_groups(data, one),
        current=detail_of(data, one, form),
        links=places.links_of(batch, "review"),
        notices=_notices(data),
    )  # fmt: skip


def _stops(actor: Actor, data: ReviewData) -> tuple[Check, ...]:
    return tuple(
        Check("open", b.text, f"Can be cleared by {b.clears}." if b.clears else "", link_of(data.batch, b.link))
        for b in data.blockers(actor)
    )


def _proof(data: ReviewData) -> Proof:
    total, judged = data.live
    answered = sum(bool(e.answer) for e in data.exceptions)
    beside = {e.entry.pk for e in data.exceptions if e.entry is not None}
    head = data.head
    return Proof(
        judged=judged,
        total=total,
        within=max(total - len(beside), 0),
        answered=answered,
        open=len(data.exceptions) - answered,
        rule=f"Rule set {RULE_SET}",
        ledger=f"Ledger to #{head.seq}, {head.digest[:4]} {head.digest[4:8]}" if head else "",
    )


def _groups(data: ReviewData, current: RecordException | None) -> tuple[ExceptionList, ...]:
    open_ones = [e for e in data.exceptions if not e.answer]
    answered = [e for e in data.exceptions if e.answer]
    found = []
    for words, rows in (("Open", open_ones), ("Answered", answered)):
        if rows:
            shown = tuple(_row(data, e, e is current) for e in rows)
            found.append(ExceptionList(f"{words}, {len(rows)}", shown))
    return tuple(found)


def _row(data: ReviewData, one: RecordException, current: bool) -> ExceptionRow:
    note = f"{one.category}{f', {one.who}' if one.who else ''}"
    target = reverse("release:exception", args=(data.batch.number, one.key))
    kind = "done" if one.answer else KINDS[one.severity]
    return ExceptionRow(data.code(one), target, kind, one.title, note, current)  # type: ignore[arg-type]


def _paragraph(p: Paragraph) -> Check:
    words = f"({p.paragraph}) {p.title}"
    if not p.applies:
        return Check("wait", words, "The master asks for none.")
    return Check("ok" if p.complete else "open", words, p.why or p.where)


def _notices(data: ReviewData) -> tuple[Notice, ...]:
    batch = data.batch
    state = str(batch.get_state_display())
    if data.under_way:
        text = "Its review begins when the last step is closed; what is missing now is shown."
        return (Notice("info", text, f"The batch is {state}."),)
    if batch.state in {"released", "rejected"}:
        return (Notice("info", "Its record is closed. Nothing can be answered or added.", f"{state.capitalize()}."),)
    if not data.exceptions:
        return (Notice("within", "Every entry lies within its limits and was made as written.", "No exceptions."),)
    return ()
