"""Limits and their judging: round once as the limit states, then compare, with the operator of the limit."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.validators import (
    Bound,
    LimitPair,
    LimitSet,
    LimitsRefused,
    RelativeBound,
    Rounding,
    Verdict,
    bound_words,
    in_words,
    judge,
    judge_number,
    limits_from_master,
    resolve,
    rounded_for,
)
from compliance.numbers import NumberRefused, canonical, parse_number

D = Decimal


def limits(**raw: Any) -> LimitSet:
    return limits_from_master(raw)


def verdict(typed: str, known: LimitSet) -> str:
    return judge_number(parse_number(typed), known).verdict.value


@pytest.mark.req("R509")
@pytest.mark.case("RES-06")
@pytest.mark.parametrize(
    ("value", "side", "limit", "judged", "expected"),
    [
        ("97.96", "min", "98.0", "98.0", "within"),
        ("97.95", "min", "98.0", "98.0", "within"),
        ("97.92", "min", "98.0", "97.9", "specification"),
        ("101.55", "max", "101.5", "101.6", "specification"),
        ("101.45", "max", "101.5", "101.5", "within"),
        ("4.45", "max", "4.4", "4.5", "specification"),
        ("4.45", "max", "4", "4", "within"),
        ("4.449999", "max", "4.4", "4.4", "within"),
        ("69.5", "min", "70", "70", "within"),
        ("69.49999", "min", "70", "69", "specification"),
        ("0.025", "max", "0.02", "0.03", "specification"),
        ("0.015", "max", "0.02", "0.02", "within"),
        ("3.5", "max", "3", "4", "specification"),
        ("3.4", "max", "3", "3", "within"),
        ("2.5", "max", "3", "3", "within"),
        ("0.25", "max", "0.2", "0.3", "specification"),
        ("7.46", "max", "7.4", "7.5", "specification"),
    ],
)
def test_value_is_rounded_once_as_the_limit_is_written(
    value: str, side: str, limit: str, judged: str, expected: str
) -> None:
    judgement = judge(D(value), "", limits(specification={side: limit}))
    assert str(judgement.judged) == judged
    assert judgement.verdict == expected


@pytest.mark.req("R509")
@pytest.mark.case("RES-08")
@pytest.mark.parametrize(
    ("typed", "judged", "expected"),
    [
        ("1.2E+11", "1.2E+11", "within"),
        ("1.2e11", "1.2E+11", "within"),
        ("120000000000", "1.2E+11", "within"),
        ("9.96e10", "1.0E+11", "within"),
        ("9.94e10", "9.9E+10", "action"),
    ],
)
def test_limit_with_an_exponent_is_judged_at_its_significant_digits(
    typed: str, judged: str, expected: str
) -> None:
    judgement = judge_number(parse_number(typed), limits(action={"min": "1.0E+11"}))
    assert D(judged) == judgement.judged
    assert judgement.verdict == expected
    assert judgement.bound_text == "≥ 1.0E+11"


@pytest.mark.parametrize(
    ("stated", "judged", "expected"),
    [
        ({"decimals": "0"}, "85", "within"),
        ({"decimals": "1"}, "84.5", "action"),
        ({"significant": "2"}, "85", "within"),
        ("exact", "84.5", "action"),
    ],
)
def test_stated_rounding_goes_before_the_way_the_limit_is_written(
    stated: Any, judged: str, expected: str
) -> None:
    judgement = judge(D("84.5"), "", limits(action={"min": "85.0"}, round=stated))
    assert (judgement.judged, judgement.verdict) == (D(judged), expected)


def test_limit_itself_is_never_rounded() -> None:
    known = limits(action={"max": "0.25"}, round={"decimals": "1"})
    assert judge(D("0.25"), "", known).verdict == "action"  # 0.3 against 0.25, not against 0.3


@pytest.mark.case("RES-04")
def test_limit_itself_passes_only_when_the_operator_says_so() -> None:
    at_most = limits(specification={"max": "0.25"})
    less_than = limits(specification={"max": "0.25", "inclusive": False})
    assert judge(D("0.25"), "", at_most).verdict == "within"
    failed = judge(D("0.25"), "", less_than)
    assert failed.verdict == "specification"
    assert failed.message == "0.25 is not below 0.25, the specification limit."
    assert failed.bound_text == "< 0.25"
    more_than = limits(specification={"min": "3", "inclusive": "false"})
    assert judge(D(3), "", more_than).message == "3 is not above 3, the specification limit."
    assert in_words(at_most.specification, "EU/mL") == "≤ 0.25 EU/mL"
    assert in_words(less_than.specification, "EU/mL") == "< 0.25 EU/mL"


@pytest.mark.case("RES-01")
@pytest.mark.parametrize(
    ("typed", "raw", "expected"),
    [
        ("<0.05", {"max": "0.25"}, "within"),
        ("<0.25", {"max": "0.25"}, "within"),
        ("<0.25", {"max": "0.25", "inclusive": False}, "within"),
        ("<0.5", {"max": "0.25"}, "undecidable"),
        ("<5", {"min": "3"}, "undecidable"),
        ("<3", {"min": "3"}, "specification"),
        (">5", {"min": "3"}, "within"),
        (">3", {"min": "3", "inclusive": False}, "within"),
        (">2", {"min": "3"}, "undecidable"),
        (">6000", {"max": "6000"}, "specification"),
        (">10", {"max": "6000"}, "undecidable"),
        ("<5", {"min": "3", "max": "9"}, "undecidable"),
        ("<2", {"min": "3", "max": "9"}, "specification"),
    ],
)
def test_qualified_value_is_decided_only_when_it_can_be(
    typed: str, raw: dict[str, Any], expected: str
) -> None:
    assert verdict(typed, limits(specification=raw)) == expected


def test_sure_breach_goes_before_what_cannot_be_decided() -> None:
    known = limits(specification={"min": "3"}, action={"min": "6"})
    assert verdict("<5", known) == "action"
    open_one = judge(D(5), "<", limits(specification={"min": "3"}))
    assert open_one.message == "< 5 may lie on either side of the specification limit ≥ 3."
    assert (open_one.level, open_one.passes) == ("specification", False)


@pytest.mark.req("R503")
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("50", "within"),
        ("39.9", "alert"),
        ("61", "alert"),
        ("29", "action"),
        ("75", "action"),
        ("19", "specification"),
        ("81", "specification"),
        ("-5", "refused"),
        ("101", "refused"),
    ],
)
def test_worst_breached_level_is_the_verdict(value: str, expected: str) -> None:
    known = limits(
        plausible={"min": "0", "max": "100"},
        alert={"min": "40.0", "max": "60"},
        action={"min": "30", "max": "70"},
        specification={"min": "20", "max": "80"},
    )
    judgement = judge(D(value), "", known)
    assert judgement.verdict == expected
    assert judgement.passes == (expected == "within")
    assert judgement.level == {"within": "", "refused": "plausible"}.get(expected, expected)


@pytest.mark.req("R203")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [("-5", "refused"), ("101", "refused"), ("100.4", "refused"), ("100", "within"), ("<0", "refused"),
     (">100", "refused"), ("<0.05", "within"), ("<101", "refused")],
)  # fmt: skip
def test_implausible_value_is_refused_unrounded(typed: str, expected: str) -> None:
    known = limits(plausible={"min": "0", "max": "100"}, action={"max": "100"}, round={"decimals": "0"})
    assert verdict(typed, known) == expected


def test_implausible_value_says_what_is_possible() -> None:
    judgement = judge(D(-5), "", limits(plausible={"min": "1e4", "max": "1e7"}))
    assert judgement.message == "-5 is not possible here: possible is 1E+4 to 1E+7."


@pytest.mark.case("RES-14")
def test_blank_is_no_pass_and_no_zero() -> None:
    judgement = judge(None, "", limits(action={"max": "5"}))
    assert (judgement.verdict, judgement.passes, judgement.judged) == (Verdict.UNDECIDABLE, False, None)


def test_value_without_a_limit_is_recorded_and_not_judged() -> None:
    judgement = judge(D("4.45"), "", LimitSet())
    assert (judgement.verdict, judgement.judged) == (Verdict.NO_LIMIT, D("4.45"))
    rounded = judge(D("4.45"), "", LimitSet(rounding=Rounding("decimals", 1)))
    assert rounded.judged == D("4.5")


def test_judgement_says_how_far_and_from_what() -> None:
    judgement = judge(D("7.46"), "", limits(action={"min": "7.0", "max": "7.4"}))
    assert judgement.message == "7.5 (recorded 7.46) is 0.1 above 7.4, the action limit."
    assert (judgement.bound_text, judgement.difference) == ("≤ 7.4", D("0.1"))
    below = judge(D("80.0"), "", limits(action={"min": "85.0"}))
    assert below.message == "80.0 is 5.0 below 85.0, the action limit."
    assert below.to_json() == {
        "verdict": "action",
        "level": "action",
        "judged": "80.0",
        "bound_text": "≥ 85.0",
        "difference": "5.0",
        "message": "80.0 is 5.0 below 85.0, the action limit.",
    }


def test_within_names_the_limit_and_the_finest_rounding() -> None:
    judgement = judge(D("50.04"), "", limits(action={"min": "40", "max": "60.0"}))
    assert (str(judgement.judged), judgement.bound_text) == ("50.0", "40 to 60.0")
    assert judgement.to_json()["difference"] is None
    assert judge(None, "", LimitSet()).to_json()["judged"] is None


def test_long_computed_value_is_shortened_in_the_sentence_only() -> None:
    value = D("63.63076923076923076923076923076923")
    judgement = judge(value, "", limits(action={"min": "75"}, round="exact"))
    assert judgement.message == "63.6308 is 11.3692 below 75, the action limit."
    assert judgement.judged == value


def seeding() -> LimitSet:
    share = {"of": "volume_computed"}
    return limits(action={"min": {**share, "percent": "98"}, "max": {**share, "percent": "102"}})


@pytest.mark.req("R203")
def test_share_of_another_parameter_is_frozen_as_a_number() -> None:
    computed = D("6.945054945054945054945054945054945")
    assert seeding().needs == {"volume_computed"}
    frozen = resolve(seeding(), {"volume_computed": computed})
    assert frozen.needs == frozenset()
    assert frozen.action is not None
    low = frozen.action.low
    assert isinstance(low, Bound)
    assert canonical(low.value).startswith("6.80615384615384615384615384615")
    assert judge(D("6.95"), "", frozen).verdict == "within"
    assert judge(D("6.80"), "", frozen).verdict == "action"
    assert judge(D("6.8061538"), "", frozen).verdict == "action"  # a share is compared exactly
    assert LimitSet.from_json(json.loads(json.dumps(frozen.to_json()))) == frozen


def test_share_is_exact_and_without_needless_zeros() -> None:
    frozen = resolve(limits(action={"max": {"of": "seed", "percent": "110"}}), {"seed": D("3.96E+7")})
    assert frozen.action is not None
    assert frozen.action.high == Bound(D("43560000"), "43560000", True, "110 % of seed")
    assert in_words(frozen.action, "cells") == "≤ 4.356E+7 cells (110 % of seed)"


def test_share_of_a_value_that_is_not_there_is_refused() -> None:
    with pytest.raises(LimitsRefused, match="volume_computed, which has no value yet"):
        resolve(seeding(), {})
    with pytest.raises(LimitsRefused, match="not been resolved"):
        judge(D(1), "", seeding())


def test_limits_round_trip_exactly_through_json() -> None:
    known = limits_from_master(
        {
            "plausible": {"min": "1e4", "max": "1e7"},
            "alert": {"min": "0.10", "inclusive": False},
            "action": {"max": {"of": "x", "percent": "102.50"}},
            "specification": {"min": "98.0"},
            "round": {"significant": "3"},
        },
        target="4.0e7",
    )
    text = json.dumps(known.to_json())
    again = LimitSet.from_json(json.loads(text))
    assert again == known
    assert json.dumps(again.to_json()) == text
    assert again.target == D("4.0e7")
    assert '"text": "0.10"' in text
    assert LimitSet.from_json({}) == LimitSet()
    assert not LimitSet()
    assert known


@pytest.mark.req("R302")
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"aktion": {"max": "5"}}, "Unknown in limits: aktion"),
        ({"action": {"maximum": "5"}}, "Unknown in limits: maximum"),
        ({"action": {"inclusive": True}}, "needs a min or a max"),
        ({"action": {"max": "5", "inclusive": "maybe"}}, "true or false"),
        ({"action": {"max": "<5"}}, "plain number"),
        ({"action": {"max": 0.1}}, "as it was written"),
        ({"action": {"min": "6", "max": "5"}}, "above the upper limit"),
        ({"action": {"max": {"of": "x"}}}, "both `of` and `percent`"),
        ({"action": {"max": {"of": "x", "percent": "5", "plus": "1"}}}, "Unknown in limits: plus"),
        ({"action": {"max": "5"}, "round": "up"}, "Rounding is"),
        ({"action": {"max": "5"}, "round": {"places": "1"}}, "Rounding is"),
        ({"action": {"max": "5"}, "round": {"decimals": "-1"}}, "Rounding is"),
        ({"action": {"max": "5"}, "round": {"significant": "0"}}, "at least one significant digit"),
    ],
)
def test_misspelt_limit_cannot_vanish(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(LimitsRefused, match=message):
        limits_from_master(raw)


def test_limit_that_is_no_number_is_refused() -> None:
    with pytest.raises(NumberRefused):
        limits(action={"max": "five"})


@pytest.mark.parametrize(
    ("raw", "unit", "words"),
    [
        ({"min": "85"}, "%", "≥ 85 %"),
        ({"max": "20"}, "", "≤ 20"),
        ({"min": "4500", "max": "5500"}, "cells/cm2", "4500 to 5500 cells/cm2"),
        ({"min": "1", "max": "2", "inclusive": False}, "h", "> 1 and < 2 h"),
        ({"min": "1.0e11"}, "particles/mL", "≥ 1.0E+11 particles/mL"),
        ({"min": {"of": "seed", "percent": "98"}}, "mL", "≥ 98 % of seed"),
    ],
)
def test_limit_in_words(raw: dict[str, Any], unit: str, words: str) -> None:
    assert in_words(limits(action=raw).action, unit) == words


def test_limit_in_words_with_powers_and_without_a_limit() -> None:
    pair = limits(plausible={"min": "1e4", "max": "1e7"}).plausible
    assert in_words(pair, "cells/mL", superscript=True) == "1 × 10⁴ to 1 × 10⁷ cells/mL"
    assert in_words(None, "mL") == in_words(LimitPair(), "mL") == ""
    frozen = resolve(seeding(), {"volume_computed": D(7)}).action
    source = "(98 % to 102 % of volume computed)"
    assert in_words(frozen, "mL") == f"6.86 to 7.14 mL {source}"
    assert bound_words(RelativeBound("x", D(98))) == "98 % of x"


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-1000, max_value=1000)
bounds = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000)


@pytest.mark.req("R509")
@given(numbers, numbers, bounds, st.booleans())
def test_more_never_fails_where_less_passes_a_minimum(
    first: Decimal, second: Decimal, bound: Decimal, inclusive: bool
) -> None:
    known = LimitSet(action=LimitPair(low=Bound.written(str(bound), inclusive=inclusive)))
    less, more = sorted((first, second))
    if judge(less, "", known).passes:
        assert judge(more, "", known).passes
    if judge(less, ">", known).passes:
        assert judge(more, ">", known).passes


@pytest.mark.req("R509")
@given(numbers, bounds)
def test_verdict_is_the_comparison_after_rounding(value: Decimal, bound: Decimal) -> None:
    high = Bound.written(str(bound))
    judgement = judge(value, "", LimitSet(action=LimitPair(high=high)))
    assert (judgement.verdict == "within") == (rounded_for(value, high) <= bound)
    assert judgement.difference is None or judgement.difference > 0
