"""Each item that 211.186(b) wants is taken out of a master in turn, and the linter names it."""

from typing import Any

import pytest

from batches.domain.masterfile.lint import errors
from tests.batches.domain.masterfile_edit import Edit, edited, findings_after, phase

pytestmark = pytest.mark.req("R331")


def without(*keys: str | int) -> Edit:
    """Take out the last key of a way into the master."""

    def edit(data: Any) -> None:
        for key in keys[:-1]:
            data = data[key]
        del data[keys[-1]]

    return edit


def of_phase(path: str, *keys: str | int) -> Edit:
    return lambda data: without(*keys)(phase(data, path))


MISSING = [
    ("missing_name", without("product", "name")),
    ("missing_form", without("product", "form")),
    ("missing_strength", without("product", "strength")),
    ("missing_unit_total", without("product", "unit_total")),
    ("missing_active", without("product", "active")),
    ("missing_active_amount", without("product", "active", 0, "amount")),
    ("missing_active_amount", without("product", "active", 0, "per")),
    ("missing_bill", without("bill_of_materials")),
    ("missing_bill_quantity", without("bill_of_materials", 1, "quantity")),
    ("missing_bill_unit", without("bill_of_materials", 1, "unit")),
    ("missing_bill_excess", without("bill_of_materials", 1, "excess")),
    ("item_not_on_bill", without("bill_of_materials", 1)),
    ("missing_yields", without("theoretical_yields")),
    ("missing_yield_min", without("theoretical_yields", 0, "min_percent")),
    ("missing_yield_max", without("theoretical_yields", 0, "max_percent")),
    ("missing_yield_basis", without("theoretical_yields", 0, "theoretical")),
    ("missing_containers", without("containers")),
    ("missing_container_description", without("containers", 0, "description")),
    ("missing_labels", without("labels")),
    ("missing_label_template", without("labels", 0, "template")),
    ("missing_label_specimen", without("labels", 0, "specimen")),
    ("missing_specifications", without("specifications")),
    ("missing_precautions", without("precautions")),
    ("missing_change", without("change")),
    ("missing_instruction", of_phase("tff.tff.run", "instruction")),
    ("missing_tests", of_phase("fill.fill.fill", "samples", 0, "tests")),
    ("missing_sample_volume", of_phase("fill.fill.fill", "samples", 0, "volume")),
    ("missing_quantity", of_phase("fill.fill.fill", "requires", "materials", 0, "quantity")),
]


@pytest.mark.parametrize(("code", "edit"), MISSING)
def test_missing_item_is_an_error(code: str, edit: Edit) -> None:
    found = errors(edited("short_demo", edit))
    assert code in {finding.code for finding in found}
    assert all(finding.message for finding in found)


def test_master_that_samples_nothing_is_an_error() -> None:
    def edit(data: Any) -> None:
        for path in ("thaw.thaw.count", "harvest.harvest.collect", "fill.fill.fill"):
            del phase(data, path)["samples"]

    assert [finding.code for finding in findings_after("short_demo", edit)] == ["missing_sampling"]


def test_yield_with_two_bases_is_an_error() -> None:
    found = findings_after("short_demo", lambda data: data["theoretical_yields"][0].update(amount="1 particles"))
    assert [finding.code for finding in found] == ["missing_yield_basis"]


def test_item_that_no_phase_uses_is_a_warning() -> None:
    extra = {"item": "SALT", "quantity": "1", "unit": "g", "excess": "0"}
    found = findings_after("short_demo", lambda data: data["bill_of_materials"].append(extra))
    assert [(finding.code, finding.severity) for finding in found] == [("bill_item_unused", "warning")]


def test_phase_without_a_document_is_a_warning() -> None:
    found = findings_after("short_demo", of_phase("tff.tff.run", "documents"))
    assert [(finding.code, finding.severity, finding.path) for finding in found] == [
        ("missing_document", "warning", "tff.tff.run")
    ]
