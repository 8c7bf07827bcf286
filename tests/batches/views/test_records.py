"""Batch page, genealogy, search and issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batches.domain import genealogy, issuing
from batches.models import Batch
from compliance.domain.act import act
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.browser import form_of
from tests.donors import steps as tissue

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def quinn(browser: Callable[..., Browser]) -> Browser:
    return browser(helpers.person("quinn", "qa"))


def test_batch_page_shows_path_next_step_and_tables(browser: Callable[..., Browser]) -> None:
    row = scenes.counted()
    text = browser(steps.operator()).text(f"/batches/{row.batch.number}/")
    for words in ("Path of the batch", "Start step", "TRYPLE", "verified", "Audit trail", "Detached cells"):
        assert words in text


def test_batch_page_says_what_stands_against_the_next_step(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    text = browser(steps.operator()).text(f"/batches/{batch.number}/")
    assert "Ready for step 1.1?" in text


@pytest.mark.req("R332")
def test_batch_is_issued_by_signature(quinn: Browser) -> None:
    version = steps.effective_master()
    data = {"master": str(version.uuid), "username": "quinn", "password": helpers.SECRET}
    response = quinn.submit("/issue/", "/issue/", **data)
    batch = Batch.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/batches/{batch.number}/")


@pytest.mark.case("CON-05")
def test_second_send_of_an_issue_opens_the_same_batch(quinn: Browser) -> None:
    version = steps.effective_master()
    where, hidden = form_of(quinn.text("/issue/"), "/issue/")
    data = hidden | {"master": str(version.uuid), "username": "quinn", "password": helpers.SECRET}
    places = [quinn.post(where, data)["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"master": ""},
        {"master": "junk"},
        {"master": NOBODY},
        {"bank": "junk"},
        {"bank": NOBODY},
        {"tissue": "junk"},
        {"tissue": NOBODY},
        {"password": "guess"},
        {"username": "petra"},
    ],
)
def test_bad_issue_makes_no_batch(quinn: Browser, wrong: dict[str, str]) -> None:
    version = steps.effective_master()
    data = {"master": str(version.uuid), "username": "quinn", "password": helpers.SECRET} | wrong
    assert quinn.submit("/issue/", "/issue/", **data).status_code in {403, 422}
    assert Batch.objects.count() == 0


def test_issue_without_an_effective_master_says_so(quinn: Browser) -> None:
    assert "No master is effective" in quinn.text("/issue/")


@pytest.mark.req("R107")
def test_operator_may_not_issue(browser: Callable[..., Browser]) -> None:
    assert browser(steps.operator()).get("/issue/").status_code == 403


@pytest.mark.req("R402")
def test_vial_leads_back_to_the_donor_by_code_only(browser: Callable[..., Browser]) -> None:
    lot, version = tissue.released_tissue(), steps.effective_master()
    with steps.signed(helpers.person("quinn", "qa"), "batch.issued", version, "issued") as (a, token):
        batch = issuing.issue_batch(a, token, version, None, lot)
    row = steps.started(steps.phase(batch, "passage.seed"))
    with act(steps.operator(), "batch.entry_recorded", batch) as a:
        node = genealogy.take_tissue(a, batch)
        assert node
        genealogy.link(a, node, genealogy.batch_node(a, batch), lot.quantity, lot.unit)
        vials = genealogy.make_containers(a, batch, row.run, 6)
    ines = browser(helpers.person("ines", "inspector"))
    text = ines.text(f"/containers/{vials[0].number}/")
    assert lot.donation.donor.number in text
    assert lot.donation.din in text
    assert f"/containers/{vials[0].number}/" in text
    whole = ines.text(f"/batches/{batch.number}/genealogy/")
    assert "6 vials" in whole
    found = ines.text("/records/", q=lot.number)
    assert batch.number in found


def test_genealogy_of_a_new_batch_says_that_nothing_is_linked(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    assert "Nothing is linked yet" in browser(steps.operator()).text(f"/batches/{batch.number}/genealogy/")


@pytest.mark.parametrize(
    "path", ["/batches/EV-26-9999/", "/batches/x/genealogy/", "/containers/x/", "/containers/%00/"]
)
def test_unknown_record_is_not_there(browser: Callable[..., Browser], path: str) -> None:
    assert browser(steps.operator()).get(path).status_code == 404


def test_records_list_every_batch_and_find_a_piece_of_a_number(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    anna = browser(steps.operator())
    assert batch.number in anna.text("/records/")
    assert batch.number in anna.text("/records/", q=batch.number[3:])
    assert anna.get("/records/", q=batch.number).status_code == 302


def test_records_show_where_a_lot_and_a_unit_were_used(browser: Callable[..., Browser]) -> None:
    row = scenes.detached()
    anna = browser(steps.operator())
    charge = row.charges.get()
    assert row.batch.number in anna.text("/records/", q=charge.lot_number)
    assert row.batch.number in anna.text("/records/", q="CC-01")


@pytest.mark.case("MAT-15")
def test_records_list_the_lots_that_a_code_could_mean(browser: Callable[..., Browser]) -> None:
    lot = scenes.tryple()
    text = browser(steps.operator()).text("/records/", q="TRYPLE")
    assert lot.number in text
    assert "Which lot is meant?" in text


@pytest.mark.parametrize("asked", ["nonsense", "<b>", "\x00\x00x", "9" * 4000, "%", "'; drop table"])
def test_unknown_code_says_that_nothing_is_called_so(browser: Callable[..., Browser], asked: str) -> None:
    response = browser(steps.operator()).get("/records/", q=asked)
    assert response.status_code == 404
    assert "Nothing is called" in response.content.decode()
