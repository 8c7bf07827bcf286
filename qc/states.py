"""States of specification, sample, result and out-of-specification investigation, and their moves."""

from __future__ import annotations

from django.db import models

from compliance.states import SignatureMeaning as Meaning
from compliance.states import Transition


class SpecificationState(models.TextChoices):
    """A specification version is drafted, approved, superseded."""

    DRAFT = "draft", "draft"
    APPROVED = "approved", "approved"
    SUPERSEDED = "superseded", "superseded"


class SampleState(models.TextChoices):
    """Custody of a sample."""

    PLANNED = "planned", "planned"
    TAKEN = "taken", "taken"
    RECEIVED = "received", "received"
    IN_TEST = "in_test", "in test"
    COMPLETED = "completed", "completed"
    DISPOSED = "disposed", "disposed"


class ResultState(models.TextChoices):
    """Life of a result; nothing is ever removed (R222)."""

    ENTERED = "entered", "entered"
    SUBMITTED = "submitted", "submitted"
    REVIEWED = "reviewed", "reviewed"
    RETRACTED = "retracted", "retracted"
    INVALIDATED = "invalidated", "invalidated"


class OosState(models.TextChoices):
    """Life of an out-of-specification investigation (R502)."""

    OPENED = "opened", "opened"
    PHASE_1 = "phase_1", "phase I"
    PHASE_2 = "phase_2", "phase II"
    CONCLUDED = "concluded", "concluded"
    APPROVED = "approved", "approved"


LIVE = (ResultState.ENTERED, ResultState.SUBMITTED, ResultState.REVIEWED)
S, R, OOS, P = SampleState, ResultState, OosState, SpecificationState
_G = "qc.guards."

SPECIFICATION_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "approve", (P.DRAFT,), P.APPROVED, "qc.approve_specification", "specification.approved", Meaning.APPROVED,
        (_G + "blockers_for_approve_specification",), title="Approve",
    ),
    Transition(
        "supersede", (P.APPROVED,), P.SUPERSEDED, "qc.approve_specification", "specification.superseded",
        title="Supersede",
    ),
)  # fmt: skip

SAMPLE_TRANSITIONS: tuple[Transition, ...] = (
    Transition("receive", (S.TAKEN,), S.RECEIVED, "qc.receive_sample", "sample.received", title="Receive"),
    Transition("test", (S.RECEIVED,), S.IN_TEST, "qc.enter_result", "result.entered", title="Start testing"),
    Transition("complete", (S.IN_TEST,), S.COMPLETED, "qc.review_result", "sample.completed", title="Complete"),
    Transition("reopen", (S.COMPLETED,), S.IN_TEST, "qc.reopen_sample", "result.retracted", title="Test again"),
    Transition(
        "dispose", (S.COMPLETED,), S.DISPOSED, "qc.receive_sample", "sample.disposed", reason=True, title="Dispose"
    ),
)  # fmt: skip

RESULT_TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", (R.ENTERED,), R.SUBMITTED, "qc.enter_result", "result.submitted", title="Submit"),
    Transition(
        "review", (R.SUBMITTED,), R.REVIEWED, "qc.review_result", "result.reviewed", Meaning.REVIEWED,
        (_G + "blockers_for_review_result",), title="Review",
    ),
    Transition(
        "retract", (R.ENTERED, R.SUBMITTED), R.RETRACTED, "qc.retract_result", "result.retracted",
        guards=(_G + "blockers_for_retract_result",), reason=True, title="Retract",
    ),
    Transition(
        "retract_reviewed", (R.REVIEWED,), R.RETRACTED, "qc.retract_reviewed_result", "result.retracted",
        guards=(_G + "blockers_for_retract_reviewed_result",), reason=True, title="Retract after its review",
    ),
    Transition(
        "invalidate", (R.ENTERED, R.SUBMITTED, R.REVIEWED), R.INVALIDATED, "qc.invalidate_result",
        "result.invalidated", guards=(_G + "blockers_for_invalidate_result",), reason=True, title="Invalidate",
    ),
)  # fmt: skip

OOS_TRANSITIONS: tuple[Transition, ...] = (
    Transition("begin", (OOS.OPENED,), OOS.PHASE_1, "qc.investigate_oos", "oos.phase_1", title="Begin phase I"),
    Transition(
        "extend", (OOS.PHASE_1,), OOS.PHASE_2, "qc.investigate_oos", "oos.phase_2", reason=True, title="Phase II"
    ),
    Transition(
        "conclude", (OOS.PHASE_1, OOS.PHASE_2), OOS.CONCLUDED, "qc.investigate_oos", "oos.concluded",
        Meaning.RESPONSIBLE, (_G + "blockers_for_conclude_oos",), title="Conclude",
    ),
    Transition(
        "approve", (OOS.CONCLUDED,), OOS.APPROVED, "qc.approve_oos", "oos.approved", Meaning.APPROVED,
        (_G + "blockers_for_approve_oos",), title="Approve",
    ),
)  # fmt: skip

EVENTS: dict[str, str] = {
    "specification.drafted": "Specification drafted",
    "specification.approved": "Specification approved",
    "specification.superseded": "Specification superseded",
    "sample.taken": "Sample taken",
    "sample.received": "Sample received",
    "sample.completed": "Sample completed",
    "sample.disposed": "Sample disposed",
    "result.entered": "Result entered",
    "result.submitted": "Result submitted",
    "result.reviewed": "Result reviewed",
    "result.retracted": "Result retracted",
    "result.invalidated": "Result invalidated",
    "oos.opened": "OOS investigation opened",
    "oos.phase_1": "OOS phase I begun",
    "oos.phase_2": "OOS phase II begun",
    "oos.concluded": "OOS investigation concluded",
    "oos.approved": "OOS investigation approved",
}

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "qc.read": ("qc_analyst", "qc_reviewer", "qa", "qp", "process_engineer", "inspector"),
    "qc.draft_specification": ("qc_reviewer", "process_engineer"),
    "qc.approve_specification": ("qa",),
    "qc.receive_sample": ("qc_analyst", "qc_reviewer"),
    "qc.enter_result": ("qc_analyst",),
    "qc.review_result": ("qc_reviewer",),
    "qc.retract_result": ("qc_analyst", "qc_reviewer"),
    "qc.retract_reviewed_result": ("qc_reviewer", "qa"),
    "qc.invalidate_result": ("qa",),
    # Whoever takes a result back opens the sample for its test again.
    "qc.reopen_sample": ("qc_analyst", "qc_reviewer", "qa"),
    "qc.investigate_oos": ("qc_reviewer", "qc_analyst"),
    "qc.approve_oos": ("qa",),
}
