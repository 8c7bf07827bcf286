"""The filter of the list of acts, as it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from compliance.domain import clock
from compliance.forms.reading import read_day_if_any
from compliance.queries import EntryFilter

if TYPE_CHECKING:
    from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """The words as typed; `entries` makes the query of them."""

    who: str = ""
    what: str = ""
    why: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> TrailFilter:
        """From the address."""
        return cls(**{name: data.get(name, "").strip()[:200] for name in ("who", "what", "why", "since", "until")})

    def entries(self) -> EntryFilter:
        """The days count in the site's zone, the last one with it. Refuses what is no day (Invalid)."""
        last = _day(self.until, "until")
        return EntryFilter(
            who=self.who.casefold(),
            what=self.what,
            why=self.why,
            since=_midnight(_day(self.since, "since")),
            until=_midnight(last + timedelta(days=1)) if last else None,
        )

    def query(self, **more: object) -> str:
        """The filter as the tail of an address."""
        own = {k: getattr(self, k) for k in ("who", "what", "why", "since", "until") if getattr(self, k)}
        return urlencode(own | {k: str(v) for k, v in more.items() if v})


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    return read_day_if_any({field: text}, field, "Day")


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=clock.zone()) if day else None


def key_of(data: QueryDict) -> int:
    """The row after which a page of a list starts; 0 for the first page and for anything that is no key."""
    text = data.get("after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
