"""What stops the next move of a phase, who can clear it and the way there. Reads; the domain asks the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain.phases import when_blockers
from batches.states import PHASE_TRANSITIONS, BatchState, PhaseState
from batches.views import places
from compliance.domain.transitions import blockers, find
from compliance.page_frame import Link
from compliance.pages import BlockerRow, Blockers
from compliance.refusals import Blocker

if TYPE_CHECKING:
    from datetime import datetime

    from batches.models import PhaseRecord
    from batches.views.phase_data import PhaseData
    from compliance.domain.actor import Actor

GATHERED = ("equipment", "material", "missing")  # as they stand on the page
FOLLOWS = "uncomputed"
SECOND_COUNT = "second_count"
MOST_NAMED = 6


def stopping(data: PhaseData) -> list[Blocker]:
    """Everything that stops the next move of this phase now, for this person."""
    phase = data.phase
    if data.batch.state not in {BatchState.ISSUED, BatchState.IN_PROGRESS} and phase.state != PhaseState.CLOSED:
        return [Blocker("batch_closed", f"{data.batch.number} is {data.batch.get_state_display()}.", clears="QA")]
    if phase.state == PhaseState.PENDING:
        return start_blockers(data.actor, phase, data.now)
    if phase.state == PhaseState.IN_PROGRESS:
        return blockers(data.actor, phase, find(PHASE_TRANSITIONS, "complete"), data.now)
    if phase.state == PhaseState.PERFORMED and must_resign(data):
        text = "A correction voided the performed signature; sign it again first."
        return [Blocker("resign", text, clears="the operator")]
    return []


def start_blockers(actor: Actor, phase: PhaseRecord, now: datetime) -> list[Blocker]:
    """What stops the start of a phase by this person now."""
    return [*blockers(actor, phase, find(PHASE_TRANSITIONS, "start"), now), *when_blockers(phase)]


def must_resign(data: PhaseData) -> bool:
    """Whether the performed signature was voided and is asked for anew."""
    signs = data.place.phase.sign
    performed = [s for s in data.standing(data.phase.uuid) if s.meaning == "performed"]
    return data.phase.state == PhaseState.PERFORMED and signs.performed and not performed


def blocker_sheet(data: PhaseData, found: list[Blocker]) -> Blockers | None:
    """The first thing under the title. What is only not recorded yet stands in one line."""
    if not found:
        return None
    gathered = sorted((b for b in found if b.code in GATHERED), key=lambda b: GATHERED.index(b.code))
    if gathered:  # what is computed follows from what is recorded; nobody clears it by itself
        found = [b for b in found if b.code != FOLLOWS]
    rows = [_row(data, b) for b in found if b.code not in {*GATHERED, SECOND_COUNT}]
    seconds = [b for b in found if b.code == SECOND_COUNT]
    if seconds:
        rows.append(_seconds(data, seconds))
    if gathered:
        rows.append(_gathered(data, gathered))
    act = {PhaseState.PENDING: "start"}.get(PhaseState(data.phase.state), "sign")
    many = f"{len(rows)} things" if len(rows) > 1 else "1 thing"
    return Blockers(f"{many} to clear before you can {act}", tuple(rows))


def _seconds(data: PhaseData, found: list[Blocker]) -> BlockerRow:
    names = ", ".join(b.text.partition(":")[0] for b in found)
    return BlockerRow(
        f"Second count missing: {names}", "Can be cleared by a second person.", _link(data, found[0].link)
    )


def _gathered(data: PhaseData, found: list[Blocker]) -> BlockerRow:
    names = [
        b.text.removesuffix(".").removesuffix(" is not recorded").removesuffix(" is not charged in") for b in found
    ]
    shown = ", ".join(names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    text = f"{len(found)} not recorded yet: {shown}{more}"
    return BlockerRow(text, "Whoever executes this step clears it.", _link(data, found[0].link))


def _row(data: PhaseData, blocker: Blocker) -> BlockerRow:
    who = f"Can be cleared by {blocker.clears}." if blocker.clears else ""
    return BlockerRow(blocker.text, who, _link(data, blocker.link))


def _link(data: PhaseData, link: str) -> Link | None:
    """From a guard's word for a place to a link."""
    kind, _, name = link.partition(":")
    match kind:
        case "phase" if name.isdecimal():
            return Link("Open it", places.phase_url(data.phase).replace(f"/{data.phase.seq}/", f"/{name}/"))
        case "deviation":
            return Link(f"Open {name}", places.deviation_url(name))
        case "cause":
            return Link("Write the cause", f"{places.phase_url(data.phase, 'phase-comment')}?field={name}")
        case "field":
            return Link("Go to the field", f"#row-{name}")
    return Link("Go there", link) if link.startswith("/") else None
