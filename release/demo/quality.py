"""QA and QP of the demonstration: deviations to their end, exceptions answered, review, certification, release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batches.domain import deviation
from batches.models import Batch, Deviation
from release.domain import disposition, review
from release.queries.exceptions import exceptions_of

if TYPE_CHECKING:
    from release.demo.desk import Desk

ASSESSOR, INVESTIGATOR, REVIEWER, CERTIFIER = "clara", "petra", "samuel", "irene"


def close_deviation(desk: Desk, batch: Batch, path: str, texts: dict[str, Any]) -> None:
    """Takes the deviation of a value through assessment, investigation and closing, each signed."""
    row = Deviation.objects.get(batch=batch, entry__path=path)
    row = assess(desk, row, texts["assess"])
    with desk.signed(INVESTIGATOR, "deviation.investigated", row, "responsible") as (a, token):
        row = deviation.investigate(a, token, row, **texts["investigate"])
    with desk.signed(ASSESSOR, "deviation.closed", row, "approved") as (a, token):
        deviation.close(a, token, row)


def assess(desk: Desk, row: Deviation, texts: dict[str, Any]) -> Deviation:
    """QA classifies a deviation and signs."""
    with desk.signed(ASSESSOR, "deviation.assessed", row, "reviewed") as (a, token):
        return deviation.assess(a, token, row, **texts)


def answer_exceptions(desk: Desk, batch: Batch, answers: dict[str, str]) -> int:
    """Answers each exception by the first words its title holds (`a + b`: both); answers how many stay open."""
    left = 0
    for one in exceptions_of(batch):
        text = next((text for words, text in answers.items() if all(w in one.title for w in words.split(" + "))), "")
        if not text:
            left += 1
        elif not one.answer:
            with desk.act(REVIEWER, "exception.answered", batch) as a:
                review.answer_exception(a, batch, one.key, text)
    return left


def sign_review(desk: Desk, batch: Batch, statement: str) -> Batch:
    """Signs the review of a batch."""
    with desk.signed(REVIEWER, "batch.reviewed", batch, "reviewed") as (a, token):
        return review.sign_review(a, token, batch, statement)


def certify(desk: Desk, batch: Batch, statement: str) -> Batch:
    """The QP certifies."""
    with desk.signed(CERTIFIER, "batch.certified", batch, "certified") as (a, token):
        return disposition.certify(a, token, batch, statement)


def release(desk: Desk, batch: Batch, who: str, statement: str) -> Batch:
    """Releases a batch: QA a bank, the QP a product."""
    with desk.signed(who, "batch.released", batch, "released") as (a, token):
        return disposition.release_batch(a, token, batch, statement)
