"""The trail of one record, and the list of all acts. Plain frozen values (see `pages`)."""

from dataclasses import dataclass

from compliance.page_forms import ListPage
from compliance.pages import Option


@dataclass(frozen=True, slots=True)
class TrailLine:
    """What a new row says in a trail: the value it holds and the one it replaces, the rest in words."""

    text: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailListPage(ListPage):
    """Acts of the whole site, newest first, with the filter that chose them."""

    action_url: str
    who: str = ""
    why: str = ""
    since: str = ""
    until: str = ""
    events: tuple[Option, ...] = ()
    error: str = ""
