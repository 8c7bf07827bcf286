"""The end of a fill names its containers; each gets its fate by its number; equipment is free when its work is over."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from batches.domain import containers, execution, genealogy, materials
from batches.domain.parsing import Given
from batches.models import Batch, Container, LotLink, LotNode, PhaseRecord
from compliance.domain import clock
from compliance.domain.act import act
from compliance.refusals import Denied, Invalid, Refused
from resources.models import Equipment, EquipmentUse
from tests import helpers
from tests.batches import steps
from tests.resources import steps as house

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db
WEIGHTS = {1: "1.00", 2: "0.96", 3: "1.01"}


def scanned(row: PhaseRecord, *classes: str) -> None:
    for name in classes:
        unit = Equipment.objects.filter(equipment_class=name).first()
        unit = unit or house.calibrated_equipment(name, f"{name[:3].upper()}-01")
        with act(steps.operator(), "batch.equipment_scanned", row.batch) as a:
            materials.scan_equipment(a, row, unit)


def weighed(row: PhaseRecord) -> None:
    points = [{"at": clock.now(), "vial": str(n), "weight": weight} for n, weight in WEIGHTS.items()]
    given = Given(source="file", points=points, comment="Vial 2 had an air bubble in the needle")
    with act(steps.operator(), "batch.entry_recorded", row.batch) as a:
        execution.record_entry(a, row, "weights", given)


def ready() -> PhaseRecord:
    """A batch whose line is cleared and whose fill has begun."""
    batch = steps.issued(steps.effective_master("fill.yaml"))
    row = steps.started(steps.phase(batch, "line.clear"))
    scanned(row, "isolator", "balance")
    steps.recorded(row, "cleared", "yes")
    steps.verified(steps.performed(row))
    row = steps.started(steps.phase(batch, "filling.run"))
    scanned(row, "isolator")
    with act(steps.operator(), "batch.sample_taken", batch) as a:
        materials.take_sample(a, row, "FIN", "BOX-1")
    weighed(row)
    return row


@pytest.fixture
def filled() -> Batch:
    """Three vials filled, weighed and signed."""
    row = ready()
    steps.recorded(row, "vials_filled", "3")
    steps.verified(steps.performed(row))
    return row.batch


def moved(batch: Batch, indexes: list[int], name: str, who: Actor | None = None, **more: Any) -> list[Container]:
    with act(who or steps.operator(), "batch.containers_moved", batch) as a:
        return containers.move_containers(a, batch, indexes, name, **more)


def again(batch: Batch, count: str) -> None:
    """The number is corrected after the fact and signed again."""
    row = steps.phase(batch, "filling.run")
    steps.recorded(row, "vials_filled", count, reason="Counted again from the tray")
    steps.verified(steps.performed(steps.phase(batch, "filling.run")))


@pytest.mark.req("R314")
@pytest.mark.case("MAT-10")
def test_containers_are_named_when_the_fill_closes_and_not_before() -> None:
    row = ready()
    steps.recorded(row, "vials_filled", "3")
    row = steps.performed(row)
    assert not Container.objects.exists()
    steps.verified(row)
    rows = list(Container.objects.order_by("index"))
    assert [r.number for r in rows] == [f"{row.batch.number}-V000{n}" for n in (1, 2, 3)]
    assert {r.index: r.weight for r in rows} == {n: Decimal(w) for n, w in WEIGHTS.items()}
    assert {r.state for r in rows} == {"filled"}


@pytest.mark.req("R402")
def test_each_container_hangs_on_what_it_was_filled_from(filled: Batch) -> None:
    nodes = LotNode.objects.filter(container__batch=filled)
    assert nodes.count() == 3
    assert LotLink.objects.filter(target__in=nodes).count() == 3


def test_number_corrected_upward_names_the_missing_ones_only(filled: Batch) -> None:
    before = set(Container.objects.values_list("uuid", flat=True))
    again(filled, "4")
    rows = Container.objects.order_by("index")
    assert [r.index for r in rows] == [1, 2, 3, 4]
    assert before <= {r.uuid for r in rows}


def test_number_corrected_downward_destroys_the_surplus_visibly(filled: Batch) -> None:
    again(filled, "2")
    assert {r.index: r.state for r in Container.objects.all()} == {1: "filled", 2: "filled", 3: "destroyed"}
    last = Container.objects.get(index=3).history.order_by("version").last()
    assert "corrected to 2" in last.history_change_reason


def test_second_closing_names_nothing_twice(filled: Batch) -> None:
    again(filled, "3")
    assert Container.objects.count() == 3
    run = steps.phase(filled, "filling.run").run
    with pytest.raises(Refused, match="named already"), act(steps.operator(), "batch.phase_closed", filled) as a:
        genealogy.make_containers(a, filled, run, 3)


@pytest.mark.req("R314")
def test_containers_move_in_one_act_with_defect_and_place(filled: Batch) -> None:
    moved(filled, [2], "reject", defect="major: weight")
    stored = moved(filled, [1, 3], "store", position="FRZ-01, shelf 2")
    assert len({r.act_id for r in stored}) == 1
    assert {(r.index, r.state, r.position) for r in stored} == {
        (1, "stored", "FRZ-01, shelf 2"), (3, "stored", "FRZ-01, shelf 2"),
    }  # fmt: skip
    assert Container.objects.get(index=2).defect == "major: weight"


def test_move_of_one_that_cannot_go_moves_none(filled: Batch) -> None:
    moved(filled, [2], "reject")
    with pytest.raises(Refused):
        moved(filled, [1, 2], "store")
    assert Container.objects.get(index=1).state == "filled"


@pytest.mark.parametrize(("indexes", "refusal"), [([], Invalid), ([1, 1], Invalid), ([9], Refused)])
def test_list_that_names_no_real_set_is_refused(filled: Batch, indexes: list[int], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        moved(filled, indexes, "store")


@pytest.mark.req("R107")
def test_person_without_the_role_moves_nothing(filled: Batch) -> None:
    with pytest.raises(Denied):
        moved(filled, [1], "store", helpers.person("ruth", "qc_reviewer"))


@pytest.mark.req("R309")
def test_unit_is_free_when_no_later_phase_asks_for_its_class(filled: Batch) -> None:
    uses = {u.equipment.equipment_class: u for u in EquipmentUse.objects.filter(reference=filled.uuid)}
    assert uses["isolator"].ended_at is not None
    assert uses["balance"].ended_at is None
    row = steps.started(steps.phase(filled, "filling.after"))
    scanned(row, "balance")
    steps.recorded(row, "left", "yes")
    steps.performed(row)
    assert not EquipmentUse.objects.filter(reference=filled.uuid, ended_at__isnull=True).exists()


@pytest.mark.req("R309")
def test_verifier_may_scan_and_end_the_use_she_closes() -> None:
    vera = helpers.person("vera", "verifier")
    assert vera.may("resources.use_equipment")
    assert vera.may("resources.move_stock")
