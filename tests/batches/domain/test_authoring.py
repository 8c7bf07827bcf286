"""A master comes into force as one readable text of an approved product, by signatures of three people (R331)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from batches.domain import authoring, products
from batches.models import MasterVersion, Product
from compliance.domain.act import act
from compliance.models import Signature
from compliance.refusals import Invalid, Refused
from tests import helpers
from tests.batches import steps

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db
MINI = (steps.MASTERS / "mini.yaml").read_text()


def petra() -> Actor:
    return helpers.person("petra", "process_engineer")


def drafted(text: str = MINI) -> MasterVersion:
    with act(petra(), "master.drafted", "masters") as a:
        return authoring.draft_version(a, text)


def moved(row: MasterVersion, who: Actor, name: str, meaning: str, *, sign: bool = True, **more: Any) -> MasterVersion:
    event = {"submit": "submitted", "check": "checked", "approve": "approved", "return": "returned"}[name]
    if not sign:
        with act(who, f"master.{event}", row) as a:
            return authoring.move_version(a, None, row, name, **more)
    with steps.signed(who, f"master.{event}", row, meaning) as (a, token):
        return authoring.move_version(a, token, row, name, **more)


def test_text_that_cannot_be_read_is_refused_with_its_line() -> None:
    steps.approved_product()
    broken = MINI.replace("source: UMSC", "sauce: UMSC")
    line = broken.splitlines().index("sauce: UMSC") + 1
    with pytest.raises(Invalid, match=rf"(?s)\b{line}\b.*sauce|sauce.*\b{line}\b") as caught:
        drafted(broken)
    assert (caught.value.field, caught.value.code) == ("source", "master_file")
    assert not MasterVersion.objects.exists()


@pytest.mark.req("R316")
def test_master_of_a_product_that_qa_did_not_approve_is_refused() -> None:
    values = _values()
    with act(petra(), "product.registered", "products") as a:
        products.draft_product_version(a, "EV-MINI", "Vesicles for tests", **values)
    with pytest.raises(Invalid, match=r"EV-MINI v1 is no approved product version\. Approve it first"):
        drafted()
    with pytest.raises(Invalid, match="EV-OTHER v1 is no approved product version"):
        drafted(MINI.replace("code: EV-MINI", "code: EV-OTHER"))
    assert not MasterVersion.objects.exists()


def _values() -> dict[str, Any]:
    approved = steps.approved_product("EV-SAMPLE")
    skipped = {"id", "uuid", "act", "version", "product", "number", "state"}
    names = [f.name for f in approved._meta.concrete_fields if f.name not in skipped]
    return {name: getattr(approved, name) for name in names}


@pytest.mark.req("R505")
def test_master_without_its_change_control_is_refused() -> None:
    steps.approved_product()
    with pytest.raises(Invalid, match="change control it comes from") as caught:
        drafted(MINI.replace("change: {id: CC-26-001, reason: first issue}\n", ""))
    assert caught.value.field == "change"
    assert not MasterVersion.objects.exists()


@pytest.mark.req("R316")
@pytest.mark.parametrize(("code", "name"), [("", "Vesicles"), ("EV-1", "  ")])
def test_product_without_code_or_name_is_refused(code: str, name: str) -> None:
    with pytest.raises(Invalid, match="a code and a name"), act(petra(), "product.registered", "products") as a:
        products.draft_product_version(a, code, name)
    assert not Product.objects.exists()


@pytest.mark.req("R316")
def test_next_version_of_a_product_supersedes_the_one_before() -> None:
    first, values = steps.approved_product(), _values()
    with act(petra(), "product.registered", first.product) as a:
        second = products.draft_product_version(a, "EV-MINI", "Vesicles for tests", **values)
    with steps.signed(helpers.person("quinn", "qa"), "product.version_approved", second, "approved") as (a, token):
        second = products.approve_product_version(a, token, second)
    first.refresh_from_db()
    assert (first.state, second.number, second.state) == ("superseded", 2, "approved")
    assert Product.objects.filter(code="EV-MINI").count() == 1


@pytest.mark.req("R225")
@pytest.mark.req("R331")
def test_master_is_not_approved_while_a_signature_under_it_is_missing() -> None:
    steps.approved_product()
    row = moved(drafted(), petra(), "submit", "authored", sign=False)
    row = moved(row, helpers.person("pavel", "process_engineer"), "check", "checked")
    with pytest.raises(Refused) as caught:
        moved(row, helpers.person("quinn", "qa"), "approve", "approved")
    assert [b.text for b in caught.value.blockers] == ["The signature “authored” is missing or void."]
    row.refresh_from_db()
    assert row.state == "checked"


@pytest.mark.req("R331")
@pytest.mark.case("SIG-09")
def test_returned_master_loses_its_signatures_visibly() -> None:
    steps.approved_product()
    row = moved(drafted(), petra(), "submit", "authored")
    row = moved(row, helpers.person("pavel", "process_engineer"), "check", "checked")
    row = moved(
        row, helpers.person("pavel", "process_engineer"), "return", "", sign=False, reason="Step 3 lacks its limit"
    )
    assert row.state == "draft"
    assert Signature.objects.filter(record_uuid=row.uuid, void__isnull=False).count() == 2
    assert not Signature.objects.filter(record_uuid=row.uuid, void__isnull=True).exists()
