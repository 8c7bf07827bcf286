"""The filter above a trail: its boxes, what was asked for, and the query of it or the refusal in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from compliance.forms.trail import TrailFilter
from compliance.models import LedgerEntry
from compliance.page_forms import FormField
from compliance.page_trail import TrailForm
from compliance.pages import Act, Option
from compliance.queries.changed import searched_fields
from compliance.refusals import Invalid
from compliance.registry import all_trails, trail_of
from compliance.roles import Role, all_events
from compliance.views import acts
from compliance.views.trail_words import kind_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from compliance.domain.actor import Actor

FORMATS = (("csv", "CSV"), ("jsonl", "JSON lines"), ("xlsx", "XLSX"))
STORED = "As it is stored: numbers with a point, days as 2026-10-23."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked for; a filter that is refused finds nothing and keeps what was typed."""

    words: TrailFilter
    actor: Actor
    refusal: Invalid | None
    rows: QuerySet[LedgerEntry]

    @classmethod
    def of(cls, request: HttpRequest, words: TrailFilter | None = None) -> Asked:
        """From the address."""
        asked, actor = words or TrailFilter.of(request.GET), acts.of_request(request)
        try:
            return cls(asked, actor, None, asked.entries(actor).rows())
        except Invalid as refusal:
            return cls(asked, actor, refusal, LedgerEntry.objects.none())

    @property
    def status(self) -> int:
        """200, or that of the refusal."""
        return self.refusal.status if self.refusal else 200

    def form(self, path: str, **hidden: str) -> TrailForm:
        """The boxes as they were filled in."""
        words = self.words
        wrong = self.refusal
        given = [f for f in words.__slots__ if f != "record" and getattr(words, f)]
        return TrailForm(
            action_url=path,
            fields=tuple(self._field(*box) for box in self._boxes()),
            hidden=tuple((k, v) for k, v in hidden.items() if v),
            error=wrong.text if wrong else "",
            fold=not given,
        )

    def _field(self, name: str, label: str, kind: Any, options: tuple[tuple[str, str], ...], note: str) -> FormField:
        value = getattr(self.words, name)
        error = self.refusal.text if self.refusal and self.refusal.field == name else ""
        return FormField(
            name,
            label,
            # A browser shows nothing in a box for days that holds no day.
            "text" if kind == "date" and error else kind,
            value=value,
            error=error,
            help=note,
            options=tuple(Option(k, v, chosen=k == value) for k, v in options),
            required=False,
        )

    def _boxes(self) -> Iterable[tuple[str, str, Any, tuple[tuple[str, str], ...], str]]:
        yield "who", "Who", "text", (), "The user name."
        yield "role", "In which role", "select", tuple(Role.choices), "Held at the moment of the act."
        yield "what", "What was done", "select", _sorted(all_events().items()), ""
        kinds = ((t.label, kind_words(t.label)) for t in all_trails() if self.actor.may(t.permission))
        yield "kind", "Kind of record", "select", _sorted(kinds), "Choose one and show it to choose among its fields."
        fields = self._fields()
        if fields:
            yield "field", "Field changed", "select", fields, ""
            yield "old", "Text before", "text", (), STORED
            yield "new", "Text after", "text", (), STORED
        yield "since", "From day", "date", (), ""
        yield "until", "To day, with it", "date", (), ""
        yield "why", "Why, words of the reason", "text", (), ""

    def _fields(self) -> tuple[tuple[str, str], ...]:
        kind = trail_of(self.words.kind)
        if kind is None or not self.actor.may(kind.permission):
            return ()
        return _sorted((f.name, str(f.verbose_name)) for f in searched_fields(kind.label, kind.hidden))

    def files(self) -> tuple[Act, ...]:
        """The ways to take exactly these acts away, on record."""
        if self.refusal:
            return ()
        query = self.words.query()
        tail = f"?{query}" if query else ""
        url = "compliance:trail-export"
        return tuple(Act(f"Download as {words}", reverse(url, args=(name,)) + tail) for name, words in FORMATS)


def _sorted(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))
