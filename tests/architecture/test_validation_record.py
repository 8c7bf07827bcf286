"""The validation record says of each requirement what it is for, what was tested, what failed and what follows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import source

sys.path.insert(0, str(source.ROOT / "tools"))
import validation_record as tool

pytestmark = pytest.mark.req("R201")

ROW = {
    "requirement": "R101",
    "intended use": "Tell a true record from a changed one",
    "what fails": "A changed record is taken for a true one",
    "process risk": "high",
    "method": "scripted",
}
TESTS = {"R101": {"tests/a/test_b.py::test_c", "tests/a/test_b.py::test_d"}}


def test_register_of_the_product_has_no_fault() -> None:
    assert list(tool.faults(tool.register(), tool.collect(source.ROOT / "tests")["req"])) == []


@pytest.mark.parametrize("field", list(tool.FIELDS[1:]))
def test_empty_field_is_named(field: str) -> None:
    assert f"requirements.csv, line 2: {field} is empty." in list(tool.faults([ROW | {field: " "}], TESTS))


def test_requirement_without_test_and_test_without_row_are_named() -> None:
    found = list(tool.faults([ROW], {"R102": {"x"}}))
    assert found == ["R101: no test is marked with it.", "R102 has a test and no row in requirements.csv."]


def test_open_requirement_says_so_until_it_has_a_test() -> None:
    row = ROW | {"method": "open"}
    assert list(tool.faults([row], {})) == []
    text, met = tool.written([row], {}, {})
    assert met
    assert "| high | open | 0 | not built yet | open |" in text
    assert list(tool.faults([row], TESTS)) == ["R101 says it is open and has a test."]


@pytest.fixture
def junit(tmp_path: Path) -> Any:
    def write(d: str) -> Path:
        path = tmp_path / "sqlite.xml"
        path.write_text(
            '<testsuites><testsuite><testcase classname="tests.a.test_b" name="test_c[1]"/>'
            f'<testcase classname="tests.a.test_b" name="test_d[x]">{d}</testcase></testsuite></testsuites>'
        )
        return path

    return write


@pytest.mark.parametrize(
    ("outcome", "verdict", "words"),
    [
        ("", "met", "none"),
        ("<failure/>", "not met", "tests/a/test_b.py::test_d failed on sqlite"),
        ("<error/>", "not met", "tests/a/test_b.py::test_d failed on sqlite"),
        ("<skipped/>", "met", "tests/a/test_b.py::test_d did not run"),
    ],
)
def test_one_test_that_failed_decides_and_one_that_did_not_run_is_named(
    junit: Any, outcome: str, verdict: str, words: str
) -> None:
    text, met = tool.written([ROW], TESTS, tool.outcomes([junit(outcome)]))
    assert met == (verdict == "met")
    assert f"| high | scripted | 2 | {words} | {verdict} |" in text
    assert "Tester: the automated suite of version" in text
    assert "Approver:" in text


def test_requirement_none_of_whose_tests_ran_is_not_met(junit: Any) -> None:
    text, met = tool.written([ROW], {"R101": {"tests/a/test_b.py::test_d"}}, tool.outcomes([junit("<skipped/>")]))
    assert not met
    assert "| tests/a/test_b.py::test_d did not run | not met |" in text
