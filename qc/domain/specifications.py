"""Specifications from a text: read strictly, drafted, approved by signature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from batches.domain.judging import words
from batches.domain.masterfile.load import parse
from batches.domain.masterfile.tree import MasterFileError, to_plain
from batches.models import ProductVersion
from batches.validators import LimitsRefused, limits_from_master
from compliance.domain import signing
from compliance.domain.canonical import digest
from compliance.domain.records import save_record, save_records
from compliance.domain.transitions import apply_transition, find
from compliance.refusals import Invalid
from qc.models import Specification, SpecificationItem
from qc.states import SPECIFICATION_TRANSITIONS, SpecificationState

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act

_ASKED = ("code", "test", "point", "title", "method", "stage")
_KNOWN = {*_ASKED, "unit", "options", "passing", "decimals", "significant", "limits", "target", "cqa"}


def draft_specification(a: Act, text: str) -> Specification:
    """Takes a specification text over as the next draft version of its code.

    Refuses a text that cannot be read, an unknown key, an item that is no test anybody could judge, and a
    product version that is not approved.
    """
    a.actor.need("qc.draft_specification")
    plain = _read(text)
    product = plain.get("product", {})
    version = ProductVersion.objects.filter(
        product__code=product.get("code", ""), number=int(product.get("version", 0) or 0), state="approved"
    ).first()
    if version is None:
        raise Invalid("The specification names no approved product version.", "product", "product")
    code = str(plain.get("specification", "")).strip()
    if not code or not plain.get("items"):
        raise Invalid("A specification has a code and items.", "specification", "blank")
    last = Specification.objects.filter(code=code).order_by("-number").first()
    row = Specification(
        code=code,
        number=last.number + 1 if last else 1,
        title=str(plain.get("title", code)),
        product_version=version,
        source=text,
        digest=digest(plain),
        drafted_by=a.actor.user,
    )
    a.touch(row)
    save_record(a, row)
    save_records(a, [_item(row, n, raw) for n, raw in enumerate(plain["items"], 1)])
    return row


def _read(text: str) -> dict[str, Any]:
    try:
        plain = to_plain(parse(text))
    except MasterFileError as error:
        raise Invalid(str(error), "source", "file") from error
    if not isinstance(plain, dict):
        raise Invalid("A specification is a set of keys.", "source", "file")
    return plain


def _item(row: Specification, position: int, raw: Any) -> SpecificationItem:
    where = f"Item {position}"
    unknown = set(raw) - _KNOWN
    missing = [key for key in _ASKED if not raw.get(key)]
    if unknown or missing:
        problem = f"does not know {', '.join(sorted(unknown))}" if unknown else f"misses {', '.join(missing)}"
        raise Invalid(f"{where} {problem}.", "items", "item")
    options, passing = list(raw.get("options", [])), list(raw.get("passing", []))
    if options and not (passing and set(passing) <= set(options)):
        raise Invalid(f"{where}: passing must name some of the options.", "items", "item")
    if not options and not raw.get("limits") and raw["stage"] != "info":
        raise Invalid(f"{where}: without limits or options nothing could be judged.", "items", "item")
    try:
        limits = limits_from_master(raw["limits"], target=raw.get("target")) if raw.get("limits") else None
    except LimitsRefused as refused:
        raise Invalid(f"{where}: {refused}", "items", "item") from refused
    return SpecificationItem(
        specification=row,
        position=position,
        kind="choice" if options else "number",
        options=json.dumps(options) if options else "",
        passing=json.dumps(passing) if passing else "",
        limits=json.dumps(limits.to_json(), sort_keys=True) if limits else "",
        limit_words=" or ".join(passing) if options else words(limits, str(raw.get("unit", ""))),
        decimals=int(raw["decimals"]) if "decimals" in raw else None,
        significant=int(raw["significant"]) if "significant" in raw else None,
        is_cqa=raw.get("cqa") in (True, "true"),
        unit=str(raw.get("unit", "")),
        **{key: str(raw[key]) for key in _ASKED},
    )


def approve_specification(a: Act, token: UUID, row: Specification) -> Specification:
    """QA approves a specification and signs; the one before for the product is superseded in the same act."""
    for old in Specification.objects.filter(product_version=row.product_version, state=SpecificationState.APPROVED):
        apply_transition(a, old, find(SPECIFICATION_TRANSITIONS, "supersede"))
    moved = apply_transition(a, row, find(SPECIFICATION_TRANSITIONS, "approve"))
    signing.sign(a, token, moved, "approved", title=f"Specification {moved}", permission="qc.approve_specification")
    return moved
