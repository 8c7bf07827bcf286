"""A batch record is issued from what was approved, with the bank or the tissue its master starts from (R332)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from batches.domain import authoring, issuing
from batches.models import Batch, MasterVersion
from compliance import net
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.refusals import Denied, Refused
from tests import helpers
from tests.batches import steps
from tests.donors import steps as donor_steps
from tests.release import steps as release

pytestmark = [pytest.mark.django_db, pytest.mark.req("R332")]
MINI = (steps.MASTERS / "mini.yaml").read_text()
TITLE = "A small master that uses every rule once"
FROM_BANK = MINI.replace("master: MINI", "master: GROWN").replace("source: UMSC", "source: UMSC\nbank: WHOLE")
FROM_TISSUE = MINI.replace(
    "instruction: Seed the vessel.", "instruction: Seed the vessel.\n            gate: [{kind: tissue_disposition}]"
)


def issue(version: MasterVersion, **more: Any) -> Batch:
    with steps.signed(helpers.person("quinn", "qa"), "batch.issued", version, "issued") as (a, token):
        return issuing.issue_batch(a, token, version, **more)


def refused(version: MasterVersion, **more: Any) -> list[str]:
    """Why it is not issued; nothing was."""
    before = Batch.objects.count()
    with pytest.raises(Refused) as caught:
        issue(version, **more)
    assert Batch.objects.count() == before
    return [b.text for b in caught.value.blockers]


@pytest.fixture
def banked() -> MasterVersion:
    """A master that starts from a cell bank made on the master WHOLE."""
    return steps.effective_master(text=FROM_BANK)


@pytest.fixture
def text_changed() -> MasterVersion:
    """Somebody with the database changed a limit in an effective master."""
    version = steps.effective_master()
    net.remove(connection)
    MasterVersion.objects.filter(pk=version.pk).update(source=MINI.replace("max: 2 h", "max: 20 h"))
    net.install(connection)
    version.refresh_from_db()
    return version


def test_draft_master_issues_no_batch() -> None:
    steps.approved_product()
    with act(helpers.person("petra", "process_engineer"), "master.drafted", "masters") as a:
        version = authoring.draft_version(a, MINI)
    assert refused(version) == ["MINI v1 is draft, not effective."]


@pytest.mark.req("R224")
def test_text_that_is_not_the_signed_one_issues_no_batch(text_changed: MasterVersion) -> None:
    assert refused(text_changed) == ["The text of MINI v1 does not have the digest that was signed."]


def test_person_without_the_role_issues_no_batch() -> None:
    version = steps.effective_master()
    with (
        pytest.raises(Denied),
        steps.signed(steps.operator(), "batch.issued", version, "issued") as (a, token),
    ):
        issuing.issue_batch(a, token, version)
    assert not Batch.objects.exists()


@pytest.mark.req("R506")
def test_master_from_a_bank_needs_its_own_released_bank(banked: MasterVersion) -> None:
    assert refused(banked) == [
        "Choose the cell bank: A small master that uses every rule once starts from one (WHOLE)."
    ]
    other = steps.issued(steps.effective_master())
    assert refused(banked, bank=other) == [
        f"{other.number} is {other.get_state_display()}, not released.",
        f"{other.number} is no bank of WHOLE.",
    ]


@pytest.mark.req("R506")
def test_batch_from_a_released_bank_names_it_on_both_records(banked: MasterVersion) -> None:
    bank = release.through()
    batch = issue(banked, bank=bank)
    assert (batch.bank, batch.tissue) == (bank, None)
    assert bank.chain in _chains(batch)


@pytest.mark.req("R414")
def test_master_from_tissue_needs_a_tissue_lot() -> None:
    version = steps.effective_master(text=FROM_TISSUE)
    assert refused(version) == [f"Choose the tissue lot: {TITLE} starts from donor tissue."]
    lot = donor_steps.released_tissue()
    batch = issue(version, tissue=lot)
    assert batch.tissue == lot
    assert lot.chain in _chains(batch)


def _chains(batch: Batch) -> set[str]:
    """The chains that the act of issuing is linked into."""
    return set(LedgerEntry.objects.get(act_id=batch.act_id).links.values_list("chain", flat=True))
