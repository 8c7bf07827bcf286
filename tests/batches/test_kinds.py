"""The registry of kinds of unit procedure."""

import pytest

from batches import kinds
from batches.domain.masterfile.units import UNITS
from batches.typedfields import Kind

EXPECTED = [
    "line_clearance",
    "receipt",
    "isolation",
    "passage",
    "banking",
    "thaw",
    "culture_3d",
    "harvest",
    "clarification",
    "pooling",
    "tff",
    "polishing",
    "loading",
    "coating",
    "formulation",
    "sterile_filtration",
    "fill",
    "inspection",
    "labelling",
    "lyophilisation",
    "storage",
    "combination",
    "shipment",
    "general",
]


def test_all_kinds_are_registered_once() -> None:
    assert list(kinds.kind_names()) == EXPECTED
    with pytest.raises(ValueError, match="registered already"):
        kinds.register(Kind("tff", "TFF", None))


@pytest.mark.parametrize("name", EXPECTED)
def test_fields_of_a_kind_have_one_name_and_a_known_unit(name: str) -> None:
    kind = kinds.kind_for(name)
    names = [field.name for field in kind.fields]
    assert len(names) == len(set(names))
    for field in kind.fields:
        assert (field.unit is not None) == (field.type == "number")
        assert field.unit is None or field.unit in UNITS
        assert kind.field(field.name) is field
    assert (kind.model is None) == (not kind.fields)


def test_unknown_kind_is_refused() -> None:
    assert kinds.find_kind("brewing") is None
    with pytest.raises(LookupError, match="brewing"):
        kinds.kind_for("brewing")


@pytest.mark.req("R315")
def test_kinds_that_need_a_cleared_line() -> None:
    assert {name for name in EXPECTED if kinds.kind_for(name).clearance} == {
        "fill",
        "labelling",
        "lyophilisation",
        "combination",
    }


def test_certificate_of_a_bank_is_read_by_name() -> None:
    field = kinds.certificate_field("certificate.pdl")
    assert field is not None
    assert field.unit == "PD"
    assert kinds.certificate_field("certificate.colour") is None
    assert kinds.certificate_field("banking.pdl") is None
