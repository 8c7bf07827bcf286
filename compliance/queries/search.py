"""Which acts are asked for: the filter of the trail as a query, and the acts of an export, fixed before it starts."""

from __future__ import annotations

import hashlib
import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Value

from compliance import queries
from compliance.models import LedgerEntry, RoleGrant
from compliance.queries import changed
from compliance.states import GrantState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

CHUNK = 500


class ReasonHolds(Func):
    """True for an act one of whose reasons holds a text, in capitals or not; other words of the act do not count."""

    output_field = BooleanField()

    def __init__(self, text: str) -> None:
        super().__init__(F("payload"), Value(text))

    def _parts(self, compiler: Any, row: str, fact: str) -> tuple[str, tuple[str | int, ...]]:
        (payload, first), (text, second) = (compiler.compile(e) for e in self.get_source_expressions())
        sql = f"(EXISTS (SELECT 1 FROM {row}) OR {fact})"  # noqa: S608 - constants of this class
        sql = sql.replace("[payload]", payload).replace("[text]", text)
        return sql, (*first, *second, *first, *second)

    def as_sqlite(  # Django names what it gives
        self,
        compiler: Any,
        connection: Any,  # noqa: ARG002
        **extra_context: Any,  # noqa: ARG002
    ) -> tuple[str, tuple[str | int, ...]]:
        """The list of rows is walked by the database itself."""
        row = "json_each([payload], '$.rows') AS noted WHERE json_extract(noted.value, '$.reason') REGEXP [text]"
        return self._pattern()._parts(compiler, row, "json_extract([payload], '$.facts.reason') REGEXP [text]")

    def as_postgresql(  # Django names what it gives
        self,
        compiler: Any,
        connection: Any,  # noqa: ARG002
        **extra_context: Any,  # noqa: ARG002
    ) -> tuple[str, tuple[str | int, ...]]:
        """The same in the words of PostgreSQL; `json` keeps the text as it was written."""
        row = "json_array_elements([payload]::json->'rows') AS noted WHERE noted->>'reason' ~* [text]"
        return self._pattern(pg=True)._parts(compiler, row, "([payload]::json->'facts'->>'reason') ~* [text]")

    def _pattern(self, *, pg: bool = False) -> ReasonHolds:
        """A copy whose text is a pattern that matches exactly this text."""
        payload, text = self.get_source_expressions()
        found = self.copy()
        plain = re.sub(r"([^\w\s])", r"\\\1", text.value)
        found.set_source_expressions([payload, Value(plain if pg else f"(?i){plain}")])
        return found


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which acts are asked for: by whom and in which role, of which kind, on what, when, why, old and new (R212).

    `record` is the label and uuid of one record; `kind` a label, `field` one of its columns; `old` and `new` are
    words of what stood in it before and after. `shown` leaves out rows whose values nobody may see yet.
    """

    who: str = ""
    role: str = ""
    what: str = ""
    on: str = ""
    why: str = ""
    kind: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    since: datetime | None = None
    until: datetime | None = None
    record: tuple[str, UUID] | None = None
    parts: tuple[QuerySet[Any], ...] = ()
    shown: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None

    def rows(self) -> QuerySet[LedgerEntry]:
        """The entries that match."""
        found = queries.entries_about(*self.record, self.parts) if self.record else LedgerEntry.objects.all()
        plain: tuple[tuple[str, Any], ...] = (
            ("actor_name", self.who),
            ("event", self.what),
            ("recorded_at__gte", self.since),
            ("recorded_at__lt", self.until),
        )
        found = found.filter(**{name: value for name, value in plain if value})
        if self.on:
            found = found.filter(links__chain=self.on)
        if self.role:
            found = found.filter(_held(self.role))
        if self.kind:
            found = found.filter(act_id__in=changed.acts_on(self.kind, self.field, self.old, self.new, self.shown))
        return found.filter(ReasonHolds(self.why)) if self.why else found


def _held(role: str) -> Exists:
    """The actor held the role at the moment of the act: given by then, and not yet withdrawn."""
    history: Any = RoleGrant.history
    taken = history.filter(
        uuid=OuterRef("uuid"), state=GrantState.WITHDRAWN, history_date__lte=OuterRef(OuterRef("recorded_at"))
    )
    given = history.filter(
        role=role, version=1, user_id=OuterRef("actor_id"), history_date__lte=OuterRef("recorded_at")
    )
    return Exists(given.filter(~Exists(taken)))


@dataclass(frozen=True, slots=True)
class Fixed:
    """The acts of one export, named one by one before the first line is written: later acts do not move it.

    `digest` is made over the digests of these acts, oldest first, each time SHA-256 of the one so far and the next,
    so that the file can be compared later.
    """

    ids: array[int]
    digest: str

    @classmethod
    def of(cls, query: QuerySet[LedgerEntry]) -> Fixed:
        """Reads the keys of all acts that match: eight bytes an act."""
        ids, total = array("q"), ""
        for key, digest in query.order_by("id").values_list("id", "digest").iterator(10 * CHUNK):
            ids.append(key)
            total = hashlib.sha256(f"{total}{digest}".encode()).hexdigest()
        return cls(ids, total)

    def parts(self) -> Iterator[list[LedgerEntry]]:
        """The acts oldest first, read in parts, so that a whole trail can be streamed."""
        for start in range(0, len(self.ids), CHUNK):
            wanted = self.ids[start : start + CHUNK].tolist()
            yield list(LedgerEntry.objects.filter(id__in=wanted).select_related("actor").order_by("id"))
