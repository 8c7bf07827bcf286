"""The list of all acts, filtered by who, what, when and why. Plain frozen values (see `pages`)."""

from dataclasses import dataclass

from compliance.page_forms import ListPage
from compliance.pages import Option


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
