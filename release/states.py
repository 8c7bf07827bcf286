"""Review, disposition and documents: the moves of a batch after its execution, and of a document."""

from __future__ import annotations

from django.db import models

from batches.states import BatchState
from compliance.states import SignatureMeaning as Meaning
from compliance.states import Transition

RULE_SET = 1  # of the exceptions; printed in the record, raised with every change of a rule


class DocumentState(models.TextChoices):
    """Life of an issued document. A made one never changes; a newer one supersedes it on the page."""

    REQUESTED = "requested", "being made"
    MADE = "made", "issued"
    FAILED = "failed", "not made"
    SUPERSEDED = "superseded", "superseded"


class DocumentKind(models.TextChoices):
    """What is issued."""

    EBR = "ebr", "Batch record"
    COA = "coa", "Certificate of analysis"


B, D = BatchState, DocumentState
_G = "release.guards."

REVIEW_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "review", (B.EXECUTED, B.ABORTED, B.NO_OUTGROWTH), B.REVIEWED, "release.review_batch", "batch.reviewed",
        Meaning.REVIEWED, (_G + "blockers_for_review",), title="Sign the review",
    ),
    Transition(
        "certify", (B.REVIEWED,), B.CERTIFIED, "release.certify_batch", "batch.certified", Meaning.CERTIFIED,
        (_G + "blockers_for_certify",), title="Certify",
    ),
    Transition(
        "release", (B.REVIEWED, B.CERTIFIED, B.ON_HOLD), B.RELEASED, "release.release_batch", "batch.released",
        Meaning.RELEASED, (_G + "blockers_for_release",), title="Release",
    ),
    Transition(
        "reject", (B.EXECUTED, B.REVIEWED, B.CERTIFIED, B.ON_HOLD, B.ABORTED, B.NO_OUTGROWTH), B.REJECTED,
        "release.reject_batch", "batch.rejected", Meaning.REJECTED, (_G + "blockers_for_reject",), reason=True,
        title="Reject",
    ),
    Transition(
        "reopen_review", (B.REVIEWED, B.CERTIFIED), B.EXECUTED, "release.review_batch", "batch.review_reopened",
        Meaning.RESPONSIBLE, (_G + "blockers_for_reopen",), reason=True, title="Open the review again",
    ),
)  # fmt: skip

# What may follow a signed review without changing what was reviewed. Results that were still due are judged again at
# certification and release; whatever else happens on the batch asks for a new review.
PAPER_EVENTS = frozenset(
    {
        "batch.reviewed", "batch.certified", "batch.exported", "document.requested", "document.issued",
        "document.failed", "document.superseded", "document.downloaded",
    }
)  # fmt: skip
DUE_RESULTS = frozenset(
    {"sample.received", "sample.completed", "sample.disposed", "result.entered", "result.submitted", "result.reviewed"}
)

DOCUMENT_TRANSITIONS: tuple[Transition, ...] = (
    Transition("make", (D.REQUESTED, D.FAILED), D.MADE, "release.make_document", "document.issued", title="Issue"),
    Transition("fail", (D.REQUESTED,), D.FAILED, "release.make_document", "document.failed", title="Fail"),
    Transition(
        "supersede", (D.MADE,), D.SUPERSEDED, "release.make_document", "document.superseded", title="Supersede"
    ),
)  # fmt: skip

EVENTS: dict[str, str] = {
    "batch.review_reopened": "Review opened again",
    "exception.answered": "Exception answered",
    "document.requested": "Document requested",
    "document.issued": "Document issued",
    "document.failed": "Document could not be made",
    "document.superseded": "Document superseded",
    "batch.exported": "Batch exported",
    "document.downloaded": "Document downloaded",
}

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "release.review_batch": ("qa",),
    "release.certify_batch": ("qp",),
    "release.release_batch": ("qa", "qp"),
    "release.reject_batch": ("qa", "qp"),
    "release.request_document": ("qa", "qp"),
    "release.make_document": ("qa", "qp"),
    "release.read_documents": ("qa", "qp", "inspector", "process_engineer", "qc_reviewer"),
    "release.export_batch": ("qa", "qp", "inspector"),
}
