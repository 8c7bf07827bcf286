"""What QA sees: review by exception, disposition, issued documents. Plain frozen values."""

from dataclasses import dataclass
from typing import Literal

from compliance.page_forms import ActForm, ListPage, SignDialog
from compliance.page_frame import Head, Link, Notice
from compliance.page_transition import TransitionPage
from compliance.pages import Check, Correction, Fact, FileRef, Plot, Quote, Signature, State, Table, Verdict


@dataclass(frozen=True, slots=True)
class Proof:
    """That everything was looked at: entries judged of entries, and what stood out.

    The bar shows values without an exception, then answered and open exceptions, in their own sum.
    """

    judged: int
    total: int
    within: int
    answered: int
    open: int
    rule: str
    ledger: str

    @property
    def answered_x(self) -> int:
        """Left edge of the answered part of the bar."""
        return self.within

    @property
    def open_x(self) -> int:
        """Left edge of the open part of the bar."""
        return self.within + self.answered

    @property
    def bar(self) -> int:
        """Length of the bar."""
        return max(self.within + self.answered + self.open, 1)


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One exception in the list at the left."""

    code: str
    url: str
    kind: Literal["breach", "alert", "void", "done", "wait"]
    title: str
    note: str
    current: bool = False

    @property
    def icon(self) -> str:
        """Name of the shape of this exception."""
        return {"breach": "breach", "alert": "alert", "void": "corr", "done": "within", "wait": "wait"}[self.kind]


@dataclass(frozen=True, slots=True)
class ExceptionList:
    """Open or answered exceptions."""

    title: str
    rows: tuple[ExceptionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDetail:
    """One exception with its evidence in place, the answer last."""

    code: str
    title: str
    verdict: Verdict
    where: tuple[Fact, ...]
    about: tuple[Fact, ...] = ()
    corrections: tuple[Correction, ...] = ()
    plot: Plot | None = None
    table: Table | None = None
    quotes: tuple[Quote, ...] = ()
    files: tuple[FileRef, ...] = ()
    signatures: tuple[Signature, ...] = ()
    answer: ActForm | None = None
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Review by exception. Without `current` all are answered and `finish` signs the review."""

    head: Head
    title: str
    proof: Proof
    groups: tuple[ExceptionList, ...] = ()
    current: ExceptionDetail | None = None
    completeness: tuple[Check, ...] = ()
    blockers: tuple[Check, ...] = ()
    finish: ActForm | None = None
    links: tuple[Link, ...] = ()
    notices: tuple[Notice, ...] = ()
    dialog: SignDialog | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionPage(TransitionPage):
    """A decision on a batch, with the way to its other pages."""

    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsPage(ListPage):
    """Issued documents of a batch; `making` shows one that is being made and may be left."""

    making: State | None = None
    links: tuple[Link, ...] = ()
