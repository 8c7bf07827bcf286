"""The page of one result, and the page on which one is entered with all that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.numbers import display
from compliance.page_forms import Section
from compliance.page_frame import Link
from compliance.pages import Fact
from compliance.views.shown import moment, signatures_on, trail_link
from qc.pages import ResultPage
from qc.views import places, words
from qc.views.sample_page import head

if TYPE_CHECKING:
    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm
    from qc.models import Result, Sample, SpecificationItem


def enter_page(actor: Actor, sample: Sample, item: SpecificationItem, form: ActForm) -> ResultPage:
    """The page on which one result is entered."""
    return ResultPage(
        head=head(sample, actor, Link(item.title)),
        title=item.title,
        step=f"{sample.number} · {sample.point} · {item.method}",
        forms=(form,),
    )


def result_page(actor: Actor, row: Result, form: ActForm | None = None) -> ResultPage:
    """One result as it stands, with a form that does something to it."""
    return ResultPage(
        head=head(row.sample, actor, Link(row.item.title)),
        title=f"{row.item.title} {words.with_unit(row)}",
        step=f"{row.sample.number} · {row.get_state_display()}",
        sections=(Section(title="Result", facts=_facts(row)),),
        signatures=signatures_on([row.uuid]),
        forms=(form,) if form else (),
        links=trail_link(actor, row),
    )


def _facts(row: Result) -> tuple[Fact, ...]:
    limits = words.limit_line(row.item)
    verdict = words.verdict_of(row)
    facts = [
        Fact("Typed", row.typed, row.analyst.printed_name, kind="hand"),
        Fact("Printed", words.with_unit(row), f"judged as {display(row.judged)}" if row.judged is not None else ""),
        Fact("Specification", limits),
        Fact("Verdict", verdict.word, row.message if verdict.kind not in {"within", "info"} else ""),
        Fact("Entered", moment(row.entered_at), row.analyst.printed_name),
        Fact("Method", row.method, row.instrument),
    ]
    if row.reviewed_by is not None:
        facts.append(Fact("Reviewed", moment(row.reviewed_at), row.reviewed_by.printed_name))
    if row.comment:
        facts.append(Fact("Comment", row.comment, kind="hand"))
    if row.reason:
        facts.append(Fact(f"{row.get_state_display().capitalize()} because", row.reason, kind="hand"))
    if row.raw_sha256:
        facts.append(Fact("Raw data", row.raw_name, row.raw_sha256, url=places.result_url(row, "result-file")))
    else:
        facts.append(Fact("Raw data", words.NO_RAW))
    if hasattr(row, "oos"):
        facts.append(Fact("Investigation", row.oos.number, row.oos.get_state_display(), url=places.oos_url(row.oos)))
    return tuple(facts)
