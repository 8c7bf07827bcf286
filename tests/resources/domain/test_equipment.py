"""A unit is registered, put in service, calibrated, cleaned, used by one batch at a time, tagged out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.refusals import Denied, Invalid, Refused
from resources import queries
from resources.domain import equipment
from resources.guards import blockers_for_equipment
from resources.models import EquipmentUse
from resources.states import UnitState
from tests.resources import steps

pytestmark = pytest.mark.django_db


def blockers(unit, batch: str = steps.BATCH, cls: str | None = None) -> list[str]:
    return steps.codes_of(blockers_for_equipment(unit, cls, clock.now(), batch))


@pytest.mark.req("R108")
def test_new_unit_is_not_fit_until_in_service_calibrated_and_clean() -> None:
    unit = steps.registered_equipment()
    assert (unit.state, str(unit)) == (UnitState.OUT_OF_SERVICE, "BR-01 Unit BR-01")
    assert blockers(unit) == ["out_of_service", "never_calibrated", "never_cleaned"]
    assert blockers(steps.calibrated_equipment()) == []


def test_code_is_given_once() -> None:
    steps.registered_equipment()
    with pytest.raises(Invalid) as caught, act(steps.engineer(), "equipment.registered", "equipment") as a:
        equipment.register_equipment(a, "br-01", "Another", "bioreactor")
    assert caught.value.code == "code_taken"


@pytest.mark.req("R107")
def test_rights_are_asked_for() -> None:
    unit = steps.calibrated_equipment()
    cleaning = unit.cleanings.get()
    use = steps.use(unit)
    inspector = steps.person("ines", "inspector")
    named = {"batch_ref": steps.BATCH, "reference": steps.BATCH_UUID}
    for deed in (
        lambda a: equipment.register_equipment(a, "X", "X", "x"),
        lambda a: equipment.put_in_service(a, unit, "Qualified by report OQ-12"),
        lambda a: equipment.tag_out(a, unit, "Leaks at the shaft"),
        lambda a: equipment.retire(a, unit, "Leaks at the shaft"),
        lambda a: equipment.calibrate(
            a, unit, performed_at=a.at, outcome="passed", due_on=clock.today(), certificate="C", performed_by="M"
        ),
        lambda a: equipment.clean(a, unit, "SOP-CLN-001"),
        lambda a: equipment.check_cleaning(a, cleaning, good=True),
        lambda a: equipment.use_start(a, unit, **named),
        lambda a: equipment.use_end(a, use),
    ):
        with pytest.raises(Denied), act(inspector, "equipment.registered", unit) as a:
            deed(a)


@pytest.mark.req("R108")
def test_tagged_out_unit_is_refused_and_comes_back_with_a_reason() -> None:
    unit = steps.calibrated_equipment()
    with act(steps.receiver(), "equipment.tagged_out", unit) as a:
        unit = equipment.tag_out(a, unit, "Leaks at the shaft")
    with pytest.raises(Refused) as caught:
        steps.use(unit)
    assert (caught.value.code, caught.value.text) == ("out_of_service", "BR-01 is out of service.")
    with pytest.raises(Invalid), act(steps.qa(), "equipment.put_in_service", unit) as a:
        equipment.put_in_service(a, unit, "")
    with act(steps.qa(), "equipment.put_in_service", unit) as a:
        equipment.put_in_service(a, unit, "Shaft seal replaced, WO-9")
    assert steps.use(unit).ended_at is None


def test_retired_unit_stays_readable_and_is_not_worked_on() -> None:
    unit = steps.calibrated_equipment()
    with act(steps.qa(), "equipment.retired", unit) as a:
        unit = equipment.retire(a, unit, "Replaced by BR-02")
    assert blockers(unit) == ["retired"]
    with pytest.raises(Refused):
        steps.calibrate(unit)
    with pytest.raises(Refused), act(steps.receiver(), "equipment.cleaned", unit) as a:
        equipment.clean(a, unit, "SOP-CLN-001")


@pytest.mark.req("R108")
def test_unit_past_its_due_day_is_refused(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    unit = steps.calibrated_equipment(needs_cleaning=False)
    steps.calibrate(unit, due_on=clock.today() + timedelta(days=1))
    set_clock("2026-11-21 23:59")
    assert blockers(unit) == []
    set_clock("2026-11-22 00:01")
    with pytest.raises(Refused) as caught:
        steps.use(unit)
    assert caught.value.text == "BR-01: Calibration was due by 2026-11-21."


@pytest.mark.req("R108")
def test_failed_calibration_stops_the_unit_and_names_the_uses_in_doubt(set_clock) -> None:
    set_clock("2026-11-18 10:00")
    unit = steps.calibrated_equipment(needs_cleaning=False)
    set_clock("2026-11-19 10:00")
    first = steps.end(steps.use(unit))
    good = steps.calibrate(unit)
    set_clock("2026-11-20 10:00")
    second = steps.end(steps.use(unit, batch_ref=steps.OTHER, reference=steps.OTHER_UUID))
    set_clock("2026-11-21 10:00")
    bad = steps.calibrate(unit, "failed")
    assert blockers(unit) == ["calibration_failed"]
    assert queries.uses_in_doubt(bad) == [second]
    assert queries.uses_in_doubt(good) == []
    assert first not in queries.uses_in_doubt(bad)
    assert str(bad) == f"{unit.pk} failed, due {bad.due_on}"


def test_first_calibration_that_fails_casts_doubt_on_every_use() -> None:
    unit = steps.calibrated_equipment(needs_cleaning=False, needs_calibration=False)
    use = steps.use(unit)
    assert queries.uses_in_doubt(steps.calibrate(unit, "failed")) == [use]


@pytest.mark.parametrize("values", [{"performed_at": timedelta(hours=1)}, {"due_on": timedelta(days=-1)}])
def test_calibration_with_wrong_dates_is_refused(values: dict[str, timedelta]) -> None:
    unit = steps.registered_equipment()
    shifted = {
        name: (clock.now() if name == "performed_at" else clock.today()) + shift for name, shift in values.items()
    }
    with pytest.raises(Invalid) as caught:
        steps.calibrate(unit, **shifted)
    assert caught.value.field in values


@pytest.mark.req("R309")
def test_vessel_takes_one_batch_at_a_time() -> None:
    unit = steps.calibrated_equipment()
    first = steps.use(unit)
    with pytest.raises(Refused) as caught:
        steps.use(unit, batch_ref=steps.OTHER, reference=steps.OTHER_UUID)
    assert caught.value.text == f"BR-01: In use by batch {steps.BATCH}."
    assert steps.use(unit) == first, "the batch goes on with the use it has open"
    assert str(first) == f"{unit.pk} by {steps.BATCH}"


@pytest.mark.req("R309")
def test_database_holds_one_open_use_of_a_vessel() -> None:
    unit = steps.calibrated_equipment()
    steps.use(unit)
    with pytest.raises(IntegrityError), act(steps.receiver(), "equipment.use_started", unit) as a:
        save_record(
            a,
            EquipmentUse(
                equipment=unit,
                batch_ref=steps.OTHER,
                reference=steps.OTHER_UUID,
                exclusive=True,
                started_at=a.at,
                started_by=a.actor.user,
            ),
        )


def test_shared_unit_serves_two_batches() -> None:
    unit = steps.calibrated_equipment("incubator", "INC-1", exclusive=False, needs_cleaning=False)
    steps.use(unit)
    steps.use(unit, batch_ref=steps.OTHER, reference=steps.OTHER_UUID)
    assert unit.uses.filter(ended_at__isnull=True).count() == 2


@pytest.mark.req("R323")
def test_used_unit_is_dirty_until_cleaned_and_checked() -> None:
    unit = steps.calibrated_equipment()
    use = steps.use(unit, purpose="3D run")
    with pytest.raises(Refused) as caught, act(steps.receiver(), "equipment.cleaned", unit) as a:
        equipment.clean(a, unit, "SOP-CLN-001")
    assert caught.value.code == "in_use"
    ended = steps.end(use)
    assert (ended.ended_by.username, ended.purpose) == ("olga", "3D run")
    other = {"batch_ref": steps.OTHER, "reference": steps.OTHER_UUID}
    with pytest.raises(Refused) as caught:
        steps.use(unit, **other)
    assert caught.value.code == "dirty"
    steps.cleaned(unit, good=False)
    with pytest.raises(Refused):
        steps.use(unit, **other)
    steps.cleaned(unit)
    assert steps.use(unit, **other).batch_ref == steps.OTHER


@pytest.mark.req("R323")
def test_cleaning_is_checked_by_another_person_and_once() -> None:
    unit = steps.registered_equipment()
    with act(steps.receiver(), "equipment.cleaned", unit) as a:
        row = equipment.clean(a, unit, "SOP-CLN-001")
    with pytest.raises(Refused) as caught, act(steps.receiver(), "equipment.cleaning_checked", unit) as a:
        equipment.check_cleaning(a, row, good=True)
    assert steps.codes_of(caught.value.blockers) == ["same_person"]
    assert "never_cleaned" in blockers(unit), "not checked yet"
    with act(steps.second(), "equipment.cleaning_checked", unit) as a:
        check = equipment.check_cleaning(a, row, good=False, remark="Residue at the rim")
    with pytest.raises(Refused) as caught, act(steps.second(), "equipment.cleaning_checked", unit) as a:
        equipment.check_cleaning(a, row, good=True)
    assert steps.codes_of(caught.value.blockers) == ["checked"]
    assert (str(row), str(check)) == (f"{unit.pk} by SOP-CLN-001", "not good")


@pytest.mark.req("R323")
def test_clean_hold_runs_out(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    unit = steps.calibrated_equipment(clean_hold_h=Decimal(72))
    set_clock("2026-11-23 10:00")
    assert blockers(unit) == []
    set_clock("2026-11-23 10:01")
    assert blockers(unit) == ["clean_hold"]


@pytest.mark.req("R323")
def test_unit_that_stood_dirty_too_long_is_refused(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    unit = steps.calibrated_equipment(dirty_hold_h=Decimal(4))
    steps.end(steps.use(unit))
    set_clock("2026-11-20 14:30")
    steps.cleaned(unit)
    assert blockers(unit, steps.OTHER) == ["dirty_hold"]


def test_use_of_one_moment_begins_and_ends_in_its_act() -> None:
    unit = steps.calibrated_equipment("cell_counter", "CC-1", exclusive=False, needs_cleaning=False)
    named = {"batch_ref": steps.BATCH, "reference": steps.BATCH_UUID}
    with act(steps.receiver(), "equipment.use_started", unit) as a:
        row = equipment.use_once(a, unit, cls="cell_counter", **named)
    assert row.started_at == row.ended_at
    open_use = steps.use(unit)
    with act(steps.receiver(), "equipment.use_started", unit) as a:
        assert equipment.use_once(a, unit, **named) == open_use
    assert unit.uses.get(pk=open_use.pk).ended_at is None


def test_use_ends_once() -> None:
    use = steps.end(steps.use(steps.calibrated_equipment()))
    with pytest.raises(Refused) as caught:
        steps.end(use)
    assert caught.value.code == "ended"


@pytest.mark.req("R108")
def test_unit_of_another_class_is_refused() -> None:
    unit = steps.calibrated_equipment()
    with pytest.raises(Refused) as caught:
        steps.use(unit, cls="cell_counter")
    assert caught.value.text == "BR-01 is a bioreactor; a cell counter is asked for."
    assert steps.use(unit, cls="Bioreactor").ended_at is None
