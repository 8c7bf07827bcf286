"""The laboratory in the admin: read-only, a specification approved by signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compliance.models import LedgerEntry, Signature
from qc.admin import SpecificationAdmin
from qc.models import Sample, Specification
from tests import helpers
from tests.qc import steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
LIST = "/admin/qc/specification/"


@pytest.mark.req("R319")
def test_specification_is_approved_by_quality_with_every_limit_in_view(browser: Callable[..., Browser]) -> None:
    row = steps.drafted()
    page = f"{LIST}{row.pk}/transition/approve/"
    quinn = browser(steps.qa())
    text = quinn.text(page)
    assert "≤ 0.25 EU/mL" in text
    assert row.digest[:4] in text
    assert quinn.sign(page, "quinn").status_code == 302
    assert Specification.objects.get().state == "approved"
    assert Signature.objects.filter(record_uuid=row.uuid, meaning="approved").count() == 1


@pytest.mark.case("SIG-01")
def test_wrong_password_approves_nothing(browser: Callable[..., Browser]) -> None:
    row = steps.drafted()
    page = f"{LIST}{row.pk}/transition/approve/"
    assert browser(steps.qa()).submit(page, page, username="quinn", password="wrong").status_code == 403
    assert Specification.objects.get().state == "draft"


@pytest.mark.req("R107")
def test_who_drafted_is_told_why_it_is_not_hers_to_approve(browser: Callable[..., Browser]) -> None:
    row = steps.drafted()
    page = f"{LIST}{row.pk}/transition/approve/"
    petra = browser(helpers.person("petra", "process_engineer"))
    assert "You may not decide this" in petra.text(page)
    assert petra.sign(page, "petra").status_code == 403


def test_approval_without_a_signature_is_a_programming_error() -> None:
    with pytest.raises(TypeError):
        SpecificationAdmin.perform(None, None, None, None, "approve", {})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["specification", "sample", "result", "oosinvestigation"])
def test_lists_and_records_are_read_and_nothing_is_posted(browser: Callable[..., Browser], name: str) -> None:
    sample = steps.received(steps.taken(), "FIN")
    result = steps.entered(sample, "endotoxin", "0.30")
    rows = {
        "specification": Specification.objects.get(),
        "sample": sample,
        "result": result,
        "oosinvestigation": result.oos,
    }
    quinn = browser(steps.qa())
    address, before = f"/admin/qc/{name}/", LedgerEntry.objects.count()
    assert quinn.get(address).status_code == 200
    assert quinn.get(f"{address}{rows[name].pk}/change/").status_code == 200
    for path in ("", "add/", f"{rows[name].pk}/change/", f"{rows[name].pk}/delete/"):
        assert quinn.post(address + path, {"state": "disposed"}).status_code == 403
    assert Sample.objects.get(pk=sample.pk).state == "in_test"
    assert LedgerEntry.objects.count() == before
