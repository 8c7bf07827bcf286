"""Specifications from a text: read strictly, drafted, approved by signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batches.domain.masterfile.load import parse
from batches.domain.masterfile.tree import MasterFileError, to_plain
from batches.models import ProductVersion
from compliance.domain import signing
from compliance.domain.canonical import digest
from compliance.domain.records import save_record, save_records
from compliance.domain.transitions import apply_transition, find
from compliance.refusals import Invalid
from qc.domain.specification_items import item_of
from qc.models import Specification, SpecificationItem
from qc.states import SPECIFICATION_TRANSITIONS, SpecificationState

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act


def draft_specification(a: Act, text: str) -> Specification:
    """Takes a specification text over as the next draft version of its code.

    Refuses a text that cannot be read, an unknown key, an item that is no test anybody could judge, an item that
    stands twice at one sample point, and a product version that is not approved.
    """
    a.actor.need("qc.draft_specification")
    plain = _read(text)
    version = _product_version(plain.get("product"))
    code, title, items = plain.get("specification", ""), plain.get("title", ""), plain.get("items")
    if not isinstance(code, str) or not code.strip() or not isinstance(title, str) or not title.strip():
        raise Invalid("A specification has a code and a title.", "specification", "blank")
    if not isinstance(items, list) or not items:
        raise Invalid("A specification has items.", "items", "blank")
    last = Specification.objects.filter(code=code.strip()).order_by("-number").first()
    row = Specification(
        code=code.strip(),
        number=last.number + 1 if last else 1,
        title=title.strip(),
        product_version=version,
        source=text,
        digest=digest(plain),
        drafted_by=a.actor.user,
    )
    found = [item_of(row, n, raw) for n, raw in enumerate(items, 1)]
    _refuse_equal(found)
    a.touch(row)
    save_record(a, row)
    save_records(a, found)
    return row


def _read(text: str) -> dict[str, Any]:
    try:
        plain = to_plain(parse(text))
    except MasterFileError as error:
        raise Invalid(str(error), "source", "file") from error
    if not isinstance(plain, dict):
        raise Invalid("A specification is a set of keys.", "source", "file")
    if unknown := sorted(set(plain) - {"specification", "title", "product", "items"}):
        raise Invalid(f"A specification does not know {', '.join(unknown)}.", "source", "file")
    return plain


def _product_version(raw: Any) -> ProductVersion:
    known = raw if isinstance(raw, dict) else {}
    code, number = known.get("code"), known.get("version")
    found = None
    if isinstance(code, str) and isinstance(number, str) and number.isascii() and number.isdecimal():
        versions = ProductVersion.objects.filter(product__code=code, state=ProductVersion.VersionState.APPROVED)
        found = next((v for v in versions if v.number == int(number[:9])), None)
    if found is None:
        raise Invalid("The specification names no approved product version.", "product", "product")
    return found


def _refuse_equal(items: list[SpecificationItem]) -> None:
    seen: set[tuple[str, str]] = set()
    for item in items:
        if (item.code, item.point) in seen:
            raise Invalid(f"Item {item.position}: {item.code} stands twice at {item.point}.", "items", "item")
        seen.add((item.code, item.point))


def approve_specification(a: Act, token: UUID, row: Specification, version: int | None = None) -> Specification:
    """QA approves a specification and signs; the one before for the product is superseded in the same act.

    Refuses who drafted it, and (Stale) a version that changed since it was seen.
    """
    for old in Specification.objects.filter(product_version=row.product_version, state=SpecificationState.APPROVED):
        apply_transition(a, old, find(SPECIFICATION_TRANSITIONS, "supersede"))
    moved = apply_transition(a, row, find(SPECIFICATION_TRANSITIONS, "approve"), version=version)
    signing.sign(a, token, moved, "approved", title=f"Specification {moved}", permission="qc.approve_specification")
    return moved
