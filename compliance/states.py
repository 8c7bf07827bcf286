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
    "signature.refused": "Signature refused",
    "clock.set": "Scripted clock set",
    "site.sealed": "Site chain sealed",
    "record.migrated": "Record migrated",
}

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "compliance.manage_accounts": ("system_administrator",),
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
