"""Writing a master: what is written is read back to the same value and the same digest."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batches.domain.masterfile.codec import plain
from batches.domain.masterfile.dump import digest, dump
from batches.domain.masterfile.load import load
from batches.domain.masterfile.parameter import Argument, Column, ColumnLimits, Derived, ParameterSpec
from batches.domain.masterfile.spec import (
    Change,
    HoldTime,
    MasterSpec,
    MaterialNeed,
    OperationSpec,
    PhaseSpec,
    ProductSpec,
    RepeatSpec,
    Requires,
    SampleSpec,
    SignSpec,
    UnitProcedureSpec,
    Until,
    When,
)
from batches.domain.masterfile.values import Quantity, Reference, Share
from batches.validators import Bound, LimitPair, LimitSet, RelativeBound, Rounding
from tests.batches.domain.masterfile_edit import master

NAMES = ("umsc_bank", "umsc_mc_tff", "short_demo")

ids = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60).filter(
    lambda text: text.strip() != ""
)
lines = st.lists(st.text("abc: #-'\"{}[],&*!|>%@`\t ", max_size=12), min_size=1, max_size=4).map("\n".join)
texts = st.one_of(
    words,
    lines.filter(lambda text: text.strip() != ""),
    st.sampled_from(["true", "on", "- x", "a: b", "#", "~", "---"]),
)
numbers = st.one_of(
    st.decimals(min_value=Decimal("-1e6"), max_value=Decimal("1e6"), places=4),
    st.sampled_from([Decimal("0.10"), Decimal("4.0e7"), Decimal("1.20E-3"), Decimal(0)]),
)
units = st.sampled_from(["mL", "%", "h", "CFU/100 mL"])
quantities = st.builds(Quantity, numbers, units)
references = st.builds(
    Reference,
    st.sampled_from(["a", "u.o.p.b", "bank:certificate.pdl"]),
    st.sampled_from(["same", "previous", "all", "first"]),
    st.none() | ids,
)
terms = st.one_of(numbers, references)
arguments = st.lists(
    st.builds(
        Argument, ids, st.one_of(terms, st.lists(st.one_of(terms, st.tuples(terms, terms)), max_size=3).map(tuple))
    ),
    max_size=3,
    unique_by=lambda argument: argument.name,
).map(tuple)
bounds = st.one_of(numbers.map(lambda number: Bound(number, str(number))), st.builds(RelativeBound, ids, numbers))
pairs = st.one_of(
    st.builds(LimitPair, bounds, st.none()),
    st.builds(LimitPair, st.none(), bounds),
    st.builds(lambda of: LimitPair(RelativeBound(of, Decimal(98), False), RelativeBound(of, Decimal(102), False)), ids),
)
rounding = st.one_of(
    st.just(Rounding("exact")),
    st.builds(Rounding, st.just("decimals"), st.integers(0, 6)),
    st.builds(Rounding, st.just("significant"), st.integers(1, 6)),
)
limit_sets = st.builds(
    LimitSet, st.none() | pairs, st.none() | pairs, pairs, st.none() | pairs, st.none() | rounding, st.none() | numbers
)
columns = st.lists(st.builds(Column, ids, units), max_size=3, unique_by=lambda column: column.name).map(tuple)
derived = st.lists(
    st.builds(Derived, ids, st.just("vcf@1"), arguments), max_size=2, unique_by=lambda one: one.name
).map(tuple)
column_limits = st.lists(st.builds(ColumnLimits, ids, limit_sets), max_size=2, unique_by=lambda one: one.column).map(
    tuple
)
parameters = st.builds(
    ParameterSpec,
    ids,
    texts,
    st.sampled_from(["number", "choice", "series", "calculation"]),
    unit=st.none() | units,
    decimals=st.none() | st.integers(0, 9),
    cpp=st.booleans(),
    target=st.none() | numbers,
    limits=st.none() | limit_sets,
    options=st.lists(texts, max_size=3).map(tuple),
    arguments=arguments,
    report=st.none() | rounding,
    on_breach=st.sampled_from(["deviation", "stop", "explain"]),
    columns=columns,
    derive=derived,
    column_limits=column_limits,
    every=st.none() | quantities,
    optional=st.booleans(),
    help=st.none() | texts,
)
needs = st.builds(
    MaterialNeed, ids, st.none() | quantities | st.builds(Share, ids, numbers, st.none() | units), st.booleans()
)
phases = st.builds(
    PhaseSpec,
    ids,
    texts,
    instruction=st.none() | texts,
    sign=st.builds(SignSpec, st.booleans(), st.booleans()),
    when=st.none() | st.builds(When, ids, st.lists(texts, min_size=1, max_size=2).map(tuple)),
    requires=st.builds(Requires, materials=st.lists(needs, max_size=2).map(tuple)),
    samples=st.lists(st.builds(SampleSpec, ids, texts, st.none() | quantities), max_size=1).map(tuple),
    after=st.none() | st.lists(ids, max_size=2).map(tuple),
    parameters=st.lists(parameters, max_size=2).map(tuple),
)
repeats = st.builds(
    RepeatSpec,
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 9),
    st.none() | st.builds(Until, ids, st.none() | numbers),
)
operations = st.builds(
    OperationSpec, id=ids, title=texts, parallel=st.booleans(), phases=st.lists(phases, max_size=2).map(tuple)
)
unit_procedures = st.builds(
    UnitProcedureSpec,
    id=ids,
    title=texts,
    kind=ids,
    repeat=st.none() | repeats,
    operations=st.lists(operations, max_size=1).map(tuple),
)
masters = st.builds(
    MasterSpec,
    code=texts,
    title=texts,
    product=st.builds(ProductSpec, texts, st.integers(1, 99), name=st.none() | texts),
    source=texts,
    scheme=st.sampled_from(["allogeneic", "autologous"]),
    change=st.none() | st.builds(Change, texts, texts),
    precautions=st.lists(texts, max_size=2).map(tuple),
    bank=st.none() | texts,
    hold_times=st.lists(st.builds(HoldTime, ids, references, references, st.none() | quantities), max_size=1).map(
        tuple
    ),
    unit_procedures=st.lists(unit_procedures, max_size=1).map(tuple),
)


@pytest.mark.req("R302")
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(masters)
def test_any_master_is_read_back_as_it_was(spec: MasterSpec) -> None:
    again = load(dump(spec))
    assert again == spec
    assert digest(again) == digest(spec)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(masters)
def test_any_master_is_read_back_from_its_json(spec: MasterSpec) -> None:
    again = MasterSpec.from_json(spec.to_json())
    assert again == spec
    assert again.to_json() == spec.to_json()


@given(parameters)
def test_any_parameter_is_read_back_from_its_json(parameter: ParameterSpec) -> None:
    assert ParameterSpec.from_json(parameter.to_json()) == parameter


@pytest.mark.parametrize("name", NAMES)
def test_master_of_the_product_is_read_back_as_it_was(name: str) -> None:
    spec = master(name)
    again = load(dump(spec))
    assert again == spec
    assert digest(again) == digest(spec)
    assert dump(again) == dump(spec)


@pytest.mark.parametrize("name", NAMES)
def test_each_phase_and_parameter_stands_alone_as_json(name: str) -> None:
    count = 0
    for unit in master(name).unit_procedures:
        for phase in unit.phases:
            assert PhaseSpec.from_json(phase.to_json()) == phase
            for parameter in phase.parameters:
                assert ParameterSpec.from_json(parameter.to_json()) == parameter
                count += 1
    assert count > 40


@pytest.mark.req("R332")
def test_digest_changes_with_a_trailing_zero() -> None:
    spec = master("short_demo")
    item = spec.bill_of_materials[0]
    other = replace(spec, bill_of_materials=(replace(item, quantity=Decimal("100.0")), *spec.bill_of_materials[1:]))
    assert other == spec  # equal as numbers, and yet another text
    assert digest(other) != digest(spec)
    assert load(dump(other)).bill_of_materials[0].quantity.as_tuple() == Decimal("100.0").as_tuple()  # type: ignore[union-attr]


def test_defaults_are_left_out() -> None:
    assert plain(ParameterSpec("a", "A", "text")) == {"id": "a", "label": "A", "kind": "text"}
    assert PhaseSpec("p", "P", after=()).to_json() == '{"id":"p","title":"P","after":[]}'


def test_file_is_written_for_people() -> None:
    text = dump(master("umsc_mc_tff"))
    assert "limits: {action: {min: 0.10, max: 0.60}}" in text
    assert "strength: 4.0E+10 particles/mL" in text
    assert 'columns: {temperature: degC, co2: "%", o2: "%"}' in text
    assert "on_breach" in text
    assert max(len(line) for line in text.splitlines()) < 260


def test_value_that_no_master_holds_is_refused() -> None:
    odd: Any = replace(master("short_demo"), title=1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no place in a master"):
        plain(odd)


@pytest.mark.parametrize("sign", ["\u2028", "\ufeff", "\ufffe", "µ", "😀", "\ue000"])
def test_unusual_character_is_read_back(sign: str) -> None:
    spec = replace(master("short_demo"), title=f"a{sign}b")
    assert load(dump(spec)).title == f"a{sign}b"
