"""One exception with its evidence in place: original and correction, picture, attachment, words, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from batches.domain.masters import plan_for
from batches.views.places import phase_url
from batches.views.series_chart import plot_of
from batches.views.words import pretty, unit_of, value_of, verdict_of
from compliance.pages import Correction, Fact, FileRef, Quote, Verdict
from compliance.views.shown import moment, signatures_on
from release.pages import ExceptionDetail

if TYPE_CHECKING:
    from batches.models import Entry
    from compliance.page_forms import ActForm
    from compliance.pages import Plot
    from release.queries.exceptions import RecordException
    from release.views.review_data import ReviewData

VERDICTS = {
    "breach": Verdict("breach", "out of limit"),
    "alert": Verdict("alert", "to be looked at"),
    "corrected": Verdict("corrected", "corrected"),
    "void": Verdict("void", "void"),
}


def detail_of(data: ReviewData, one: RecordException, form: ActForm | None) -> ExceptionDetail:
    """The evidence of one exception, the answer last."""
    entry = one.entry
    chain = data.chain_of(entry) if entry is not None else []
    index = data.exceptions.index(one)
    before = data.exceptions[index - 1] if index else None
    after = data.exceptions[index + 1] if index + 1 < len(data.exceptions) else None
    return ExceptionDetail(
        code=data.code(one),
        title=one.title,
        verdict=_verdict(one),
        where=_where(data, one),
        about=_about(one),
        corrections=_corrections(chain),
        plot=_plot(data, entry) if entry is not None else None,
        quotes=_quotes(one),
        files=_files(data, chain),
        signatures=signatures_on([one.phase.uuid]) if one.phase is not None else (),
        answer=form,
        previous_url=_url(data, before),
        next_url=_url(data, after),
    )


def _url(data: ReviewData, one: RecordException | None) -> str:
    return reverse("release:exception", args=(data.batch.number, one.key)) if one is not None else ""


def _verdict(one: RecordException) -> Verdict:
    if one.klass == 1 and one.entry is not None:
        return verdict_of(one.entry)
    if one.klass in {5, 8, 14}:
        return Verdict("breach", one.category.lower())
    return VERDICTS[one.severity]


def _where(data: ReviewData, one: RecordException) -> tuple[Fact, ...]:
    found = []
    if one.phase is not None:
        one.phase.batch = data.batch
        found.append(Fact("Where", one.phase.title, moment(one.at), phase_url(one.phase)))
    elif one.at is not None:
        found.append(Fact("When", moment(one.at)))
    if one.entry is not None:
        found.append(Fact("Value", f"{value_of(one.entry)} {unit_of(one.entry.unit)}".strip(), _source(one.entry)))
        if one.entry.limit_words:
            found.append(Fact("Limit", pretty(one.entry.limit_words)))
    if one.who:
        found.append(Fact("Who", one.who))
    return tuple(found)


def _source(entry: Entry) -> str:
    if entry.source == "computed":
        return entry.formula
    return f"typed as {entry.typed}" if entry.typed and entry.typed != entry.reported else ""


def _about(one: RecordException) -> tuple[Fact, ...]:
    found = [Fact("Class", f"{one.klass} {one.category}"), Fact("What", pretty(one.detail))]
    if one.deviation is not None:
        row = one.deviation
        target = reverse("batches:deviation", args=(row.number,))
        found.append(Fact("Deviation", row.number, f"{row.classification or 'not assessed'}, {row.state}", target))
    return tuple(found)


def _corrections(chain: list[Entry]) -> tuple[Correction, ...]:
    """Each value that stood before, oldest first (R215)."""
    pairs = list(zip(chain[1:], chain, strict=False))
    return tuple(
        Correction(
            old=value_of(old) or "no number",
            new=value_of(new) or "no number",
            unit=unit_of(new.unit),
            by=new.recorded_by.printed_name,
            when=moment(new.recorded_at),
            reason=new.reason,
        )
        for old, new in reversed(pairs)
    )


def _quotes(one: RecordException) -> tuple[Quote, ...]:
    found = []
    if one.entry is not None and one.entry.comment:
        found.append(Quote(one.entry.comment, f"{one.who}, {moment(one.at)}"))
    elif one.klass == 18:
        found.append(Quote(one.detail, f"{one.who}, {moment(one.at)}"))
    if one.answer:
        found.append(Quote(one.answer, f"Answer of {one.answered_by}, {moment(one.answered_at)}"))
    return tuple(found)


def _files(data: ReviewData, chain: list[Entry]) -> tuple[FileRef, ...]:
    return tuple(
        FileRef(
            e.file_name, reverse("batches:file", args=(data.batch.number, e.uuid)), e.file_sha256, moment(e.recorded_at)
        )
        for e in chain
        if e.file_sha256
    )


def _plot(data: ReviewData, entry: Entry) -> Plot | None:
    """The picture of a series, the same as on paper, with its readings as a table."""
    points = data.points(entry)
    return plot_of(plan_for(data.batch).parameter(entry.path), entry, points) if points else None
