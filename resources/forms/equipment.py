"""A unit, its calibration and its cleaning as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.forms import reading
from compliance.page_forms import FormField
from compliance.refusals import Invalid
from resources.models import Room
from resources.models.room import Grade
from resources.validators.calibration import CalibrationOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OUTCOMES = {
    CalibrationOutcome.PASSED: "passed as found",
    CalibrationOutcome.ADJUSTED: "passed after adjustment",
    CalibrationOutcome.FAILED: "failed",
}


def unit_fields(rooms: Sequence[Room], classes: Sequence[str]) -> tuple[FormField, ...]:
    """What a unit is."""
    known = f"Masters ask for a class. Known: {', '.join(classes)}." if classes else "Masters ask for a class."
    return (
        FormField("code", "Code", "code", help="As on its label. It is never given again."),
        FormField("name", "Name"),
        FormField("equipment_class", "Class", help=known),
        FormField("serial", "Serial number", "code", required=False),
        FormField(
            "room",
            "Room",
            "select",
            options=reading.options((r.code, f"{r.code} {r.name}") for r in rooms),
            required=False,
        ),
        reading.yes_or_no("exclusive", "Does it hold one batch at a time?", "one batch at a time", "several"),
        reading.yes_or_no("needs_calibration", "Must it be calibrated?"),
        reading.yes_or_no("needs_cleaning", "Must it be clean before a batch takes it?"),
        FormField("clean_hold_h", "May stand clean for", "number", unit="h", required=False),
        FormField("dirty_hold_h", "May stand dirty for", "number", unit="h", required=False),
    )


def read_unit(posted: Mapping[str, str]) -> dict[str, Any]:
    """The unit of the form."""
    code = reading.read_text(posted, "room", "The room", most=40, need=False)
    room = Room.objects.filter(code=code).first() if code else None
    if code and room is None:
        raise Invalid("Choose a room.", "room")
    return {
        "code": reading.read_text(posted, "code", "The code", most=40),
        "name": reading.read_text(posted, "name", "The name"),
        "equipment_class": reading.read_text(posted, "equipment_class", "The class", most=40),
        "serial": reading.read_text(posted, "serial", "The serial number", most=60, need=False),
        "room": room,
        "exclusive": reading.read_yes(posted, "exclusive", "One batch at a time"),
        "needs_calibration": reading.read_yes(posted, "needs_calibration", "Whether it must be calibrated"),
        "needs_cleaning": reading.read_yes(posted, "needs_cleaning", "Whether it must be clean"),
        "clean_hold_h": reading.read_number_if_any(
            posted, "clean_hold_h", "The time it may stand clean", positive=True
        ),
        "dirty_hold_h": reading.read_number_if_any(
            posted, "dirty_hold_h", "The time it may stand dirty", positive=True
        ),
    }


def calibration_fields() -> tuple[FormField, ...]:
    """What a calibration found."""
    outcomes = reading.options((str(o), words) for o, words in OUTCOMES.items())
    return (
        FormField("performed_at", "Performed at", help=reading.TIME_HELP),
        FormField("outcome", "Outcome", "radio", options=outcomes, help="As found. A failed one stops the unit."),
        FormField("due_on", "Holds until", "date", help="The last day of use."),
        FormField("certificate", "Certificate", "code"),
        FormField("performed_by", "Performed by", help="Person or firm."),
    )


def read_calibration(posted: Mapping[str, str]) -> dict[str, Any]:
    """The calibration of the form."""
    outcome = reading.read_choice(posted, "outcome", "The outcome", [str(o) for o in CalibrationOutcome])
    return {
        "performed_at": reading.read_time(posted, "performed_at", "The time"),
        "outcome": CalibrationOutcome(outcome),
        "due_on": reading.read_day(posted, "due_on", "The last day"),
        "certificate": reading.read_text(posted, "certificate", "The certificate"),
        "performed_by": reading.read_text(posted, "performed_by", "Who performed it"),
    }


def cleaning_fields() -> tuple[FormField, ...]:
    """How a unit was cleaned."""
    return (
        FormField("procedure", "Procedure", "code", help="The SOP it was cleaned by."),
        FormField("agent", "Agent", required=False),
    )


def read_cleaning(posted: Mapping[str, str]) -> dict[str, str]:
    """The cleaning of the form."""
    return {
        "procedure": reading.read_text(posted, "procedure", "The procedure", most=60),
        "agent": reading.read_text(posted, "agent", "The agent", need=False),
    }


def check_fields() -> tuple[FormField, ...]:
    """What the second person found."""
    return (
        reading.yes_or_no("good", "Is it clean?", "clean", "not clean"),
        FormField("remark", "Remark", "area", required=False),
    )


def read_check(posted: Mapping[str, str]) -> dict[str, Any]:
    """The finding of the form."""
    return {
        "good": reading.read_yes(posted, "good", "Whether it is clean"),
        "remark": reading.read_text(posted, "remark", "The remark", most=240, need=False),
    }


def room_fields() -> tuple[FormField, ...]:
    """What a room is."""
    return (
        FormField("code", "Code", "code"),
        FormField("name", "Name"),
        FormField("grade", "Grade", "select", options=reading.options(Grade.choices)),
    )


def read_room(posted: Mapping[str, str]) -> dict[str, str]:
    """The room of the form."""
    return {
        "code": reading.read_text(posted, "code", "The code", most=40),
        "name": reading.read_text(posted, "name", "The name"),
        "grade": reading.read_choice(posted, "grade", "The grade", Grade.values),
    }
