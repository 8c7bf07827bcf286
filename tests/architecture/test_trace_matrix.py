"""The trace matrix finds every marker, wherever it may stand, and refuses an id it cannot read."""

import ast
import runpy

import pytest

from tests.architecture import source

TOOL = runpy.run_path(str(source.ROOT / "tools" / "trace_matrix.py"))

SAMPLE = """
pytestmark = [pytest.mark.req("R100"), pytest.mark.pg]

@pytest.mark.case("AUD-01")
@pytest.mark.req("R101", "R102")
def test_one(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.case("SIG-02"))])
def test_two(x): ...

@pytest.mark.req("R103")
class TestThree:
    @pytest.mark.case("WF-03")
    def test_inside(self): ...
"""


def test_markers_are_found_everywhere() -> None:
    found = dict(TOOL["tests_of"](ast.parse(SAMPLE), "sample"))
    module = ("req", "R100")
    assert found == {
        "test_one": {module, ("req", "R101"), ("req", "R102"), ("case", "AUD-01")},
        "test_two": {module, ("case", "SIG-02")},
        "TestThree::test_inside": {module, ("req", "R103"), ("case", "WF-03")},
    }


@pytest.mark.parametrize("marker", ['req("AUD-01")', "req(name)", 'case("R101")', 'req("R1")'])
def test_unreadable_marker_is_refused(marker: str) -> None:
    code = f"@pytest.mark.{marker}\ndef test_x(): ..."
    with pytest.raises(TOOL["MarkerError"], match="sample"):
        list(TOOL["tests_of"](ast.parse(code), "sample"))


def test_matrix_names_each_test() -> None:
    text = TOOL["written"]({"req": {"R101": {"tests/a.py::test_x", "tests/b.py::test_y"}}, "case": {}})
    assert "| R101 | `tests/a.py::test_x` |\n|  | `tests/b.py::test_y` |" in text
    assert "1 requirements and 0 failure cases" in text
