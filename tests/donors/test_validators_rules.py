"""The rule files and their strict reader (R411)."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from donors.rules import FOLDER, RulesError, load_rules, rules

pytestmark = pytest.mark.req("R411")
PROCESS_SOURCES = ["AMSC", "BMSC", "CMSC", "DPSC", "GMSC", "PMSC", "UMSC"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in FOLDER.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def edit(folder: Path, name: str, before: str, after: str) -> Path:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def test_rules_of_the_product():
    read = rules()
    assert read.schemes == ("EU", "US")
    assert list(read.source_types)[:7] == PROCESS_SOURCES
    assert set(read.source_types) > {"AM", "FL", "IPSC", "ESC"}
    assert read is rules()


@pytest.mark.parametrize(
    ("code", "hours", "subject", "window"),
    [
        ("BMSC", "48", "donor", "marrow"),
        ("UMSC", "48", "birth_mother", "general"),
        ("AMSC", "24", "donor", "general"),
        ("CMSC", "24", "birth_mother", "general"),
        ("PMSC", "24", "birth_mother", "general"),
        ("IPSC", None, "donor", "general"),
    ],
)
def test_source_type(code, hours, subject, window):
    source = rules().source_types[code]
    assert source.collection_limit_h == (None if hours is None else Decimal(hours))
    assert (source.subject, source.window) == (subject, window)


def test_source_type_of_placenta_asks_for_both_persons_and_a_proof_of_origin():
    source = rules().source_types["PMSC"]
    assert source.history_of == ("birth_mother", "newborn")
    proof = next(field for field in source.required if field.id == "origin_proof")
    assert (proof.kind, proof.choices) == ("choice", ("STR", "XY", "pending"))


def test_source_type_of_cord_measures_its_length():
    field = rules().source_types["UMSC"].required[0]
    assert (field.id, field.kind, field.unit) == ("cord_length", "number", "cm")
    assert rules().source_types["UMSC"].transport_c == ((Decimal(2), Decimal(8)), (Decimal(15), Decimal(25)))


def test_edition_of_a_day():
    read = rules()
    assert read.edition("US", date(2005, 5, 24)) is None
    assert read.edition("US", date(2005, 5, 25)).id == "US-2005"
    assert read.edition("JP", date(2026, 1, 1)) is None


def test_digest_changes_with_any_file(folder):
    assert load_rules(folder).digest == rules().digest
    edit(folder, "eu.yaml", "after_days: 180", "after_days: 181")
    assert load_rules(folder).digest != rules().digest


def test_new_source_type_is_a_row(folder):
    row = (
        "  - {code: HF, label: Hair follicle, cells: MSC, quantity_unit: mg, subject: donor,\n"
        "     history_of: [donor], window: general, leukocyte_rich: no, default_use: autologous,\n"
        "     collection_limit_h: 0.5, transport_c: [2-8], required: []}\n"
    )
    path = folder / "source_types.yaml"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    assert load_rules(folder).source_types["HF"].collection_limit_h == Decimal("0.5")


@pytest.mark.parametrize(
    ("name", "before", "after", "message"),
    [
        ("us.yaml", "scheme: US", "scheme: US\nscheme: EU", "duplicate key"),
        ("us.yaml", "scheme: US", "scheme: ' '", "a text is expected"),
        ("us.yaml", "scheme: US", "scheme: US\nextra: 1", "unknown extra"),
        ("us.yaml", "scheme: US\n", "", "missing scheme"),
        ("us.yaml", "scheme: US", "scheme: [US", "us.yaml"),
        ("us.yaml", "earliest: -7", "earliest: -7.0", "not a whole number"),
        ("us.yaml", "earliest: -7", "earliest: -07", "not a whole number"),
        ("us.yaml", "earliest: -7", "earliest: 8", "earliest after latest"),
        ("us.yaml", "2005-05-25", "25.05.2005", "not a day as YYYY-MM-DD"),
        ("us.yaml", "2005-05-25", "2005-02-30", "not a day of the calendar"),
        ("us.yaml", "2005-05-25", "2018-05-25", "ends before it starts"),
        ("us.yaml", "2017-02-28", "2017-02-27", "the day after"),
        ("us.yaml", "    effective_to: 2017-02-28\n", "", "the day after"),
        ("us.yaml", "id: US-2017", "id: US-2005", "US-2005 twice"),
        ("us.yaml", "any_of: [hbsag]", "any_of: [hbsagg]", "unknown marker hbsagg"),
        ("us.yaml", "any_of: [hbsag]", "any_of: []", "unknown marker list"),
        ("us.yaml", "any_of: [hbsag]", "any_of: [hbsag, hbsag]", "the same twice"),
        ("us.yaml", "any_of: [hbsag]", "any_of: hbsag", "a list is expected"),
        ("us.yaml", "{id: hbsag,", "{id: hcv_nat,", "hcv_nat twice"),
        ("us.yaml", "when: all", "when: always", "always is not one of"),
        ("us.yaml", "all, reactive: ineligible", "all, reactive: no matter", "not one of"),
        ("us.yaml", "{tp_nonspecific: tp_specific}", "{tp_nonspecific: tp}", "unknown marker tp"),
        ("us.yaml", "{tp_nonspecific: tp_specific}", "{hbsag: tp_specific}", "unknown hbsag"),
        ("us.yaml", "testing: not_required", "testing: never", "never is not one of"),
        ("us.yaml", "      marrow: {earliest: -30, latest: 7}\n", "", "missing marrow"),
        ("eu.yaml", "window: repeat", "window: later", "later is not one of"),
        ("eu.yaml", "waived_by: [hiv1_nat,", "waived_by: [hiv4_nat,", "unknown marker hiv4_nat"),
        ("markers.yaml", "method: antigen", "method: smell", "smell is not one of"),
        ("markers.yaml", "code: hbv_nat", "code: hcv_ab", "hcv_ab twice"),
        ("markers.yaml", "markers:", "markers: x\nrest:", "unknown rest"),
        ("markers.yaml", ", alone_excludes: yes", "", "missing alone_excludes"),
        ("source_types.yaml", "code: BMSC", "code: AMSC", "AMSC twice"),
        (
            "source_types.yaml",
            "collection_limit_h: 24",
            "collection_limit_h: 2.4e1",
            "not a positive decimal",
        ),
        ("source_types.yaml", "collection_limit_h: 24", "collection_limit_h: 0.0", "not a positive decimal"),
        ("source_types.yaml", "collection_limit_h: 24", "collection_limit_h: -1", "not a positive decimal"),
        ("source_types.yaml", "transport_c: [2-8,", "transport_c: [8-2,", "8-2 is not a range"),
        ("source_types.yaml", "transport_c: [2-8,", "transport_c: [2,", "2 is not a range"),
        ("source_types.yaml", "window: general", "window: repeat", "no window repeat"),
        ("source_types.yaml", "history_of: [donor]", "history_of: [father]", "father is not one of"),
        ("source_types.yaml", "kind: number, unit: mL", "kind: number", "a number has a unit"),
        ("source_types.yaml", "kind: number, unit: mL", "kind: text, unit: mL", "a number has a unit"),
        ("source_types.yaml", "kind: instant", "kind: choice", "a choice has choices"),
        ("source_types.yaml", "id: collected_at", "id: lipoaspirate_volume", "lipoaspirate_volume twice"),
        ("source_types.yaml", "source_types:", "source_types: []\nx:", "unknown x"),
    ],
)
def test_rule_file_that_is_wrong(folder, name, before, after, message):
    with pytest.raises(RulesError, match="(?s)" + message):
        load_rules(edit(folder, name, before, after))


@pytest.mark.parametrize("text", ["", "- a", "scheme: US\neditions: []"])
def test_rule_file_without_edition(folder, text):
    (folder / "us.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=r"us\.yaml"):
        load_rules(folder)


def test_rule_file_missing_or_not_text(folder):
    (folder / "us.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(RulesError):
        load_rules(folder)
    (folder / "us.yaml").unlink()
    with pytest.raises(RulesError, match=r"us\.yaml"):
        load_rules(folder)
