"""Pages of accounts, as plain frozen values (see `pages`)."""

from dataclasses import dataclass

from compliance.page_forms import ActForm, ListPage, RecordPage
from compliance.page_frame import Head
from compliance.pages import Fact, Pagination, State


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage(ListPage):
    """The list of accounts with its search."""

    action_url: str
    words: str = ""
    state_chosen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage(RecordPage):
    """An access review. Its form stands alone after all that it signs, and takes no focus from it."""

    signed_here: ActForm | None = None
    more: Pagination | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """A one-time link, shown this once."""

    head: Head
    title: str
    text: str
    link: str
    steps: tuple[str, ...]
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationPage:
    """The door of a joiner: her own password, or why the link opens nothing."""

    head: Head
    title: str
    facts: tuple[Fact, ...] = ()
    text: str = ""
    form: ActForm | None = None
    state: State | None = None
