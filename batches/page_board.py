"""What the floor board shows. Plain frozen values."""

from dataclasses import dataclass
from typing import Literal

from compliance.page_frame import Head, Link
from compliance.pages import Fact, HoldClock, State


@dataclass(frozen=True, slots=True)
class Progress:
    """The batch as small boxes, one a unit procedure."""

    label: str
    parts: tuple[Literal["done", "now", "bad", ""], ...]

    @property
    def boxes(self) -> tuple[tuple[str, str], ...]:
        """Left edge and class of each box."""
        return tuple((f"{i * 14}.5", part) for i, part in enumerate(self.parts))

    @property
    def width(self) -> int:
        """Width of the whole picture."""
        return max(len(self.parts) * 14, 14)


@dataclass(frozen=True, slots=True)
class BoardStep:
    """One thing to do in a batch; `mine`: this person may do it, so `action` is a button for her."""

    name: str
    url: str
    note: str = ""
    action: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One batch on the board with every step that waits or runs; `state` stands where none does."""

    room: str
    grade: str
    batch: str
    batch_url: str
    product: str
    progress: Progress
    steps: tuple[BoardStep, ...] = ()
    state: str = ""
    more: str = ""
    note: str = ""
    clock: HoldClock | None = None
    blocked: bool = False

    @property
    def mine(self) -> tuple[BoardStep, ...]:
        """What this person may do here now."""
        return tuple(step for step in self.steps if step.mine)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """Floor board, shortest clock first. `refresh_url` answers with `_board.html`."""

    head: Head
    text: str
    tally: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()
    rows: tuple[BoardRow, ...] = ()
    state: State | None = None
    refresh_url: str = ""
