"""Computed values follow their inputs: computed anew, no number where an input has none, rounded once (R302)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from batches.domain.calculating import reported
from batches.domain.masterfile.load import load
from batches.domain.masterfile.paths import index
from batches.models import Entry, PhaseRecord
from batches.validators import Rounding
from tests.batches import steps
from tests.batches.domain.test_flow import detached

MINI = (steps.MASTERS / "mini.yaml").read_text()
VIABILITY = index(load(MINI)).parameters["grow.passage.count.viability"].parameter


def counting(dead: str) -> PhaseRecord:
    """The count, total and dead recorded by one person."""
    batch = steps.issued()
    steps.seeded(batch)
    detached(batch)
    row = steps.started(steps.phase(batch, "passage.count"))
    steps.recorded(row, "total", "1.45e6")
    steps.recorded(row, "dead", dead)
    return row


def computed(row: PhaseRecord, name: str = "viability") -> list[Entry]:
    """Every value ever computed for a field, oldest first."""
    return list(Entry.objects.filter(phase=row, path__endswith=f".{name}").order_by("id"))


@pytest.mark.django_db
@pytest.mark.req("R302")
@pytest.mark.case("RES-14")
def test_input_below_its_limit_of_detection_leaves_no_number() -> None:
    row = counting("5.8e4")
    steps.recorded(row, "dead", "<1e3", reason="Below what the counter can count")
    first, last = computed(row)
    assert (first.value, last.value, last.supersedes_id) == (Decimal(96), None, first.pk)
    assert (last.verdict, last.message) == ("undecidable", "A value it is computed from is not recorded.")
    steps.recorded(row, "dead", "5.8e4", reason="The first reading was right")
    assert computed(row)[-1].value == Decimal(96)


@pytest.mark.django_db
@pytest.mark.req("R302")
@pytest.mark.case("RES-11")
def test_same_number_from_other_inputs_is_a_new_entry_with_its_reason() -> None:
    row = counting("0")
    steps.recorded(row, "total", "1.50e6", reason="Digits were transposed")
    first, last = computed(row)
    assert first.value == last.value == Decimal(100)
    assert first.inputs != last.inputs
    assert last.reason == "Computed anew: a value it is computed from was recorded or corrected."


@pytest.mark.req("R302")
@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ({"report": Rounding("exact", 0)}, "96.5517"),
        ({"report": Rounding("significant", 3)}, "96.6"),
        ({"report": Rounding("decimals", 1)}, "96.6"),
        ({"report": None, "significant": 2}, "97"),
        ({"report": None, "decimals": 2}, "96.55"),
        ({"report": None}, "96.5517"),
    ],
)
def test_value_is_printed_as_the_master_reports_it(how: dict[str, Any], shown: str) -> None:
    assert VIABILITY is not None
    assert reported(replace(VIABILITY, **how), Decimal("96.5517")) == shown
