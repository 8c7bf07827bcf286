"""Lots, units and samples at the phase: scanned, charged in, checked by a second person."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from batches import queries
from batches.domain import materials, taking_back
from batches.models import EquipmentScan, MaterialCharge
from compliance.domain import clock
from compliance.domain.act import act
from compliance.models import LedgerEntry, Signature
from resources.queries import on_hand
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.browser import form_of
from tests.resources import steps as house

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from batches.models import PhaseRecord
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db


def charge(who: Browser, row: PhaseRecord, lot: str, quantity: str = "10", **more: str) -> Any:
    """Types a lot and an amount and records both."""
    action = scenes.url(row, "charge/material-1/")
    return who.submit(scenes.url(row), action, htmx=True, value=lot, quantity=quantity, **more)


@pytest.mark.req("R307")
def test_lot_is_charged_in_and_checked_by_a_second_person(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    anna = browser(steps.operator())
    assert "10.00 mL" in anna.text(scenes.url(row))
    text = charge(anna, row, lot.number).content.decode()
    made = MaterialCharge.objects.get()
    assert "waits for a second person" in text
    assert on_hand(lot) == Decimal(90)
    response = anna.sign(scenes.url(row, f"charges/{made.uuid}/verify/"), "bela", htmx=True)
    assert response.status_code == 200
    assert "checked and signed by Bela Test" in response.content.decode()
    assert Signature.objects.get(record_uuid=made.uuid).username == "bela"
    assert anna.get("/board/").wsgi_request.user.username == "anna"


@pytest.mark.case("SIG-02")
def test_who_charged_does_not_check_it(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    anna = browser(steps.operator())
    charge(anna, row, lot.number)
    made = MaterialCharge.objects.get()
    response = anna.sign(scenes.url(row, f"charges/{made.uuid}/verify/"), "anna", htmx=True)
    assert response.status_code == 409
    assert not Signature.objects.filter(record_uuid=made.uuid).exists()


@pytest.mark.case("MAT-04")
@pytest.mark.parametrize("state", ["quarantine", "rejected", "on hold", "other material"])
def test_lot_that_may_not_be_used_is_refused(browser: Callable[..., Browser], state: str) -> None:
    row = scenes.detach()
    item = house.item("TRYPLE")
    lot = {
        "quarantine": lambda: house.received_lot(item),
        "rejected": lambda: house.reject(house.received_lot(item)),
        "on hold": lambda: house.hold(house.released_lot(item)),
        "other material": lambda: house.released_lot(house.item("MEDIUM")),
    }[state]()
    anna = browser(steps.operator())
    response = charge(anna, row, lot.number)
    text = response.content.decode()
    assert response.status_code == 409
    assert f'value="{lot.number}"' in text
    assert 'value="10"' in text
    assert MaterialCharge.objects.count() == 0


@pytest.mark.case("MAT-04")
def test_expired_lot_is_refused_at_the_scan_already(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    lot = scenes.tryple(expires_on=clock.today() + timedelta(days=1))
    clock_now = clock.now() + timedelta(days=3)
    anna = browser(steps.operator())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: clock_now)
        response = anna.post("/scan/", {"code": lot.number, "context": f"{row.batch.number}/{row.seq}"}, htmx=True)
        assert response.status_code == 409
        assert "expired" in response.content.decode().lower()
    assert MaterialCharge.objects.count() == 0


@pytest.mark.parametrize("quantity", ["", "ten", "1,5", "-1", "0", "1000", "1e40", "\x00"])
def test_bad_amount_is_refused_and_kept(browser: Callable[..., Browser], quantity: str) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    response = charge(browser(steps.operator()), row, lot.number, quantity)
    assert response.status_code in {409, 422}
    assert f'value="{lot.number}"' in response.content.decode() or quantity == "\x00"
    assert on_hand(lot) == Decimal(100)


@pytest.mark.case("CON-04")
def test_double_click_charges_once(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    anna, action = browser(steps.operator()), scenes.url(row, "charge/material-1/")
    where, hidden = form_of(anna.text(scenes.url(row)), action)
    data = hidden | {"value": lot.number, "quantity": "10"}
    assert [anna.post(where, data, htmx=True).status_code for _ in range(2)] == [200, 200]
    assert on_hand(lot) == Decimal(90)


@pytest.mark.case("MAT-15")
def test_code_of_a_material_offers_its_lots_and_picks_none(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    anna = browser(steps.operator())
    response = charge(anna, row, "TRYPLE")
    text = response.content.decode()
    assert response.status_code == 422
    assert "No such lot" in text
    assert f"lot={lot.number}" in text
    assert MaterialCharge.objects.count() == 0
    chosen = anna.text(scenes.url(row), field="material-1", lot=lot.number)
    assert f'value="{lot.number}"' in chosen


@pytest.mark.req("R304")
def test_lot_that_is_not_the_first_to_expire_asks_why(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    scenes.tryple(expires_on=clock.today() + timedelta(days=30))
    later = scenes.tryple(expires_on=clock.today() + timedelta(days=300))
    anna = browser(steps.operator())
    response = charge(anna, row, later.number)
    text = response.content.decode()
    assert response.status_code == 422
    assert 'name="reason"' in text
    assert charge(anna, row, later.number, reason="The older lot stands in the other cold room").status_code == 200


def test_charge_in_is_taken_back_with_a_reason(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    anna = browser(steps.operator())
    charge(anna, row, lot.number)
    url = scenes.url(row, f"charges/{MaterialCharge.objects.get().uuid}/reverse/")
    assert anna.submit(url, url, htmx=True, reason="").status_code == 422
    assert anna.submit(url, url, htmx=True, reason="The bottle was not opened").status_code == 200
    assert on_hand(lot) == Decimal(100)


@pytest.mark.req("R309")
def test_unit_is_scanned_once_however_often_the_scanner_beeps(browser: Callable[..., Browser]) -> None:
    row, unit = scenes.detach(), scenes.counter()
    anna = browser(steps.operator())
    data = {"code": unit.code.lower(), "context": f"{row.batch.number}/{row.seq}"}
    responses = [anna.post("/scan/", data, htmx=True) for _ in range(2)]
    assert [r.status_code for r in responses] == [200, 200]
    assert EquipmentScan.objects.count() == 1
    assert "→ <b>Cell counter: recorded</b>" in responses[0].content.decode()


def test_unit_of_another_class_is_refused_with_words(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    unit = house.calibrated_equipment("bioreactor", "BR-01")
    anna = browser(steps.operator())
    response = anna.submit(scenes.url(row), scenes.url(row, "equipment/equipment-1/"), htmx=True, value=unit.code)
    assert response.status_code == 409
    assert "is a bioreactor" in response.content.decode()


@pytest.mark.req("R333")
def test_sample_is_taken_once(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    anna, action = browser(steps.operator()), scenes.url(row, "samples/sample-MYC/")
    where, hidden = form_of(anna.text(scenes.url(row)), action)
    assert anna.post(where, hidden | {"value": " "}, htmx=True).status_code == 422
    assert "TUBE-77" in anna.submit(scenes.url(row), action, htmx=True, value="TUBE-77").content.decode()
    assert anna.post(where, hidden | {"value": "TUBE-78"}, htmx=True).status_code == 409


@pytest.mark.parametrize(
    "more",
    ["charge/material-9/", "charge/x/", "charge/material-x/", "equipment/x/", "samples/sample-NO/", "samples/MYC/"],
)
def test_unknown_need_is_not_there(browser: Callable[..., Browser], more: str) -> None:
    row = scenes.detach()
    assert browser(steps.operator()).post(scenes.url(row, more), {"value": "1"}).status_code == 404


def test_reader_may_not_charge(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    ines = browser(helpers.person("ines", "inspector"))
    data = {"value": lot.number, "quantity": "10"}
    assert ines.post(scenes.url(row, "charge/material-1/"), data, htmx=True).status_code == 403


def test_amount_beyond_the_stock_is_said_in_digits_that_people_read(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    text = charge(browser(steps.operator()), row, lot.number, "99999999").content.decode()
    assert "E+7" not in text
    assert "9.9999999" in text


def scanned(anna: Browser, row: PhaseRecord, code: str) -> Any:
    """Anna scans a unit on the page of the step."""
    return anna.post("/scan/", {"code": code, "context": f"{row.batch.number}/{row.seq}"}, htmx=True)


def take_back(anna: Browser, row: PhaseRecord, reason: str) -> Any:
    """Anna takes the last scan of the step back."""
    url = scenes.url(row, f"scans/{EquipmentScan.objects.latest('id').uuid}/take-back/")
    return anna.submit(url, url, htmx=True, reason=reason)


@pytest.mark.req("R209")
@pytest.mark.req("R309")
def test_wrong_unit_is_taken_back_with_a_reason_and_stays_readable(browser: Callable[..., Browser]) -> None:
    row, wrong, right = scenes.detach(), scenes.counter("CC-01"), scenes.counter("CC-02")
    anna = browser(steps.operator())
    scanned(anna, row, wrong.code)
    page = anna.text(scenes.url(row))
    assert f'href="/audit-trail/batches.equipmentscan/{EquipmentScan.objects.get().uuid}/"' in page
    refused = take_back(anna, row, "")
    assert refused.status_code == 422
    assert "CC-01 is cleaned before its next use." in refused.content.decode()
    text = take_back(anna, row, "The counter beside it was used").content.decode()
    assert 'class="struck">CC-01' in text
    assert "The counter beside it was used" in text
    assert 'data-record="equipment-1"' in text, "the unit is asked for again"
    assert "Scan the cell counter" in text
    assert scanned(anna, row, right.code).status_code == 200
    assert [s.code for s in queries.standing_scans(row)] == ["CC-02"]
    assert EquipmentScan.objects.count() == 2
    assert LedgerEntry.objects.filter(event="batch.equipment_taken_back").count() == 1


def test_unit_taken_back_may_be_scanned_and_taken_back_again(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    unit = house.calibrated_equipment("cell_counter", "CC-01", needs_cleaning=False)
    anna = browser(steps.operator())
    for _ in range(2):
        assert scanned(anna, row, unit.code).status_code == 200
        assert take_back(anna, row, "Not this one after all").status_code == 200
    assert take_back(anna, row, "Sent a second time").status_code == 409
    assert (EquipmentScan.objects.count(), queries.standing_scans(row)) == (2, [])


@pytest.mark.case("WF-01")
def test_scan_of_a_signed_step_is_not_taken_back(browser: Callable[..., Browser]) -> None:
    row = scenes.detached()
    assert take_back(browser(steps.operator()), row, "Too late").status_code == 409
    assert len(queries.standing_scans(row)) == 1


def test_exclusive_unit_taken_back_is_free_for_another_batch() -> None:
    row = scenes.detach()
    unit = house.calibrated_equipment("cell_counter", "CC-09", exclusive=True)
    with act(steps.operator(), "batch.equipment_scanned", row.batch) as a:
        scan = materials.scan_equipment(a, row, unit)
    assert unit.uses.filter(ended_at__isnull=True).count() == 1
    with act(steps.operator(), "batch.equipment_taken_back", row.batch) as a:
        taking_back.take_back_scan(a, scan, "The counter beside it was used")
    assert unit.uses.filter(ended_at__isnull=True).count() == 0


def test_charge_in_taken_back_stays_readable(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    anna = browser(steps.operator())
    charge(anna, row, lot.number)
    url = scenes.url(row, f"charges/{MaterialCharge.objects.get().uuid}/reverse/")
    text = anna.submit(url, url, htmx=True, reason="The bottle was not opened").content.decode()
    assert f'class="struck">{lot.number}, 10 mL' in text
    assert "The bottle was not opened" in text
