"""What a person may do at the foot of a phase, and the slots of its signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from batches.domain.execution import COMMENTED
from batches.states import BatchState, PhaseState
from batches.views import places, steps
from batches.views.phase_blockers import must_resign
from compliance.domain import clock
from compliance.pages import Act
from compliance.pages import Signature as Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.views.floor import OnFloor
    from batches.views.phase_data import PhaseData
    from compliance.models import Signature

WORDS = {"performed": "Performed", "verified": "Verified by a second person", "approved": "Approved by QA"}
WHO = {
    "performed": "whoever executes the step",
    "verified": "anybody trained but the performer",
    "approved": "QA, who did not perform",
}


def foot_acts(data: PhaseData, one: OnFloor, tokens: Callable[[], str], *, blocked: bool) -> dict[str, Any]:
    """`start`, `complete` and the quiet `acts` of the page, for this person in this state."""
    quiet = _quiet(data)
    state = data.phase.state
    if state == PhaseState.PENDING:
        url = places.phase_url(data.phase, "phase-start")
        ready = data.actor.may(steps.EXECUTE)
        start = Act("Start this step", url, "post", tokens(), data.phase.version, blocked=blocked)
        return {"start": start if ready else None, "acts": quiet}
    return {"complete": _primary(data, one, blocked=blocked), "acts": quiet}


def _primary(data: PhaseData, one: OnFloor, *, blocked: bool) -> Act | None:
    state = data.phase.state
    if state == PhaseState.IN_PROGRESS or must_resign(data):
        if not data.actor.may(steps.EXECUTE):
            return None
        label = "Sign as performed" if state == PhaseState.IN_PROGRESS else "Sign again as performed"
        stops = blocked and state == PhaseState.IN_PROGRESS
        return Act(label, places.phase_url(data.phase, "phase-complete"), pen=True, overlay=True, blocked=stops)
    meaning = waits_for(data)
    if meaning:
        return _signature_act(data, meaning)
    return _onward(data, one)


def waits_for(data: PhaseData) -> str:
    """The meaning of the signature that a performed phase waits for, "" when it waits for none."""
    signs = data.place.phase.sign
    if data.phase.state == PhaseState.PERFORMED and signs.verified:
        return "verified"
    if data.phase.state in {PhaseState.PERFORMED, PhaseState.VERIFIED} and signs.qa:
        return "approved"
    return ""


def awaited(data: PhaseData) -> str:
    """The meaning of the signature that comes next in this step, the performer's among them; "" for none."""
    if data.phase.state == PhaseState.IN_PROGRESS or must_resign(data):
        return "performed"
    return waits_for(data)


def not_awaited(data: PhaseData, meaning: str) -> str:
    """Why a signature of this meaning is not made now."""
    signs = data.place.phase.sign
    asked = {"performed": signs.performed, "verified": signs.verified, "approved": signs.qa}[meaning]
    by = [s.printed_name for s in data.standing(data.phase.uuid) if s.meaning == meaning]
    if by:
        return f"This step is signed as {meaning} by {by[-1]}."
    if not asked:
        return f"The master asks for no signature “{meaning}” on this step."
    return f"This step is {data.phase.get_state_display()}; it does not wait for the signature “{meaning}”."


def _signature_act(data: PhaseData, meaning: str) -> Act:
    """In her own session the second person signs in the dialog; else the panel opens for her at this tablet."""
    phase, actor = data.phase, data.actor
    others = {phase.performed_by_id} if meaning == "verified" else {phase.performed_by_id, phase.verified_by_id}
    permission = steps.VERIFY if meaning == "verified" else steps.APPROVE
    own = actor.user.pk not in others and actor.may(permission)
    name = "phase-verify" if meaning == "verified" else "phase-approve"
    if own:
        label = "Sign as verified" if meaning == "verified" else "Approve as QA"
        return Act(label, places.phase_url(phase, name), pen=True, overlay=True)
    label = "Second person signs here" if meaning == "verified" else "QA signs here"
    return Act(label, places.phase_url(phase, "phase-cosign", meaning), pen=True, panel=True)


def _onward(data: PhaseData, one: OnFloor) -> Act | None:
    """After the last signature the way goes to the next step that this person can do."""
    todo = steps.next_of(data.actor, one)
    if todo.phase is None or todo.phase.pk == data.phase.pk or not todo.mine:
        return Act("Back to the batch", places.batch_url(data.batch.number))
    number = data.plan.number_of(todo.phase)
    return Act(f"{todo.label} step {number}", places.phase_url(todo.phase))


def _quiet(data: PhaseData) -> tuple[Act, ...]:
    found = []
    started = data.phase.state != PhaseState.PENDING and data.batch.state in COMMENTED
    if data.actor.may(steps.EXECUTE) and started:
        found.append(Act("Add comment", places.phase_url(data.phase, "phase-comment"), panel=True))
    running = data.batch.state in {BatchState.ISSUED, BatchState.IN_PROGRESS, BatchState.ON_HOLD}
    if data.actor.may("batches.open_deviation") and running:
        url = reverse("batches:deviation-report", args=(data.batch.number,))
        found.append(Act("Report a deviation", f"{url}?step={data.phase.seq}"))
    if data.phase.state == PhaseState.IN_PROGRESS and running and data.actor.may("batches.hold_batch"):
        found.append(Act("Abort this step", places.phase_url(data.phase, "phase-abort")))
    return tuple(found)


def signature_slots(data: PhaseData) -> tuple[Slot, ...]:
    """Every signature of the phase, void ones too, and an open slot for each that is asked for and missing."""
    rows = data.signatures.get(data.phase.uuid, [])
    standing = {s.meaning for s in data.standing(data.phase.uuid)}
    signs = data.place.phase.sign
    asked = (("performed", signs.performed), ("verified", signs.verified), ("approved", signs.qa))
    missing = [Slot(WORDS[m], "open", role=WHO[m]) for m, is_asked in asked if is_asked and m not in standing]
    return (*(signature_slot(row) for row in rows), *missing)


def signature_slot(row: Signature) -> Slot:
    """One signature, standing or void, with its meaning."""
    void = getattr(row, "void", None)
    when = clock.stamp(row.signed_at)
    return Slot(
        WORDS.get(row.meaning, row.meaning.capitalize()),
        "void" if void is not None else "signed",
        row.printed_name,
        f"{row.username}, {row.role.replace('_', ' ')}",
        f"{when}, void since {clock.stamp(void.voided_at)}" if void is not None else when,
        f"version {row.record_version}, {row.digest[:4]} {row.digest[4:8]}",
        places.signature_url(row.uuid),
    )
