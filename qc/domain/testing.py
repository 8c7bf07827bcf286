"""Results: entered through the number engine, submitted, reviewed by a second person, never removed (R335)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from batches.validators import LimitSet, Verdict, judge
from compliance.domain import signing
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.numbers import NumberRefused, display, parse_number, round_half_up
from compliance.refusals import Blocker, Invalid, Refused
from qc.models import OosInvestigation, Result, Sample, SpecificationItem
from qc.queries import items_for
from qc.states import LIVE, OOS_TRANSITIONS, RESULT_TRANSITIONS, SAMPLE_TRANSITIONS, ResultState, SampleState

if TYPE_CHECKING:
    from decimal import Decimal
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.numbers import Number


def enter_result(
    a: Act,
    sample: Sample,
    item: SpecificationItem,
    typed: str,
    *,
    instrument: str = "",
    comment: str = "",
    raw_sha256: str = "",
    raw_name: str = "",
) -> Result:
    """Enters one result, raw and reported, judged once by the frozen limit (R509, RES-01, RES-04, RES-06).

    Refuses a sample that was not received, an item of another specification or sample point, a second live
    result (retract the first), a blank or a text that is no number: blank is never a pass. A result beyond
    specification opens an OOS investigation in the same act (R502).
    """
    a.actor.need("qc.enter_result")
    a.touch(sample.batch, sample)
    row = locked(sample)
    if item.pk not in {i.pk for i in items_for(row)}:
        raise Invalid(f"{item.title} is not tested on sample {row.number}.", "item", "item")
    if row.state == SampleState.RECEIVED:
        row = apply_transition(a, row, find(SAMPLE_TRANSITIONS, "test"))
    if row.state != SampleState.IN_TEST:
        raise Refused([Blocker("sample_state", f"{row.number} is {row.get_state_display()}; it must be received.")])
    if Result.objects.filter(sample=row, item=item, state__in=LIVE).exists():
        raise Refused([Blocker("result_exists", f"{item.title} has a result; retract it with a reason first.")])
    result = Result(
        sample=row,
        item=item,
        typed=typed,
        unit=item.unit,
        method=item.method,
        instrument=instrument.strip(),
        comment=comment.strip(),
        raw_sha256=raw_sha256,
        raw_name=raw_name,
        analyst=a.actor.user,
        entered_at=a.at,
    )
    _judge(result, item, typed.strip())
    save_record(a, result)
    if result.verdict == Verdict.SPECIFICATION:
        open_oos(a, result)
    return result


def _judge(result: Result, item: SpecificationItem, typed: str) -> None:
    if item.kind == "choice":
        options, passing = json.loads(item.options), json.loads(item.passing)
        if typed not in options:
            raise Invalid(f"Choose one of: {', '.join(options)}.", "typed", "choice")
        result.text = result.reported = typed
        result.verdict = Verdict.WITHIN if typed in passing else Verdict.SPECIFICATION
        result.message = "" if typed in passing else f"{typed}: {item.limit_words} is asked for."
        return
    try:
        number = parse_number(typed)
    except NumberRefused as refused:
        raise Invalid(refused.message, "typed", refused.code) from refused
    result.value, result.qualifier = number.value, number.qualifier
    result.reported = reported(item, number)
    limits = LimitSet.from_json(json.loads(item.limits)) if item.limits else LimitSet()
    found = judge(number.value, number.qualifier, limits)
    if found.verdict is Verdict.REFUSED:
        raise Invalid(f"{found.message} Nothing was recorded.", "typed", "implausible")
    result.verdict, result.message, result.judged = found.verdict, found.message, found.judged


def reported(item: SpecificationItem, number: Number) -> str:
    """The result as it is printed: rounded once as the item reports it, the qualifier before it."""
    value: Decimal = number.value
    if item.significant is not None:
        value = round_half_up(value, significant=item.significant)
        return display(value, number.qualifier, significant=item.significant)
    if item.decimals is not None:
        return display(round_half_up(value, decimals=item.decimals), number.qualifier, decimals=item.decimals)
    return display(value, number.qualifier)


def submit_result(a: Act, result: Result) -> Result:
    """The analyst hands a result to the reviewer."""
    a.touch(result.sample.batch, result.sample)
    return apply_transition(a, result, find(RESULT_TRANSITIONS, "submit"))


def review_result(a: Act, token: UUID, result: Result, version: int | None = None) -> Result:
    """A second person reviews the originals and signs (R335). The last review completes the sample."""
    a.touch(result.sample.batch, result.sample)
    move = find(RESULT_TRANSITIONS, "review")
    row = apply_transition(a, result, move, version=version, reviewed_by=a.actor.user, reviewed_at=a.at)
    title = f"{row.sample.number}, {row.item.title}: {row.reported} {row.unit}".strip()
    signing.sign(a, token, row, "reviewed", title=title, permission="qc.review_result")
    _complete(a, row.sample)
    return row


def _complete(a: Act, sample: Sample) -> None:
    wanted = {i.pk for i in items_for(sample)}
    done = set(Result.objects.filter(sample=sample, state=ResultState.REVIEWED).values_list("item_id", flat=True))
    if wanted and wanted <= done:
        row = Sample.objects.get(pk=sample.pk)
        apply_transition(a, row, find(SAMPLE_TRANSITIONS, "complete"))


def retract_result(a: Act, result: Result, reason: str) -> Result:
    """Takes a result back with a reason, before a new one; it stays visible (R222, RES-03)."""
    a.touch(result.sample.batch, result.sample)
    if result.verdict == Verdict.SPECIFICATION:
        raise Refused([Blocker("oos", "A result beyond specification is invalidated by an investigation alone.")])
    return _take_back(a, result, "retract", reason)


def invalidate_result(a: Act, result: Result, reason: str) -> Result:
    """QA invalidates a result after an approved investigation with a confirmed laboratory cause (R502)."""
    a.touch(result.sample.batch, result.sample)
    return _take_back(a, result, "invalidate", reason)


def _take_back(a: Act, result: Result, name: str, reason: str) -> Result:
    row = apply_transition(a, result, find(RESULT_TRANSITIONS, name), reason=reason)
    signing.void_signatures(a, row, reason)
    sample = Sample.objects.get(pk=row.sample_id)
    if sample.state == SampleState.COMPLETED:
        apply_transition(a, sample, find(SAMPLE_TRANSITIONS, "reopen"))
    return row


def open_oos(a: Act, result: Result) -> OosInvestigation:
    """Opens the investigation of a result beyond specification, in the result's own act."""
    row = OosInvestigation(number=next_number(a, "OOS"), result=result, opened_by=a.actor.user, opened_at=a.at)
    a.touch(row)
    return save_record(a, row)


def begin_oos(a: Act, row: OosInvestigation) -> OosInvestigation:
    """Begins phase I: analyst and supervisor look for a laboratory cause (R502)."""
    return apply_transition(a, row, find(OOS_TRANSITIONS, "begin"))


def conclude_oos(
    a: Act, token: UUID, row: OosInvestigation, *, cause: str, confirmed: bool, conclusion: str
) -> OosInvestigation:
    """Concludes the investigation with cause and conclusion, signed. Refuses either left blank."""
    if not cause.strip() or not conclusion.strip():
        raise Invalid("Write what was looked at and the conclusion.", "conclusion", "blank")
    moved = apply_transition(
        a,
        row,
        find(OOS_TRANSITIONS, "conclude"),
        laboratory_cause=cause.strip(),
        confirmed_laboratory_cause=confirmed,
        conclusion=conclusion.strip(),
    )
    signing.sign(a, token, moved, "responsible", title=f"Investigation {moved}", permission="qc.investigate_oos")
    return moved


def approve_oos(a: Act, token: UUID, row: OosInvestigation) -> OosInvestigation:
    """QA approves the conclusion and signs."""
    moved = apply_transition(a, row, find(OOS_TRANSITIONS, "approve"))
    signing.sign(a, token, moved, "approved", title=f"Investigation {moved}", permission="qc.approve_oos")
    return moved
