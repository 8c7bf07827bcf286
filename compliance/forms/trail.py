"""The filter of the list of acts, as it stands in the address."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from compliance.domain import clock
from compliance.forms.reading import read_day_if_any
from compliance.queries.changed import searched_fields
from compliance.queries.search import EntryFilter
from compliance.refusals import Invalid
from compliance.registry import parts_of, trail_of
from compliance.roles import Role, all_events
from compliance.validators import unprintable

if TYPE_CHECKING:
    from django.http import QueryDict

    from compliance.domain.actor import Actor

LONGEST = 200
WORDS = {"who": "Who", "why": "Why", "old": "Text before", "new": "Text after"}


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """The words as typed; `entries` makes the query of them. `record` is label:uuid where one record is asked for."""

    who: str = ""
    role: str = ""
    what: str = ""
    kind: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    why: str = ""
    since: str = ""
    until: str = ""
    record: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> TrailFilter:
        """From the address."""
        return cls(**{f.name: data.get(f.name, "").strip() for f in fields(cls)})

    def about(self, label: str, uuid: UUID) -> TrailFilter:
        """The same on the trail of one record."""
        return replace(self, record=f"{label}:{uuid}")

    def entries(self, actor: Actor) -> EntryFilter:
        """The days count in the site's zone, the last one with it.

        Refuses what is no day, a role, event, kind or field that there is not, a kind whose trail the person may
        not open, a text without its kind, and characters that no record can hold (Invalid).
        """
        self._refuse_words()
        self._refuse_choices(actor)
        since, last = _day(self.since, "since", "From day"), _day(self.until, "until", "To day")
        if since and last and last < since:
            raise Invalid("To day is before From day.", "until", "order")
        record, kind = self.record_key(), trail_of(self.kind)
        return EntryFilter(
            who=self.who.casefold(),
            role=self.role,
            what=self.what,
            why=self.why,
            kind=self.kind,
            field=self.field,
            old=self.old,
            new=self.new,
            since=_midnight(since),
            until=_midnight(last + timedelta(days=1)) if last else None,
            record=record,
            parts=tuple(parts_of(*record)) if record else (),
            shown=kind.shown if kind else None,
        )

    def record_key(self) -> tuple[str, UUID] | None:
        """Label and uuid of the record asked for. Refuses what is no record."""
        if not self.record:
            return None
        label, _, key = self.record.partition(":")
        try:
            return label, UUID(key)
        except ValueError:
            raise Invalid("There is no such record.", "record", "record") from None

    def _refuse_words(self) -> None:
        for name, words in WORDS.items():
            text = getattr(self, name)
            if unprintable(text):
                raise Invalid(f"{words} holds a character that no record can hold. Remove it.", name, "unprintable")
            if len(text) > LONGEST:
                raise Invalid(f"{words} is longer than {LONGEST} characters. Shorten it.", name, "long")

    def _refuse_choices(self, actor: Actor) -> None:
        if self.role and self.role not in Role.values:
            raise Invalid("There is no such role.", "role", "choice")
        if self.what and self.what not in all_events():
            raise Invalid("There is no such kind of act.", "what", "choice")
        kind = trail_of(self.kind)
        if self.kind and (kind is None or not actor.may(kind.permission)):
            raise Invalid("There is no such kind of record that you may read.", "kind", "choice")
        if kind is None and (self.field or self.old or self.new):
            raise Invalid("Choose the kind of record to look into its fields.", "kind", "blank")
        if kind and self.field and self.field not in {f.name for f in searched_fields(self.kind, kind.hidden)}:
            raise Invalid("This kind of record has no such field.", "field", "choice")

    def query(self, **more: object) -> str:
        """The filter as the tail of an address."""
        own = {k: v for k, v in asdict(self).items() if v}
        return urlencode(own | {k: str(v) for k, v in more.items() if v})


def _day(text: str, field: str, words: str) -> date | None:
    return read_day_if_any({field: text}, field, words)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=clock.zone()) if day else None


def key_of(data: QueryDict) -> int:
    """The row after which a page of a list starts; 0 for the first page and for anything that is no key."""
    text = data.get("after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
