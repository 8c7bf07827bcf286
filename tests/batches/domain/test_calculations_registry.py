"""The list of calculations a master may name, and the formula each result carries to page and paper."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.domain.calculations import (
    ArgumentKind,
    NotCalculable,
    calculate,
    describe,
    names,
    registry,
    signature,
)
from batches.domain.calculations.registry import calculation
from batches.domain.calculations.worked import Worked, listed, plain, products, shown, worked

D = Decimal
pytestmark = pytest.mark.req("R302")
counts = st.integers(1, 10**12).map(D)


def test_names_read_as_a_master_writes_them() -> None:
    wanted = {"seeding_volume@1", "viability_from_total@1", "cumulative_pdl@1", "transmembrane_pressure@1",
              "shear_hollow_fibre@1", "flux@1", "vcf@1"}  # fmt: skip
    assert wanted <= set(names())
    assert list(names()) == sorted(names())


def test_signature_tells_each_argument_and_its_kind() -> None:
    assert signature("cumulative_pdl@1") == {"start": ArgumentKind.NUMBER, "doublings": ArgumentKind.NUMBERS}
    assert signature("mass_balance@1")["parts"] is ArgumentKind.PAIRS
    assert signature("hold_time@1") == {"start": ArgumentKind.INSTANT, "end": ArgumentKind.INSTANT}
    assert signature("nta_dilution@1")["already_adjusted"] is ArgumentKind.FLAG


def test_optional_arguments_are_told() -> None:
    assert describe("endotoxin_limit@1").optional == {"hours"}
    assert describe("vcf@1").optional == frozenset()


@pytest.mark.parametrize("name", names())
def test_calculation_says_its_title_and_the_unit_of_each_argument(name: str) -> None:
    known = describe(name)
    assert known.title
    assert known.function.__doc__
    instants = {key for key, kind in known.arguments.items() if kind is ArgumentKind.INSTANT}
    assert set(known.takes) == set(known.arguments) - instants


def test_same_version_cannot_be_registered_twice() -> None:
    def other(feed: Decimal) -> Worked:
        return worked("feed", feed, feed=feed)

    with pytest.raises(ValueError, match="registered twice"):
        calculation("vcf", version=1, unit="x", title="Another")(other)


@pytest.mark.parametrize("name", ["vcf", "vcf@2", "eval@1", ""])
def test_unknown_calculation_is_refused(name: str) -> None:
    with pytest.raises(NotCalculable) as refused:
        signature(name)
    assert refused.value.code == "unknown"


def test_unknown_argument_is_refused() -> None:
    with pytest.raises(NotCalculable) as refused:
        calculate("vcf@1", {"feed": D(5), "retentate": D(1), "colour": D(1)})
    assert (refused.value.code, "colour" in refused.value.message) == ("unknown_argument", True)


def test_missing_input_names_what_is_needed() -> None:
    with pytest.raises(NotCalculable, match="needs concentration first"):
        calculate("seeding_volume@1", {"area": D(1264), "density": D(5000), "concentration": None})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("vcf@1", {"feed": 7400.0, "retentate": D(148)}),
        ("vcf@1", {"feed": "7400", "retentate": D(148)}),
        ("vcf@1", {"feed": True, "retentate": D(148)}),
        ("vcf@1", {"feed": D("NaN"), "retentate": D(148)}),
        ("mean@1", {"values": "123"}),
        ("mean@1", {"values": [D(1), None]}),
        ("serial_dilution@1", {"steps": [(D(1), D(2), D(3))]}),
        ("hold_time@1", {"start": "2026-05-04T08:15", "end": "2026-05-04T09:15+02:00"}),
        ("hold_time@1", {"start": "yesterday", "end": "2026-05-04T09:15+02:00"}),
        ("nta_dilution@1", {"measured": D(1), "dilution": D(1), "already_adjusted": "yes"}),
    ],
)
def test_argument_of_the_wrong_kind_is_refused(name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(NotCalculable) as refused:
        calculate(name, arguments)
    assert refused.value.code == "wrong_kind"


def test_text_argument_is_taken_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_REGISTRY", {})

    @calculation("labelled", version=1, unit="x", title="Labelled")
    def labelled(label: str) -> Worked:
        return worked(label, D(1))

    assert calculate("labelled@1", {"label": "one"}).formula == "one = 1 x"
    with pytest.raises(NotCalculable):
        calculate("labelled@1", {"label": D(1)})


def test_instants_may_be_given_as_times() -> None:
    start, end = datetime(2026, 5, 4, 8, tzinfo=UTC), datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
    assert calculate("hold_time@1", {"start": start, "end": end}).value == D("2.5")


FORMULAS: list[tuple[str, dict[str, Any], str]] = [
    ("viability_from_total@1", {"total": D("1.45E+6"), "dead": D("5.8E+4")},
     "(total − dead) ÷ total × 100 = (1.45 × 10⁶ − 5.8 × 10⁴) ÷ (1.45 × 10⁶) × 100 = 96 %"),
    ("seeding_volume@1", {"area": 1264, "density": 5000, "concentration": 910000},
     "area × density ÷ concentration = 1264 × 5000 ÷ 910000 ≈ 6.9450549 mL"),
    ("cumulative_pdl@1", {"start": D("9.6"), "doublings": [D("2.724125"), D("4.058894")]},
     "start + Σ doublings = 9.6 + (2.724125 + 4.058894) = 16.383019 PD"),
    ("cumulative_pdl@1", {"start": D("9.6"), "doublings": []}, "start = 9.6 = 9.6 PD"),
    ("transmembrane_pressure@1", {"pf": D("0.30"), "pr": D("0.28"), "pp": D("-0.40")},
     "(pf + pr) ÷ 2 − pp = (0.30 + 0.28) ÷ 2 − (-0.40) = 0.69 bar"),
    ("histogram_mode@1", {"centres": [75, 85], "counts": [1, 3]}, "centre of the highest bin = 85 nm"),
    ("endotoxin_limit@1", {"k": 5, "dose_volume": 2, "body_mass": 70},
     "k ÷ (dose volume ÷ body mass ÷ hours) = 5 ÷ (2 ÷ 70 ÷ 1) = 175 EU/mL"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "formula"), FORMULAS, ids=lambda part: str(part)[:30])
def test_formula_shows_the_numbers_in_their_places(
    name: str, arguments: dict[str, Any], formula: str
) -> None:
    assert calculate(name, arguments).formula == formula


def test_long_rows_are_shortened_in_a_formula() -> None:
    assert listed([D(n) for n in range(20)]) == "0 + … + 19, 20 values"
    assert listed([]) == "0"
    assert products([(D(n), D(2)) for n in range(20)]) == "0 × 2 + … + 19 × 2, 20 terms"


@pytest.mark.case("RES-10")
def test_computed_numbers_are_plain() -> None:
    assert str(plain(D("4.1760E+7"))) == "41760000"
    assert str(plain(D("-0.000"))) == "0"
    assert str(plain(D("96.00"))) == "96"
    assert str(plain(D("1E+40"))) == "1E+40"
    assert shown(D("12.3456789012")) == "12.345679"


def test_value_has_all_its_digits() -> None:
    value = calculate("vcf@1", {"feed": D(2400), "retentate": D(180)}).value
    assert str(value) == "13." + "3" * 32


@given(counts, counts, counts)
def test_doublings_of_two_passages_add_up(first: Decimal, second: Decimal, third: Decimal) -> None:
    def doublings(seeded: Decimal, harvested: Decimal) -> Decimal:
        return calculate("population_doublings@1", {"seeded": seeded, "harvested": harvested}).value

    apart = doublings(first, second) + doublings(second, third)
    assert abs(apart - doublings(first, third)) < D("1E-25")


@pytest.mark.req("R314")
@given(st.lists(st.integers(0, 10_000).map(D), min_size=1, max_size=8))
def test_reconciliation_of_what_was_issued_is_whole(parts: list[Decimal]) -> None:
    issued = sum(parts) + 1
    short = calculate("reconciliation_difference@1", {"issued": issued, "accounted": parts})
    assert short.value == 1
    complete = calculate("reconciliation@1", {"issued": issued, "accounted": [*parts, D(1)]})
    assert complete.value == 100


@given(counts, st.integers(1, 1000).map(D), counts)
def test_dilution_keeps_the_particles(target: Decimal, volume: Decimal, more: Decimal) -> None:
    arguments = {"concentration": target + more, "volume": volume, "target": target}
    total = calculate("dilution_total@1", arguments).value
    buffer = calculate("dilution_buffer@1", arguments).value
    assert abs(total - volume - buffer) <= total * D("1E-25")
    assert abs(total * target - (target + more) * volume) <= (target + more) * volume * D("1E-25")


def _sampled(draw: Callable[[Any], Any]) -> tuple[list[Decimal], list[Decimal]]:
    filled = draw(st.lists(st.integers(0, 50).map(D), min_size=2, max_size=12).filter(any))
    return [D(50 + 10 * at) for at in range(len(filled))], filled


@given(st.data())
def test_d_values_rise_with_the_share(data: st.DataObject) -> None:
    centres, filled = _sampled(data.draw)
    bins = {"centres": centres, "counts": filled, "width": D(10)}
    sizes = [calculate("d_value@1", {**bins, "percent": D(share)}).value for share in (10, 50, 90)]
    assert sizes == sorted(sizes)
    assert D(45) <= sizes[0]
    assert sizes[2] <= centres[-1] + 5
