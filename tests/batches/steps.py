"""Steps through a batch as people take them: each by the same domain functions as the pages."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from batches.domain import authoring, execution, issuing, phases, products
from batches.domain.parsing import Given
from batches.models import Batch, Entry, MasterVersion, PhaseRecord, ProductVersion
from compliance.domain import clock, signing
from compliance.domain.act import act
from tests import helpers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.domain.act import Act
    from compliance.domain.actor import Actor
    from compliance.models import AppendOnly, Record

MASTERS = Path(__file__).parent.parent / "data" / "masters"


@contextmanager
def ago(**parts: float) -> Iterator[None]:
    """What is done inside was done so long ago, by the server's clock."""

    def past() -> datetime:
        return datetime.now(UTC) - timedelta(**parts)

    with mock.patch.object(clock, "true_now", past):
        yield


@contextmanager
def signed(actor: Actor, event: str, record: Record | AppendOnly, meaning: str) -> Iterator[tuple[Act, Any]]:
    """The signing prompt, then the act as its signer."""
    signer, token = signing.challenge(actor, actor.name, helpers.SECRET, signing.subject_of(record, meaning))
    with act(signer, event, record) as a:
        yield a, token


def approved_product(code: str = "EV-MINI") -> ProductVersion:
    """A product version that QA approved."""
    found = ProductVersion.objects.filter(product__code=code, state="approved").first()
    if found:
        return found
    with act(helpers.person("petra", "process_engineer"), "product.registered", "products") as a:
        row = products.draft_product_version(
            a,
            code,
            "Vesicles for tests",
            form="solution",
            strength=Decimal("4.0e10"),
            strength_unit="particles/mL",
            dose=Decimal(2),
            dose_unit="vials",
            route="IV",
            endotoxin_k=Decimal(5),
            dose_mass_basis=Decimal(70),
            storage="-80 degC",
            shelf_life_months=12,
            product_class="clinical",
            market_scheme="EU",
            vesicle_origin="secreted",
        )
    with signed(helpers.person("quinn", "qa"), "product.version_approved", row, "approved") as (a, token):
        return products.approve_product_version(a, token, row)


def effective_master(name: str = "mini.yaml", text: str | None = None) -> MasterVersion:
    """A master version by its whole way: two engineers and QA."""
    approved_product()
    source = text if text is not None else (MASTERS / name).read_text()
    petra, pavel = helpers.person("petra", "process_engineer"), helpers.person("pavel", "process_engineer")
    quinn = helpers.person("quinn", "qa")
    with act(petra, "master.drafted", "masters") as a:
        row = authoring.draft_version(a, source)
    for who, name_, meaning in (
        (petra, "submit", "authored"),
        (pavel, "check", "checked"),
        (quinn, "approve", "approved"),
        (quinn, "make_effective", "released"),
    ):
        event = {"submit": "submitted", "check": "checked", "approve": "approved", "make_effective": "effective"}
        with signed(who, f"master.{event[name_]}", row, meaning) as (a, token):
            row = authoring.move_version(a, token, row, name_)
    return row


def issued(version: MasterVersion | None = None) -> Batch:
    """A batch issued on a master."""
    version = version or MasterVersion.objects.filter(state="effective").first() or effective_master()
    with signed(helpers.person("quinn", "qa"), "batch.issued", version, "issued") as (a, token):
        return issuing.issue_batch(a, token, version)


def phase(batch: Batch, path: str, occurrence: int = 1) -> PhaseRecord:
    """A phase by the end of its path."""
    return PhaseRecord.objects.select_related("batch", "run").get(
        batch=batch, path__endswith=path, occurrence=occurrence
    )


def operator() -> Actor:
    """Anna operates."""
    return helpers.person("anna", "operator")


def verifier() -> Actor:
    """Bela verifies."""
    return helpers.person("bela", "operator", "verifier")


def started(row: PhaseRecord) -> PhaseRecord:
    """Anna starts a phase."""
    with act(operator(), "batch.phase_started", row.batch) as a:
        return phases.start_phase(a, row)


def recorded(row: PhaseRecord, name: str, typed: str, **more: Any) -> Entry:
    """Anna records (or corrects) one value."""
    who = more.pop("by", None) or operator()
    event = "batch.entry_corrected" if more.get("reason") else "batch.entry_recorded"
    known = {k: more.pop(k) for k in ("slot", "reason", "seen") if k in more}
    with act(who, event, row.batch) as a:
        return execution.record_entry(a, row, name, Given(typed=typed, **more), **known)


def performed(row: PhaseRecord) -> PhaseRecord:
    """Anna signs a phase as performed."""
    with signed(operator(), "batch.phase_completed", row, "performed") as (a, token):
        return phases.complete_phase(a, token, row)


def verified(row: PhaseRecord) -> PhaseRecord:
    """Bela verifies a phase."""
    with signed(verifier(), "batch.phase_verified", row, "verified") as (a, token):
        return phases.verify_phase(a, token, row)


def seeded(batch: Batch, actual: str = "10.00") -> PhaseRecord:
    """The seed phase, recorded and signed by two."""
    row = started(phase(batch, "passage.seed"))
    for name, typed in (("area", "1264"), ("planned", "10.00"), ("actual", actual)):
        recorded(row, name, typed)
    return verified(performed(row))
