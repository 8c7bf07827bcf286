"""Ways through the execution that a good batch seldom takes: what is missing, refused by rule, or too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError

from batches import guards
from batches.domain import (
    calculating,
    deviation,
    genealogy,
    holds,
    judging,
    masters,
    materials,
    phases,
    readings,
    series,
    series_chart,
    taking_back,
    times,
)
from batches.domain.masterfile.parameter import Argument
from batches.domain.masterfile.spec import Source
from batches.domain.masterfile.values import Reference
from batches.domain.masters import Plan, plan_for
from batches.domain.values import Values
from batches.models import Batch, Deviation, EquipmentScan, LotNode, UnitRun
from batches.validators.limits import LimitsRefused
from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.refusals import Invalid, Refused
from resources.domain import equipment
from resources.models import EquipmentUse
from tests.batches import steps
from tests.resources import steps as house

pytestmark = pytest.mark.django_db
SEED = "grow.passage.seed"


@pytest.fixture
def batch() -> Batch:
    return steps.issued()


def with_rule(rule: str) -> Batch:
    text = (steps.MASTERS / "mini.yaml").read_text()
    was = "label: Volume seeded, kind: number,"
    assert was in text
    return steps.issued(steps.effective_master(text=text.replace(was, f"{was} on_breach: {rule},")))


def planned(batch: Batch) -> Any:
    row = steps.started(steps.phase(batch, "passage.seed"))
    steps.recorded(row, "planned", "10.00")
    return row


@pytest.mark.req("R203")
def test_master_may_refuse_a_value_beyond_its_limit() -> None:
    row = planned(with_rule("refuse"))
    with pytest.raises(Refused, match=r"Volume seeded: .* The master refuses this value"):
        steps.recorded(row, "actual", "5.00")
    assert steps.recorded(row, "actual", "10.00").verdict == "within"
    assert Deviation.objects.count() == 0


@pytest.mark.req("R203")
def test_master_may_ask_for_words_beside_a_breach() -> None:
    row = planned(with_rule("explain"))
    with pytest.raises(Invalid, match="Write in the comment why, then record it again") as caught:
        steps.recorded(row, "actual", "5.00")
    assert caught.value.code == "explain"
    assert steps.recorded(row, "actual", "5.00", comment="Half of the vessels were seeded").verdict == "action"
    assert Deviation.objects.count() == 0


def test_calculations_that_read_each_other_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = SimpleNamespace(readers={"a": ("c",), "c": ("d",), "d": ("c",)}, order={"c": 1, "d": 2})
    computed: list[str] = []
    monkeypatch.setattr(calculating, "_compute_everywhere", lambda *args: computed.append(args[-1]) or True)
    calculating.follow(None, None, plan, None, [("a", 1)])  # type: ignore[arg-type]
    assert computed == ["c", "d"]


def test_constant_among_the_items_of_an_argument_is_taken_as_it_is(batch: Batch) -> None:
    row = steps.phase(batch, "passage.seed")
    values = Values(batch, plan_for(batch))
    found: Any = calculating._argument("items", (Decimal(3), Decimal("0.5")), values, row, [])
    assert found == (Decimal(3), Decimal("0.5"))


@pytest.mark.req("R402")
def test_first_parent_is_the_one_that_was_made_first(batch: Batch) -> None:
    made = []
    for run in UnitRun.objects.filter(batch=batch).order_by("id"):
        with act(steps.operator(), "batch.phase_completed", batch) as a:
            made.append(save_record(a, LotNode(kind="culture", title=run.title, run=run)))
    assert len(made) == 2
    row: Any = SimpleNamespace(run_id=0, occurrence=1)
    assert genealogy._parents(batch, row, Source("culture", occurrence="first")) == made[:1]
    assert genealogy._parents(batch, row, Source("culture", occurrence="previous")) == made[-1:]
    assert genealogy._parents(batch, row, Source("culture", occurrence="all")) == made
    assert genealogy._outside(batch, "donation") == []


@pytest.mark.req("R402")
def test_amount_that_is_not_recorded_is_no_amount(batch: Batch) -> None:
    row, values = steps.phase(batch, "passage.seed"), Values(batch, plan_for(batch))
    assert genealogy._amount(Reference(f"{SEED}.actual"), row, values) == (None, "")
    assert genealogy._amount(None, row, values) == (None, "")
    nothing: Any = SimpleNamespace(read=lambda *_: [])
    assert genealogy._amount(Reference(f"{SEED}.actual"), row, nothing) == (None, "")


@pytest.mark.req("R311")
def test_hold_time_that_never_began_is_not_judged(batch: Batch) -> None:
    values, row = Values(batch, plan_for(batch)), steps.phase(batch, "filling.run")
    at = clock.now()
    event = "fill.filling.run.filled_at"
    assert plan_for(batch).holds_to(event)
    with act(steps.operator(), "batch.entry_recorded", batch) as a:
        assert holds.check_event(a, batch, row, values, event, at) == []


def test_limits_that_cannot_be_put_together_are_refused_in_words(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object) -> None:
        raise LimitsRefused("The lower limit lies above the upper one.")

    row = planned(batch)
    monkeypatch.setattr(judging, "resolve", never)
    with pytest.raises(Invalid, match="The lower limit lies above the upper one") as caught:
        steps.recorded(row, "actual", "10.00")
    assert (caught.value.field, caught.value.code) == ("actual", "limit")


def test_names_of_a_master_are_said_in_words(batch: Batch) -> None:
    spec = plan_for(batch).spec
    assert masters.read_path(spec, "no.such.field", SEED) is None
    assert masters.said(spec, "bank:cells_per_vial", SEED) == "bank cells per vial"
    assert "the start" in masters.said(spec, f"{SEED}.started_at", SEED)
    assert "the verdict on “Viability”" in masters.said(spec, "grow.passage.count.viability.verdict", SEED)


def test_event_is_no_parameter() -> None:
    index = SimpleNamespace(parameters={"a.b": SimpleNamespace(parameter=None)})
    with pytest.raises(LookupError, match=r"a\.b"):
        Plan(spec=None, index=index).parameter("a.b")  # type: ignore[arg-type]


def test_material_without_a_quantity_has_none(batch: Batch) -> None:
    need: Any = SimpleNamespace(quantity=None)
    values = Values(batch, plan_for(batch))
    assert materials.needed_quantity(need, steps.phase(batch, "passage.detach"), values) == (None, "")


@pytest.mark.req("R106")
def test_conditional_step_waits_for_its_question(batch: Batch) -> None:
    (found,) = phases.when_blockers(steps.phase(batch, "passage.clumps_note"))
    assert found.text.startswith("It depends on ")
    assert found.text.endswith("which is not recorded yet.")
    steps.seeded(batch)
    steps.recorded(steps.started(steps.phase(batch, "passage.detach")), "clumps", "yes")
    assert phases.when_blockers(steps.phase(batch, "passage.clumps_note")) == []


def test_value_is_bound_to_a_column_of_its_kind_alone(batch: Batch) -> None:
    spec: Any = SimpleNamespace(binds="passage.colour")
    with pytest.raises(LookupError, match="passage has no field colour"):
        readings.bound_value(spec, None, "passage")  # type: ignore[arg-type]
    run: Any = SimpleNamespace(kind="general")
    with act(steps.operator(), "batch.entry_recorded", batch) as a:
        readings.apply(a, batch, run, spec, None)  # type: ignore[arg-type]
        assert a.rows == []


def test_column_is_derived_from_what_is_recorded_alone(batch: Batch) -> None:
    row, values = steps.phase(batch, "passage.seed"), Values(batch, plan_for(batch))
    argument: Any = SimpleNamespace
    derived: Any = argument(
        name="viability",
        function="viability_from_total@1",
        arguments=(
            argument(name="factor", value=Decimal(2)),
            argument(name="words", value="neither number nor name"),
            argument(name="volume", value=Reference(f"{SEED}.actual")),
            argument(name="total", value=Reference("t")),
            argument(name="dead", value=Reference("d")),
        ),
    )
    assert series._outside(derived, values, row) == {"factor": Decimal(2)}
    spec: Any = SimpleNamespace(id="log")
    with pytest.raises(Invalid, match=r"Reading 3, viability: .* Nothing was recorded") as caught:
        series._derive(spec, derived, {"t": Decimal(0), "d": Decimal(0)}, {}, 3)
    assert caught.value.field == "log"


def test_reading_without_a_value_is_drawn_without_a_verdict() -> None:
    assert series_chart._verdict(None, None, None) == "recorded"  # type: ignore[arg-type]


@pytest.mark.req("R309")
def test_use_of_a_unit_goes_on_while_another_scan_of_it_stands(batch: Batch) -> None:
    steps.seeded(batch)
    row = steps.started(steps.phase(batch, "passage.detach"))
    unit = house.calibrated_equipment("cell_counter", "CC-01", exclusive=False, needs_cleaning=False)
    with act(steps.operator(), "batch.equipment_scanned", batch) as a:
        materials.scan_equipment(a, row, unit)
    scan, before = EquipmentScan.objects.get(), EquipmentUse.objects.get()
    with act(steps.operator(), "batch.equipment_taken_back", batch) as a:
        taking_back._end_use(a, batch, scan)
        a.touch(batch)
    assert EquipmentUse.objects.get().version == before.version


@pytest.mark.req("R203")
def test_instant_between_what_is_before_and_after_it_stands(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    row, values, now = steps.phase(batch, "passage.detach"), Values(batch, plan_for(batch)), clock.now()
    spec = plan_for(batch).parameter("grow.passage.detach.detached_at")
    hour = timedelta(hours=1)
    monkeypatch.setattr(times, "_earlier_ones", lambda *_: iter([("Begin", now - hour)]))
    monkeypatch.setattr(times, "_later_ones", lambda *_: iter([("Middle", now), ("End", now + hour)]))
    times._check_order(spec, now, values, row)
    with pytest.raises(Invalid, match="is after “Middle”"):
        times._check_order(spec, now + hour / 2, values, row)
    assert list(times._starts_of_calculations(plan_for(batch), "grow.passage.count.total")) == []


@pytest.mark.req("R334")
def test_deviation_that_qa_signed_meanwhile_is_not_rewritten(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    row = planned(batch)
    steps.recorded(row, "actual", "5.00")
    first = Deviation.objects.get()
    signed = Deviation.objects.get()
    signed.state = "assessed"
    monkeypatch.setattr(deviation, "locked", lambda _row: signed)
    steps.recorded(row, "actual", "6.00", reason="Read from the wrong flask")
    assert Deviation.objects.count() == 2
    assert Deviation.objects.get(pk=first.pk).description == first.description


@pytest.mark.req("R106")
def test_computed_value_shows_the_way_to_the_step_it_waits_for(batch: Batch) -> None:
    row, seed = steps.phase(batch, "passage.count"), steps.phase(batch, "passage.seed")
    spec = plan_for(batch).parameter("grow.passage.count.viable_cells")
    alone = replace(spec, arguments=(Argument("volume", Reference(f"{SEED}.actual")),))
    (found,) = guards._uncomputed(row, [alone])
    assert (found.text, found.link) == ("Viable cells waits for Volume seeded.", f"phase:{seed.seq}")


@pytest.mark.req("R309")
@pytest.mark.case("CON-04")
def test_loser_of_a_race_for_a_unit_is_told_and_other_faults_are_not_hidden(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = house.calibrated_equipment("cell_counter", "CC-01", needs_cleaning=False)

    def taken(*_args: object) -> None:
        raise IntegrityError("UNIQUE constraint failed: one_vessel_one_batch")

    def broken(*_args: object) -> None:
        raise IntegrityError("NOT NULL constraint failed")

    for fault, expected, words in (
        (taken, Refused, "was taken by another batch at this moment"),
        (broken, IntegrityError, "NOT NULL"),
    ):
        monkeypatch.setattr(equipment, "save_record", fault)
        with pytest.raises(expected, match=words), act(steps.operator(), "batch.equipment_scanned", batch) as a:
            equipment.use_start(a, unit, batch_ref=batch.number, reference=batch.uuid)
    assert EquipmentUse.objects.count() == 0
