"""What every page and component shows, as plain frozen values.

A view is: query, then one of these, then render. Templates read nothing else, so a page can never
show what its query did not fetch, and a picture in the tests needs no database. Text is given ready
to read (numbers formatted by the number engine, times in the site zone with offset).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.safestring import SafeString

from compliance.page_frame import Link

VerdictKind = Literal["within", "alert", "breach", "refused", "blank", "info", "wait", "corrected", "void", "typed"]


@dataclass(frozen=True, slots=True)
class Act:
    """A button that does or opens something; `method` post carries token and row version.

    `overlay`: the answer is a signing dialog and is laid over the page. `panel`: the answer is a
    panel and opens in the page, under the signatures.
    """

    label: str
    url: str
    method: Literal["get", "post"] = "get"
    token: str = ""
    version: int = 0
    blocked: bool = False
    pen: bool = False
    overlay: bool = False
    panel: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One choice with its consequence; a disabled one says in `help` why."""

    value: str
    label: str
    help: str = ""
    chosen: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Term and text; `url` makes the text a link, `code` sets it in the code face."""

    term: str
    text: str
    note: str = ""
    url: str = ""
    code: bool = False
    kind: Literal["", "over", "soon", "hand"] = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Shape and word; `detail` gives the difference ("5.0 below 85"). `typed` is not recorded yet: a grey pencil."""

    kind: VerdictKind
    word: str
    detail: str = ""

    @property
    def icon(self) -> str:
        """Name of the shape of this verdict."""
        return {"corrected": "corr", "typed": "pen"}.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in words: level ("action", "possible"), bounds ("≥ 85"), unit."""

    level: str
    text: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """A limit as a bar 200 wide: pale band allowed, ticks limits, diamond the value.

    Bounds that are None are open. Positions come out as text for SVG attributes, so the same
    component serves screen and paper.
    """

    label: str
    low: Decimal
    high: Decimal
    least: Decimal | None = None
    most: Decimal | None = None
    alert_least: Decimal | None = None
    alert_most: Decimal | None = None
    value: Decimal | None = None
    mark: Literal["", "calc", "breach"] = ""

    def _x(self, number: Decimal) -> str:
        share = (number - self.low) / (self.high - self.low)
        share = min(max(share, Decimal(0)), Decimal(1))
        return str((6 + share * 188).quantize(Decimal("0.1")))

    def _band(self, least: Decimal | None, most: Decimal | None) -> str:
        left = "6" if least is None else self._x(least)
        right = "194" if most is None else self._x(most)
        return f"M{left} 11H{right}"

    @property
    def allowed(self) -> str:
        """Path of the band inside the action limits."""
        return self._band(self.least, self.most)

    @property
    def quiet(self) -> str:
        """Path of the band inside the alert limits, "" where there are none."""
        if self.alert_least is None and self.alert_most is None:
            return ""
        return self._band(self.alert_least, self.alert_most)

    @property
    def ticks(self) -> tuple[str, ...]:
        """Paths of the limit ticks."""
        return tuple(f"M{self._x(b)} 4V18" for b in (self.least, self.most) if b is not None)

    @property
    def diamond(self) -> str:
        """Path of the value, "" while nothing is recorded."""
        if self.value is None:
            return ""
        x = Decimal(self._x(self.value))
        return f"M{x} 3.5L{x + Decimal('7.5')} 11 {x} 18.5 {x - Decimal('7.5')} 11z"


@dataclass(frozen=True, slots=True)
class HoldClock:
    """Time left as number, word and length; `permille` of the allowed time is left (0 to 1000)."""

    kind: Literal["running", "soon", "over"]
    left: str
    of: str
    what: str
    permille: int = 1000
    big: bool = False

    @property
    def icon(self) -> str:
        """Name of the shape of this clock."""
        return {"running": "wait", "soon": "alert", "over": "breach"}[self.kind]

    @property
    def width(self) -> str:
        """Length of the bar in a track of 300."""
        return str((Decimal(min(max(self.permille, 0), 1000)) * 3 / 10).quantize(Decimal("0.1")))


@dataclass(frozen=True, slots=True)
class BlockerRow:
    """One thing that stops the act, who can clear it, and the way there."""

    text: str
    who: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Blockers:
    """First thing under the title. Without rows, `cleared` is shown as one quiet line."""

    title: str
    rows: tuple[BlockerRow, ...] = ()
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One slot: open, signed or void, always with its meaning."""

    meaning: str
    state: Literal["open", "signed", "void"]
    name: str = ""
    role: str = ""
    when: str = ""
    covers: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column; the unit stands in the head."""

    label: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `hand` = written by a person, `struck` = superseded."""

    text: str = ""
    url: str = ""
    note: str = ""
    kind: Literal["", "hand", "struck", "code", "muted"] = ""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row; its first cell is its head."""

    cells: tuple[Cell, ...]
    mark: Literal["", "breach", "alert", "void"] = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a name for those who do not see it; `empty` is said when there are no rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    dense: bool = False
    empty: str = "Nothing here yet."


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture drawn by the server, with the same data as a table beside it."""

    title: str
    svg: SafeString
    caption: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A line of a list of conditions: ok, open, soon, wait."""

    kind: Literal["ok", "open", "soon", "wait"]
    text: str
    note: str = ""
    url: str = ""

    @property
    def icon(self) -> str:
        """Name of the shape of this line."""
        return {"ok": "within", "open": "stop", "soon": "alert", "wait": "wait"}[self.kind]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote, with who and when."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Correction:
    """Superseded value with the one that replaced it ("" while none has), who, when and why; `word` says how."""

    old: str
    new: str
    unit: str
    by: str
    when: str
    reason: str
    word: str = "Corrected"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A stored file by name and digest."""

    name: str
    url: str
    sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Empty, error, offline, denied, loading: what happened, what is kept, what to do."""

    kind: Literal["empty", "error", "offline", "denied", "loading"]
    title: str
    text: str
    facts: tuple[Fact, ...] = ()
    acts: tuple[Link, ...] = ()
    done: int = 0
    total: int = 0

    @property
    def icon(self) -> str:
        """Name of the shape of this state."""
        return {
            "empty": "empty",
            "error": "breach",
            "offline": "off",
            "denied": "door",
            "loading": "file",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Pagination:
    """Which rows of how many, and the way on."""

    first: int
    last: int
    total: int
    previous_url: str = ""
    next_url: str = ""
