"""What is typed or attached becomes a value of its kind, or is refused with words that say what to write (R203)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from batches.domain.masterfile.load import load
from batches.domain.masterfile.paths import index
from batches.domain.parsing import TEXT_MAX, Given, Parsed, parse
from compliance.refusals import Invalid
from tests.batches import steps

if TYPE_CHECKING:
    from batches.domain.masterfile.parameter import ParameterSpec

pytestmark = pytest.mark.req("R203")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLACES = {
    "area": ("mini", "grow.passage.seed"),
    "detached_at": ("mini", "grow.passage.detach"),
    "clumps": ("mini", "grow.passage.detach"),
    "note": ("mini", "grow.passage.clumps_note"),
    "viability": ("mini", "grow.passage.count"),
    "total": ("mini", "grow.passage.count"),
    "log": ("mini", "fill.filling.run"),
    "label": ("mini", "fill.filling.run"),
    "cleared": ("fill", "clearance.line.clear"),
}


def field(name: str) -> ParameterSpec:
    master, phase = PLACES[name]
    spec = load((steps.MASTERS / f"{master}.yaml").read_text())
    found = index(spec).parameters[f"{phase}.{name}"].parameter
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "given", "code", "words"),
    [
        ("area", Given("12,5"), None, r"Write 12\.5, not 12,5"),
        ("clumps", Given("maybe"), "choice", "Choose one of: no, yes"),
        ("clumps", Given(""), "choice", "Choose one of"),
        ("note", Given("   "), "blank", "an empty box is not recorded"),
        ("note", Given("x" * (TEXT_MAX + 1)), "long", "longer than 20000 characters. Attach it as a file"),
        ("note", Given("seen\x00"), None, "NUL"),
        ("cleared", Given("no"), None, "write a comment and open a deviation"),
        ("cleared", Given(""), None, "Tick it when it is so"),
        ("detached_at", Given("yesterday"), None, "."),
        ("detached_at", Given("2026-03-02T13:30:00+00:00"), None, "future|after now|not come"),
        ("label", Given("label.png"), "blank", "Attach a file"),
        ("log", Given("skid.csv"), "blank", "holds no readings"),
        ("viability", Given("96"), "computed", "Viability is computed; it is never typed"),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused_on_its_field(
    name: str, given: Given, code: str | None, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        parse(field(name), given, NOW)
    assert caught.value.field == name
    assert code in {None, caught.value.code}


@pytest.mark.parametrize(
    ("name", "given", "reported"),
    [
        ("area", Given(" 1264 "), "1264"),
        ("total", Given("1.450e6"), "1.45"),
        ("clumps", Given("yes"), "yes"),
        ("note", Given("Filtered"), "Filtered"),
        ("cleared", Given("on"), "confirmed"),
        ("label", Given(file_sha256="a" * 64, file_name="label.png"), "label.png"),
        ("log", Given(points=[{"at": NOW, "pf": "1"}]), "1 readings"),
    ],
)
def test_what_is_recorded_is_shown_as_it_will_be_printed(name: str, given: Given, reported: str) -> None:
    assert parse(field(name), given, NOW).reported.startswith(reported)


def test_instant_is_kept_in_utc_and_shown_at_the_site() -> None:
    parsed = parse(field("detached_at"), Given("2026-03-02T12:30:00+01:00"), NOW)
    assert parsed == Parsed(instant=datetime(2026, 3, 2, 11, 30, tzinfo=UTC), reported=parsed.reported)
    assert datetime.fromisoformat(parsed.reported) == parsed.instant
