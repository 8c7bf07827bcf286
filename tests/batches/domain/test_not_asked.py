"""A step takes only the materials and samples that the master names for it (R307, R333)."""

from __future__ import annotations

import pytest

from batches.domain import materials
from batches.models import Entry, MaterialCharge
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.refusals import Invalid
from resources.models import MaterialLot
from tests.batches import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R307")
def test_material_that_the_step_does_not_name_is_not_charged() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    before = LedgerEntry.objects.count()
    with (
        pytest.raises(Invalid, match="This phase does not take SUGAR") as caught,
        act(steps.operator(), "batch.material_charged", row.batch) as a,
    ):
        materials.charge_in(a, row, "SUGAR", MaterialLot(), "10")
    assert caught.value.code == "not_needed"
    assert MaterialCharge.objects.count() == 0
    assert LedgerEntry.objects.count() == before


@pytest.mark.req("R333")
def test_sample_that_the_step_does_not_name_is_not_taken() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    before = LedgerEntry.objects.count()
    with (
        pytest.raises(Invalid, match="This phase takes no sample BLOOD") as caught,
        act(steps.operator(), "batch.sample_taken", row.batch) as a,
    ):
        materials.take_sample(a, row, "BLOOD", "TUBE-1")
    assert caught.value.code == "unknown_sample"
    assert Entry.objects.count() == 0
    assert LedgerEntry.objects.count() == before
