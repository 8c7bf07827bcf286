"""Rooms by grade and service."""

from __future__ import annotations

import pytest

from compliance.domain import clock
from compliance.domain.act import act
from compliance.refusals import Denied, Invalid
from resources.domain import rooms
from resources.guards import blockers_for_room
from tests.resources import steps

pytestmark = pytest.mark.django_db


def test_room_in_service_of_the_grade_is_fit() -> None:
    room = steps.room(grade="B")
    assert blockers_for_room(room, clock.now(), "B") == []
    assert blockers_for_room(room, clock.now(), "C") == []
    assert blockers_for_room(room, clock.now()) == []
    assert str(room) == "R-101 Room R-101"


@pytest.mark.parametrize(("grade", "wanted"), [("B", "A"), ("none", "D"), ("C", "B")])
def test_room_of_a_lesser_grade_is_refused(grade: str, wanted: str) -> None:
    found = blockers_for_room(steps.room(grade=grade), clock.now(), wanted)
    assert steps.codes_of(found) == ["wrong_grade"]


def test_room_is_tagged_out_and_retired() -> None:
    room = steps.room()
    before = clock.now()
    with act(steps.receiver(), "room.tagged_out", room) as a:
        room = rooms.tag_out_room(a, room, "Particle counts above limit")
    assert steps.codes_of(blockers_for_room(room, clock.now())) == ["out_of_service"]
    assert blockers_for_room(room, before) == [], "fit at the time before"
    with act(steps.qa(), "room.retired", room) as a:
        room = rooms.retire_room(a, room, "Rebuilt into an office")
    assert steps.codes_of(blockers_for_room(room, clock.now())) == ["retired"]


def test_new_room_is_not_in_service() -> None:
    with act(steps.engineer(), "room.registered", "rooms") as a:
        room = rooms.register_room(a, "R-9", "Filling", "A")
    assert steps.codes_of(blockers_for_room(room, clock.now())) == ["out_of_service"]
    with pytest.raises(Denied), act(steps.engineer(), "room.put_in_service", room) as a:
        rooms.put_room_in_service(a, room, "Qualified by report RQ-3")


def test_wrong_grade_or_code_is_refused() -> None:
    steps.room()
    for code, grade, field in (("R-2", "E", "grade"), ("r-101", "A", "code")):
        with pytest.raises(Invalid) as caught, act(steps.engineer(), "room.registered", "rooms") as a:
            rooms.register_room(a, code, "Filling", grade)
        assert caught.value.field == field
    with pytest.raises(Denied), act(steps.receiver(), "room.registered", "rooms") as a:
        rooms.register_room(a, "R-3", "Filling", "A")
