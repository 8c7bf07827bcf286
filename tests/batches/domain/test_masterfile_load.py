"""Reading a master file: as written, or a word for the person who wrote it."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batches.domain.masterfile.load import LARGEST, load, parse
from batches.domain.masterfile.tree import Mapping, MasterFileError, Scalar, parse_json, to_plain
from batches.domain.masterfile.values import Quantity, Reference, Share
from tests.batches.domain.masterfile_edit import master, text_of

SHORT = text_of("short_demo")


def refused(text: str) -> MasterFileError:
    with pytest.raises(MasterFileError) as caught:
        load(text)
    return caught.value


def replaced(old: str, new: str) -> str:
    assert old in SHORT
    return SHORT.replace(old, new, 1)


@pytest.mark.parametrize(
    "written", ["0.10", "on", "yes", "12:30", "010", "1_000", "null", "~", "2026-01-02", "0x1F", "1e3"]
)
def test_value_without_quotes_stays_as_written(written: str) -> None:
    tree = parse(f"key: {written}\n")
    assert isinstance(tree, Mapping)
    assert tree.items["key"] == Scalar(written, 1)


@pytest.mark.req("R203")
def test_number_keeps_its_digits() -> None:
    spec = master("umsc_mc_tff")
    assert str(spec.product.unit_total) == "1.00 mL"
    limits = load(replaced("limits: {action: {min: 0.10, max: 0.60}}", "limits: {action: {min: 0.10, max: 0.600}}"))
    found = next(p for u in limits.unit_procedures for f in u.phases for p in f.parameters if p.id == "tmp")
    assert found.limits is not None
    assert found.limits.action is not None
    assert [bound.text for bound in found.limits.action.bounds] == ["0.10", "0.600"]  # type: ignore[union-attr]


def test_equal_key_names_both_lines() -> None:
    error = refused(replaced("source: UMSC\n", "source: UMSC\nsource: AMSC\n"))
    line = SHORT[: SHORT.index("source: UMSC")].count("\n") + 1
    assert error.line == line + 1
    assert f"line {line}" in str(error)
    assert "stands twice" in str(error)


def test_unknown_key_proposes_the_nearest() -> None:
    error = refused(replaced("label: Line cleared", "lable: Line cleared"))
    assert error.line == SHORT[: SHORT.index("label: Line cleared")].count("\n") + 1
    assert "Did you mean 'label'?" in str(error)
    assert "parameter cleared" in error.where
    assert "phase clearance" in error.where


def test_unknown_key_without_a_near_one_lists_the_keys() -> None:
    assert "The keys here are master, title" in str(refused(replaced("source: UMSC", "zzz: 1\nsource: UMSC")))


def test_missing_key_is_named() -> None:
    error = refused(replaced("scheme: allogeneic\n", ""))
    assert "'scheme' is missing" in str(error)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("scheme: allogeneic", "scheme: alogeneic", "Did you mean 'allogeneic'?"),
        ("version: 1", "version: one", "not a whole number"),
        ("version: 1", "version: 1.0", "not a whole number"),
        ("performed: true", "performed: yes", "Write true or false"),
        ("max: 24 h", "max: 24", "needs a number and a unit"),
        ("max: 24 h", "max: 2,5 h", "Write 2.5, not 2,5"),
        ("target: 0.35", "target: 0,35", "Write 0.35, not 0,35"),
        ("target: 0.35", "target: about 0.35", "is not a number"),
        ("target: 0.35", "target: < 0.35", "needs no < or >"),
        ("target: 0.35", "target:", "missing"),
        ("precautions:\n  -", "precautions:\n  x:", "A list is needed"),
    ],
)
def test_value_of_another_type_says_what_is_wanted(old: str, new: str, words: str) -> None:
    assert words in str(refused(replaced(old, new)))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ("{action: {min: 2, max: 1}}", "above the upper limit"),
        ("{acton: {min: 1}}", "Unknown in limits: acton"),
        ("{action: {}}", "min or a max"),
        ("{action: {min: {of: pf}}}", "percent"),
        ("{action: {min: low}}", "limits"),
        ("{action: 5}", "limits"),
        ("5", "Limits are written"),
    ],
)
def test_limits_that_are_none_are_refused(limits: str, words: str) -> None:
    assert words in str(refused(replaced("limits: {action: {min: 0.10, max: 0.60}}", f"limits: {limits}")))


@pytest.mark.parametrize(
    ("report", "words"), [("{decimals: x}", "Rounding"), ("{digits: 2}", "Rounding"), ("fine", "Rounding")]
)
def test_rounding_that_is_none_is_refused(report: str, words: str) -> None:
    assert words in str(refused(replaced("report: {decimals: 1}", f"report: {report}")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("a: &x 1\nb: *x\n", "Anchors"),
        ("a: !!int 1\n", "tag"),
        ("a: 1\n---\nb: 2\n", "document"),
        ("a:\n\t- x\n", "never with a tab"),
        ("a: [1\n", "not YAML"),
        ("a: \x01", "U+0001"),
        ("? [a]\n: 1\n", "A key is one word"),
        ("[" * 200 + "]" * 200, "nested too deeply"),
        ("[" * 20000, "nested too deeply"),
        ("%YAML 9.9\n---\na: 1\n", "not YAML"),
        ('a: "\\U00110000"', "not YAML"),
        ('a: "\\UFFFFFFFF"', "not YAML"),
        ("- 1\n", "set of keys is needed"),
        ("just words", "set of keys is needed"),
        ("a" * (LARGEST + 1), "longer than"),
    ],
)
def test_text_that_is_no_master_is_refused(text: str, words: str) -> None:
    assert words in str(refused(text))


def message_of(text: str) -> str:
    """What is said against a text, or nothing."""
    try:
        load(text)
    except MasterFileError as error:
        return error.message
    return ""


@given(st.text(max_size=200))
def test_any_text_is_refused_in_words(text: str) -> None:
    assert message_of(text)


@settings(deadline=None)
@given(st.integers(0, len(SHORT) - 1), st.sampled_from(list(" \n:{}[]-#&*!|>\"'%@`,\t\x00")))
def test_master_with_one_changed_character_is_read_or_refused(at: int, sign: str) -> None:
    said = message_of(SHORT[:at] + sign + SHORT[at + 1 :])
    assert said == said.strip()


def test_small_values_are_read() -> None:
    assert Quantity.from_tree(Scalar("10 CFU/100 mL"), "") == Quantity(Decimal(10), "CFU/100 mL")
    assert to_plain(parse_json('{"of":"volume","percent":"40","unit":"mL"}')) == {
        "of": "volume",
        "percent": "40",
        "unit": "mL",
    }
    share = Share.from_tree(parse_json('{"of":"volume","percent":"40","unit":"mL"}'), "")
    assert share == Share("volume", Decimal(40), "mL")
    assert share.to_plain() == {"of": "volume", "percent": "40", "unit": "mL"}
    assert to_plain(parse_json('["a",["b"]]')) == ["a", ["b"]]
    assert Reference.from_tree(parse_json('{"parameter":"bank:certificate.pdl"}'), "").bank_path == "certificate.pdl"


@pytest.mark.parametrize(
    ("json", "words"),
    [
        ('{"percent":"40"}', "'of' is missing"),
        ('{"of":"x"}', "'percent' is missing"),
        ('{"of":"x","percent":"1","per":"2"}', "no key 'per'"),
        ('["x"]', "keys of, percent, unit are needed"),
    ],
)
def test_share_that_is_none_is_refused(json: str, words: str) -> None:
    with pytest.raises(MasterFileError, match=words):
        Share.from_tree(parse_json(json), "here")


@pytest.mark.parametrize(
    ("json", "words"),
    [
        ('{"occurrence":"all"}', "'parameter' is missing"),
        ('{"parameter":"x","occurrence":"last"}', "no occurrence"),
        ('["x"]', "are needed here"),
    ],
)
def test_reference_that_is_none_is_refused(json: str, words: str) -> None:
    with pytest.raises(MasterFileError, match=words):
        Reference.from_tree(parse_json(json), "here")


@pytest.mark.parametrize(
    ("json", "words"),
    [("{", "not JSON"), ('{"a":1.5}', "must be text"), ('{"a":1,"a":2}', "twice"), ('{"a":null}', "neither text")],
)
def test_json_that_loses_something_is_refused(json: str, words: str) -> None:
    with pytest.raises(MasterFileError, match=words):
        parse_json(json)


@pytest.mark.parametrize(("escape", "name"), [("\\0", "U+0000"), ("\\ud800", "U+D800"), ("\\a", "U+0007")])
def test_escape_that_no_paper_takes_is_refused(escape: str, name: str) -> None:
    error = refused(replaced("source: UMSC", f'source: "U{escape}"'))
    assert name in str(error)
    assert error.line


def test_list_where_one_value_belongs_is_refused() -> None:
    assert "not a list" in str(refused(replaced("source: UMSC", "source: [UMSC]")))


def test_pair_of_three_is_refused() -> None:
    text = text_of("umsc_mc_tff").replace("[concentration, drain.volume]", "[concentration, drain.volume, 1]", 1)
    assert "A pair has two parts, not 3" in str(refused(text))


def test_named_items_need_names() -> None:
    text = text_of("umsc_mc_tff").replace('columns: {vial: "1", weight: g}', "columns: [vial, weight]", 1)
    assert "Names with values are needed here, not a list" in str(refused(text))
