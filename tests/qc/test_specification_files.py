"""The specifications that come with the product: they fit their masters, and judge the reference results as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from batches.domain.masterfile.load import load, parse
from batches.domain.masterfile.tree import to_plain
from batches.validators import Verdict
from compliance.refusals import Invalid
from qc.domain.specification_items import item_of
from qc.domain.testing import check_result
from qc.models import Specification, SpecificationItem

ROOT = Path(__file__).parents[2]
NAMES = ("umsc_mc_tff", "umsc_ev_1ml"), ("umsc_bank", "umsc_bank"), ("short_demo", "short_demo")

# The panel of the reference batch: item, what the analyst types, what is printed, the limit beside it.
PANEL = (
    ("particles", "FIN", "4.4e10", "4.4E+10", "3.2E+10 to 4.8E+10 particles/mL"),
    ("size_mode", "FIN", "112", "112", "70 to 160 nm"),
    ("size_d50", "FIN", "118", "118", "80 to 180 nm"),
    ("size_share", "FIN", "93.1", "93.1", "≥ 80.0 %"),
    ("purity", "DS", "5.0e9", "5.0E+9", "≥ 5.0E+9 particles/ug"),
    ("cd9", "FIN", "positive", "positive", "positive"),
    ("cd63", "FIN", "positive", "positive", "positive"),
    ("cd81", "FIN", "positive", "positive", "positive"),
    ("calnexin", "FIN", "not detected", "not detected", "not detected"),
    ("potency", "FIN", "104", "104", "50 to 150 %"),
    ("endotoxin", "END", "<0.05", "< 0.05", "≤ 0.50 EU/mL"),
    ("sterility_ftm", "STF", "no growth", "no growth", "no growth"),
    ("sterility_tsb", "STF", "no growth", "no growth", "no growth"),
    ("mycoplasma_nat", "MYN", "negative", "negative", "negative"),
    ("mycoplasma_culture", "MYK", "negative", "negative", "negative"),
    ("bioburden_harvest", "BIO", "0", "0", "≤ 10 CFU/100 mL"),
    ("host_dna", "DS", "1.8", "1.8", "≤ 10.0 ng/dose"),
    ("bsa", "DS", "6.2", "6.2", "≤ 50.0 ng/dose"),
    ("ph", "FIN", "7.2", "7.2", "6.8 to 7.6 pH"),
    ("osmolality", "FIN", "298", "298", "270 to 330 mOsm/kg"),
    ("appearance", "FIN", "complies", "complies", "complies"),
    ("subvisible_10", "FIN", "310", "310", "≤ 6000 particles/vial"),
    ("subvisible_25", "FIN", "12", "12", "≤ 600 particles/vial"),
    ("closure", "FIN", "no leak", "no leak", "no leak"),
)
FAILING = (
    ("particles", "FIN", "3.1e10"),
    ("size_share", "FIN", "79.9"),
    ("purity", "DS", "4.9e9"),
    ("calnexin", "FIN", "detected"),
    ("endotoxin", "END", "0.51"),
    ("host_dna", "DS", "10.1"),
    ("sterility_tsb", "STF", "growth"),
    ("ph", "FIN", "7.7"),
)


def items(name: str) -> list[SpecificationItem]:
    """The items of a specification file, not stored."""
    plain = to_plain(parse((ROOT / "qc" / "specifications" / f"{name}.yaml").read_text()))
    return [item_of(Specification(), n, raw) for n, raw in enumerate(plain["items"], 1)]


def one(code: str, point: str) -> SpecificationItem:
    """An item of the vesicle product."""
    return next(i for i in items("umsc_ev_1ml") if (i.code, i.point) == (code, point))


@pytest.mark.req("R319")
@pytest.mark.parametrize(("master", "specification"), NAMES)
def test_specification_and_master_ask_for_the_same_tests(master: str, specification: str) -> None:
    spec = load((ROOT / "batches" / "masters" / f"{master}.yaml").read_text())
    sampled = {
        (sample.id, test)
        for unit in spec.unit_procedures
        for operation in unit.operations
        for phase in operation.phases
        for sample in phase.samples
        for test in sample.tests
    }
    assert {(i.point, i.test) for i in items(specification)} == sampled


@pytest.mark.parametrize(("master", "specification"), NAMES)
def test_specification_is_the_one_the_master_names(master: str, specification: str) -> None:
    spec = load((ROOT / "batches" / "masters" / f"{master}.yaml").read_text())
    plain = to_plain(parse((ROOT / "qc" / "specifications" / f"{specification}.yaml").read_text()))
    assert spec.specifications == (plain["specification"],)
    assert plain["product"] == {"code": spec.product.code, "version": "1"}


@pytest.mark.req("R509")
@pytest.mark.parametrize(("code", "point", "typed", "printed", "limit"), PANEL)
def test_reference_result_passes_and_prints_as_given(
    code: str, point: str, typed: str, printed: str, limit: str
) -> None:
    item = one(code, point)
    found = check_result(item, typed)
    assert (found.verdict, found.reported, item.limit_words) == (Verdict.WITHIN, printed, limit)


def test_reference_panel_leaves_no_release_test_out() -> None:
    release = {(i.code, i.point) for i in items("umsc_ev_1ml") if i.stage == "release"}
    assert release <= {(code, point) for code, point, *_ in PANEL}


@pytest.mark.parametrize(("code", "point", "typed"), FAILING)
def test_result_just_beyond_the_limit_fails(code: str, point: str, typed: str) -> None:
    assert check_result(one(code, point), typed).verdict == Verdict.SPECIFICATION


def test_impossible_share_is_refused() -> None:
    with pytest.raises(Invalid, match="not possible"):
        check_result(one("size_share", "FIN"), "100.4")
