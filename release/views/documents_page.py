"""The list of issued documents as a page value: what is made, what is being made, what could not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.domain.outbox import is_late
from compliance.page_frame import Link
from compliance.pages import Act, Cell, Column, Fact, Row, State, Table, Verdict
from compliance.states import JobState
from compliance.views import acts
from compliance.views.shown import moment
from release.domain.documents import jobs_of
from release.domain.export import newest
from release.models import IssuedDocument
from release.pages import DocumentsPage
from release.states import DocumentKind, DocumentState
from release.views import places

if TYPE_CHECKING:
    from django.http import HttpRequest

    from batches.models import Batch
    from compliance.domain.actor import Actor
    from compliance.models import OutboxJob
    from compliance.page_forms import ActForm

SHAPES: dict[str, str] = {
    DocumentState.REQUESTED: "wait",
    DocumentState.MADE: "within",
    DocumentState.FAILED: "refused",
    DocumentState.SUPERSEDED: "void",
}


def documents_page(request: HttpRequest, actor: Actor, batch: Batch, form: ActForm) -> DocumentsPage:
    """Every document of a batch, newest first, in a fixed number of queries."""
    rows = list(IssuedDocument.objects.filter(batch=batch).select_related("requested_by").order_by("-pk"))
    waiting = [d for d in rows if d.state in {DocumentState.REQUESTED, DocumentState.FAILED}]
    jobs = jobs_of(waiting)
    failed = {d.pk for d in waiting if _failed(d, jobs.get(str(d.uuid)))}
    making = [d for d in waiting if d.pk not in failed]
    may_ask = actor.may("release.request_document")
    return DocumentsPage(
        head=places.head_of(batch, f"Documents of {batch.number}", Link("Documents")),
        title=f"Documents of {batch.number}",
        text="Each is made once from the ledger, sealed, and kept by its digest.",
        tally=(Fact("issued", str(sum(d.state == DocumentState.MADE for d in rows))),),
        acts=_acts(request, actor, batch, [d for d in waiting if d.pk in failed]),
        table=_table(rows, jobs, failed),
        making=_making(batch, making, jobs),
        forms=(form,) if may_ask and not making else (),
        links=places.links_of(batch, "documents"),
    )


def _failed(row: IssuedDocument, job: OutboxJob | None) -> bool:
    """Told as failed: by its own word, or because its worker was lost each time. A person may ask at once."""
    return row.state == DocumentState.FAILED or job is None or job.state == JobState.FAILED or is_late(job)


def _acts(request: HttpRequest, actor: Actor, batch: Batch, failed: list[IssuedDocument]) -> tuple[Act, ...]:
    found = []
    if actor.may("release.request_document"):
        for row in failed:
            url = reverse("release:document-retry", args=(row.uuid,))
            found.append(Act(f"Try {row.number} again", url, "post", acts.new_token(request), row.version))
    if actor.may("release.export_batch") and newest(batch, DocumentKind.EBR) is not None:
        export = Act("Export the bundle", places.url("export", batch), "post", acts.new_token(request), batch.version)
        found.append(export)
    return tuple(found)


def _making(batch: Batch, making: list[IssuedDocument], jobs: dict[str, OutboxJob]) -> State | None:
    if not making:
        return None
    names = ", ".join(d.number for d in reversed(making))
    errors = {e for d in making if (job := jobs.get(str(d.uuid))) is not None and (e := job.error)}
    tried = f" Tried before: {'; '.join(sorted(errors))[:300]} It is tried again by itself." if errors else ""
    text = f"{names}. You can leave this page; the document is here when it is done.{tried}"
    title = "A document is being made" if len(making) == 1 else f"{len(making)} documents are being made"
    return State("loading", title, text, acts=(Link("Look again", places.url("documents", batch)),))


def _table(rows: list[IssuedDocument], jobs: dict[str, OutboxJob], failed: set[int]) -> Table:
    columns = (Column("Document"), Column("Copy"), Column("State"), Column("Asked for by"), Column("Made"))
    shown = tuple(_row(d, jobs.get(str(d.uuid)), d.pk in failed) for d in rows)
    return Table("Issued documents", columns, shown, empty="No document is issued yet.")


def _row(row: IssuedDocument, job: OutboxJob | None, failed: bool) -> Row:
    url = reverse("release:document", args=(row.uuid,)) if row.sha256 else ""
    state = DocumentState.FAILED if failed else DocumentState(row.state)
    why = (row.error or (job.error if job else ""))[:300] if failed else ""
    made = f"{row.pages} pages, {row.size} bytes, SHA-256 {row.sha256[:12]}" if row.sha256 else ""
    return Row(
        (
            Cell(row.number, url, kind="code", note=str(row.get_kind_display())),
            Cell(str(row.copy_no), note=row.reason),
            Cell(verdict=Verdict(SHAPES[state], str(state.label), why)),  # type: ignore[arg-type]
            Cell(row.requested_by.printed_name, note=moment(row.requested_at)),
            Cell(moment(row.made_at), note=made),
        ),
        "breach" if failed else "void" if state == DocumentState.SUPERSEDED else "",
    )
