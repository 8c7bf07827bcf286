"""Recording: one value, one act, one entry; corrections, breaches, order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from batches.domain import execution, phases
from batches.domain.parsing import Given
from batches.models import Deviation, Entry, Passage, PhaseRecord
from compliance.domain.act import act
from compliance.models import LedgerEntry, Signature
from compliance.refusals import Denied, Invalid, Refused
from tests import helpers
from tests.batches import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R211")
def test_each_value_is_its_own_act_and_time() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    first, second = steps.recorded(row, "area", "1264"), steps.recorded(row, "planned", "6.95")
    assert first.act_id != second.act_id
    assert first.recorded_at < second.recorded_at
    assert (second.value, second.reported, second.verdict) == (Decimal("6.95"), "6.95", "no_limit")
    assert Passage.objects.get(run=row.run).vessel_area == Decimal(1264)


@pytest.mark.req("R106")
def test_phase_out_of_order_is_refused() -> None:
    batch = steps.issued()
    with pytest.raises(Refused) as caught:
        steps.started(steps.phase(batch, "passage.count"))
    assert "order" in {b.code for b in caught.value.blockers}
    assert steps.phase(batch, "passage.count").state == "pending"


def test_value_before_start_is_refused() -> None:
    with pytest.raises(Refused):
        steps.recorded(steps.phase(steps.issued(), "passage.seed"), "area", "1264")
    assert Entry.objects.count() == 0


@pytest.mark.req("R209")
def test_correction_needs_a_reason_and_keeps_the_first_value() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    steps.recorded(row, "area", "1246")
    with pytest.raises(Invalid, match="why"):
        steps.recorded(row, "area", "1264")
    steps.recorded(row, "area", "1264", reason="Digits were transposed")
    old, new = Entry.objects.filter(path__endswith="area").order_by("id")
    assert (old.value, new.value, new.supersedes_id, new.reason) == (1246, 1264, old.pk, "Digits were transposed")


@pytest.mark.req("R203")
@pytest.mark.parametrize("typed", ["", "abc", "1,5", "5 mL", "-3", "1e9"])
def test_bad_or_implausible_value_is_refused_with_words(typed: str) -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    with pytest.raises(Invalid) as caught:
        steps.recorded(row, "area", typed)
    assert caught.value.field == "area"
    assert Entry.objects.count() == 0


@pytest.mark.req("R306")
def test_breach_opens_a_deviation_in_the_same_act() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    steps.recorded(row, "planned", "10.00")
    entry = steps.recorded(row, "actual", "10.30")
    deviation = Deviation.objects.get()
    assert entry.verdict == "action"
    assert deviation.act_id == entry.act_id
    assert deviation.entry == entry


def test_relative_limit_needs_its_base_first() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    with pytest.raises(Invalid, match="planned"):
        steps.recorded(row, "actual", "10.00")


def test_phase_is_not_completed_while_values_are_missing() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    steps.recorded(row, "area", "1264")
    with pytest.raises(Refused) as caught:
        steps.performed(row)
    assert {b.code for b in caught.value.blockers} == {"missing"}
    assert Signature.objects.filter(meaning="performed").count() == 0


@pytest.mark.case("SIG-02")
@pytest.mark.req("R202")
def test_performer_cannot_verify() -> None:
    batch = steps.issued()
    row = steps.started(steps.phase(batch, "passage.seed"))
    for name, typed in (("area", "1264"), ("planned", "10.00"), ("actual", "10.00")):
        steps.recorded(row, name, typed, by=steps.verifier())
    with steps.signed(steps.verifier(), "batch.phase_completed", row, "performed") as (a, token):
        row = phases.complete_phase(a, token, row)
    with pytest.raises(Refused) as caught:
        steps.verified(row)
    assert "same_person" in {b.code for b in caught.value.blockers}


@pytest.mark.case("SIG-09")
def test_correction_of_a_signed_phase_voids_its_signatures_visibly() -> None:
    batch = steps.issued()
    row = steps.seeded(batch)
    assert row.state == "closed"
    steps.recorded(row, "actual", "10.10", reason="Read from the wrong pipette line")
    row = PhaseRecord.objects.get(pk=row.pk)
    assert row.state == "performed"
    assert row.verified_by is None
    assert Signature.objects.filter(record_uuid=row.uuid, void__isnull=False).count() == 2
    row = steps.verified(steps.performed(steps.phase(batch, "passage.seed")))
    assert row.state == "closed"
    assert Signature.objects.filter(record_uuid=row.uuid, void__isnull=True).count() == 2


@pytest.mark.req("R107")
def test_person_without_the_role_is_denied() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    with pytest.raises(Denied):
        steps.recorded(row, "area", "1264", by=helpers.person("quinn", "qa"))


@pytest.mark.case("CON-01")
def test_correction_on_an_old_page_is_refused() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    first = steps.recorded(row, "area", "1246")
    steps.recorded(row, "area", "1264", reason="Digits were transposed", seen=first.uuid)
    with pytest.raises(Refused) as caught:
        steps.recorded(row, "area", "1999", reason="I did not look at the new one", seen=first.uuid)
    assert caught.value.blockers[0].code == "stale"


def test_one_act_writes_one_entry_with_every_row() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    entry = steps.recorded(row, "area", "1264")
    found = LedgerEntry.objects.get(act_id=entry.act_id)
    assert found.event == "batch.entry_recorded"
    assert '"label":"batches.entry"' in found.payload
    assert '"label":"batches.passage"' in found.payload


def test_crashed_act_leaves_nothing() -> None:
    batch = steps.issued()
    row = steps.started(steps.phase(batch, "passage.seed"))

    def crash() -> None:
        with act(steps.operator(), "batch.entry_recorded", batch) as a:
            execution.record_entry(a, row, "area", Given(typed="1264"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()
    assert Entry.objects.count() == 0
    assert Passage.objects.count() == 0
