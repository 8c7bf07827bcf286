"""Resolves a parameter's limits to numbers and judges a value: the verdict is frozen into the entry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batches.domain.masterfile.values import Reference
from batches.domain.masters import said, shares
from batches.domain.values import number_of
from batches.validators import LimitsRefused, Verdict, in_words, judge, resolve
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from decimal import Decimal

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.parsing import Parsed
    from batches.domain.values import Values
    from batches.validators import LimitSet

BREACHES = frozenset({Verdict.ACTION, Verdict.SPECIFICATION})


@dataclass(frozen=True, slots=True)
class Judged:
    """What an entry keeps of its judgement."""

    verdict: str
    level: str = ""
    message: str = ""
    judged: Decimal | None = None
    limits: str = ""
    limit_words: str = ""

    @property
    def breaches(self) -> bool:
        """Beyond an action or specification limit."""
        return self.verdict in BREACHES


def resolved_limits(parameter: ParameterSpec, values: Values, scope: str, occurrence: int) -> LimitSet | None:
    """The limits as numbers, shares of other parameters resolved. Refuses while such a parameter is missing."""
    if parameter.limits is None:
        return None
    found = {}
    for of in shares(parameter):
        read = values.read(Reference(of), scope, occurrence)
        number = number_of(read[-1][0]) if read else None
        if number is None:
            name = said(values.plan.spec, of, scope)
            raise Invalid(f"Record {name} first: the limit is a share of it.", parameter.id, "limit")
        found[of] = number
    try:
        return resolve(parameter.limits, found)
    except LimitsRefused as refused:
        raise Invalid(str(refused), parameter.id, "limit") from refused


def words(limits: LimitSet | None, unit: str) -> str:
    """Every limit pair in words, narrowest first."""
    if limits is None:
        return ""
    parts = []
    for level, pair in (("alert", limits.alert), ("limit", limits.action), ("specification", limits.specification)):
        if pair is not None:
            text = in_words(pair, unit)
            parts.append(text if level == "limit" else f"{level} {text}")
    return "; ".join(parts)


def judge_value(parameter: ParameterSpec, parsed: Parsed, limits: LimitSet | None) -> Judged:
    """The verdict on one value (R203). Not kept, and refused: an implausible one, and a `<` or `>` that leaves open
    whether the limits are met. An operator reads a number; only a laboratory reports below or above its range.
    """
    if parameter.options and parameter.kind == "choice":
        if not parameter.passing:
            return Judged(Verdict.NO_LIMIT)
        good = parsed.text in parameter.passing
        wanted = " or ".join(parameter.passing)
        return Judged(
            Verdict.WITHIN if good else Verdict.ACTION,
            "" if good else "action",
            "" if good else f"{parsed.text}: {wanted} is asked for.",
            limits=json.dumps({"passing": list(parameter.passing)}),
            limit_words=wanted,
        )
    if limits is None or not limits:
        return Judged(Verdict.NO_LIMIT)
    found = judge(parsed.value, parsed.qualifier, limits)
    if found.verdict is Verdict.REFUSED:
        raise Invalid(f"{parameter.label}: {found.message} Nothing was recorded.", parameter.id, "implausible")
    if parsed.qualifier and found.verdict is Verdict.UNDECIDABLE:
        text = f"{found.message} Write the number that was read, without {parsed.qualifier}. Nothing was recorded."
        raise Invalid(f"{parameter.label}: {text}", parameter.id, "qualifier")
    return Judged(
        found.verdict,
        found.level,
        found.message,
        found.judged,
        json.dumps(limits.to_json(), sort_keys=True),
        words(limits, parameter.unit or ""),
    )
