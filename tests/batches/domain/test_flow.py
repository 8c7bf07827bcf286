"""A small batch from start to executed: materials, calculations, holds, series, blind count, rules, repeats."""

from __future__ import annotations

from decimal import Decimal

import pytest

from batches.domain import deviation, materials, phases
from batches.domain.execution import record_entry
from batches.domain.holds import running
from batches.domain.masters import plan_for
from batches.domain.parsing import Given
from batches.domain.values import Values
from batches.models import Batch, Deviation, Entry, PhaseRecord, SeriesPoint, UnitRun
from batches.queries import batch_by_number
from compliance.domain import clock
from compliance.domain.act import act
from compliance.refusals import Invalid, Refused
from tests import helpers
from tests.batches import steps
from tests.resources import steps as house

pytestmark = pytest.mark.django_db

CLEAN = [("0.30", "0.20", "0.05"), ("0.60", "0.20", "0.05")]


def detached(batch: Batch, occurrence: int = 1, clumps: str = "no") -> PhaseRecord:
    row = unsampled(batch, occurrence, clumps)
    with act(steps.operator(), "batch.sample_taken", batch) as a:
        materials.take_sample(a, row, "MYC", f"CONT-{occurrence}")
    return steps.performed(row)


def unsampled(batch: Batch, occurrence: int = 1, clumps: str = "no") -> PhaseRecord:
    """Everything but the sample is recorded."""
    row = steps.started(steps.phase(batch, "passage.detach", occurrence))
    lot = house.released_lot(house.item("TRYPLE", "mL"), "500")
    unit = house.calibrated_equipment("cell_counter", "CC-01", exclusive=False, needs_cleaning=False)
    with act(steps.operator(), "batch.equipment_scanned", batch) as a:
        materials.scan_equipment(a, row, unit)
    with act(steps.operator(), "batch.material_charged", batch) as a:
        charge = materials.charge_in(a, row, "TRYPLE", lot, "10.00")
    with steps.signed(steps.verifier(), "batch.charge_verified", charge, "verified") as (a, token):
        materials.verify_charge(a, token, charge)
    steps.recorded(row, "detached_at", clock.now().isoformat())
    steps.recorded(row, "clumps", clumps)
    return row


def counted(batch: Batch, total: str = "1.45e6", dead: str = "5.8e4", occurrence: int = 1) -> PhaseRecord:
    row = steps.started(steps.phase(batch, "passage.count", occurrence))
    for name, typed in (("total", total), ("dead", dead)):
        steps.recorded(row, name, typed)
        steps.recorded(row, name, typed, slot="second", by=steps.verifier())
    return row


@pytest.fixture
def grown() -> Batch:
    batch = steps.issued()
    steps.seeded(batch)
    detached(batch)
    return batch


@pytest.mark.req("R335")
def test_step_is_not_signed_without_its_sample_unless_the_reason_is_reported() -> None:
    batch = steps.issued()
    steps.seeded(batch)
    row = unsampled(batch)
    with pytest.raises(Refused) as caught:
        steps.performed(row)
    assert [(b.code, b.link) for b in caught.value.blockers] == [("sample", "field:sample-MYC")]
    assert PhaseRecord.objects.get(pk=row.pk).state == "in_progress"
    with act(steps.operator(), "deviation.opened", batch) as a:
        deviation.report(a, batch, "Sample lost", "The vial of the sample broke on the bench", row)
    assert steps.performed(row).state == "closed"


@pytest.mark.req("R302")
def test_calculations_follow_their_inputs_with_worked_formula(grown: Batch) -> None:
    row = counted(grown)
    viability = Entry.objects.get(phase=row, path__endswith=".viability", superseded_by__isnull=True)
    assert (viability.value, viability.reported, viability.verdict) == (Decimal(96), "96.0", "within")
    assert viability.source == "computed"
    assert "1450000" in viability.formula.replace(" ", "") or "1.45" in viability.formula
    cells = Entry.objects.get(phase=row, path__endswith=".viable_cells", superseded_by__isnull=True)
    assert cells.value == Decimal(13920000)


@pytest.mark.case("RES-11")
def test_correction_computes_the_whole_chain_anew(grown: Batch) -> None:
    row = counted(grown, dead="8.5e4")
    steps.recorded(row, "dead", "5.8e4", reason="Digits were transposed, see printout")
    chain = list(
        Entry.objects.filter(phase=row, path__endswith=".viable_cells").order_by("id").values_list("value", flat=True)
    )
    assert chain == [Decimal(13650000), Decimal(13920000)]
    assert Entry.objects.get(phase=row, path__endswith=".viable_cells", superseded_by__isnull=True).reason


@pytest.mark.case("RES-14")
def test_zero_total_is_not_calculable_and_stops_the_phase(grown: Batch) -> None:
    row = steps.started(steps.phase(grown, "passage.count"))
    steps.recorded(row, "total", "1e3")
    steps.recorded(row, "dead", "1e4")
    viability = Entry.objects.get(phase=row, path__endswith=".viability")
    assert (viability.value, viability.verdict) == (None, "undecidable")
    with pytest.raises(Refused) as caught:
        steps.performed(row)
    assert "not_calculable" in {b.code for b in caught.value.blockers}


@pytest.mark.req("R202")
def test_blind_second_count_needs_another_person(grown: Batch) -> None:
    row = steps.started(steps.phase(grown, "passage.count"))
    steps.recorded(row, "total", "1.45e6")
    with pytest.raises(Refused):
        steps.recorded(row, "total", "1.44e6", slot="second")
    steps.recorded(row, "dead", "5.8e4")
    with pytest.raises(Refused) as caught:
        steps.performed(row)
    assert {b.code for b in caught.value.blockers} == {"second_count"}


@pytest.mark.req("R307")
@pytest.mark.case("MAT-04")
@pytest.mark.case("MAT-07")
def test_charge_in_refuses_wrong_lots_and_too_much() -> None:
    batch = steps.issued()
    steps.seeded(batch)
    row = steps.started(steps.phase(batch, "passage.detach"))
    tryple = house.item("TRYPLE", "mL")
    small, quarantined = house.released_lot(tryple, "5"), house.received_lot(tryple, "50")
    other = house.released_lot(house.item("VIAL-2R", "vials"), "9")
    for lot, typed in ((small, "6"), (quarantined, "1"), (other, "1")):
        with pytest.raises(Refused), act(steps.operator(), "batch.material_charged", batch) as a:
            materials.charge_in(a, row, "TRYPLE", lot, typed)
    with pytest.raises(Invalid), act(steps.operator(), "batch.material_charged", batch) as a:
        materials.charge_in(a, row, "TRYPLE", small, "1,0")
    assert batch.charges.count() == 0


@pytest.mark.req("R307")
def test_charge_cannot_be_verified_by_who_charged() -> None:
    batch = steps.issued()
    steps.seeded(batch)
    row = steps.started(steps.phase(batch, "passage.detach"))
    lot = house.released_lot(house.item("TRYPLE", "mL"), "500")
    with act(steps.verifier(), "batch.material_charged", batch) as a:
        charge = materials.charge_in(a, row, "TRYPLE", lot, "10.00")
    with (
        pytest.raises(Refused),
        steps.signed(steps.verifier(), "batch.charge_verified", charge, "verified") as (a, token),
    ):
        materials.verify_charge(a, token, charge)


@pytest.mark.req("R106")
def test_conditional_phase_is_skipped_by_rule_or_runs() -> None:
    batch = steps.issued()
    steps.seeded(batch)
    detached(batch, clumps="no")
    assert steps.phase(batch, "passage.clumps_note").state == "not_applicable"


def test_conditional_phase_runs_when_its_answer_asks() -> None:
    batch = steps.issued()
    steps.seeded(batch)
    detached(batch, clumps="yes")
    row = steps.phase(batch, "passage.clumps_note")
    assert row.state == "pending"
    with pytest.raises(Refused):
        steps.started(steps.phase(batch, "passage.count"))
    row = steps.started(row)
    steps.recorded(row, "note", "Filtered through 40 um")
    steps.performed(row)
    steps.started(steps.phase(batch, "passage.count"))


def test_unit_procedure_repeats_until_its_target(grown: Batch) -> None:
    steps.verified(steps.performed(counted(grown, total="1.0e5", dead="1.0e3")))
    assert UnitRun.objects.filter(batch=grown, unit="grow").count() == 2
    assert steps.phase(grown, "passage.seed", 2).state == "pending"
    with pytest.raises(Refused):
        steps.started(steps.phase(grown, "filling.run"))


@pytest.mark.req("R311")
@pytest.mark.case("TIME-01")
def test_hold_time_over_its_limit_opens_a_deviation() -> None:
    with steps.ago(hours=2, minutes=15):
        batch = steps.issued()
        steps.seeded(batch)
        detached(batch)
    plan = plan_for(batch)
    clocks = running(plan, Values(batch_by_number(batch.number), plan))
    assert [c.state(clock.now()) for c in clocks] == ["over"]
    steps.verified(steps.performed(counted(batch)))
    row = steps.started(steps.phase(batch, "filling.run"))
    steps.recorded(row, "filled_at", clock.now().isoformat())
    found = Deviation.objects.get()
    assert "2.25 h" in found.description
    assert running(plan, Values(batch_by_number(batch.number), plan)) == []


def test_series_is_one_entry_with_points_and_the_worst_verdict(grown: Batch) -> None:
    steps.verified(steps.performed(counted(grown)))
    row = steps.started(steps.phase(grown, "filling.run"))
    points = [
        {"at": clock.now(), "pf": pf, "pr": pr, "pp": pp} for pf, pr, pp in [*CLEAN, ("0.96", "0.40", "0.05"), *CLEAN]
    ]
    with act(steps.operator(), "batch.entry_recorded", grown) as a:
        entry = record_entry(a, row, "log", Given(typed="skid.csv", points=points, source="file"))
    assert (entry.verdict, SeriesPoint.objects.filter(entry=entry).count()) == ("action", 5)
    assert '"max":"0.63"' in entry.summary
    assert "Reading 3 of 5" in Deviation.objects.get(entry=entry).description


def test_last_phase_signed_by_qa_ends_the_execution(grown: Batch) -> None:
    steps.verified(steps.performed(counted(grown)))
    row = steps.started(steps.phase(grown, "filling.run"))
    steps.recorded(row, "filled_at", clock.now().isoformat())
    points = [{"at": clock.now(), "pf": a, "pr": b, "pp": c} for a, b, c in CLEAN]
    steps.recorded(row, "log", "skid.csv", points=points, source="file")
    row = steps.verified(steps.performed(row))
    assert row.state == "verified"
    with steps.signed(helpers.person("quinn", "qa"), "batch.phase_approved", row, "approved") as (a, token):
        phases.approve_phase(a, token, row)
    assert batch_by_number(grown.number).state == "executed"
    with pytest.raises(Refused):
        steps.recorded(row, "filled_at", clock.now().isoformat(), reason="Too late to change this")


@pytest.mark.case("WF-13")
@pytest.mark.req("R332")
def test_open_batch_keeps_the_master_it_was_issued_on() -> None:
    first = steps.issued()
    text = (steps.MASTERS / "mini.yaml").read_text().replace("max: 2 h", "max: 9 h")
    second_version = steps.effective_master(text=text)
    second = steps.issued(second_version)
    assert plan_for(batch_by_number(first.number)).spec.hold_times[0].max.value == 2  # type: ignore[union-attr]
    assert plan_for(second).spec.hold_times[0].max.value == 9  # type: ignore[union-attr]
