"""The trail of one record, and the list of all acts. Plain frozen values (see `pages`)."""

from dataclasses import dataclass

from compliance.page_forms import FormField, ListPage, TrailPage
from compliance.pages import Act


@dataclass(frozen=True, slots=True)
class TrailLine:
    """What a new row says in a trail: the value it holds and the one it replaces, the rest in words."""

    text: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class TrailForm:
    """The filter of a trail, sent as an address; `fold` while nothing is asked for."""

    action_url: str
    fields: tuple[FormField, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""
    fold: bool = True
    name: str = "filter"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailListPage(ListPage):
    """Acts of the whole site, newest first, with the filter that chose them."""

    asked: TrailForm


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTrailPage(TrailPage):
    """The trail of one record, its filter, and its files."""

    asked: TrailForm
    files: tuple[Act, ...] = ()
