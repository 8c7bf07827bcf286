"""Rules over plain values that forms, domain and importers share."""

from __future__ import annotations

import re

from compliance.refusals import Invalid

REASON_MIN = 8
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufff9-\uffff]"
)
REASON_MAX = 2000


def clean_reason(text: str | None) -> str:
    """A reason a reviewer can use (R209). Refuses blank, too short, and one character over and over."""
    reason = " ".join((text or "").split())
    letters = re.sub(r"\W", "", reason)
    if len(letters) < REASON_MIN or len(set(letters.lower())) < 4:
        raise Invalid(
            "Write why, in at least eight letters, so that a reviewer understands it.", "reason", "reason_missing"
        )
    if len(reason) > REASON_MAX:
        raise Invalid(f"The reason is longer than {REASON_MAX} characters. Shorten it.", "reason", "reason_long")
    return reason


def unprintable(text: str) -> str:
    """The first character that nobody could read on a record, by its code point; empty when there is none.

    Control characters but tab and line ends, half of a pair, marks that overrule the reading order, and private ones.
    """
    found = UNPRINTABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def clean_username(text: str) -> str:
    """A user name: 3 to 60 of a-z, 0-9, dot, dash, folded to lower case (R115)."""
    name = text.strip().casefold()
    if not re.fullmatch(r"[a-z0-9][a-z0-9.\-]{1,58}[a-z0-9]", name):
        raise Invalid("A user name has 3 to 60 of a-z, 0-9, dot or dash.", "username", "username")
    return name
