"""Masters, products and deviations in the admin: read-only, moved on by signed transitions alone (R105, R331)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from batches.domain import authoring, products
from batches.domain.masterfile.load import load
from batches.models import Deviation, MasterBatchRecord, MasterVersion, Product, ProductVersion
from batches.states import MASTER_TRANSITIONS, PRODUCT_TRANSITIONS
from compliance.admin import ReadOnlyRecordAdmin, TransitionAdmin
from compliance.admin_site import site
from compliance.guards import signers_of
from compliance.pages import Check, Fact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.states import Transition

# A newer version supersedes the older one by itself; nobody decides it.
BY_HAND = tuple(t for t in MASTER_TRANSITIONS if t.name != "supersede")
READ = "batches.read"


class MasterAdmin(ReadOnlyRecordAdmin):
    """Masters by code."""

    permission = READ
    list_display = ("code", "title")
    search_fields = ("code", "title")
    fields = ("code", "title", "version")


class MasterVersionAdmin(TransitionAdmin):
    """Versions of a master: submitted, checked, approved and made effective by signatures (R331)."""

    permission = READ
    table: ClassVar[tuple[Transition, ...]] = BY_HAND
    list_display = ("id", "master", "number", "state", "change_id", "drafted_by")
    list_filter = ("state",)
    list_select_related = ("master", "drafted_by")
    search_fields = ("master__code", "change_id")
    fields = (
        "master", "number", "product_version", "state", "change_id", "change_reason", "drafted_by", "effective_at",
        "digest", "source", "version",
    )  # fmt: skip

    def perform(self, a: Act, token: UUID | None, obj: Any, name: str, form: Mapping[str, str]) -> None:
        """One step of the version's life, by the same function as everywhere."""
        authoring.move_version(a, token, obj, name, version=int(form["version"]), reason=form.get("reason"))

    def holds(self, obj: Any, move: Transition) -> tuple[Check, ...]:
        """Which signatures stand."""
        del move
        words = (("authored", "Authored"), ("checked", "Checked"), ("approved", "Approved"))
        return tuple(Check("ok", f"{word}, signed") for meaning, word in words if signers_of(obj.uuid, meaning))

    def about(self, obj: Any, move: Transition) -> tuple[Fact, ...]:
        """What the signature covers: the text of this digest."""
        del move
        spec = load(obj.source)
        phases = sum(1 for unit in spec.unit_procedures for _ in unit.phases)
        return (
            Fact("Master", f"{obj.master.code} v{obj.number}", spec.title),
            Fact("Product", str(obj.product_version)),
            Fact("Change", obj.change_id, obj.change_reason),
            Fact("Steps", f"{len(spec.unit_procedures)} unit procedures, {phases} phases"),
            Fact("Digest", obj.digest, code=True),
        )


class ProductAdmin(ReadOnlyRecordAdmin):
    """Products by code."""

    permission = READ
    list_display = ("code", "name")
    search_fields = ("code", "name")
    fields = ("code", "name", "version")


class ProductVersionAdmin(TransitionAdmin):
    """Versions of a product, approved by QA (R316)."""

    permission = READ
    table: ClassVar[tuple[Transition, ...]] = tuple(t for t in PRODUCT_TRANSITIONS if t.name == "approve")
    list_display = ("id", "product", "number", "state", "market_scheme")
    list_filter = ("state", "market_scheme")
    list_select_related = ("product",)
    fields = (
        "product", "number", "state", "form", "strength", "strength_unit", "dose", "dose_unit", "route", "endotoxin_k",
        "dose_mass_basis", "storage", "shelf_life_months", "indication", "exclusions", "product_class", "market_scheme",
        "vesicle_origin", "is_intermediate", "version",
    )  # fmt: skip

    def perform(self, a: Act, token: UUID | None, obj: Any, name: str, form: Mapping[str, str]) -> None:
        """QA's approval."""
        del form
        if token is None:
            raise TypeError(f"{name} of a product version is signed.")
        products.approve_product_version(a, token, obj)

    def about(self, obj: Any, move: Transition) -> tuple[Fact, ...]:
        """What the signature covers."""
        del move
        return (
            Fact("Product", str(obj), obj.form),
            Fact("Strength", f"{obj.strength} {obj.strength_unit}"),
            Fact("Dose", f"{obj.dose} {obj.dose_unit}", obj.route),
            Fact("Storage", obj.storage, f"{obj.shelf_life_months} months"),
            Fact("Market", obj.get_market_scheme_display(), obj.product_class),
        )


class DeviationAdmin(ReadOnlyRecordAdmin):
    """Deviations; they are moved on from their own page."""

    permission = READ
    list_display = ("number", "batch", "title", "state", "classification", "opened_at")
    list_filter = ("state", "classification")
    list_select_related = ("batch",)
    search_fields = ("number", "batch__number", "title")
    fields = (
        "number", "batch", "phase", "title", "description", "state", "classification", "rationale", "immediate_action",
        "root_cause", "impact", "other_batches", "conclusion", "opened_by", "opened_at", "closed_at", "version",
    )  # fmt: skip


site.register(MasterBatchRecord, MasterAdmin)
site.register(MasterVersion, MasterVersionAdmin)
site.register(Product, ProductAdmin)
site.register(ProductVersion, ProductVersionAdmin)
site.register(Deviation, DeviationAdmin)
