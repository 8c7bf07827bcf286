"""States of donors, consents and tissue lots, how they move, and who may move them."""

from __future__ import annotations

from django.db import models

from compliance.states import SignatureMeaning, Transition


class Scheme(models.TextChoices):
    """For whom the cells are meant: others, or the donor."""

    ALLOGENEIC = "allogeneic", "allogeneic"
    AUTOLOGOUS = "autologous", "autologous"


class Subject(models.TextChoices):
    """Whose blood is tested (R412)."""

    DONOR = "donor", "donor"
    BIRTH_MOTHER = "birth_mother", "birth mother"


class Person(models.TextChoices):
    """Whose history, examination and records were screened."""

    DONOR = "donor", "donor"
    BIRTH_MOTHER = "birth_mother", "birth mother"
    NEWBORN = "newborn", "newborn"


class Outcome(models.TextChoices):
    """What a laboratory reports of one test."""

    NON_REACTIVE = "non_reactive", "non-reactive"
    REACTIVE = "reactive", "reactive"
    INDETERMINATE = "indeterminate", "indeterminate"
    INVALID = "invalid", "invalid"


class Dilution(models.TextChoices):
    """Whether infusions may have thinned the sample (21 CFR 1271.80(d))."""

    NONE = "none", "no infusion"
    ACCEPTABLE = "acceptable", "acceptable"
    UNACCEPTABLE = "unacceptable", "unacceptable"
    NOT_ASSESSED = "not_assessed", "not assessed"


class Verdict(models.TextChoices):
    """What the responsible person determines (R410)."""

    ELIGIBLE = "eligible", "eligible"
    INELIGIBLE = "ineligible", "ineligible"
    INCOMPLETE = "incomplete", "incomplete"
    NOT_REQUIRED = "not_required", "not required"


class DonorState(models.TextChoices):
    """Eligibility as the last standing determination says; `registered` while there is none (R410)."""

    REGISTERED = "registered", "not determined"
    ELIGIBLE = "eligible", "eligible"
    INELIGIBLE = "ineligible", "ineligible"
    INCOMPLETE = "incomplete", "incomplete"
    NOT_REQUIRED = "not_required", "not required"


class ConsentScope(models.TextChoices):
    """What a consent allows."""

    MANUFACTURE = "manufacture", "manufacture of medicinal products"
    RESEARCH = "research", "research only"


class ConsentState(models.TextChoices):
    """A consent stands until it is withdrawn; both stay readable."""

    GIVEN = "given", "given"
    WITHDRAWN = "withdrawn", "withdrawn"


class TissueState(models.TextChoices):
    """Disposition of a tissue lot; expired and used up are derived, never stored (R414)."""

    QUARANTINE = "quarantine", "quarantine"
    RELEASED = "released", "released"
    ON_HOLD = "on_hold", "on hold"
    REJECTED = "rejected", "rejected"
    DISCARDED = "discarded", "discarded"


USABLE_DONOR = (DonorState.ELIGIBLE, DonorState.NOT_REQUIRED)

EVENTS: dict[str, str] = {
    "donor.registered": "Donor registered",
    "donor.identity_recorded": "Donor identity recorded",
    "donor.identity_read": "Donor identity read",
    "donor.identity_destroyed": "Key of a donor identity destroyed",
    "donor.consent_recorded": "Consent recorded",
    "donor.consent_withdrawn": "Consent withdrawn",
    "donor.donation_recorded": "Donation recorded",
    "donor.donation_corrected": "Donation corrected",
    "donor.cell_content_decided": "Leukocyte content decided",
    "donor.history_recorded": "Donor history recorded",
    "donor.result_recorded": "Donor test result recorded",
    "donor.result_corrected": "Donor test result corrected",
    "donor.determined": "Donor eligibility determined",
    "donor.determination_voided": "Donor determination voided",
    "tissue.received": "Tissue received",
    "tissue.transport_judged": "Tissue transport judged",
    "tissue.released": "Tissue released",
    "tissue.rejected": "Tissue rejected",
    "tissue.held": "Tissue put on hold",
    "tissue.discarded": "Tissue discarded",
    "tissue.handed_over": "Tissue handed over",
    "tissue.mismatched": "Tissue scan did not match",
    "tissue.used": "Tissue used",
}

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "donors.read": ("donor_coordinator", "donor_responsible", "qa", "qp", "inspector"),
    "donors.read_tissue": (
        "donor_coordinator", "donor_responsible", "qa", "qp", "inspector",
        "operator", "verifier", "process_engineer", "qc_analyst", "qc_reviewer",
    ),
    "donors.read_identity": ("donor_coordinator", "donor_responsible"),
    "donors.destroy_identity": ("donor_responsible",),
    "donors.register": ("donor_coordinator",),
    "donors.record_screening": ("donor_coordinator", "donor_responsible"),
    "donors.determine": ("donor_responsible",),
    # Everybody whose act can bring to light what takes a determination back.
    "donors.look_back": ("donor_coordinator", "donor_responsible", "qa"),
    "donors.decide_cells": ("qa",),
    "donors.receive_tissue": ("donor_coordinator", "operator"),
    "donors.hand_over_tissue": ("donor_coordinator", "operator", "verifier"),
    "donors.use_tissue": ("operator",),
    "donors.dispose_tissue": ("qa",),
    "donors.hold_tissue": ("qa", "donor_responsible"),
}  # fmt: skip

# Which permission opens a record, its history and its trail (WF-12).
READING: dict[str, str] = {
    "donors.donor": "donors.read",
    "donors.donoridentity": "donors.read_identity",
    "donors.identitydestruction": "donors.read",
    "donors.consent": "donors.read",
    "donors.screeninghistory": "donors.read",
    "donors.testresult": "donors.read",
    "donors.determination": "donors.read",
    "donors.determinationvoid": "donors.read",
    "donors.donation": "donors.read",
    "donors.tissuelot": "donors.read_tissue",
    "donors.tissueuse": "donors.read_tissue",
    "donors.handover": "donors.read_tissue",
}


def _determine(verdict: Verdict, *source: DonorState) -> Transition:
    return Transition(
        f"determine_{verdict}",
        source,
        DonorState(verdict),
        "donors.determine",
        "donor.determined",
        meaning=SignatureMeaning.DETERMINED,
        title="The determination",
    )


# From ineligible the way to eligible is a corrected result, which voids the determination (R410).
_NOT_INELIGIBLE = tuple(s for s in DonorState if s != DonorState.INELIGIBLE)
DONOR_TRANSITIONS: tuple[Transition, ...] = (
    _determine(Verdict.ELIGIBLE, *_NOT_INELIGIBLE),
    _determine(Verdict.NOT_REQUIRED, *_NOT_INELIGIBLE),
    _determine(Verdict.INCOMPLETE, *_NOT_INELIGIBLE),
    _determine(Verdict.INELIGIBLE, *DonorState),
    Transition(
        "void_determination",
        (DonorState.ELIGIBLE, DonorState.INELIGIBLE, DonorState.INCOMPLETE, DonorState.NOT_REQUIRED),
        DonorState.REGISTERED,
        "donors.look_back",
        "donor.determination_voided",
        reason=True,
        title="Voiding the determination",
    ),
)

CONSENT_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "withdraw",
        (ConsentState.GIVEN,),
        ConsentState.WITHDRAWN,
        "donors.register",
        "donor.consent_withdrawn",
        reason=True,
        title="Withdrawing a consent",
    ),
)

_DISPOSE = "donors.dispose_tissue"
_USABLE = ("donors.guards.blockers_for_release",)
TISSUE_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "release",
        (TissueState.QUARANTINE,),
        TissueState.RELEASED,
        _DISPOSE,
        "tissue.released",
        meaning=SignatureMeaning.RELEASED,
        guards=_USABLE,
        title="Release",
    ),
    Transition(
        "reject",
        (TissueState.QUARANTINE, TissueState.ON_HOLD),
        TissueState.REJECTED,
        _DISPOSE,
        "tissue.rejected",
        meaning=SignatureMeaning.REJECTED,
        reason=True,
        title="Rejection",
    ),
    Transition(
        "hold",
        (TissueState.RELEASED,),
        TissueState.ON_HOLD,
        "donors.hold_tissue",
        "tissue.held",
        reason=True,
        title="A hold",
    ),
    # The same move as a consequence: whoever records what came to light needs no right to dispose.
    Transition(
        "look_back",
        (TissueState.RELEASED,),
        TissueState.ON_HOLD,
        "donors.look_back",
        "tissue.held",
        reason=True,
        title="A hold",
    ),
    Transition(
        "resume",
        (TissueState.ON_HOLD,),
        TissueState.RELEASED,
        _DISPOSE,
        "tissue.released",
        meaning=SignatureMeaning.RELEASED,
        guards=_USABLE,
        reason=True,
        title="Release",
    ),
    Transition(
        "discard",
        tuple(s for s in TissueState if s != TissueState.DISCARDED),
        TissueState.DISCARDED,
        _DISPOSE,
        "tissue.discarded",
        reason=True,
        title="Discarding",
    ),
)
