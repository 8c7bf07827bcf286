"""Masters from draft to effective: one text, two engineers, QA (R331)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain.masterfile.dump import digest
from batches.domain.masterfile.load import load
from batches.domain.masterfile.tree import MasterFileError
from batches.models import MasterBatchRecord, MasterVersion, ProductVersion
from batches.states import MASTER_TRANSITIONS, MasterState
from compliance.domain import signing
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from batches.domain.masterfile.spec import MasterSpec
    from compliance.domain.act import Act

SIGNED = {
    "submit": ("authored", "batches.author_master"),
    "check": ("checked", "batches.check_master"),
    "approve": ("approved", "batches.approve_master"),
    "make_effective": ("released", "batches.approve_master"),
    "withdraw": ("rejected", "batches.approve_master"),
}


def read_master(text: str) -> MasterSpec:
    """The master in a text. Refuses with line and words when it cannot be read."""
    try:
        return load(text)
    except MasterFileError as error:
        raise Invalid(str(error), "source", "master_file") from error


def draft_version(a: Act, text: str) -> MasterVersion:
    """Takes a master text over as the next draft version of its code.

    Refuses a text that cannot be read, a product version that is not approved, a revision without change id
    (R505). The linter judges at submission: a draft may be incomplete.
    """
    a.actor.need("batches.author_master")
    spec = read_master(text)
    product = ProductVersion.objects.filter(product__code=spec.product.code, number=spec.product.version).first()
    if product is None or product.state != ProductVersion.VersionState.APPROVED:
        name = f"{spec.product.code} v{spec.product.version}"
        raise Invalid(f"{name} is no approved product version. Approve it first.", "product", "product")
    if spec.change is None:
        raise Invalid("A master version needs the change control it comes from (key `change`).", "change", "change")
    master = MasterBatchRecord.objects.select_for_update().filter(code=spec.code).first()
    if master is None:
        master = save_record(a, MasterBatchRecord(code=spec.code, title=spec.title))
    a.touch(master)
    last = MasterVersion.objects.filter(master=master).order_by("-number").first()
    row = MasterVersion(
        master=master,
        number=last.number + 1 if last else 1,
        product_version=product,
        source=text,
        digest=digest(spec),
        change_id=spec.change.id,
        change_reason=spec.change.reason,
        drafted_by=a.actor.user,
    )
    a.touch(row)
    return save_record(a, row)


def move_version(
    a: Act, token: UUID | None, row: MasterVersion, name: str, *, version: int | None = None, reason: str | None = None
) -> MasterVersion:
    """One step of a master version's life, signed where the step asks for it.

    Refuses by the guards of the step: findings of the linter, author as checker, missing signatures. Making a
    version effective supersedes the one before in the same act; running batches keep theirs (WF-13).
    """
    a.touch(row.master)
    if name == "make_effective":
        for old in MasterVersion.objects.filter(master=row.master, state=MasterState.EFFECTIVE):
            apply_transition(a, old, find(MASTER_TRANSITIONS, "supersede"))
        moved = apply_transition(a, row, find(MASTER_TRANSITIONS, name), version=version, effective_at=a.at)
    else:
        moved = apply_transition(a, row, find(MASTER_TRANSITIONS, name), version=version, reason=reason)
    if name == "return":
        signing.void_signatures(a, moved, reason or "")
    if name in SIGNED and token is not None:
        meaning, permission = SIGNED[name]
        signing.sign(a, token, moved, meaning, title=f"Master {moved}", permission=permission)
    return moved
