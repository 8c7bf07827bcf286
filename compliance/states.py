"""What a transition is, and the closed list of what a signature can mean."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class SignatureMeaning(models.TextChoices):
    """Why a person signs (R113). Closed: a new meaning is a reviewed change."""

    AUTHORED = "authored", "authored"
    CHECKED = "checked", "checked"
    ISSUED = "issued", "issued"
    PERFORMED = "performed", "performed"
    VERIFIED = "verified", "verified"
    REVIEWED = "reviewed", "reviewed"
    APPROVED = "approved", "approved"
    DETERMINED = "determined", "determined"
    ACCEPTED = "accepted", "accepted"
    REJECTED = "rejected", "rejected"
    CERTIFIED = "certified", "certified"
    RELEASED = "released", "released"
    RESPONSIBLE = "responsible", "responsible"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move of one kind of record. Nothing else may set a state (R106).

    `guards` are dotted names of functions `(actor, record, at) -> list[Blocker]`; `reason` asks for one.
    """

    name: str
    source: tuple[str, ...]
    target: str
    permission: str
    event: str
    meaning: SignatureMeaning | None = None
    guards: tuple[str, ...] = ()
    reason: bool = False
    title: str = ""


class SiteKind(models.TextChoices):
    """What a database is for; set when it is made and never changed."""

    PRODUCTION = "production", "production"
    DEMO = "demo", "demonstration"
    TEST = "test", "test"


class GrantState(models.TextChoices):
    """A role is held until it is withdrawn; the row stays."""

    HELD = "held", "held"
    WITHDRAWN = "withdrawn", "withdrawn"


class IdentityProof(models.TextChoices):
    """How a person's identity was checked before she may sign (R116)."""

    ID_CARD = "id_card", "identity card"
    PASSPORT = "passport", "passport"
    LICENCE = "licence", "driving licence"
    EMPLOYER = "employer", "staff record of the employer"


class LinkPurpose(models.TextChoices):
    """What a one-time link is for."""

    ACTIVATION = "activation", "first password"
    RESET = "reset", "new password"


class ReviewState(models.TextChoices):
    """A review of accounts or of the audit trail is open until it is signed."""

    OPEN = "open", "open"
    SIGNED = "signed", "signed"


class AlertState(models.TextChoices):
    """An alert stands until somebody answers it with a comment."""

    RAISED = "raised", "raised"
    ACKNOWLEDGED = "acknowledged", "acknowledged"


class FactorKind(models.TextChoices):
    """What a second factor is."""

    TOTP = "totp", "authenticator app"
    WEBAUTHN = "webauthn", "security key"
    CODES = "codes", "recovery codes"


class FactorState(models.TextChoices):
    """A factor counts until it is revoked."""

    HELD = "held", "in use"
    REVOKED = "revoked", "revoked"


class JobState(models.TextChoices):
    """Life of a job in the outbox."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"


EVENTS: dict[str, str] = {
    "site.created": "Site created",
    "user.created": "Account created",
    "user.renamed": "Person renamed",
    "user.deactivated": "Account deactivated",
    "user.secret_changed": "Password changed",
    "user.unlocked": "Account unlocked",
    "user.signed_in": "Signed in",
    "user.signed_out": "Signed out",
    "user.sign_in_refused": "Sign-in refused",
    "user.session_locked": "Session locked while idle",
    "role.granted": "Role granted",
    "role.withdrawn": "Role withdrawn",
    "user.identity_checked": "Identity checked",
    "user.acknowledged": "Electronic signature acknowledged",
    "user.link_made": "One-time link made",
    "user.activated": "Password chosen by one-time link",
    "user.session_ended": "Session ended from elsewhere",
    "factor.enrolled": "Second factor enrolled",
    "factor.revoked": "Second factor revoked",
    "alert.acknowledged": "Alert acknowledged",
    "job.delayed": "Background job told as late",
    "access_review.opened": "Access review opened",
    "access_review.signed": "Access review signed",
    "trail_review.opened": "Audit-trail review opened",
    "trail_review.marked": "Finding of an audit-trail review marked",
    "trail_review.signed": "Audit-trail review signed",
    "signature.refused": "Signature refused",
    "trail.exported": "Audit trail exported",
    "clock.set": "Scripted clock set",
    "site.sealed": "Site chain sealed",
    "site.heads_published": "Site seal published outside",
    "site.time_stamped": "Site seal time-stamped by an authority",
    "site.backed_up": "Backup begun",
    "site.backup_failed": "Backup failed",
    "site.restore_tested": "Restore tested",
    "record.migrated": "Record migrated",
}

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "compliance.manage_accounts": ("system_administrator",),
    "compliance.own_factors": (
        "operator",
        "verifier",
        "process_engineer",
        "qc_analyst",
        "qc_reviewer",
        "qa",
        "qp",
        "donor_coordinator",
        "donor_responsible",
        "system_administrator",
    ),
    "compliance.read_people": ("system_administrator", "qa", "inspector"),
    "compliance.review_access": ("qa",),
    "compliance.review_trail": ("qa",),
    "compliance.answer_alert": ("system_administrator", "qa"),
    "compliance.read_trail": ("inspector", "qa", "qp", "process_engineer", "qc_reviewer", "donor_responsible"),
}

USER_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "withdraw",
        (GrantState.HELD,),
        GrantState.WITHDRAWN,
        "compliance.manage_accounts",
        "role.withdrawn",
        reason=True,
    ),
)

ACCESS_REVIEW_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "sign",
        (ReviewState.OPEN,),
        ReviewState.SIGNED,
        "compliance.review_access",
        "access_review.signed",
        meaning=SignatureMeaning.REVIEWED,
    ),
)

TRAIL_REVIEW_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "sign",
        (ReviewState.OPEN,),
        ReviewState.SIGNED,
        "compliance.review_trail",
        "trail_review.signed",
        meaning=SignatureMeaning.REVIEWED,
    ),
)

ALERT_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "acknowledge",
        (AlertState.RAISED,),
        AlertState.ACKNOWLEDGED,
        "compliance.answer_alert",
        "alert.acknowledged",
    ),
)

FACTOR_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "revoke",
        (FactorState.HELD,),
        FactorState.REVOKED,
        "compliance.manage_accounts",
        "factor.revoked",
        reason=True,
    ),
    Transition(
        "give_back",
        (FactorState.HELD,),
        FactorState.REVOKED,
        "compliance.own_factors",
        "factor.revoked",
        reason=True,
    ),
)
