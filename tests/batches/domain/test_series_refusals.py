"""Readings of an instrument's file are taken whole or not at all (R203)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from batches.domain import series
from batches.domain.masterfile.dump import digest
from batches.domain.masterfile.load import load
from batches.domain.masters import plan_of
from batches.domain.values import Values
from batches.models import Batch, MasterVersion, PhaseRecord
from compliance.refusals import Invalid
from tests.batches import steps

if TYPE_CHECKING:
    from batches.domain.judging import Judged

pytestmark = pytest.mark.req("R203")
MINI = (steps.MASTERS / "mini.yaml").read_text()
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOOD = {"at": AT, "pf": "0.30", "pr": "0.20", "pp": "0.05"}


def judged(*points: dict[str, Any], text: str = MINI, values: Values | None = None) -> Judged:
    """The verdict on these readings of the skid."""
    plan = plan_of(MasterVersion(source=text, digest=digest(load(text))))
    phase = PhaseRecord(path="fill.filling.run", occurrence=1)
    return series.judge(plan.parameter("fill.filling.run.log"), points, values or Values(Batch(), plan), phase)


def test_readings_within_their_limits_are_within() -> None:
    assert judged(GOOD, GOOD).verdict == "within"


def test_reading_without_a_column_or_with_words_for_a_number_is_named() -> None:
    missing = {k: v for k, v in GOOD.items() if k != "pr"}
    with pytest.raises(Invalid, match=r"Reading 2 has no column pr\. Nothing was recorded"):
        judged(GOOD, missing)
    with pytest.raises(Invalid, match=r"Reading 3, column pf: .* Nothing was recorded") as caught:
        judged(GOOD, GOOD, GOOD | {"pf": "high"})
    assert (caught.value.field, caught.value.code) == ("log", "series")


def test_implausible_reading_is_refused_and_not_kept() -> None:
    text = MINI.replace("column_limits: {tmp: {action:", "column_limits: {tmp: {plausible: {min: -1, max: 5}, action:")
    assert text != MINI
    with pytest.raises(Invalid, match=r"tmp: .*Nothing was recorded") as caught:
        judged(GOOD, GOOD | {"pf": "90"}, text=text)
    assert caught.value.code == "implausible"
    assert judged(GOOD, GOOD | {"pf": "2"}, text=text).verdict == "action"
