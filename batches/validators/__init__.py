"""Limits, verdicts and times as plain values; forms, importers and domain ask the same functions."""

from batches.validators.instants import InstantRefused, add_hours, hours_between, validate_instant
from batches.validators.judging import Judgement, Verdict, judge, judge_number, rounded_for
from batches.validators.limits import (
    Bound,
    LimitPair,
    LimitSet,
    LimitsRefused,
    RelativeBound,
    Rounding,
    resolve,
)
from batches.validators.words import bound_words, in_words, with_unit
from batches.validators.written import limits_from_master

__all__ = [
    "Bound",
    "InstantRefused",
    "Judgement",
    "LimitPair",
    "LimitSet",
    "LimitsRefused",
    "RelativeBound",
    "Rounding",
    "Verdict",
    "add_hours",
    "bound_words",
    "hours_between",
    "in_words",
    "judge",
    "judge_number",
    "limits_from_master",
    "resolve",
    "rounded_for",
    "validate_instant",
    "with_unit",
]
