"""The fields of a phase in the order of the master: what is recorded, what is open, what follows by calculation."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from batches.domain.judging import BREACHES, resolved_limits
from batches.domain.masters import said
from batches.pages import Field, SecondPerson
from batches.validators import Bound, LimitPair, RelativeBound
from batches.views import places, words
from batches.views.formulas import pieces_of
from batches.views.phase_data import SECOND
from compliance.numbers import display
from compliance.page_frame import Link
from compliance.pages import Correction, FileRef, Limit, Option, Verdict
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import Entry
    from batches.validators import LimitSet
    from batches.views.phase_data import PhaseData

PLACEHOLDERS = {"number": "value", "duration": "value", "instant": "2026-03-28 14:05", "text": "write"}
OTHER_LIMITS = {"instant": "not in the future", "attachment": "csv, txt, pdf, png or jpg"}


def entered_fields(data: PhaseData, tokens: Callable[[], str]) -> tuple[Field, ...]:
    """Every parameter that a person records."""
    specs = [p for p in data.place.phase.parameters if p.kind != "calculation"]
    return tuple(_entered(data, p, tokens) for p in specs)


def computed_fields(data: PhaseData) -> tuple[Field, ...]:
    """Every calculation with its worked formula."""
    return tuple(_computed(data, p) for p in data.place.phase.parameters if p.kind == "calculation")


def tags_of(parameter: ParameterSpec) -> tuple[str, ...]:
    """CPP, IPC, critical: what makes a parameter weigh more; `if any` where it may stay open."""
    marks = (
        ("CPP", parameter.cpp),
        ("IPC", parameter.ipc),
        ("critical", parameter.critical),
        ("if any", parameter.optional),
    )
    return tuple(word for word, is_set in marks if is_set)


def open_limits(data: PhaseData, parameter: ParameterSpec) -> LimitSet | None:
    """The limits a value would be judged by now; a share of what is not recorded stays a share."""
    try:
        return _in_words(data, resolved_limits(parameter, data.values, data.phase.path, data.phase.occurrence))
    except Invalid:
        return _in_words(data, parameter.limits)


def _in_words(data: PhaseData, limits: LimitSet | None) -> LimitSet | None:
    """Limits that are shares of another value, with that value's title in place of its name in the master."""
    if limits is None:
        return None
    return replace(
        limits,
        plausible=_pair_in_words(data, limits.plausible),
        alert=_pair_in_words(data, limits.alert),
        action=_pair_in_words(data, limits.action),
        specification=_pair_in_words(data, limits.specification),
    )


def _pair_in_words(data: PhaseData, pair: LimitPair | None) -> LimitPair | None:
    if pair is None:
        return None
    return LimitPair(_bound_in_words(data, pair.low), _bound_in_words(data, pair.high))


def _bound_in_words(data: PhaseData, bound: Bound | RelativeBound | None) -> Bound | RelativeBound | None:
    if isinstance(bound, RelativeBound):
        return replace(bound, of=said(data.plan.spec, bound.of, data.phase.path))
    if isinstance(bound, Bound) and bound.source:
        share, _, base = bound.source.partition(" of ")
        return replace(bound, source=f"{share} of {said(data.plan.spec, base, data.phase.path)}")
    return bound


def _base(data: PhaseData, parameter: ParameterSpec) -> Field:
    return Field(
        code=parameter.id,
        label=parameter.label,
        kind=parameter.kind,
        verdict=words.BLANK,
        help=parameter.help or "",
        unit=words.unit_of(parameter.unit or ""),
        tags=tags_of(parameter),
        editable=data.may_record,
    )


def _entered(data: PhaseData, parameter: ParameterSpec, tokens: Callable[[], str]) -> Field:
    entry = data.live.get((parameter.id, ""))
    field = _base(data, parameter)
    if entry is None:
        return _open(data, parameter, field, tokens)
    if parameter.id in data.sealed:
        return _sealed(data, field, entry)
    return _recorded(data, parameter, field, entry)


def _open(data: PhaseData, parameter: ParameterSpec, field: Field, tokens: Callable[[], str]) -> Field:
    judged = words.limits_of(open_limits(data, parameter), parameter.unit or "", parameter.passing)
    checked = not field.upload and field.kind != "confirm"
    return replace(
        field,
        limits=(*_target(parameter), *(judged or _other_limits(parameter))),
        options=tuple(Option(o, o) for o in parameter.options),
        placeholder=PLACEHOLDERS.get(parameter.kind, ""),
        record_url=places.phase_url(data.phase, "phase-record", parameter.id),
        check_url=places.phase_url(data.phase, "phase-check", parameter.id) if checked else "",
        token=tokens(),
        version=data.phase.version,
        second=_second_to_come(data, parameter),
    )


def _second_to_come(data: PhaseData, parameter: ParameterSpec) -> SecondPerson | None:
    blind = parameter in data.place.phase.blind_parameters
    return SecondPerson("a second person counts blind after this") if blind else None


def _other_limits(parameter: ParameterSpec) -> tuple[Limit, ...]:
    if parameter.kind == "series":
        columns = ", ".join(f"{c.name} ({words.unit_of(c.unit)})" for c in parameter.columns)
        return (Limit("CSV with columns", f"time, {columns}"), *_column_limits(parameter))
    text = OTHER_LIMITS.get(parameter.kind)
    return (Limit(text),) if text else ()


def _column_limits(parameter: ParameterSpec) -> tuple[Limit, ...]:
    return tuple(
        Limit(f"{one.column} {limit.level}", limit.text)
        for one in parameter.column_limits
        for limit in words.limits_of(one.limits, "")
    )


def _sealed(data: PhaseData, field: Field, entry: Entry) -> Field:
    """The first count is recorded; nothing of it is on the page before the second one is stored."""
    return replace(
        field,
        recorded=True,
        sealed=True,
        verdict=words.SEALED,
        by=_by(data, entry),
        correct_url=_correct_url(data, field.code),
        second=SecondPerson("waits for the second person's own count", url=places.phase_url(data.phase, "phase-blind")),
    )


def _recorded(data: PhaseData, parameter: ParameterSpec, field: Field, entry: Entry) -> Field:
    frozen = _in_words(data, words.frozen_limits(entry))
    verdict = words.verdict_of(entry)
    limits = words.limits_of(frozen, entry.unit, parameter.passing)
    return replace(
        field,
        recorded=True,
        value=words.moment(entry.instant) if entry.instant else words.value_of(entry),
        verdict=verdict,
        limits=(*_target(parameter), *(limits or _column_limits(parameter))),
        scale=words.scale_of(frozen, entry.judged or entry.value, parameter.label, verdict, computed=False),
        by=_by(data, entry),
        note=_joined(words.note_of(entry), words.summary_of(entry), _said(entry), _after(data, parameter, entry)),
        choices=_cause(data, parameter),
        correct_url="" if entry.kind == "confirm" else _correct_url(data, parameter.id),
        trail_url=places.trail_url(entry),
        corrections=_corrections(data, entry),
        files=_files(data, entry),
        plot=data.plots.get(entry.uuid),
        second=_second(data, parameter),
    )


def _joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def _said(entry: Entry) -> str:
    return f"“{entry.comment}”" if entry.comment else ""


def _cause(data: PhaseData, parameter: ParameterSpec) -> tuple[Link, ...]:
    """The way to the box for the cause, where the master asks for one and none is written."""
    if parameter.id not in data.causeless or not data.may_record:
        return ()
    return (Link("Write the cause you saw", f"{places.phase_url(data.phase, 'phase-comment')}?field={parameter.id}"),)


def _after(data: PhaseData, parameter: ParameterSpec, entry: Entry) -> str:
    """What follows from a value out of its limit: who judges it, and whether work may go on (R503, R504)."""
    if entry.verdict not in BREACHES:
        return _stays(data, entry)
    rows = [d.number for d in data.deviations if d.entry is not None and d.entry.path == entry.path]
    if not rows:
        return ""
    if parameter.on_breach == "stop":
        return f"Work stops: QA judges {rows[-1]} first. No step is started or signed before it is closed."
    return f"Work may go on: QA judges {rows[-1]}, and the batch is not released before it is closed."


def _stays(data: PhaseData, entry: Entry) -> str:
    """A value corrected back within its limits closes no deviation: what happened is still judged (R504)."""
    if entry.supersedes_id is None or entry.verdict in BREACHES:
        return ""
    rows = [d.number for d in data.deviations if d.entry is not None and d.entry.path == entry.path]
    if not rows:
        return ""
    many = len(rows) > 1
    stay, close = ("stay", "them") if many else ("stays", "it")
    return f"{' and '.join(rows)} {stay} open after this correction. QA closes {close}, after the investigation."


def _by(data: PhaseData, entry: Entry) -> str:
    return f"{entry.recorded_by.printed_name}, {words.hour(entry.recorded_at, data.now)}"


def _correct_url(data: PhaseData, code: str) -> str:
    return places.phase_url(data.phase, "phase-correct", code) if data.may_correct else ""


def _corrections(data: PhaseData, entry: Entry) -> tuple[Correction, ...]:
    chain = [*data.earlier(entry), entry]
    return tuple(
        Correction(
            words.value_of(old) or "not calculable",
            words.value_of(new) or "not calculable",
            words.unit_of(new.unit),
            new.recorded_by.printed_name,
            words.moment(new.recorded_at),
            new.reason,
        )
        for old, new in pairwise(chain)
    )


def _files(data: PhaseData, entry: Entry) -> tuple[FileRef, ...]:
    if not entry.file_sha256:
        return ()
    url = places.file_url(data.batch.number, entry.uuid)
    return (FileRef(entry.file_name, url, entry.file_sha256, entry.text if entry.kind == "series" else ""),)


def _second(data: PhaseData, parameter: ParameterSpec) -> SecondPerson | None:
    second = data.live.get((parameter.id, SECOND))
    if second is None:
        return None
    who = f"{second.recorded_by.printed_name}, {words.hour(second.recorded_at, data.now)}"
    text = f"Second count {words.value_of(second)} {words.unit_of(second.unit)}".strip()
    signed = ", signed" if data.standing(second.uuid) else ""
    return SecondPerson(f"{text}, {who}{signed}", done=True)


def _computed(data: PhaseData, parameter: ParameterSpec) -> Field:
    entry = data.live.get((parameter.id, ""))
    field = replace(_base(data, parameter), editable=False)
    if f"{data.phase.path}.{parameter.id}" in data.hidden:
        return replace(field, verdict=words.SEALED, limits=_plain_limits(data, parameter))
    if entry is None:
        return replace(field, verdict=Verdict("blank", "not computed yet"), limits=_plain_limits(data, parameter))
    frozen = _in_words(data, words.frozen_limits(entry))
    verdict = words.verdict_of(entry)
    return replace(
        field,
        value=words.value_of(entry),
        unit=words.unit_of(entry.unit),
        verdict=verdict if entry.verdict != "no_limit" else Verdict("info", "computed"),
        limits=(*_target(parameter), *words.limits_of(frozen, entry.unit)),
        scale=words.scale_of(frozen, entry.judged or entry.value, parameter.label, verdict, computed=True),
        note=_joined(words.note_of(entry), _after(data, parameter, entry)),
        choices=_cause(data, parameter),
        corrections=_corrections(data, entry),
        formula=pieces_of(entry, data.by_hand),
        trail_url=places.trail_url(entry),
    )


def _plain_limits(data: PhaseData, parameter: ParameterSpec) -> tuple[Limit, ...]:
    return (*_target(parameter), *words.limits_of(open_limits(data, parameter), parameter.unit or ""))


def _target(parameter: ParameterSpec) -> tuple[Limit, ...]:
    if parameter.target is None:
        return ()
    return (Limit("target", f"{words.pretty(display(parameter.target))} {words.unit_of(parameter.unit or '')}"),)
