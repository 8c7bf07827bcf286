"""Exactly the acts of a filter as a file: CSV, JSON lines or XLSX, whole, streamed, itself an act on record (R212)."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

import xlsxwriter  # type: ignore[import-untyped]
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from compliance import queries
from compliance.domain import clock, trails
from compliance.domain.act import act
from compliance.queries.search import Fixed
from compliance.refusals import Blocker, Invalid, Refused
from compliance.registry import trail_of
from compliance.roles import event_title
from compliance.views import audit_trail
from compliance.views.listing import csv_response
from compliance.views.trail_rows import Counted, OtherRows
from compliance.views.trail_search import FORMATS, Asked
from compliance.views.trail_words import Texts, fact_words, kind_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.models import LedgerEntry

HEAD = (
    "act", "recorded at (UTC)", "recorded at (site)", "user", "name", "event", "what happened", "kind of record",
    "record", "facts", "changes", "reason", "digest",
)  # fmt: skip
NOBODY = UUID(int=0)
SHEET_ROWS = 1_048_576  # a sheet of a workbook ends here
CELL_LONGEST = 32_767  # and a cell here
CUT = "… (cut here; whole in CSV and JSON lines)"
IN_MEMORY = 8 * 1024 * 1024


@require_GET
@never_cache
def export(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The filtered trail as a file. Who took it, chosen by what, and how many acts it holds stand in the trail.

    A filter that cannot be understood is refused on the page of the trail, with what was typed.
    """
    if form not in dict(FORMATS):
        raise Http404
    asked = Asked.of(request)
    _need(asked)
    if asked.refusal:
        return _refused(request, asked)
    fixed = Fixed.of(asked.rows)
    if form == "xlsx" and len(fixed.ids) >= SHEET_ROWS:
        text = f"{len(fixed.ids)} acts do not fit into one sheet ({SHEET_ROWS - 1}). Choose fewer, or take CSV."
        raise Refused([Blocker("too_many", text, reverse("compliance:trail"))])
    given = {k: v for k, v in asdict(asked.words).items() if v}
    with act(asked.actor, "trail.exported", asked.words.record or "trail_exports") as a:
        trails.note_export(a, form, given, len(fixed.ids), fixed.digest)
    name = f"audit_trail_{clock.stamp(clock.true_now())[:10]}.{form}"
    answer: StreamingHttpResponse | FileResponse = WAYS[form](name, _lines(fixed, asked.actor))
    return answer


def _need(asked: Asked) -> None:
    """The trail of one record opens to whom its app says, the site's to readers of the trail (R107)."""
    label = asked.words.record.partition(":")[0]
    kind = trail_of(label) if label else None
    asked.actor.need(kind.permission if kind else audit_trail.READ)


def _refused(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The page that the filter stands on, with the words of the refusal."""
    label, _, uuid = asked.words.record.partition(":")
    if uuid and not (isinstance(asked.refusal, Invalid) and asked.refusal.field == "record"):
        return audit_trail.record(request, label, UUID(uuid))
    page: HttpResponse = audit_trail.site(request)
    return page


def _lines(fixed: Fixed, actor: Actor) -> Iterator[dict[str, Any]]:
    """One line an act, oldest first."""
    for part in fixed.parts():
        texts = Texts()
        others = OtherRows.read(NOBODY, part, actor, texts)
        texts.read()
        for entry in part:
            yield _line(entry, _changes(others, entry, texts))


def _line(entry: LedgerEntry, changes: str) -> dict[str, Any]:
    label, _, _uuid = entry.home.partition(":")
    cells = (
        entry.id,
        entry.recorded_at.isoformat(),
        clock.stamp(entry.recorded_at),
        entry.actor_name,
        entry.actor.printed_name,
        entry.event,
        event_title(entry.event) or entry.event,
        kind_words(label),
        entry.home,
        fact_words(entry),
        changes,
        "; ".join(queries.reasons_of(entry)),
        entry.digest,
    )
    return dict(zip(HEAD, cells, strict=True))


def _changes(others: OtherRows, entry: LedgerEntry, texts: Texts) -> str:
    """What the act wrote, record by record: each field that changed, from what to what."""
    said = []
    for one in others.of_act[entry.act_id]:
        if isinstance(one, Counted):
            said.append(f"{one.words}: {one.count} records")
        elif one.line is not None:
            told = " → ".join(part for part in (one.line.old, one.line.new) if part)
            said.append(f"{one.name}: " + "; ".join(part for part in (one.line.text, told) if part))
        else:
            fields = texts.changes(one.label, one.before, one.row)
            said.append(f"{one.name}: " + "; ".join(f"{name}: {old} → {new}" for name, old, new in fields))
    return "\n".join(said)


def _csv(name: str, lines: Iterator[dict[str, Any]]) -> StreamingHttpResponse:
    return csv_response(name, HEAD, (line.values() for line in lines))


def _json(name: str, lines: Iterator[dict[str, Any]]) -> StreamingHttpResponse:
    """One JSON object a line, in UTF-8."""
    text = (json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    response = StreamingHttpResponse(text, content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _xlsx(name: str, lines: Iterator[dict[str, Any]]) -> FileResponse:
    """A workbook whose texts are texts: no formula, no link, whatever they begin with (SEC-01)."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, {"constant_memory": True, **plain}) as book:
        sheet = book.add_worksheet("Audit trail")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, HEAD)
        for number, line in enumerate(lines, start=1):
            for column, cell in enumerate(line.values()):
                if isinstance(cell, str):
                    sheet.write_string(number, column, _fitting(cell))
                else:
                    sheet.write_number(number, column, cell)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def _fitting(text: str) -> str:
    return text if len(text) <= CELL_LONGEST else text[: CELL_LONGEST - len(CUT)] + CUT


WAYS: dict[str, Any] = {"csv": _csv, "jsonl": _json, "xlsx": _xlsx}
