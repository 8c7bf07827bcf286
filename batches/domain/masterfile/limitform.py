"""Limits and rounding between a master file and the values they become."""

from collections.abc import Mapping as AnyMapping

from batches.domain.masterfile.tree import MasterFileError, Plain, Tree, to_plain
from batches.validators import (
    Bound,
    LimitPair,
    LimitSet,
    LimitsRefused,
    RelativeBound,
    Rounding,
    limits_from_master,
)
from batches.validators.limits import PAIRS


def limits_from_tree(tree: Tree, where: str) -> LimitSet:
    """Read limits. Refuses unknown words, bounds that cross and bounds that are no numbers."""
    raw = to_plain(tree)
    if not isinstance(raw, AnyMapping):
        raise MasterFileError(
            f"Limits are written {{action: {{min: 1, max: 2}}}}, not {raw!r}.", line=tree.line, where=where
        )
    try:
        return limits_from_master(raw)
    except (LimitsRefused, ValueError, AttributeError, TypeError) as error:
        raise MasterFileError(f"limits: {error}", line=tree.line, where=where) from error


def rounding_from_tree(tree: Tree, where: str) -> Rounding:
    """Read `{decimals: 2}`, `{significant: 3}` or `exact`. Refuses anything else."""
    try:
        return limits_from_master({"round": to_plain(tree)}).rounding or Rounding("exact")
    except (LimitsRefused, ValueError) as error:
        raise MasterFileError(str(error), line=tree.line, where=where) from error


def limits_to_plain(limits: LimitSet) -> Plain:
    """The limits as a master writes them."""
    result: dict[str, Plain] = {}
    for name in PAIRS:
        pair = getattr(limits, name)
        if pair is not None:
            result[name] = _pair_to_plain(pair)
    if limits.rounding is not None:
        result["round"] = rounding_to_plain(limits.rounding)
    if limits.target is not None:
        result["target"] = str(limits.target)
    return result


def rounding_to_plain(rounding: Rounding) -> Plain:
    """The rounding as a master writes it."""
    return "exact" if rounding.mode == "exact" else {rounding.mode: str(rounding.digits)}


def _pair_to_plain(pair: LimitPair) -> Plain:
    result: dict[str, Plain] = {}
    for key, bound in (("min", pair.low), ("max", pair.high)):
        if bound is not None:
            result[key] = _bound_to_plain(bound)
    if not all(bound.inclusive for bound in pair.bounds):
        result["inclusive"] = False
    return result


def _bound_to_plain(bound: Bound | RelativeBound) -> Plain:
    if isinstance(bound, RelativeBound):
        return {"of": bound.of, "percent": str(bound.percent)}
    return bound.text
