"""Equipment and rooms in the browser: registered, calibrated, cleaned and checked, in and out of service."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain import clock
from resources.guards import blockers_for_equipment
from resources.models import CalibrationRecord, CleaningRecord, Equipment, EquipmentUse, Room
from resources.states import UnitState
from tests.resources import steps as given
from tests.resources.views.steps import JUNK, html_of, inside, opened, queries_of, send, sent_twice

pytestmark = pytest.mark.django_db
UNIT = {
    "code": "BR-07", "name": "Bioreactor 7", "equipment_class": "bioreactor", "serial": "S-1", "room": "",
    "exclusive": "yes", "needs_calibration": "yes", "needs_cleaning": "yes", "clean_hold_h": "72", "dirty_hold_h": "",
}  # fmt: skip


def calibration(**more: str) -> dict[str, str]:
    return {
        "performed_at": clock.stamp(clock.now())[:16],
        "outcome": "passed",
        "due_on": (clock.today() + timedelta(days=100)).isoformat(),
        "certificate": "CAL-1",
        "performed_by": "Metrology Ltd",
        **more,
    }


def url_of(unit: Equipment, *tail: str) -> str:
    return "/".join(["/resources/equipment", str(unit.uuid), *tail, ""])


@pytest.mark.req("R108")
def test_unit_goes_from_registration_to_usable() -> None:
    engineer, operator = inside("petra", "process_engineer"), inside("olga", "operator")
    verifier, quality = inside("vera", "verifier"), inside("quinn", "qa")
    answer = send(engineer, "/resources/equipment/register/", **UNIT)
    unit = Equipment.objects.get()
    assert answer.headers["Location"] == url_of(unit)
    assert "No cleaning on record" in opened(operator, url_of(unit))
    assert send(engineer, url_of(unit, "calibrate"), **calibration()).status_code == 302
    assert send(operator, url_of(unit, "clean"), procedure="SOP-CLN-1", agent="ethanol").status_code == 302
    row = CleaningRecord.objects.get()
    own = send(operator, f"/resources/cleanings/{row.uuid}/check/", good="yes", remark="")
    assert own.status_code == 409
    assert send(verifier, f"/resources/cleanings/{row.uuid}/check/", good="yes", remark="").status_code == 302
    service = url_of(unit, "service", "put-in-service")
    assert send(quality, service, reason="Qualified by report OQ-12").status_code == 302
    unit.refresh_from_db()
    assert unit.state == UnitState.IN_SERVICE
    assert blockers_for_equipment(unit, None, clock.now(), "EV-26-0001") == []
    assert "A batch may take it now" in opened(operator, url_of(unit))
    assert "until" in opened(operator, "/resources/equipment/")


def test_operator_tags_out_but_does_not_put_in_service() -> None:
    unit, operator = given.calibrated_equipment(), inside("olga", "operator")
    html = opened(operator, url_of(unit))
    assert "Take out of service" in html
    assert "Retire" not in html
    assert send(operator, url_of(unit, "service", "tag-out"), reason="Stirrer makes a noise").status_code == 302
    assert operator.get(url_of(unit, "service", "put-in-service")).status_code == 403
    assert operator.get(url_of(unit, "service", "paint")).status_code == 404
    unit.refresh_from_db()
    assert unit.state == UnitState.OUT_OF_SERVICE


@pytest.mark.case("CON-04")
def test_double_click_calibrates_once() -> None:
    unit = given.registered_equipment()
    first, second = sent_twice(inside("petra", "process_engineer"), url_of(unit, "calibrate"), **calibration())
    assert (first.status_code, second.status_code) == (302, 302)
    assert CalibrationRecord.objects.count() == 1


def test_failed_calibration_names_the_batches_to_look_at() -> None:
    unit = given.calibrated_equipment()
    given.end(given.use(unit))
    failed = calibration(outcome="failed", performed_at=clock.now().isoformat())
    send(inside("petra", "process_engineer"), url_of(unit, "calibrate"), **failed)
    html = opened(inside("quinn", "qa"), url_of(unit))
    assert "did not find it within limits" in html
    assert given.BATCH in html


def test_open_use_is_ended_by_hand() -> None:
    unit, operator = given.calibrated_equipment(), inside("olga", "operator")
    use = given.use(unit)
    assert "End this use" in opened(operator, url_of(unit))
    assert send(operator, f"/resources/uses/{use.uuid}/end/").status_code == 302
    assert EquipmentUse.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "at", ["2026-03-29 02:30", "2026-10-25 02:30", "yesterday", "", "0001-01-01 00:00", "9999-12-31 23:59", "\x00"]
)
def test_time_that_cannot_be_is_refused_with_what_was_typed_kept(at: str) -> None:
    unit = given.registered_equipment()
    answer = send(inside("petra", "process_engineer"), url_of(unit, "calibrate"), **calibration(performed_at=at))
    assert answer.status_code == 422
    assert "Metrology Ltd" in html_of(answer)


@pytest.mark.parametrize("field", ["code", "name", "equipment_class", "room", "exclusive", "clean_hold_h"])
def test_junk_in_a_unit_is_no_server_error(field: str) -> None:
    engineer = inside("petra", "process_engineer")
    for junk in JUNK:
        answer = send(engineer, "/resources/equipment/register/", **(UNIT | {field: junk}))
        assert answer.status_code in (302, 422), (field, junk)


def test_room_is_registered_and_put_in_service() -> None:
    engineer, quality = inside("petra", "process_engineer"), inside("quinn", "qa")
    answer = send(engineer, "/resources/rooms/register/", code="R-1", name="Filling", grade="A")
    room = Room.objects.get()
    assert answer.headers["Location"] == f"/resources/rooms/{room.uuid}/"
    service = f"/resources/rooms/{room.uuid}/service/put-in-service/"
    assert engineer.get(service).status_code == 403
    assert send(quality, service, reason="Qualified by report RQ-3").status_code == 302
    assert "in service" in opened(engineer, f"/resources/rooms/{room.uuid}/")
    assert "Filling" in opened(engineer, "/resources/rooms/")


def test_pages_cost_the_same_at_one_and_three_rows() -> None:
    browser = inside("olga", "operator")
    unit = given.calibrated_equipment(room=given.room())
    given.end(given.use(unit))
    pages = ("/resources/equipment/", url_of(unit), "/resources/rooms/", f"/resources/rooms/{unit.room.uuid}/")
    one = [queries_of(browser, url) for url in pages]
    for number in (2, 3):
        given.calibrated_equipment(code=f"BR-0{number}", room=unit.room)
        given.room(f"R-10{number}")
        given.calibrate(unit)
        given.cleaned(unit)
        given.end(given.use(unit))
    assert [queries_of(browser, url) for url in pages] == one
    assert Equipment.objects.count() == 3
