"""Limits as a master writes them, read word by word so that a misspelt limit cannot vanish (R203, R302)."""

from collections.abc import Mapping
from typing import Any

from batches.validators.limits import (
    PAIRS,
    Bound,
    LimitPair,
    LimitSet,
    LimitsRefused,
    RelativeBound,
    Rounding,
)
from compliance.numbers import parse_number

_PAIR_WORDS = frozenset({"min", "max", "inclusive"})
_LIMIT_WORDS = frozenset({*PAIRS, "round", "target"})
_SHARE_WORDS = frozenset({"of", "percent"})


def limits_from_master(raw: Mapping[str, Any], *, target: str | None = None) -> LimitSet:
    """Read the `limits` of a master parameter, numbers as the texts that were written.

    `{action: {min: "85", max: {of: x, percent: "102"}, inclusive: true}, round: {decimals: "0"}}`.
    Refuses unknown words, so that a misspelt limit cannot vanish.
    """
    _refuse_unknown(raw, _LIMIT_WORDS)
    pairs = {name: _pair_from_master(raw[name]) for name in PAIRS if name in raw}
    wanted = target if target is not None else raw.get("target")
    return LimitSet(
        **pairs,
        rounding=_rounding_from_master(raw["round"]) if "round" in raw else None,
        target=None if wanted is None else parse_number(str(wanted)).value,
    )


def _pair_from_master(raw: Mapping[str, Any]) -> LimitPair:
    _refuse_unknown(raw, _PAIR_WORDS)
    inclusive = str(raw.get("inclusive", "true")).lower()
    if inclusive not in {"true", "false"}:
        raise LimitsRefused(f"inclusive is true or false, not {inclusive}.")
    low, high = (
        None if raw.get(end) is None else _bound_from_master(raw[end], inclusive == "true")
        for end in ("min", "max")
    )
    if low is None and high is None:
        raise LimitsRefused("A limit needs a min or a max.")
    return LimitPair(low, high)


def _bound_from_master(raw: Any, inclusive: bool) -> Bound | RelativeBound:
    if isinstance(raw, float):
        raise LimitsRefused("A limit is read as it was written, never as a binary fraction.")
    if not isinstance(raw, Mapping):
        return Bound.written(str(raw), inclusive=inclusive)
    _refuse_unknown(raw, _SHARE_WORDS)
    if set(raw) != _SHARE_WORDS:
        raise LimitsRefused("A share needs both `of` and `percent`.")
    return RelativeBound(str(raw["of"]), parse_number(str(raw["percent"])).value, inclusive)


def _rounding_from_master(raw: Any) -> Rounding:
    if raw == "exact":
        return Rounding("exact")
    if not isinstance(raw, Mapping) or len(raw) != 1:
        raise LimitsRefused("Rounding is `exact`, {decimals: n} or {significant: n}.")
    ((mode, digits),) = raw.items()
    if mode not in {"decimals", "significant"} or not str(digits).isdecimal():
        raise LimitsRefused("Rounding is `exact`, {decimals: n} or {significant: n}.")
    if mode == "significant" and int(str(digits)) < 1:
        raise LimitsRefused("Rounding needs at least one significant digit.")
    return Rounding(mode, int(str(digits)))


def _refuse_unknown(raw: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise LimitsRefused(f"Unknown in limits: {', '.join(unknown)}.")
