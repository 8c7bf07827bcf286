"""One reason why a lot or a unit of equipment cannot be used; a guard makes a blocker of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """A code for programs and a sentence for people."""

    code: str
    text: str


def require_zone(*instants: datetime | None) -> None:
    """Refuse an instant without zone: it would be judged by whatever zone the server has."""
    if any(instant is not None and instant.utcoffset() is None for instant in instants):
        raise ValueError("an instant needs its zone")
