"""What the apps above tell the pages of this one: whose trail may be read by whom, what the navigation offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from compliance.page_frame import NavItem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from compliance.page_frame import Link
    from compliance.page_trail import TrailLine

    AccountCheck = Callable[[Mapping[int, tuple[str, ...]]], Mapping[int, str]]


def plain_title(row: Any) -> str:
    """What a record calls itself; a history row answers with its record's name, without the time of the version."""
    return str(getattr(row, "instance", row))


@dataclass(frozen=True, slots=True)
class Trail:
    """One kind of record whose trail has a page. Every function takes rows and history rows alike.

    `title` names one row; `names` names many at once where a name needs other rows. `words` is what people call
    the kind. `place` is the way back to the record, the last link its own page. `lines` says what a new row
    says (None: its columns). `related` is read with the rows. `hidden` columns are names of the software.
    `shown` leaves rows out of a search for values: those that no page may show yet.
    """

    label: str
    permission: str
    title: Callable[[Any], str] = plain_title
    words: str = ""
    names: Callable[[Sequence[Any]], Sequence[str]] | None = None
    place: Callable[[Any], tuple[Link, ...]] | None = None
    lines: Callable[[Sequence[Any]], Sequence[TrailLine | None]] | None = None
    related: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    shown: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None

    def names_of(self, rows: Sequence[Any]) -> list[str]:
        """What people call these rows, in their order."""
        return list(self.names(rows)) if self.names else [self.title(row) for row in rows]

    def lines_of(self, rows: Sequence[Any]) -> list[TrailLine | None]:
        """What these rows say in words of their own, None where their columns are shown."""
        return list(self.lines(rows)) if self.lines else [None] * len(rows)


@dataclass(frozen=True, slots=True)
class Risk:
    """A kind of act that a review of the trail looks at before others, lowest rank first (R213).

    `acts` picks the act ids of such acts out of a query of act ids.
    """

    rank: int
    words: str
    acts: Callable[[QuerySet[Any]], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the main navigation, for people whose roles give the permission."""

    key: str
    label: str
    url_name: str
    permission: str
    order: int


_trails: dict[str, Trail] = {}
_parts: dict[str, list[Callable[[UUID], QuerySet[Any]]]] = {}
_nav: dict[str, NavEntry] = {}
_scan: dict[str, str] = {}
_account_checks: list[AccountCheck] = []
_risks: dict[str, Risk] = {}


def register_trail(label: str, permission: str, title: Callable[[Any], str] = plain_title, **more: Any) -> None:
    """Opens the trail of one kind of record to a permission. A kind that nobody registers has no trail page.

    `more` are the further fields of `Trail`.
    """
    _trails[label] = Trail(label, permission, title, **more)


def register_trail_part(label: str, acts: Callable[[UUID], QuerySet[Any]]) -> None:
    """Adds acts to the trail of one kind of record: those that wrote what belongs to it, by their act ids."""
    _parts.setdefault(label, []).append(acts)


def parts_of(label: str, uuid: UUID) -> list[QuerySet[Any]]:
    """The act ids of everything that belongs to one record."""
    return [acts(uuid) for acts in _parts.get(label, [])]


def trail_of(label: str) -> Trail | None:
    """The registered trail of a record label, or None."""
    return _trails.get(label)


def all_trails() -> tuple[Trail, ...]:
    """Every registered kind."""
    return tuple(_trails.values())


def register_nav(key: str, label: str, url_name: str, permission: str, order: int = 50) -> None:
    """Puts a page into the navigation. The first one that a person may open is her home."""
    _nav[key] = NavEntry(key, label, url_name, permission, order)


def nav_for(permissions: frozenset[str]) -> tuple[NavItem, ...]:
    """The pages these permissions open, in order; an entry without permission opens to everybody signed in."""
    found = [e for e in _nav.values() if not e.permission or e.permission in permissions]
    return tuple(NavItem(e.key, e.label, reverse(e.url_name)) for e in sorted(found, key=lambda e: (e.order, e.label)))


def register_scan(url_name: str) -> None:
    """Names the page that takes every scan."""
    _scan["url_name"] = url_name


def scan_url_name() -> str:
    """The page that takes every scan; "" while there is none."""
    return _scan.get("url_name", "")


def register_account_check(check: AccountCheck) -> None:
    """Adds a look at accounts for the access review: from person and roles held to what is odd, in words (R205)."""
    _account_checks.append(check)


def account_checks() -> tuple[AccountCheck, ...]:
    """What the apps above look at."""
    return tuple(_account_checks)


def register_risk(rank: int, words: str, acts: Callable[[QuerySet[Any]], QuerySet[Any]]) -> None:
    """Adds a kind of act that a review of the trail looks at first: by its rank, 1 before 2."""
    _risks[words] = Risk(rank, words, acts)


def risks() -> tuple[Risk, ...]:
    """What the apps above look at first."""
    return tuple(_risks.values())
