"""Judge one recorded value against its frozen limits: round once as the limit states, then compare (R509).

The operator never decides whether a value passes, and a limit is never rounded. What cannot be decided
(`< 5` against a minimum of 3) is said to be undecidable, which is not a pass.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any, Literal

from batches.validators.limits import LEVELS, Bound, LimitPair, LimitSet, LimitsRefused, Rounding
from batches.validators.words import bound_words, in_words
from compliance.numbers import (
    CONTEXT,
    Number,
    canonical,
    display,
    parse_number,
    round_half_up,
    significant_of,
)

Outcome = Literal["met", "breached", "open"]

_READABLE = 10


class Verdict(StrEnum):
    """What a limit says about a value. Only `within` is a pass; `no_limit` judges nothing."""

    WITHIN = "within"
    ALERT = "alert"
    ACTION = "action"
    SPECIFICATION = "specification"
    REFUSED = "refused"
    NO_LIMIT = "no_limit"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with its reasons: level, value as judged, bound in words, how far beyond, one sentence."""

    verdict: Verdict
    level: str
    judged: Decimal | None
    bound_text: str
    difference: Decimal | None
    message: str

    @property
    def passes(self) -> bool:
        """Whether nothing stands against the value: within its limits, or without a limit."""
        return self.verdict in {Verdict.WITHIN, Verdict.NO_LIMIT}

    def to_json(self) -> dict[str, Any]:
        """What an entry keeps of its judgement, numbers as exact strings."""
        return {
            "verdict": self.verdict.value,
            "level": self.level,
            "judged": None if self.judged is None else canonical(self.judged),
            "bound_text": self.bound_text,
            "difference": None if self.difference is None else canonical(self.difference),
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class _Finding:
    """One bound of one level, asked."""

    outcome: Outcome
    level: str
    bound: Bound
    is_low: bool
    judged: Decimal


def judge(value: Decimal | None, qualifier: str, limits: LimitSet) -> Judgement:
    """Judge a recorded value; the worst breached level is reported (R203, R503, R509).

    Refuses as implausible what lies outside the plausible pair, compared unrounded: 100.4 % viability is
    impossible, whatever the rounding of the other limits. A blank is undecidable, never zero and no pass.
    Raises LimitsRefused when a share has not been resolved to a number.
    """
    if value is None:
        return Judgement(
            Verdict.UNDECIDABLE, "", None, "", None, "Nothing is recorded, so nothing can be judged."
        )
    if _is_implausible(value, qualifier, limits.plausible):
        return _implausible(value, qualifier, limits.plausible or LimitPair())
    findings = _asked(value, qualifier, limits)
    for finding in findings:
        if finding.outcome == "breached":
            return _breached(finding, value, qualifier)
    for finding in findings:
        if finding.outcome == "open":
            return _undecidable(finding, value, qualifier)
    return _within(findings, limits) if findings else _unlimited(value, limits)


def judge_number(number: Number, limits: LimitSet) -> Judgement:
    """Judge a number as it was typed."""
    return judge(number.value, number.qualifier, limits)


def rounded_for(value: Decimal, bound: Bound, rounding: Rounding | None = None) -> Decimal:
    """Round a value once as this bound states.

    Without a stated rounding: to the decimals of the bound as written; to its significant digits when it is
    written with an exponent; not at all when it is a share of another value.
    """
    how = rounding or _rounding_of(bound)
    if how.mode == "decimals":
        return round_half_up(value, decimals=how.digits)
    if how.mode == "significant":
        return round_half_up(value, significant=how.digits)
    return value


def _rounding_of(bound: Bound) -> Rounding:
    if bound.source:
        return Rounding("exact")
    written = parse_number(bound.text)
    if "e" in bound.text.lower():
        return Rounding("significant", written.significant)
    return Rounding("decimals", written.decimals)


def _bounds(pair: LimitPair | None) -> list[tuple[Bound, bool]]:
    found: list[tuple[Bound, bool]] = []
    for bound, is_low in ((pair.low, True), (pair.high, False)) if pair else ():
        if isinstance(bound, Bound):
            found.append((bound, is_low))
        elif bound is not None:
            raise LimitsRefused(f"The limit is a share of {bound.of} that has not been resolved.")
    return found


def _meets(value: Decimal, bound: Bound, is_low: bool, inclusive: bool) -> bool:
    beyond = value > bound.value if is_low else value < bound.value
    return beyond or (inclusive and value == bound.value)


def _asked(value: Decimal, qualifier: str, limits: LimitSet) -> list[_Finding]:
    """Ask every bound, worst level first."""
    findings = []
    for level in LEVELS:
        for bound, is_low in _bounds(getattr(limits, level)):
            judged = rounded_for(value, bound, limits.rounding)
            met = _meets(judged, bound, is_low, bound.inclusive)
            outcome = _qualified(value, qualifier, bound, is_low, met) if qualifier else _plain(met)
            findings.append(_Finding(outcome, level, bound, is_low, judged))
    return findings


def _plain(met: bool) -> Outcome:
    return "met" if met else "breached"


def _qualified(value: Decimal, qualifier: str, bound: Bound, is_low: bool, met: bool) -> Outcome:
    """The true value lies beyond the stated one, so a stated value at the bound is already on one side."""
    if (qualifier == ">") == is_low:
        return "met" if met or _meets(value, bound, is_low, inclusive=True) else "open"
    return "open" if _meets(value, bound, is_low, inclusive=False) else "breached"


def _is_implausible(value: Decimal, qualifier: str, plausible: LimitPair | None) -> bool:
    for bound, is_low in _bounds(plausible):
        # `< 0` where nothing below 0 is possible says nothing either.
        outward = qualifier == ("<" if is_low else ">")
        if not _meets(value, bound, is_low, bound.inclusive and not outward):
            return True
    return False


def _implausible(value: Decimal, qualifier: str, plausible: LimitPair) -> Judgement:
    words = in_words(plausible, "")
    message = f"{_readable(value, qualifier)} is not possible here: possible is {words}."
    return Judgement(Verdict.REFUSED, "plausible", value, words, None, message)


def _breached(finding: _Finding, value: Decimal, qualifier: str) -> Judgement:
    with localcontext(CONTEXT):
        difference = abs(finding.judged - finding.bound.value)
    number = bound_words(finding.bound)
    shown = _readable(finding.judged, qualifier)
    if finding.judged != value:
        shown += f" (recorded {_readable(value, qualifier)})"
    if difference:
        where = f"{_readable(difference)} {'below' if finding.is_low else 'above'} {number}"
    else:
        where = f"not {'above' if finding.is_low else 'below'} {number}"
    message = f"{shown} is {where}, the {finding.level} limit."
    words = _one_in_words(finding)
    return Judgement(Verdict(finding.level), finding.level, finding.judged, words, difference, message)


def _readable(value: Decimal, qualifier: str = "") -> str:
    """A computed value has up to 34 digits; a sentence shows six of them. The record keeps them all."""
    long = significant_of(value) > _READABLE
    return display(round_half_up(value, significant=6) if long else value, qualifier)


def _undecidable(finding: _Finding, value: Decimal, qualifier: str) -> Judgement:
    words = _one_in_words(finding)
    message = f"{_readable(value, qualifier)} may lie on either side of the {finding.level} limit {words}."
    return Judgement(Verdict.UNDECIDABLE, finding.level, finding.judged, words, None, message)


def _one_in_words(finding: _Finding) -> str:
    pair = LimitPair(low=finding.bound) if finding.is_low else LimitPair(high=finding.bound)
    return in_words(pair, "")


def _within(findings: list[_Finding], limits: LimitSet) -> Judgement:
    worst = [finding for finding in findings if finding.level == findings[0].level]
    judged = min((finding.judged for finding in worst), key=lambda number: int(number.as_tuple().exponent))
    words = in_words(getattr(limits, worst[0].level), "")
    return Judgement(Verdict.WITHIN, "", judged, words, None, "Within limits.")


def _unlimited(value: Decimal, limits: LimitSet) -> Judgement:
    judged = rounded_for(value, Bound(value, "", source="none"), limits.rounding)
    return Judgement(Verdict.NO_LIMIT, "", judged, "", None, "Recorded; no limit is set.")
