"""Why an act did not happen. Each carries a sentence for the person and leaves nothing half done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.models import LedgerEntry


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stops an act: a code for tests, words for people, a link to what clears it."""

    code: str
    text: str
    link: str = ""
    clears: str = ""

    def __str__(self) -> str:
        return self.text


class Refusal(Exception):
    """The act is refused; nothing was written."""

    status = 422

    def __init__(self, text: str, code: str = "refused") -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Refused(Refusal):
    """Guards stop the act; `blockers` says which, with what clears each."""

    status = 409

    def __init__(self, blockers: Iterable[Blocker]) -> None:
        self.blockers = list(blockers)
        super().__init__(" ".join(b.text for b in self.blockers), self.blockers[0].code)


class Invalid(Refusal):
    """What was entered cannot be recorded. `field` names where."""

    def __init__(self, text: str, field: str = "", code: str = "invalid") -> None:
        super().__init__(text, code)
        self.field = field


class Denied(Refusal):
    """The person has no authority for this act (R107)."""

    status = 403


class Stale(Refusal):
    """The record was changed by somebody since it was read (CON-01)."""

    status = 409


class Throttled(Refusal):
    """Too many wrong passwords: the account is locked (R120)."""

    status = 429


class AlreadyDone(Refusal):
    """The same form came a second time; the first one's act stands (CON-04, CON-05)."""

    status = 200

    def __init__(self, entry: LedgerEntry) -> None:
        super().__init__("This was already recorded; nothing was done twice.", "already_done")
        self.entry = entry


class SentBefore(Refusal):
    """The same form came a second time with other words than its act recorded; the new words are nowhere (CON-04)."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This form was sent before; what was recorded then stands, and your changed text was not recorded. "
            "It is kept here: record it anew if it is still wanted.",
            "sent_before",
        )


class NetMissing(Refusal):
    """The database guards are not complete; no act may be written (AUD-18)."""

    status = 503
