"""A decision with signature, in the admin and on the pages. Plain frozen values (see `pages`)."""

from dataclasses import dataclass

from compliance.page_forms import ActForm
from compliance.page_frame import Head
from compliance.pages import Check, Fact, Signature, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionPage:
    """A decision with signature (`admin/transition.html`, `release/disposition.html`).

    First whether it may be done and what stands open, then what holds, then what it is about, then
    the decision. A refused decision is shown disabled with its reason, not missing.
    """

    title: str
    question: str
    answer: str
    may: bool
    open: tuple[Check, ...] = ()
    holds_title: str = ""
    holds: tuple[Check, ...] = ()
    about_title: str = ""
    about: tuple[Fact, ...] = ()
    table: Table | None = None
    signatures: tuple[Signature, ...] = ()
    form: ActForm | None = None
    close_url: str = ""
    head: Head | None = None
