"""One scan box: a code goes to where it belongs, or words say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from batches.domain import genealogy, materials
from batches.models import EquipmentScan, MaterialCharge
from compliance.domain.act import act
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.donors import steps as tissue
from tests.resources import steps as house

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import PhaseRecord
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db


def scan(who: Browser, code: str, row: PhaseRecord | None = None, *, htmx: bool = True) -> Any:
    """Scans a code on a phase page, or elsewhere."""
    context = f"{row.batch.number}/{row.seq}" if row else ""
    return who.post("/scan/", {"code": code, "context": context}, htmx=htmx)


@pytest.mark.parametrize("spell", [str, str.lower])
def test_batch_number_opens_the_batch(browser: Callable[..., Browser], spell: Callable[[str], str]) -> None:
    batch = steps.issued()
    anna = browser(steps.operator())
    assert scan(anna, spell(batch.number))["HX-Redirect"] == f"/batches/{batch.number}/"
    response = scan(anna, spell(batch.number), htmx=False)
    assert (response.status_code, response["Location"]) == (302, f"/batches/{batch.number}/")


def test_deviation_and_vial_open_their_pages(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    steps.recorded(row, "actual", "10.30")
    with act(steps.operator(), "batch.entry_recorded", row.batch) as a:
        vial = genealogy.make_containers(a, row.batch, row.run, 3)[1]
    anna = browser(steps.operator())
    deviation = row.batch.deviations.get()
    assert scan(anna, deviation.number)["HX-Redirect"] == f"/deviations/{deviation.number}/"
    assert scan(anna, vial.number)["HX-Redirect"] == f"/containers/{vial.number}/"


def test_lot_goes_into_the_field_that_asks_for_it(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    anna = browser(steps.operator())
    response = scan(anna, lot.number, row)
    text = response.content.decode()
    assert response.status_code == 200
    assert f'value="{lot.number}"' in text
    assert "→ <b>TRYPLE: type the amount and record it; it is not recorded yet</b>" in text
    assert MaterialCharge.objects.count() == 0
    plain = scan(anna, lot.number, row, htmx=False)
    assert plain.status_code == 302
    assert f"lot={lot.number}" in plain["Location"]


def test_lot_of_a_material_that_the_step_does_not_take(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.seed(), scenes.tryple()
    response = scan(browser(steps.operator()), lot.number, row)
    assert response.status_code == 409
    assert "does not take it" in response.content.decode()


@pytest.mark.case("MAT-15")
def test_material_code_is_no_lot(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    response = scan(browser(steps.operator()), "TRYPLE", row)
    text = response.content.decode()
    assert response.status_code == 422
    assert "No such lot" in text
    assert f"lot={lot.number}" in text


@pytest.mark.case("MAT-15")
def test_code_that_fits_two_lots_lists_both_and_picks_none(browser: Callable[..., Browser]) -> None:
    scenes.tryple(supplier_lot="A77", shipment="DN-1")
    scenes.tryple(supplier_lot="A77", shipment="DN-2")
    row = scenes.detach()
    text = scan(browser(steps.operator()), "A77", row).content.decode()
    assert text.count("&amp;lot=") == 2
    assert MaterialCharge.objects.count() == 0


@pytest.mark.case("MAT-16")
@pytest.mark.parametrize(
    "code", ["", " ", "nonsense", "<script>", "\x00", "9" * 5000, "0104012345678901211AB17CD1727033110LOT7"]
)
def test_unknown_code_says_so(browser: Callable[..., Browser], code: str) -> None:
    row = scenes.seed()
    response = scan(browser(steps.operator()), code, row)
    assert response.status_code == 422
    assert 'id="scanned"' in response.content.decode()
    assert EquipmentScan.objects.count() == 0


@pytest.mark.parametrize("context", ["", "x", "EV-26-9999/1", "/", "EV-26-0001/99999999999", "EV-26-0001/²", "\x00/1"])
def test_unknown_code_outside_a_step_is_not_echoed(browser: Callable[..., Browser], context: str) -> None:
    steps.issued()
    response = browser(steps.operator()).post("/scan/", {"code": "nonsense", "context": context})
    text = response.content.decode()
    assert response.status_code == 404
    assert "Nothing is called “no…” (8 characters)" in text
    assert "nonsense" not in text


def test_scan_into_a_phase_that_is_not_open_says_so(browser: Callable[..., Browser]) -> None:
    row = steps.phase(steps.issued(), "passage.detach")
    unit = scenes.counter()
    response = scan(browser(steps.operator()), unit.code, row)
    assert response.status_code == 409
    assert "not started" in response.content.decode()


@pytest.mark.req("R107")
def test_reader_scans_nothing_into_a_phase(browser: Callable[..., Browser]) -> None:
    row, unit = scenes.detach(), scenes.counter()
    assert scan(browser(helpers.person("ines", "inspector")), unit.code, row).status_code == 409
    assert EquipmentScan.objects.count() == 0


def test_scan_needs_a_post(browser: Callable[..., Browser]) -> None:
    assert browser(steps.operator()).get("/scan/").status_code == 405


SECRET = "correct horse 9!"


def test_code_that_names_nothing_is_nowhere_in_the_answer(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    anna = browser(steps.operator())
    for response in (scan(anna, SECRET, row), scan(anna, SECRET), scan(anna, SECRET, row, htmx=False)):
        assert SECRET not in response.content.decode()
        assert SECRET not in str(response.headers)
        assert "(16 characters)" in response.content.decode()
    assert "Scan the container of sample MYC in the box of that sample." in scan(anna, SECRET, row).content.decode()
    action = scenes.url(row, "equipment/equipment-1/")
    text = anna.submit(scenes.url(row), action, htmx=True, value=SECRET).content.decode()
    assert text.count(SECRET) == 1, "only the box keeps what was typed"


def test_gs1_code_that_names_nothing_is_not_echoed(browser: Callable[..., Browser]) -> None:
    code = "0104012345678901211AB17CD1727033110LOT7"
    assert "LOT7" not in scan(browser(steps.operator()), code, scenes.seed()).content.decode()


def test_empty_scan_has_its_own_words(browser: Callable[..., Browser]) -> None:
    anna, row = browser(steps.operator()), scenes.seed()
    for response in (scan(anna, "", row), scan(anna, "", htmx=False)):
        assert "The scan was empty" in response.content.decode()


def test_lots_units_and_tissue_open_their_pages_outside_a_step(browser: Callable[..., Browser]) -> None:
    lot, unit, cord = scenes.tryple(), scenes.counter(), tissue.released_tissue()
    anna = browser(steps.operator())
    assert scan(anna, lot.number)["HX-Redirect"] == f"/resources/lots/{lot.number}/"
    assert scan(anna, unit.code.lower())["HX-Redirect"] == f"/resources/equipment/{unit.uuid}/"
    assert scan(anna, cord.number)["HX-Redirect"] == f"/donors/tissue/{cord.number}/"
    for response in (scan(anna, code) for code in (lot.number, unit.code, cord.number)):
        assert anna.get(response["HX-Redirect"]).status_code == 200


@pytest.mark.req("R333")
def test_sample_opens_its_page_by_number_and_by_container(browser: Callable[..., Browser]) -> None:
    row = scenes.detached()
    sample = row.samples.get()
    lena = browser(helpers.person("lena", "qc_analyst"))
    for code in (sample.number, "tube-1"):
        assert scan(lena, code)["HX-Redirect"] == f"/qc/samples/{sample.number}/"


@pytest.mark.req("R107")
def test_sample_opens_its_step_for_who_may_not_open_samples(browser: Callable[..., Browser]) -> None:
    row = scenes.detached()
    sample = row.samples.get()
    assert not steps.operator().may("qc.read")
    assert scan(browser(steps.operator()), sample.number)["HX-Redirect"] == scenes.url(row)


def test_lot_of_a_material_that_is_charged_in_wholly_says_so(browser: Callable[..., Browser]) -> None:
    row, lot = scenes.detach(), scenes.tryple()
    with act(steps.operator(), "batch.material_charged", row.batch) as a:
        materials.charge_in(a, row, "TRYPLE", lot, "10")
    response = scan(browser(steps.operator()), lot.number, row)
    assert response.status_code == 409
    assert "All TRYPLE that this step asks for is charged in" in response.content.decode()


def test_refused_unit_says_what_the_step_asks_for_and_what_to_do(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    unit = house.calibrated_equipment("bioreactor", "BR-01")
    text = scan(browser(steps.operator()), unit.code, row).content.decode()
    assert "this phase asks for cell counter. Scan the unit that this step asks for." in text
    assert 'class="notice notice--breach"' in text
