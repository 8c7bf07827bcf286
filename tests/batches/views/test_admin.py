"""Masters in the admin: read-only, moved on by signed transitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batches.domain import authoring
from batches.models import MasterVersion
from compliance.domain.act import act
from compliance.models import LedgerEntry, Signature
from tests import helpers
from tests.batches import steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
LIST = "/admin/batches/masterversion/"


def person(name: str) -> object:
    return helpers.person(name, "qa" if name == "quinn" else "process_engineer")


@pytest.fixture
def draft() -> MasterVersion:
    steps.approved_product()
    with act(helpers.person("petra", "process_engineer"), "master.drafted", "masters") as a:
        return authoring.draft_version(a, (steps.MASTERS / "mini.yaml").read_text())


def move(who: Browser, row: MasterVersion, name: str, username: str, **more: str) -> object:
    page = f"{LIST}{row.pk}/transition/{name}/"
    return who.sign(page, username, **more)


@pytest.mark.req("R331")
def test_master_goes_its_way_by_the_signatures_of_three_people(
    browser: Callable[..., Browser], draft: MasterVersion
) -> None:
    for username, name in (
        ("petra", "submit"),
        ("pavel", "check"),
        ("quinn", "approve"),
        ("quinn", "make_effective"),
    ):
        response = move(browser(person(username)), draft, name, username)
        assert response.status_code == 302, response.content.decode()
    draft.refresh_from_db()
    assert draft.state == "effective"
    meanings = Signature.objects.filter(record_uuid=draft.uuid).order_by("id").values_list("meaning", flat=True)
    assert list(meanings) == ["authored", "checked", "approved", "released"]


@pytest.mark.req("R331")
def test_author_does_not_check_her_own_master(browser: Callable[..., Browser], draft: MasterVersion) -> None:
    petra = browser(person("petra"))
    move(petra, draft, "submit", "petra")
    response = move(petra, draft, "check", "petra")
    assert response.status_code == 409
    assert MasterVersion.objects.get().state == "in_review"


@pytest.mark.case("WF-03")
@pytest.mark.case("WF-05")
@pytest.mark.parametrize("path", ["", "add/", "{pk}/change/", "{pk}/delete/"])
def test_nothing_is_posted_to_the_stock_pages(browser: Callable[..., Browser], draft: MasterVersion, path: str) -> None:
    before = LedgerEntry.objects.count()
    data = {"state": "effective", "action": "delete_selected", "_selected_action": str(draft.pk)}
    response = browser(person("quinn")).post(LIST + path.format(pk=draft.pk), data)
    assert response.status_code == 403
    assert MasterVersion.objects.get().state == "draft"
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("name", ["master", "product", "productversion", "deviation", "masterversion"])
def test_lists_are_read(browser: Callable[..., Browser], draft: MasterVersion, name: str) -> None:
    path = {"master": "masterbatchrecord"}.get(name, name)
    assert browser(person("quinn")).get(f"/admin/batches/{path}/").status_code == 200


def test_operator_has_no_admin(browser: Callable[..., Browser], draft: MasterVersion) -> None:
    assert browser(steps.operator()).get(LIST).status_code in {302, 403}


def test_return_to_draft_asks_for_a_reason(browser: Callable[..., Browser], draft: MasterVersion) -> None:
    move(browser(person("petra")), draft, "submit", "petra")
    pavel = browser(person("pavel"))
    page = f"{LIST}{draft.pk}/transition/return/"
    assert pavel.submit(page, page, reason="").status_code == 422
    assert pavel.submit(page, page, reason="The hold time of step 3 is missing").status_code == 302
    assert MasterVersion.objects.get().state == "draft"
