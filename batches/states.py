"""States of master, batch, phase, charge, container and deviation, and every allowed move between them."""

from __future__ import annotations

from django.db import models

from compliance.states import SignatureMeaning as Meaning
from compliance.states import Transition


class MasterState(models.TextChoices):
    """Life of a master version. An effective version never changes."""

    DRAFT = "draft", "draft"
    IN_REVIEW = "in_review", "in review"
    CHECKED = "checked", "checked"
    APPROVED = "approved", "approved"
    EFFECTIVE = "effective", "effective"
    SUPERSEDED = "superseded", "superseded"
    WITHDRAWN = "withdrawn", "withdrawn"


class BatchState(models.TextChoices):
    """Life of a batch, from issue to disposition."""

    ISSUED = "issued", "issued"
    IN_PROGRESS = "in_progress", "in progress"
    ON_HOLD = "on_hold", "on hold"
    EXECUTED = "executed", "executed"
    REVIEWED = "reviewed", "reviewed"
    CERTIFIED = "certified", "certified"
    RELEASED = "released", "released"
    REJECTED = "rejected", "rejected"
    ABORTED = "aborted", "aborted"
    NO_OUTGROWTH = "no_outgrowth", "no outgrowth"


class PhaseState(models.TextChoices):
    """Life of a phase record."""

    PENDING = "pending", "not started"
    IN_PROGRESS = "in_progress", "in progress"
    PERFORMED = "performed", "performed"
    VERIFIED = "verified", "verified"
    CLOSED = "closed", "closed"
    NOT_APPLICABLE = "not_applicable", "not applicable"
    ABORTED = "aborted", "aborted"


class ChargeState(models.TextChoices):
    """A material charge-in waits for its second person."""

    CHARGED = "charged", "charged, not verified"
    VERIFIED = "verified", "verified"
    REVERSED = "reversed", "reversed"


class ContainerState(models.TextChoices):
    """What became of one filled container; every one is named (R314)."""

    FILLED = "filled", "filled"
    REJECTED = "rejected", "rejected at inspection"
    DESTROYED = "destroyed", "destroyed"
    QC = "qc", "used for QC"
    RESERVE = "reserve", "reserve sample"
    STABILITY = "stability", "stability sample"
    STORED = "stored", "in store"
    RELEASED = "released", "released"


class DeviationState(models.TextChoices):
    """Life of a deviation."""

    OPEN = "open", "open"
    ASSESSED = "assessed", "assessed"
    INVESTIGATED = "investigated", "investigated"
    CLOSED = "closed", "closed"
    REOPENED = "reopened", "reopened"


M, B, P, D, C = MasterState, BatchState, PhaseState, DeviationState, ChargeState
_G = "batches.guards."

PRODUCT_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "approve",
        ("draft",),
        "approved",
        "batches.approve_master",
        "product.version_approved",
        Meaning.APPROVED,
        title="Approve",
    ),
    Transition(
        "supersede",
        ("approved",),
        "superseded",
        "batches.approve_master",
        "product.version_approved",
        title="Supersede",
    ),
)

MASTER_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "submit",
        (M.DRAFT,),
        M.IN_REVIEW,
        "batches.author_master",
        "master.submitted",
        Meaning.AUTHORED,
        (_G + "blockers_for_submit_master",),
        title="Submit for review",
    ),
    Transition(
        "check",
        (M.IN_REVIEW,),
        M.CHECKED,
        "batches.check_master",
        "master.checked",
        Meaning.CHECKED,
        (_G + "blockers_for_check_master",),
        title="Check",
    ),
    Transition(
        "approve",
        (M.CHECKED,),
        M.APPROVED,
        "batches.approve_master",
        "master.approved",
        Meaning.APPROVED,
        (_G + "blockers_for_approve_master",),
        title="Approve",
    ),
    Transition(
        "make_effective",
        (M.APPROVED,),
        M.EFFECTIVE,
        "batches.approve_master",
        "master.effective",
        Meaning.RELEASED,
        title="Make effective",
    ),
    Transition(
        "return",
        (M.IN_REVIEW, M.CHECKED),
        M.DRAFT,
        "batches.check_master",
        "master.returned",
        reason=True,
        title="Return to draft",
    ),
    Transition(
        "supersede", (M.EFFECTIVE,), M.SUPERSEDED, "batches.approve_master", "master.superseded", title="Supersede"
    ),
    Transition(
        "withdraw",
        (M.EFFECTIVE,),
        M.WITHDRAWN,
        "batches.approve_master",
        "master.withdrawn",
        Meaning.REJECTED,
        reason=True,
        title="Withdraw",
    ),
)

BATCH_TRANSITIONS: tuple[Transition, ...] = (
    Transition("begin", (B.ISSUED,), B.IN_PROGRESS, "batches.execute_phase", "batch.phase_started", title="Begin"),
    Transition(
        "hold",
        (B.IN_PROGRESS, B.RELEASED),
        B.ON_HOLD,
        "batches.hold_batch",
        "batch.held",
        Meaning.RESPONSIBLE,
        reason=True,
        title="Put on hold",
    ),
    Transition(
        "resume",
        (B.ON_HOLD,),
        B.IN_PROGRESS,
        "batches.hold_batch",
        "batch.resumed",
        Meaning.APPROVED,
        (_G + "blockers_for_resume",),
        reason=True,
        title="Resume",
    ),
    Transition(
        "finish",
        (B.IN_PROGRESS,),
        B.EXECUTED,
        "batches.close_phase",
        "batch.executed",
        guards=(_G + "blockers_for_finish_batch",),
        title="End of execution",
    ),
    Transition(
        "abort",
        (B.IN_PROGRESS, B.ON_HOLD),
        B.ABORTED,
        "batches.hold_batch",
        "batch.aborted",
        Meaning.RESPONSIBLE,
        (_G + "blockers_for_resume",),
        reason=True,
        title="Abort",
    ),
    Transition(
        "end_without_outgrowth",
        (B.IN_PROGRESS, B.ON_HOLD),
        B.NO_OUTGROWTH,
        "batches.hold_batch",
        "batch.no_outgrowth",
        Meaning.RESPONSIBLE,
        (_G + "blockers_for_resume",),
        reason=True,
        title="End: no outgrowth",
    ),
)

PHASE_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "start",
        (P.PENDING,),
        P.IN_PROGRESS,
        "batches.execute_phase",
        "batch.phase_started",
        guards=(_G + "blockers_for_start_phase",),
        title="Start",
    ),
    Transition(
        "complete",
        (P.IN_PROGRESS,),
        P.PERFORMED,
        "batches.execute_phase",
        "batch.phase_completed",
        Meaning.PERFORMED,
        (_G + "blockers_for_complete_phase",),
        title="Sign as performed",
    ),
    Transition(
        "verify",
        (P.PERFORMED,),
        P.VERIFIED,
        "batches.verify_phase",
        "batch.phase_verified",
        Meaning.VERIFIED,
        (_G + "blockers_for_verify_phase",),
        title="Verify",
    ),
    Transition(
        "close", (P.PERFORMED, P.VERIFIED), P.CLOSED, "batches.close_phase", "batch.phase_closed", title="Close"
    ),
    Transition(
        "approve",
        (P.PERFORMED, P.VERIFIED),
        P.CLOSED,
        "batches.approve_phase",
        "batch.phase_approved",
        Meaning.APPROVED,
        (_G + "blockers_for_approve_phase",),
        title="Approve as QA",
    ),
    Transition(
        "skip",
        (P.PENDING,),
        P.NOT_APPLICABLE,
        "batches.close_phase",
        "batch.phase_not_applicable",
        title="Not applicable by rule",
    ),
    Transition(
        "reopen",
        (P.VERIFIED, P.CLOSED),
        P.PERFORMED,
        "batches.execute_phase",
        "batch.entry_corrected",
        reason=True,
        title="Reopen for a correction",
    ),
    Transition(
        "abort",
        (P.IN_PROGRESS,),
        P.ABORTED,
        "batches.hold_batch",
        "batch.phase_aborted",
        Meaning.RESPONSIBLE,
        (_G + "blockers_for_abort_phase",),
        reason=True,
        title="Abort",
    ),
)

CHARGE_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "verify",
        (C.CHARGED,),
        C.VERIFIED,
        "batches.verify_phase",
        "batch.charge_verified",
        Meaning.VERIFIED,
        (_G + "blockers_for_verify_charge",),
        title="Verify charge-in",
    ),
    Transition(
        "reverse",
        (C.CHARGED,),
        C.REVERSED,
        "batches.execute_phase",
        "batch.charge_reversed",
        reason=True,
        title="Reverse",
    ),
)

CONTAINER_TRANSITIONS: tuple[Transition, ...] = tuple(
    Transition(name, source, target, permission, "batch.containers_moved", title=title)
    for name, source, target, permission, title in (
        ("reject", (ContainerState.FILLED,), ContainerState.REJECTED, "batches.execute_phase", "Reject"),
        (
            "destroy",
            (ContainerState.FILLED, ContainerState.REJECTED),
            ContainerState.DESTROYED,
            "batches.execute_phase",
            "Destroy",
        ),
        ("to_qc", (ContainerState.FILLED,), ContainerState.QC, "batches.execute_phase", "To QC"),
        ("to_reserve", (ContainerState.FILLED,), ContainerState.RESERVE, "batches.execute_phase", "To reserve"),
        ("to_stability", (ContainerState.FILLED,), ContainerState.STABILITY, "batches.execute_phase", "To stability"),
        ("store", (ContainerState.FILLED,), ContainerState.STORED, "batches.execute_phase", "Store"),
        (
            "release",
            (ContainerState.STORED, ContainerState.FILLED),
            ContainerState.RELEASED,
            "batches.release_units",
            "Release",
        ),
    )
)

DEVIATION_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "assess",
        (D.OPEN, D.REOPENED),
        D.ASSESSED,
        "batches.assess_deviation",
        "deviation.assessed",
        Meaning.REVIEWED,
        (_G + "blockers_for_assess_deviation",),
        title="Assess",
    ),
    Transition(
        "investigate",
        (D.ASSESSED,),
        D.INVESTIGATED,
        "batches.investigate_deviation",
        "deviation.investigated",
        Meaning.RESPONSIBLE,
        (_G + "blockers_for_investigate_deviation",),
        title="Conclude the investigation",
    ),
    Transition(
        "close",
        (D.INVESTIGATED,),
        D.CLOSED,
        "batches.close_deviation",
        "deviation.closed",
        Meaning.APPROVED,
        (_G + "blockers_for_close_deviation",),
        title="Close",
    ),
    Transition(
        "reopen",
        (D.CLOSED,),
        D.REOPENED,
        "batches.close_deviation",
        "deviation.reopened",
        reason=True,
        title="Reopen",
    ),
)

