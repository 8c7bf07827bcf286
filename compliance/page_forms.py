"""Forms and whole pages of the compliance app, as plain frozen values (see `pages`)."""

from dataclasses import dataclass
from typing import Literal

from compliance.page_frame import Head, Link, Notice
from compliance.pages import (
    Act,
    Blockers,
    Check,
    Correction,
    Fact,
    HoldClock,
    Option,
    Pagination,
    Plot,
    Quote,
    Signature,
    State,
    Table,
)


@dataclass(frozen=True, slots=True)
class FormField:
    """One input of an `ActForm`. `secret` keeps it out of browser drafts (donor identity)."""

    name: str
    label: str
    kind: Literal["text", "code", "area", "select", "radio", "date", "number", "password", "file", "check"] = "text"
    value: str = ""
    help: str = ""
    error: str = ""
    unit: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Signing:
    """The signature part of a form: who signs, as what, and what it covers.

    `owner`: the user of the session signs, the name is shown and fixed. Otherwise a second person
    types hers. `error` says why the last attempt was refused.
    """

    meaning: str
    person: str = ""
    username: str = ""
    owner: bool = True
    when: str = ""
    covers: str = ""
    error: str = ""
    attempts: str = ""


@dataclass(frozen=True, slots=True)
class ActForm:
    """One GMP act by form. Posts `token` (act id), `version`, the fields, `username`, `password`.

    `cancel_url`: where a person goes who does not want it after all.
    """

    name: str
    title: str
    action_url: str
    token: str
    version: int
    submit: str
    fields: tuple[FormField, ...] = ()
    signing: Signing | None = None
    help: str = ""
    error: str = ""
    aside: str = ""
    primary: bool = True
    blocked: bool = False
    multipart: bool = False
    after: str = ""
    cancel_url: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to a signature beside the values it covers (`_beside.html`, context name `beside`)."""

    voids: str
    corrections: tuple[Correction, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class SignDialog:
    """The owner's signing dialog (`_sign.html`, context name `dialog`).

    `beside` is what the signer sees besides the values: corrections, open deviations, what voids the signature.
    """

    title: str
    covers: str
    digest: str
    table: Table
    form: ActForm
    meanings: tuple[Option, ...]
    cancel_url: str
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class CoSign:
    """The second person's panel in place (`_cosign.html`, context name `cosign`)."""

    title: str
    covers: str
    digest: str
    table: Table
    form: ActForm
    cancel_url: str
    may: Notice | None = None
    back: Act | None = None
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class ImpactGroup:
    """One kind of consequence ("Becomes void", "Is computed anew", "Follows in the same act")."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What an act will undo, shown before it is done."""

    title: str
    groups: tuple[ImpactGroup, ...]


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One thing that an act did; `first` = a value where none was; `seal` = ledger number, link, digest."""

    iso: str
    date: str
    time: str
    icon: Literal["new", "corr", "pen", "within", "file", "void", "info", "alert", "breach"]
    title: str
    text: str
    old: str = ""
    new: str = ""
    first: bool = False
    seal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One sheet of a record page: any of facts, checks, table, picture, quotes, in this order."""

    title: str
    aside: str = ""
    facts: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()
    table: Table | None = None
    plot: Plot | None = None
    quotes: tuple[Quote, ...] = ()
    state: State | None = None
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list of records: what it is, its tally, one table, a way on."""

    head: Head
    title: str
    text: str = ""
    tally: tuple[Fact, ...] = ()
    acts: tuple[Act, ...] = ()
    filters: tuple[Link, ...] = ()
    table: Table
    state: State | None = None
    pagination: Pagination | None = None
    forms: tuple[ActForm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """One record: title and state, what stops it, its sections, its signatures, what may be done."""

    head: Head
    title: str
    step: str = ""
    text: str = ""
    tally: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    blockers: Blockers | None = None
    sections: tuple[Section, ...] = ()
    signatures: tuple[Signature, ...] = ()
    forms: tuple[ActForm, ...] = ()
    links: tuple[Link, ...] = ()
    impact: Impact | None = None
    dialog: SignDialog | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """The door: site, station, ledger head; user name and password."""

    head: Head
    action_url: str
    next_url: str = ""
    username: str = ""
    error: str = ""
    attempts: str = ""
    station: str = ""
    help: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionOver:
    """The overlay after a time-out (`_session_over.html`, context name `over`)."""

    title: str
    person: str
    username: str
    unlock_url: str
    another_url: str
    text: str = "Nothing is lost. What is recorded is stored; what is typed is kept on this tablet."
    error: str = ""
    clock: HoldClock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """Audit trail of one record; `order` leads to the same trail the other way round."""

    head: Head
    title: str
    step: str
    heading: str = "What happened, newest first"
    order: Link | None = None
    tally: tuple[Fact, ...] = ()
    chain: Notice
    agree: str = ""
    events: tuple[TrailEvent, ...] = ()
    foot: str = "Times in site zone, stored in UTC."
    links: tuple[Link, ...] = ()
    pagination: Pagination | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """Verify a signature, a document or a chain by code, digest or file."""

    head: Head
    form: ActForm
    answer: str = ""
    good: bool = False
    checks: tuple[Check, ...] = ()
    facts: tuple[Fact, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """400, 403, 404, 409, 429, 500 in words; needs no frame, for the server's own handlers."""

    head: Head
    state: State
