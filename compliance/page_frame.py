"""What surrounds a page: bar, navigation, notices. Plain frozen values (see `pages`)."""

from dataclasses import dataclass
from typing import Literal

NoticeKind = Literal["info", "within", "alert", "breach"]


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go. Without `url` it is the page itself (last crumb, current entry)."""

    label: str
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence of proof or warning."""

    kind: NoticeKind
    text: str
    strong: str = ""
    link: Link | None = None

    @property
    def icon(self) -> str:
        """Name of the shape that carries the kind."""
        return str(self.kind)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the last scan was, where it went (`went_to`, its field `went_url`), or why it went nowhere."""

    at: str
    code: str
    text: str
    went_to: str = ""
    kind: NoticeKind = "info"
    went_url: str = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation; `key` is what a page names as its `section`."""

    key: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds every page: who, where, when, what may be reached. Context name `frame`.

    Made once a request by the context processor. `nav` holds only what the person may open.
    `person` "" means nobody is signed in; then the page never locks. `alerts` counts what stands, for those
    who answer it.
    """

    person: str = ""
    username: str = ""
    role: str = ""
    station: str = ""
    site: str = ""
    now: str = ""
    theme: Literal["light", "dim", "auto"] = "light"
    language: str = "en"
    nav: tuple[NavItem, ...] = ()
    home_url: str = "/"
    scan_url: str = ""
    login_url: str = ""
    logout_url: str = ""
    lock_url: str = ""
    unlock_url: str = ""
    zone: str = "UTC"
    idle_seconds: int = 0
    watermark: str = ""
    notices: tuple[Notice, ...] = ()
    alerts: int = 0
    alerts_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says about itself. Each page value carries one as `head`.

    `place` and `subject` stand in the bar ("B-104, grade B", "EV-26-0001") in place of site and
    station. `draft_key` is "person|batch|phase" and names the browser draft; "" keeps none (pages
    with donor identity). `scan_context` goes with each scan, so that the code reaches this phase.
    `reload` seconds after which a page whose work runs in the background asks again.
    """

    title: str
    density: Literal["floor", "desk"] = "desk"
    section: str = ""
    place: str = ""
    subject: str = ""
    crumbs: tuple[Link, ...] = ()
    scan_context: str = ""
    scanned: Scanned | None = None
    draft_key: str = ""
    wide: bool = False
    reload: int = 0
