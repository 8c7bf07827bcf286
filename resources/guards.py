"""What stops the use of a lot, a unit, a room or a person at a time. Read-only, the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.guards import blockers_for_other_person
from compliance.numbers import display
from compliance.refusals import Blocker
from resources import queries
from resources.models.lot import TestKind
from resources.models.room import Grade
from resources.states import LotState, UnitState
from resources.validators.calibration import calibration_problems
from resources.validators.cleaning import CleaningRule, busy_problems, cleaning_problems
from resources.validators.expiry import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from compliance.domain.actor import Actor
    from compliance.models import User
    from resources.models import Equipment, LotTest, MaterialLot, Room
    from resources.queries import TrainingLine

_LOT_STATES: dict[str | None, tuple[str, str]] = {
    None: ("not_received", "was not received yet"),
    LotState.QUARANTINE: ("quarantine", "is in quarantine"),
    LotState.ON_HOLD: ("on_hold", "is on hold"),
    LotState.REJECTED: ("rejected", "was rejected"),
    LotState.DISCARDED: ("discarded", "was discarded"),
}
_CLEAN_ORDER = (Grade.NONE, Grade.D, Grade.C, Grade.B, Grade.A)


def blockers_for_lot(
    lot: MaterialLot, at: datetime, quantity: Decimal | None = None, item: str | None = None
) -> list[Blocker]:
    """What stops the use of a lot at `at`: material, state, dates, time in use, stock (R303, R304, R317).

    `item` is the code of the material asked for, `quantity` in the lot's unit; each is judged when given.
    Expired and used up are derived here and never stored (MAT-01, MAT-02, MAT-04, MAT-07).
    """
    found = []
    if item is not None and item.strip().upper() != lot.item.code:
        text = f"Lot {lot.number} is {lot.item.code} ({lot.item.name}); {item} is asked for."
        found.append(Blocker("wrong_material", text, clears="a lot of the right material"))
    state = queries.state_at(lot, at)
    if state != LotState.RELEASED:
        code, words = _LOT_STATES[state]
        found.append(Blocker(code, f"Lot {lot.number} {words}.", clears="a released lot"))
    return found + _dates(lot, at) + _stock(lot, quantity)


def _dates(lot: MaterialLot, at: datetime) -> list[Blocker]:
    problems = queries.dates_of(lot, at)
    return [Blocker(p.code, f"Lot {lot.number}: {p.text}", clears="another lot") for p in problems]


def _stock(lot: MaterialLot, quantity: Decimal | None) -> list[Blocker]:
    left, unit = queries.on_hand(lot), lot.item.unit
    if left == 0:
        return [Blocker("used_up", f"Lot {lot.number} is used up.", clears="another lot")]
    if quantity is not None and quantity > left:
        held, asked = (display(n, superscript=True) for n in (left, quantity))
        text = f"Lot {lot.number} holds {held} {unit}; {asked} {unit} is asked for."
        return [Blocker("not_enough", text, clears="less, or another lot beside it")]
    return []


def blockers_for_release(actor: Actor, lot: MaterialLot, at: datetime) -> list[Blocker]:
    """What stops QA from releasing a lot (R301, R303).

    No identity test, a failed test, a certificate of an unqualified supplier, a date gone by, and that the
    same person received it.
    """
    newest: dict[tuple[str, str], LotTest] = {(t.kind, t.method): t for t in lot.tests.all()}
    found = blockers_for_other_person(actor.user, [lot.received_by_id], "release it")
    if not any(kind == TestKind.IDENTITY for kind, _ in newest):
        found.append(
            Blocker("no_identity_test", f"Lot {lot.number} has no identity test.", clears="an identity test")
        )
    found += [
        Blocker("test_failed", f"Lot {lot.number}: {test.method} did not pass ({test.result}).")
        for test in newest.values()
        if not test.passes
    ]
    relies = any(kind == TestKind.CERTIFICATE for kind, _ in newest)
    until = lot.supplier.qualified_until
    if relies and (until is None or until < local_day(at, clock.zone())):
        text = f"{lot.supplier.name} is not a qualified supplier; the certificate cannot be relied on."
        found.append(
            Blocker("supplier_not_qualified", text, clears="own tests, or the supplier's qualification")
        )
    return found + _dates(lot, at)


def blockers_for_equipment(equipment: Equipment, cls: str | None, at: datetime, batch: str) -> list[Blocker]:
    """What stops a batch from taking a unit at `at`: class, service, calibration, another batch, cleaning.

    `cls` is the class asked for, judged when given; `batch` the batch number (R108, R309, R323).
    """
    found = []
    if cls is not None and cls.strip().lower() != equipment.equipment_class:
        text = f"{equipment.code} is a {_words(equipment.equipment_class)}; a {_words(cls)} is asked for."
        found.append(Blocker("wrong_class", text, clears="a unit of the right class"))
    found += _service(equipment, at)
    uses = queries.uses_of(equipment, at)
    problems = list(
        calibration_problems(
            queries.calibrations_of(equipment), at=at, zone=clock.zone(), needed=equipment.needs_calibration
        )
    )
    busy = busy_problems(uses, batch=batch, at=at) if equipment.exclusive else ()
    problems += busy
    if equipment.needs_cleaning and not busy:
        rule = CleaningRule(equipment.clean_hold_h, equipment.dirty_hold_h)
        cleanings = queries.cleanings_of(equipment, at)
        problems += cleaning_problems(uses, cleanings, batch=batch, at=at, rule=rule)
    return found + [Blocker(p.code, f"{equipment.code}: {p.text}") for p in problems]


def _service(unit: Equipment | Room, at: datetime) -> list[Blocker]:
    state = queries.state_at(unit, at)
    if state == UnitState.IN_SERVICE:
        return []
    words = "not registered yet" if state is None else UnitState(state).label
    return [Blocker(state or "not_registered", f"{unit.code} is {words}.", clears="QA puts it in service")]


def _words(cls: str) -> str:
    return cls.strip().lower().replace("_", " ")


def blockers_for_room(room: Room, at: datetime, grade: str | None = None) -> list[Blocker]:
    """What stops work in a room at `at`: out of service, or less clean than the grade asked for."""
    found = _service(room, at)
    if grade is not None and _CLEAN_ORDER.index(Grade(room.grade)) < _CLEAN_ORDER.index(Grade(grade)):
        text = f"{room.code} is {Grade(room.grade).label}; {Grade(grade).label} is asked for."
        found.append(Blocker("wrong_grade", text, clears="a room of that grade"))
    return found


def blockers_for_training(user: User, documents: Iterable[str], at: datetime) -> list[Blocker]:
    """What a person is not qualified in at `at`, for each document asked (R109).

    Only the version effective then counts: a new version asks for new training.
    """
    return [
        Blocker(*_missing(user, line), clears="training, recorded by an assessor")
        for line in queries.training_of(user, documents, at)
        if line.held is None
    ]


def _missing(user: User, line: TrainingLine) -> tuple[str, str]:
    name = user.printed_name
    if line.document is None:
        return "document_not_effective", f"{line.code} has no effective version."
    if line.run_out is not None and line.run_out.expires_on is not None:
        day = line.run_out.expires_on.isoformat()
        return "training_expired", f"The training of {name} in {line.document} ended {day}."
    if line.older:
        return "training_outdated", f"{name} is trained in another version than {line.document}."
    return "not_trained", f"{name} is not trained in {line.document}."
