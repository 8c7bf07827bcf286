"""Issues a batch: pins version and digest of its master, compares, and lays out every phase (R224, R332)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain.masterfile.dump import digest
from batches.domain.masterfile.load import load
from batches.domain.masters import plan_of
from batches.domain.repeats import add_run, first_runs
from batches.models import Batch, MasterVersion
from batches.states import BatchState, MasterState
from compliance.domain import signing
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.refusals import Blocker, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from batches.domain.masterfile.spec import MasterSpec
    from compliance.domain.act import Act
    from donors.models import TissueLot

PREFIX, BANK_PREFIX = "EV", "CB"


def blockers_for_issue(version: MasterVersion, bank: Batch | None, tissue: TissueLot | None = None) -> list[Blocker]:
    """What stops the issue: version not effective, digest not that of its text, bank missing or not released."""
    found = []
    if version.state != MasterState.EFFECTIVE:
        found.append(Blocker("not_effective", f"{version} is {version.get_state_display()}, not effective."))
    spec = load(version.source)
    if digest(spec) != version.digest:
        found.append(Blocker("digest", f"The text of {version} does not have the digest that was signed."))
    if spec.bank and bank is None:
        found.append(Blocker("bank", f"Choose the cell bank: {spec.title} starts from one ({spec.bank})."))
    if not spec.bank and tissue is None and _asks_tissue(spec):
        found.append(Blocker("tissue", f"Choose the tissue lot: {spec.title} starts from donor tissue."))
    if bank is not None and bank.state != BatchState.RELEASED:
        found.append(Blocker("bank_not_released", f"{bank.number} is {bank.get_state_display()}, not released."))
    if bank is not None and spec.bank and bank.master_version.master.code != spec.bank:
        found.append(Blocker("bank_other", f"{bank.number} is no bank of {spec.bank}."))
    return found


def _asks_tissue(spec: MasterSpec) -> bool:
    kinds = {gate.kind for unit in spec.unit_procedures for phase in unit.phases for gate in phase.gate}
    return bool(kinds & {"tissue_disposition", "donor_eligibility"})


def new_batch(a: Act, version: MasterVersion, bank: Batch | None = None, tissue: TissueLot | None = None) -> Batch:
    """A batch with its number, not yet saved, so that the issuer's signature can name it."""
    product = version.product_version
    return Batch(
        number=next_number(a, BANK_PREFIX if product.is_intermediate else PREFIX),
        master_version=version,
        master_digest=version.digest,
        product_version=product,
        scheme=plan_of(version).spec.scheme,
        bank=bank,
        tissue=tissue,
        issued_by=a.actor.user,
        issued_at=a.at,
    )


def issue_batch(
    a: Act, token: UUID, version: MasterVersion, bank: Batch | None = None, tissue: TissueLot | None = None
) -> Batch:
    """Issues a batch record once under a new number and signs it as issued and checked (R332).

    Refuses a version that is not effective, a digest that is not the signed one, a bank that is not released.
    The signature's challenge is for the master version: the batch has no number before the act.
    """
    a.actor.need("batches.issue_batch")
    found = blockers_for_issue(version, bank, tissue)
    if found:
        raise Refused(found)
    batch = new_batch(a, version, bank, tissue)
    a.touch(batch, version)
    if bank is not None:
        a.touch(bank)
    if tissue is not None:
        a.touch(tissue)
    save_record(a, batch)
    plan = plan_of(version)
    for unit, occurrence in first_runs(plan):
        add_run(a, batch, plan, unit, occurrence)
    signing.sign(
        a, token, batch, "issued", title=f"Batch {batch.number}", permission="batches.issue_batch", challenged=version
    )
    return batch
