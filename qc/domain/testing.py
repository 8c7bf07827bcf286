"""Results: entered through the number engine, submitted, reviewed by a second person, never removed (R335)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from batches.states import BatchState
from batches.validators import LimitSet, Verdict, judge, with_unit
from compliance.domain import clock, signing
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.numbers import NumberRefused, display, parse_number, round_half_up
from compliance.refusals import Blocker, Invalid, Refused
from compliance.validators import clean_reason
from qc.domain.investigating import open_oos
from qc.domain.specification_items import days_of
from qc.models import Result, Sample, SpecificationItem
from qc.queries import PASSING, items_for
from qc.states import LIVE, RESULT_TRANSITIONS, SAMPLE_TRANSITIONS, ResultState, SampleState

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from batches.models import Batch
    from compliance.domain.act import Act
    from compliance.numbers import Number
    from compliance.states import Transition


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
    result (retract the first), a blank or a text that is no number: blank is never a pass; a passing result before
    the days of incubation that the specification asks for are over: growth may be seen sooner, no growth cannot. A
    result beyond specification opens an OOS investigation in the same act (R502).
    """
    a.actor.need("qc.enter_result")
    a.touch(sample.batch, sample)
    _refuse_closed(sample.batch)
    row = locked(sample)
    if item.pk not in {i.pk for i in items_for(row)}:
        raise Invalid(f"{item.title} is not tested on sample {row.number}.", "item", "item")
    if row.state == SampleState.RECEIVED:
        row = apply_transition(a, row, find(SAMPLE_TRANSITIONS, "test"))
    if row.state != SampleState.IN_TEST:
        raise Refused([Blocker("sample_state", f"{row.number} is {row.get_state_display()}; it must be received.")])
    _refuse_second(row, item)
    result = check_result(item, typed)
    _refuse_early(row, item, result, a.at)
    result.sample, result.analyst, result.entered_at = row, a.actor.user, a.at
    result.instrument, result.comment = instrument.strip(), comment.strip()
    result.raw_sha256, result.raw_name = raw_sha256, raw_name
    save_record(a, result)
    if result.verdict == Verdict.SPECIFICATION:
        open_oos(a, result)
    return result


def earliest_of(sample: Sample, item: SpecificationItem) -> datetime | None:
    """When a passing result of this test can be there at the earliest; None where no time is asked for."""
    days = days_of(item)
    return sample.taken_at + timedelta(days=days) if days else None


def _refuse_early(sample: Sample, item: SpecificationItem, result: Result, at: datetime) -> None:
    """Nothing has grown is said when all the days are over, in true hours from the sampling (R503)."""
    earliest = earliest_of(sample, item)
    if earliest is None or at >= earliest or result.verdict not in PASSING:
        return
    text = f"{item.title} takes {days_of(item)} d from the sampling, {clock.stamp(sample.taken_at)}. "
    more = f"“{result.reported}” can be recorded from {clock.stamp(earliest)} on. Nothing was recorded."
    raise Invalid(text + more, "typed", "early")


def _refuse_closed(batch: Batch) -> None:
    """What a released or rejected batch was judged by stands (WF-01); a hold opens the question again."""
    state = locked(batch).state
    if state in {BatchState.RELEASED, BatchState.REJECTED}:
        text = f"{batch.number} is {BatchState(state).label}; its results stand."
        raise Refused([Blocker("batch_closed", text, clears="QA, by a hold")])


def _refuse_second(sample: Sample, item: SpecificationItem) -> None:
    """Nobody writes over a colleague's result, whatever the page still shows (CON-01)."""
    there = Result.objects.filter(sample=sample, item=item, state__in=LIVE).select_related("analyst").first()
    if there is not None:
        text = f"{item.title} is recorded: {with_unit(there.reported, there.unit)}"
        text = f"{text}, by {there.analyst.printed_name}. Nothing was overwritten."
        raise Refused([Blocker("result_exists", text, clears="retract it with a reason first")])


def check_result(item: SpecificationItem, typed: str) -> Result:
    """What would be recorded of a typed text, judged, written nowhere (RES-01, RES-04, RES-06, RES-13).

    Refuses a blank, a text that is no number, a choice that is not offered, and what is not possible at all.
    """
    result = Result(item=item, typed=typed, unit=item.unit, method=item.method)
    if item.kind == "choice":
        _choose(result, item, typed.strip())
    else:
        _measure(result, item, typed)
    return result


def options_of(item: SpecificationItem) -> list[str]:
    """The choices an item offers, none where it is a number."""
    found: list[str] = json.loads(item.options or "[]")
    return found


def _choose(result: Result, item: SpecificationItem, typed: str) -> None:
    options, passing = options_of(item), json.loads(item.passing or "[]")
    if typed not in options:
        raise Invalid(f"Choose one of: {', '.join(options)}.", "typed", "choice")
    result.text = result.reported = typed
    if not passing:
        result.verdict = Verdict.NO_LIMIT
    elif typed in passing:
        result.verdict = Verdict.WITHIN
    else:
        result.verdict, result.message = Verdict.SPECIFICATION, f"{typed}: {item.limit_words} is asked for."


def _measure(result: Result, item: SpecificationItem, typed: str) -> None:
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


def submit_result(a: Act, result: Result, version: int | None = None) -> Result:
    """The analyst hands a result to the reviewer. Refuses (Stale) one that changed since it was seen."""
    a.touch(result.sample.batch, result.sample)
    return apply_transition(a, result, find(RESULT_TRANSITIONS, "submit"), version=version)


def review_result(a: Act, token: UUID, result: Result, version: int | None = None) -> Result:
    """A second person reviews the originals and signs (R335). The last review completes the sample.

    Refuses the analyst of the result, a result that was not submitted, and (Stale) one that changed since it was
    seen.
    """
    a.touch(result.sample.batch, result.sample)
    move = find(RESULT_TRANSITIONS, "review")
    row = apply_transition(a, result, move, version=version, reviewed_by=a.actor.user, reviewed_at=a.at)
    title = f"{row.sample.number}, {row.item.title}: {with_unit(row.reported, row.unit)}"
    signing.sign(a, token, row, "reviewed", title=title, permission="qc.review_result")
    _complete(a, row.sample)
    return row


def _complete(a: Act, sample: Sample) -> None:
    row = locked(sample)
    wanted = {i.pk for i in items_for(row)}
    done = set(Result.objects.filter(sample=row, state=ResultState.REVIEWED).values_list("item_id", flat=True))
    if row.state == SampleState.IN_TEST and wanted <= done:
        apply_transition(a, row, find(SAMPLE_TRANSITIONS, "complete"))


def retract_result(a: Act, result: Result, reason: str, version: int | None = None) -> Result:
    """Takes a result back with a reason, before a new one; it stays visible (R222, RES-03).

    Before its review the laboratory does that; a reviewed one is taken back by a reviewer or QA (R335). Refuses a
    result beyond specification: only an investigation takes that one out of judgement (R502); of a reviewed one
    who entered it, and everybody while a review of the batch stands.
    """
    return _take_back(a, result, None, reason, version)


def retraction_of(result: Result) -> Transition:
    """The move by which a result as it stands is retracted: another one once it is reviewed."""
    return find(RESULT_TRANSITIONS, "retract_reviewed" if result.state == ResultState.REVIEWED else "retract")


def invalidate_result(a: Act, result: Result, reason: str, version: int | None = None) -> Result:
    """QA invalidates a result after an approved investigation with a confirmed laboratory cause (R502)."""
    return _take_back(a, result, find(RESULT_TRANSITIONS, "invalidate"), reason, version)


def _take_back(a: Act, result: Result, move: Transition | None, reason: str, version: int | None) -> Result:
    """The result stays in the record with its reason; its signatures are void; its test is open again.

    Without a move it is retracted as it stands under the lock.
    """
    a.touch(result.sample.batch, result.sample)
    _refuse_closed(result.sample.batch)
    why = clean_reason(reason)
    move = move or retraction_of(locked(result, version))
    row = apply_transition(a, result, move, version=version, reason=why, taken_back_because=why)
    signing.void_signatures(a, row, why)
    sample = locked(row.sample)
    if sample.state == SampleState.COMPLETED:
        apply_transition(a, sample, find(SAMPLE_TRANSITIONS, "reopen"))
    return row
