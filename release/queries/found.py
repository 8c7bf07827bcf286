"""One exception as a rule finds it, before its answer is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from batches.models import Deviation, Entry, PhaseRecord

CLASSES = {
    1: "Limit breach",
    2: "Late entry",
    3: "Corrected value",
    5: "Step not done as written",
    8: "Yield or reconciliation",
    9: "Material",
    13: "Laboratory result",
    14: "Deviation",
    15: "Signature",
    18: "Comment",
    19: "Reprint",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found. `by` is who did it; `reason` is its own explanation, where it carries one."""

    key: str
    klass: int
    title: str
    detail: str
    at: datetime | None = None
    by: int | None = None
    phase: PhaseRecord | None = None
    entry: Entry | None = None
    deviation: Deviation | None = None
    severity: str = "alert"
    reason: str = ""
