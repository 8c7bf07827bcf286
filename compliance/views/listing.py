"""What lists share: the way to the pages beside this one, and tables as files that a spreadsheet may open."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse

from compliance.pages import Pagination

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compliance.queries import Slice

# A spreadsheet runs a cell that starts so as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"


def pagination_of(part: Slice, path: str, query: str = "") -> Pagination | None:
    """The pages beside this one; None when all is shown."""
    if part.back is None and part.on is None:
        return None

    def at(key: int | None) -> str:
        if key is None:
            return ""
        tail = "&".join(p for p in (query, f"after={key}" if key else "") if p)
        return f"{path}?{tail}" if tail else path

    return Pagination(
        first=part.before + 1,
        last=part.before + len(part.rows),
        total=part.total,
        previous_url=at(part.back),
        next_url=at(part.on),
    )


def safe_cell(value: Any) -> Any:
    """Text that would run as a formula gets an apostrophe before it; numbers stay numbers (SEC-01)."""
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.startswith(FORMULA) or value.lstrip().startswith(FORMULA) else value


class _Echo:
    """A file that gives back what is written, so that a table streams row by row."""

    def write(self, text: str) -> str:
        return text


def csv_response(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A table as UTF-8 file with mark (SEC-05), row by row, without formulas (SEC-01)."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield MARK + writer.writerow(list(head))
        for row in rows:
            yield writer.writerow([safe_cell(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
