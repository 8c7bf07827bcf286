"""A material from its registration to a released lot, wholly in the browser."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from compliance.domain import clock
from compliance.models import LedgerEntry, Signature
from resources import queries
from resources.models import LotTest, MaterialItem, MaterialLot, StockMovement, Supplier
from resources.states import LotState
from tests.resources import steps as given
from tests.resources.views.steps import JUNK, html_of, inside, opened, queries_of, send, sent_twice, signed

pytestmark = pytest.mark.django_db
ITEM = {
    "code": "MED-1", "name": "Basal medium", "kind": "medium", "unit": "mL", "storage": "2 to 8 °C",
    "in_use_hours": "720", "specification": "", "gtin": "",
}  # fmt: skip


def receipt(**more: str) -> dict[str, str]:
    year = (clock.today() + timedelta(days=365)).isoformat()
    return {
        "item": "MED-1", "supplier": "SUP-1", "supplier_lot": "L77", "shipment": "DN-9", "quantity": "500.0",
        "unit": "mL", "containers": "2", "expires_on": year, "retest_on": "", "location": "Cold room 1", **more,
    }  # fmt: skip


def registered() -> None:
    engineer = inside("petra", "process_engineer")
    assert send(engineer, "/resources/materials/register/", **ITEM).status_code == 302
    assert send(engineer, "/resources/suppliers/register/", code="SUP-1", name="Medium works").status_code == 302


def lot_url(lot: MaterialLot, *tail: str) -> str:
    return "/".join(["/resources/lots", lot.number, *tail, ""])


def received_in_browser() -> MaterialLot:
    registered()
    answer = send(inside("olga", "operator"), "/resources/lots/receive/", **receipt())
    lot = MaterialLot.objects.get()
    assert answer.headers["Location"] == lot_url(lot)
    return lot


@pytest.mark.req("R303")
def test_material_goes_from_registration_to_released_lot() -> None:
    lot = received_in_browser()
    quality = inside("quinn", "qa")
    until = (clock.today() + timedelta(days=200)).isoformat()
    supplier = Supplier.objects.get()
    send(quality, f"/resources/suppliers/{supplier.uuid}/qualify/", until=until, reason="Audited, report SA-7")
    before = opened(quality, lot_url(lot))
    assert "has no identity test" in before
    assert 'aria-disabled="true"' in before
    send(
        inside("aron", "qc_analyst"), lot_url(lot, "test"), kind="identity", method="FTIR", result="fits", passes="yes"
    )
    assert "has no identity test" not in opened(quality, lot_url(lot))
    answer = send(quality, lot_url(lot, "decide", "release"), **signed("quinn"))
    assert answer.status_code == 302
    lot.refresh_from_db()
    assert lot.state == LotState.RELEASED
    assert Signature.objects.get().meaning == "released"
    page = opened(quality, lot_url(lot))
    assert "Quinn Test" in page
    assert "released" in page


@pytest.mark.req("R301")
def test_release_is_refused_with_words_while_something_stands_against_it() -> None:
    lot = received_in_browser()
    answer = send(inside("quinn", "qa"), lot_url(lot, "decide", "release"), **signed("quinn"))
    assert answer.status_code == 409
    assert "has no identity test" in html_of(answer)
    assert not Signature.objects.exists()


def test_wrong_password_signs_nothing_and_shows_the_form_again() -> None:
    lot = given.received_lot()
    given.record_test(lot)
    quality = inside("quinn", "qa")
    answer = send(quality, lot_url(lot, "decide", "release"), username="quinn", password="wrong")
    assert answer.status_code == 403
    assert "do not belong together" in html_of(answer)
    lot.refresh_from_db()
    assert lot.state == LotState.QUARANTINE


@pytest.mark.case("CON-04")
def test_double_click_receives_one_lot_and_lands_on_it() -> None:
    registered()
    first, second = sent_twice(inside("olga", "operator"), "/resources/lots/receive/", **receipt())
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"] == lot_url(MaterialLot.objects.get())


@pytest.mark.case("CON-04")
def test_double_click_signs_once() -> None:
    lot = given.received_lot()
    given.record_test(lot)
    first, second = sent_twice(inside("quinn", "qa"), lot_url(lot, "decide", "release"), **signed("quinn"))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Signature.objects.count() == 1


@pytest.mark.case("CON-01")
def test_form_of_an_older_version_is_refused_also_when_sent_again() -> None:
    lot = given.released_lot()
    quality = inside("quinn", "qa")
    url = lot_url(lot, "decide", "hold")
    form = {"version": "1", "reason": "Complaint of the supplier", "token": ""}
    for _ in range(2):
        form["token"] = _token(opened(quality, url))
        answer = quality.post(url, form)
        assert answer.status_code == 409
        assert 'name="version" value="1"' in html_of(answer)
    lot.refresh_from_db()
    assert lot.state == LotState.RELEASED


def _token(html: str) -> str:
    return html.split('name="token" value="')[1].split('"', maxsplit=1)[0]


def test_refused_receipt_keeps_what_was_typed() -> None:
    registered()
    answer = send(inside("olga", "operator"), "/resources/lots/receive/", **receipt(quantity="12,5"))
    assert answer.status_code == 422
    html = html_of(answer)
    assert 'value="12,5"' in html
    assert "Write 12.5, not 12,5." in html
    assert 'value="L77"' in html
    assert not MaterialLot.objects.exists()


def test_other_unit_is_refused_and_named() -> None:
    registered()
    given.item("CAP", "piece")
    answer = send(inside("olga", "operator"), "/resources/lots/receive/", **receipt(unit="piece"))
    assert answer.status_code == 422
    assert "Write the amount in mL." in html_of(answer)


@pytest.mark.parametrize(
    "field", ["item", "supplier", "quantity", "unit", "containers", "expires_on", "retest_on", "location", "shipment"]
)
def test_junk_in_a_receipt_is_no_server_error(field: str) -> None:
    registered()
    operator = inside("olga", "operator")
    for junk in JUNK:
        answer = send(operator, "/resources/lots/receive/", **receipt(**{field: junk}))
        assert answer.status_code in (302, 409, 422), (field, junk)


@pytest.mark.parametrize("field", ["code", "name", "kind", "unit", "storage", "in_use_hours", "gtin"])
def test_junk_in_a_material_is_no_server_error(field: str) -> None:
    engineer = inside("petra", "process_engineer")
    for junk in JUNK:
        answer = send(engineer, "/resources/materials/register/", **(ITEM | {field: junk}))
        assert answer.status_code in (302, 422), (field, junk)


@pytest.mark.req("R324")
def test_stock_is_sampled_discarded_opened_moved_and_counted() -> None:
    lot = given.released_lot()
    operator, quality = inside("olga", "operator"), inside("quinn", "qa")
    why = "Retained for later testing"
    assert send(operator, lot_url(lot, "sample"), quantity="2.5", reason=why).status_code == 302
    assert (
        send(operator, lot_url(lot, "discard-part"), quantity="1", reason="Bottle broken in the cold room").status_code
        == 302
    )
    assert send(operator, lot_url(lot, "open")).status_code == 302
    assert (
        send(operator, lot_url(lot, "move"), location="Cold room 2", reason="Cold room 1 is defrosted").status_code
        == 302
    )
    assert send(quality, lot_url(lot, "adjust"), counted="96", reason="Counted by two people").status_code == 302
    lot.refresh_from_db()
    assert queries.on_hand(lot) == Decimal(96)
    assert (lot.location, lot.opened) == ("Cold room 2", 1)
    assert StockMovement.objects.filter(lot=lot).count() == 4


@pytest.mark.case("MAT-07")
def test_more_than_on_hand_is_refused() -> None:
    lot = given.released_lot(quantity="10")
    answer = send(inside("olga", "operator"), lot_url(lot, "sample"), quantity="11", reason="Retained for later")
    assert answer.status_code in (409, 422)
    assert queries.on_hand(lot) == Decimal(10)


def test_held_lot_is_released_again_with_a_reason_or_rejected() -> None:
    lot, quality = given.released_lot(), inside("quinn", "qa")
    assert send(quality, lot_url(lot, "decide", "hold"), reason="Complaint of the supplier").status_code == 302
    assert send(quality, lot_url(lot, "decide", "release"), **signed("quinn", reason="")).status_code == 422
    again = signed("quinn", reason="Complaint was of another lot")
    assert send(quality, lot_url(lot, "decide", "release"), **again).status_code == 302
    send(quality, lot_url(lot, "decide", "hold"), reason="A second complaint came in")
    rejected = signed("quinn", reason="Particles in three bottles")
    assert send(quality, lot_url(lot, "decide", "reject"), **rejected).status_code == 302
    assert send(quality, lot_url(lot, "decide", "discard"), reason="Destroyed, protocol D-4").status_code == 302
    lot.refresh_from_db()
    assert lot.state == LotState.DISCARDED
    assert queries.on_hand(lot) == 0


@pytest.mark.req("R107")
def test_buttons_and_addresses_follow_the_role() -> None:
    lot = given.received_lot()
    operator = inside("olga", "operator")
    html = opened(operator, lot_url(lot))
    assert "Take a sample" in html
    for label in ("Reject", "Record a test", "Adjust after a count"):
        assert label not in html
    for tail in (("decide", "release"), ("test",), ("adjust",)):
        assert operator.get(lot_url(lot, *tail)).status_code == 403
        assert operator.post(lot_url(lot, *tail)).status_code == 403


def test_who_received_the_lot_does_not_release_it() -> None:
    both = inside("olga", "operator", "qa")
    lot = given.received_lot()
    given.record_test(lot)
    answer = send(both, lot_url(lot, "decide", "release"), **signed("olga"))
    assert answer.status_code == 409
    assert "needs a second person" in html_of(answer)


def test_list_filters_by_state_and_by_last_day() -> None:
    soon = given.received_lot(expires_on=clock.today() + timedelta(days=20))
    far = given.released_lot()
    browser = inside("olga", "operator")
    expiring = opened(browser, "/resources/lots/?state=expiring")
    assert soon.number in expiring
    assert far.number not in expiring
    released = opened(browser, "/resources/lots/?state=released")
    assert far.number in released
    assert soon.number not in released
    for odd in ("?state=%00", "?state=none&after=x", "?item=%00", "?after=99999999999999999999"):
        assert browser.get(f"/resources/lots/{odd}").status_code == 200


def test_unknown_lot_and_decision_are_not_found() -> None:
    quality = inside("quinn", "qa")
    assert quality.get("/resources/lots/MAT-26-9999/").status_code == 404
    lot = given.received_lot()
    assert quality.get(lot_url(lot, "decide", "burn")).status_code == 404


def test_pages_cost_the_same_at_one_and_three_rows() -> None:
    browser = inside("olga", "operator")
    lot = given.received_lot()
    given.record_test(lot)
    pages = ("/resources/lots/", "/resources/materials/", lot_url(lot))
    one = [queries_of(browser, url) for url in pages]
    for number in range(2):
        given.received_lot(given.item(f"ITEM-{number}"), supplier=given.supplier(f"SUP-{number + 2}"))
        given.record_test(lot, method=f"Method {number}")
        send(browser, lot_url(lot, "sample"), quantity="1", reason="Retained for later testing")
    assert [queries_of(browser, url) for url in pages] == one
    assert (LotTest.objects.count(), MaterialItem.objects.count()) == (3, 3)


def test_receipt_without_any_material_says_what_is_needed() -> None:
    html = opened(inside("olga", "operator"), "/resources/lots/receive/")
    assert "No material or no supplier is on record" in html
    assert LedgerEntry.objects.filter(event="material_lot.received").count() == 0
