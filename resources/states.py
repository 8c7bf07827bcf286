"""States of lots, equipment, rooms, documents, qualifications; who moves them; the ledger's words."""

from __future__ import annotations

from django.db import models

from compliance.states import SignatureMeaning, Transition


class LotState(models.TextChoices):
    """Where a material lot stands. Expired and used up are derived, never stored (R303)."""

    QUARANTINE = "quarantine", "quarantine"
    RELEASED = "released", "released"
    ON_HOLD = "on_hold", "on hold"
    REJECTED = "rejected", "rejected"
    DISCARDED = "discarded", "discarded"


class UnitState(models.TextChoices):
    """Whether equipment or a room may be used; a tagged unit is out of service (R108)."""

    IN_SERVICE = "in_service", "in service"
    OUT_OF_SERVICE = "out_of_service", "out of service"
    RETIRED = "retired", "retired"


class DocumentState(models.TextChoices):
    """A procedure or master version: only the effective one is worked by (R109)."""

    DRAFT = "draft", "draft"
    EFFECTIVE = "effective", "effective"
    SUPERSEDED = "superseded", "superseded"


class QualificationState(models.TextChoices):
    """A qualification is held until it is withdrawn; that it has run out is derived."""

    HELD = "held", "held"
    WITHDRAWN = "withdrawn", "withdrawn"


_EVERY_LOT = (LotState.QUARANTINE, LotState.RELEASED, LotState.ON_HOLD, LotState.REJECTED)
_TESTED = "resources.guards.blockers_for_release"

LOT_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "release", (LotState.QUARANTINE,), LotState.RELEASED, "resources.disposition_lot",
        "material_lot.released", SignatureMeaning.RELEASED, (_TESTED,), title="release",
    ),
    Transition(
        "reject", (LotState.QUARANTINE, LotState.ON_HOLD), LotState.REJECTED, "resources.disposition_lot",
        "material_lot.rejected", SignatureMeaning.REJECTED, reason=True, title="reject",
    ),
    Transition(
        "hold", (LotState.RELEASED,), LotState.ON_HOLD, "resources.disposition_lot", "material_lot.held",
        reason=True, title="put on hold",
    ),
    Transition(
        "release_again", (LotState.ON_HOLD,), LotState.RELEASED, "resources.disposition_lot",
        "material_lot.released", SignatureMeaning.RELEASED, (_TESTED,), reason=True, title="release again",
    ),
    Transition(
        "discard", _EVERY_LOT, LotState.DISCARDED, "resources.disposition_lot", "material_lot.discarded",
        reason=True, title="discard",
    ),
)  # fmt: skip


def _unit(kind: str) -> tuple[Transition, ...]:
    """Equipment and rooms move alike."""
    either = (UnitState.IN_SERVICE, UnitState.OUT_OF_SERVICE)
    return (
        Transition(
            "put_in_service", (UnitState.OUT_OF_SERVICE,), UnitState.IN_SERVICE, "resources.put_in_service",
            f"{kind}.put_in_service", reason=True, title="put in service",
        ),
        Transition(
            "tag_out", (UnitState.IN_SERVICE,), UnitState.OUT_OF_SERVICE, "resources.tag_out",
            f"{kind}.tagged_out", reason=True, title="take out of service",
        ),
        Transition(
            "retire", either, UnitState.RETIRED, "resources.put_in_service", f"{kind}.retired",
            reason=True, title="retire",
        ),
    )  # fmt: skip


EQUIPMENT_TRANSITIONS = _unit("equipment")
ROOM_TRANSITIONS = _unit("room")

DOCUMENT_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "make_effective", (DocumentState.DRAFT,), DocumentState.EFFECTIVE, "resources.approve_documents",
        "document.made_effective", title="make effective",
    ),
    Transition(
        "supersede", (DocumentState.EFFECTIVE,), DocumentState.SUPERSEDED, "resources.approve_documents",
        "document.superseded", reason=True, title="supersede",
    ),
)  # fmt: skip

QUALIFICATION_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "withdraw", (QualificationState.HELD,), QualificationState.WITHDRAWN, "resources.qualify_people",
        "qualification.withdrawn", reason=True, title="withdraw",
    ),
)  # fmt: skip

EVENTS: dict[str, str] = {
    "material.registered": "Material registered",
    "supplier.registered": "Supplier registered",
    "supplier.qualified": "Supplier qualified",
    "material_lot.received": "Material lot received",
    "material_lot.tested": "Material lot tested",
    "material_lot.released": "Material lot released",
    "material_lot.rejected": "Material lot rejected",
    "material_lot.held": "Material lot put on hold",
    "material_lot.discarded": "Material lot discarded",
    "material_lot.moved": "Material lot moved",
    "material_lot.opened": "Container of a material lot opened",
    "stock.charged": "Material charged",
    "stock.returned": "Material returned",
    "stock.sampled": "Material sampled",
    "stock.discarded": "Material discarded",
    "stock.adjusted": "Stock adjusted",
    "equipment.registered": "Equipment registered",
    "equipment.calibrated": "Equipment calibrated",
    "equipment.cleaned": "Equipment cleaned",
    "equipment.cleaning_checked": "Cleaning checked",
    "equipment.use_started": "Equipment taken into use",
    "equipment.use_ended": "Use of equipment ended",
    "equipment.put_in_service": "Equipment put in service",
    "equipment.tagged_out": "Equipment taken out of service",
    "equipment.retired": "Equipment retired",
    "room.registered": "Room registered",
    "room.put_in_service": "Room put in service",
    "room.tagged_out": "Room taken out of service",
    "room.retired": "Room retired",
    "document.registered": "Document registered",
    "document.made_effective": "Document made effective",
    "document.superseded": "Document superseded",
    "qualification.recorded": "Person qualified",
    "qualification.withdrawn": "Qualification withdrawn",
}

_EVERYBODY_IN_GMP = (
    "operator", "verifier", "process_engineer", "qc_analyst", "qc_reviewer", "qa", "qp", "donor_coordinator",
    "donor_responsible", "inspector",
)  # fmt: skip

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "resources.read": _EVERYBODY_IN_GMP,
    "resources.register": ("process_engineer", "qa"),
    "resources.qualify_suppliers": ("qa",),
    "resources.receive_lot": ("operator", "qc_analyst"),
    "resources.test_lot": ("qc_analyst", "qc_reviewer"),
    "resources.disposition_lot": ("qa",),
    "resources.move_stock": ("operator", "verifier", "qc_analyst", "qa"),
    "resources.adjust_stock": ("qa",),
    "resources.calibrate": ("process_engineer", "qc_analyst", "qa"),
    "resources.clean": ("operator", "qc_analyst"),
    "resources.check_cleaning": ("operator", "verifier", "qa"),
    "resources.use_equipment": ("operator", "verifier", "qc_analyst", "qa"),
    "resources.put_in_service": ("qa",),
    "resources.tag_out": ("operator", "verifier", "process_engineer", "qc_analyst", "qa"),
    "resources.draft_documents": ("process_engineer", "qa"),
    "resources.approve_documents": ("qa",),
    "resources.qualify_people": ("process_engineer", "qa"),
}
