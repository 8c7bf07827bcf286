"""Products and their signed versions (R316)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batches.models import Product, ProductVersion
from batches.states import PRODUCT_TRANSITIONS
from compliance.domain import signing
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act


def draft_product_version(a: Act, code: str, name: str, **values: Any) -> ProductVersion:
    """Drafts the next version of a product; a new code makes the product. Refuses a product name left blank."""
    a.actor.need("batches.author_master")
    if not code.strip() or not name.strip():
        raise Invalid("A product has a code and a name.", "code", "blank")
    product = Product.objects.select_for_update().filter(code=code).first()
    if product is None:
        product = save_record(a, Product(code=code, name=name))
    last = ProductVersion.objects.filter(product=product).order_by("-number").first()
    row = ProductVersion(product=product, number=last.number + 1 if last else 1, **values)
    a.touch(product)
    return save_record(a, row)


def approve_product_version(a: Act, token: UUID, row: ProductVersion) -> ProductVersion:
    """QA approves a version and signs; the one before is superseded, released lots keep theirs (R316)."""
    a.touch(row.product)
    approved = ProductVersion.VersionState.APPROVED
    for old in ProductVersion.objects.filter(product=row.product, state=approved):
        apply_transition(a, old, find(PRODUCT_TRANSITIONS, "supersede"))
    moved = apply_transition(a, row, find(PRODUCT_TRANSITIONS, "approve"))
    signing.sign(a, token, moved, "approved", title=f"Product {moved}", permission="batches.approve_master")
    return moved
