"""Rooms and their grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find
from resources.domain.codes import clean_code, refuse_taken
from resources.models import Room
from resources.states import ROOM_TRANSITIONS

if TYPE_CHECKING:
    from compliance.domain.act import Act


def register_room(a: Act, code: str, name: str, grade: str) -> Room:
    """Registers a room with its grade, not in service yet. Refuses a code that is taken."""
    a.actor.need("resources.register")
    clean = clean_code(code)
    refuse_taken(Room, clean)
    room = Room(code=clean, name=name.strip(), grade=grade)
    a.touch(room)
    return save_record(a, room)


def put_room_in_service(a: Act, room: Room, reason: str, *, version: int | None = None) -> Room:
    """QA puts a room in service; the reason names its qualification."""
    return _move(a, room, "put_in_service", reason, version)


def tag_out_room(a: Act, room: Room, reason: str, *, version: int | None = None) -> Room:
    """Takes a room out of service at once."""
    return _move(a, room, "tag_out", reason, version)


def retire_room(a: Act, room: Room, reason: str, *, version: int | None = None) -> Room:
    """QA retires a room for good."""
    return _move(a, room, "retire", reason, version)


def _move(a: Act, room: Room, name: str, reason: str, version: int | None) -> Room:
    a.touch(room)
    return apply_transition(a, room, find(ROOM_TRANSITIONS, name), version=version, reason=reason)
