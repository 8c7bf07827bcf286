"""Each kind of value meets each attribute of ALCOA++ by something that is written down."""

from __future__ import annotations

from typing import get_args

import pytest

from batches.domain.masterfile.parameter import ParameterKind
from tests.architecture import source

ATTRIBUTES = {
    *("attributable", "legible", "contemporaneous", "original", "accurate"),
    *("complete", "consistent", "enduring", "available", "traceable"),
}


@pytest.mark.req("R227")
def test_every_kind_of_value_meets_every_attribute() -> None:
    text = (source.ROOT / "docs" / "validation" / "alcoa.md").read_text(encoding="utf-8")
    lines = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    head, *rows = lines
    assert set(head[1:]) == ATTRIBUTES
    assert {row[0] for row in rows} == set(get_args(ParameterKind))
    assert [row[0] for row in rows if len(row) != len(head) or not all(row)] == []
