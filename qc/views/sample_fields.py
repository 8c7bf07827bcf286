"""The results of a sample as fields, grouped by test: what stands, what is open, what was taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from django.urls import reverse

from batches.pages import Field, SecondPerson
from batches.views.words import scale_of, unit_of
from compliance.domain.transitions import blockers
from compliance.page_frame import Link
from compliance.pages import Correction, FileRef, Limit, Option, Verdict
from compliance.views.shown import moment
from qc.domain.testing import earliest_of, options_of, retraction_of
from qc.pages import ResultGroup
from qc.states import ResultState
from qc.views import places, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.refusals import Refusal
    from qc.models import Result, SpecificationItem
    from qc.views.sample_data import SampleData


BOX_MOST = 8  # a longer unit would leave no room for the number in the box


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into one field and refused."""

    code: str
    typed: str
    refusal: Refusal


def groups(data: SampleData, tokens: Callable[[], str], kept: Kept | None = None) -> tuple[ResultGroup, ...]:
    """One group a test, in the order of the specification."""
    found = []
    for test, items in groupby(data.items, key=lambda item: item.test):
        group = list(items)
        done = sum(1 for i in group if i.pk in data.live)
        found.append(
            ResultGroup(
                title=words.said_of_test(test),
                aside=f"{group[0].method}, {done} of {len(group)} entered",
                fields=tuple(_field(data, i, tokens, kept) for i in group),
                more=tuple(_more(data, i) for i in group if data.may_enter and i.pk not in data.live),
            )
        )
    return tuple(found)


def code_of(item: SpecificationItem) -> str:
    """The name of an item's field on the page."""
    return item.code.replace("_", "-")


def _more(data: SampleData, item: SpecificationItem) -> Link:
    return Link(item.title, places.sample_url(data.sample, "result-enter", item.uuid))


def _field(data: SampleData, item: SpecificationItem, tokens: Callable[[], str], kept: Kept | None) -> Field:
    unit = unit_of(item.unit)
    field = Field(
        code=code_of(item),
        label=item.title,
        kind="choice" if item.kind == "choice" else "number",
        verdict=words.BLANK,
        unit=unit if len(unit) <= BOX_MOST else "",
        help=f"in {unit}" if len(unit) > BOX_MOST else "",
        tags=("CQA",) if item.is_cqa else (),
        limits=words.limits_shown(item),
        editable=data.may_enter,
        corrections=_taken_back(data, item),
    )
    result = data.live.get(item.pk)
    if result is not None:
        return _recorded(data, field, item, result)
    return _open(data, field, item, tokens, kept) if data.may_enter else field


def _open(
    data: SampleData, field: Field, item: SpecificationItem, tokens: Callable[[], str], kept: Kept | None
) -> Field:
    earliest = earliest_of(data.sample, item)
    field = replace(
        field,
        limits=(*field.limits, *((Limit("passes from", moment(earliest)),) if earliest else ())),
        options=tuple(Option(o, o) for o in options_of(item)),
        placeholder="result",
        record_url=places.sample_url(data.sample, "result-record", item.uuid),
        check_url=places.sample_url(data.sample, "result-check", item.uuid),
        token=tokens(),
        version=data.sample.version,
    )
    if kept is None or kept.code != field.code:
        return field
    return replace(field, value=kept.typed, verdict=Verdict("refused", "not recorded"), note=kept.refusal.text)


def _recorded(data: SampleData, field: Field, item: SpecificationItem, result: Result) -> Field:
    verdict = words.verdict_of(result)
    return replace(
        field,
        recorded=True,
        value=words.value_of(result),
        verdict=verdict,
        scale=scale_of(words.limits(item), result.judged, item.title, verdict, computed=False),
        by=words.by_of(result),
        note=" ".join(t for t in (_investigated(result), words.note_of(result), _without_raw(result)) if t),
        correct_url=places.result_url(result, "result-retract") if _may_retract(data, result) else "",
        trail_url=reverse("compliance:audit-trail", args=("qc.result", result.uuid)),
        second=_second(result),
        files=_files(result),
    )


def _may_retract(data: SampleData, result: Result) -> bool:
    move = retraction_of(result)
    return data.actor.may(move.permission) and not blockers(data.actor, result, move, data.now)


def _investigated(result: Result) -> str:
    oos = getattr(result, "oos", None)
    return f"Investigation {oos.number} is {oos.get_state_display()}." if oos else ""


def _without_raw(result: Result) -> str:
    """Said to the reviewer, who is to compare the result with its raw data."""
    waits = result.state == ResultState.SUBMITTED
    return f"{words.NO_RAW.capitalize()}." if waits and not result.raw_sha256 else ""


def _files(result: Result) -> tuple[FileRef, ...]:
    if not result.raw_sha256:
        return ()
    return (FileRef(result.raw_name, places.result_url(result, "result-file"), result.raw_sha256),)


def _second(result: Result) -> SecondPerson | None:
    if result.state == ResultState.REVIEWED and result.reviewed_by is not None:
        return SecondPerson(f"reviewed by {result.reviewed_by.printed_name}, {moment(result.reviewed_at)}", done=True)
    if result.state == ResultState.SUBMITTED:
        return SecondPerson("waits for the second person's review")
    return None


def _taken_back(data: SampleData, item: SpecificationItem) -> tuple[Correction, ...]:
    chain = data.gone(item)
    following = [*chain[1:], data.live.get(item.pk)]
    return tuple(
        Correction(
            words.with_unit(old),
            words.with_unit(new) if new else "",
            "",
            f"Entered by {old.analyst.printed_name}",
            moment(old.entered_at),
            old.reason,
            old.get_state_display().capitalize(),
        )
        for old, new in zip(chain, following, strict=False)
    )
