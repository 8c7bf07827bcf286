"""What the apps above tell the pages of this one: whose trail may be read by whom, what the navigation offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from compliance.page_frame import NavItem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    AccountCheck = Callable[[Mapping[int, tuple[str, ...]]], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Trail:
    """One kind of record whose trail has a page. `title` names a row or one of its history rows."""

    label: str
    permission: str
    title: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the main navigation, for people whose roles give the permission."""

    key: str
    label: str
    url_name: str
    permission: str
    order: int


_trails: dict[str, Trail] = {}
_nav: dict[str, NavEntry] = {}
_scan: dict[str, str] = {}
_account_checks: list[AccountCheck] = []


def register_trail(label: str, permission: str, title: Callable[[Any], str] = str) -> None:
    """Opens the trail of one kind of record to a permission. A kind that nobody registers has no trail page."""
    _trails[label] = Trail(label, permission, title)


def trail_of(label: str) -> Trail | None:
    """The registered trail of a record label, or None."""
    return _trails.get(label)


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
