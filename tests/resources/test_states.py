"""The transition tables: who may move what, and that QA alone decides on lots."""

from __future__ import annotations

import pytest

from compliance.domain.transitions import find
from compliance.roles import Role, all_transitions, event_title, roles_for
from resources import states

TABLES = {label: table for label, table in all_transitions().items() if label.startswith("resources.")}


def test_every_table_is_registered() -> None:
    assert set(TABLES) == {
        "resources.materiallot",
        "resources.equipment",
        "resources.room",
        "resources.document",
        "resources.qualification",
    }


@pytest.mark.req("R301")
def test_qa_alone_decides_on_lots() -> None:
    assert {roles_for(move.permission) for move in states.LOT_TRANSITIONS} == {frozenset({Role.QA})}
    assert {move.target for move in states.LOT_TRANSITIONS if move.meaning} == {"released", "rejected"}


@pytest.mark.req("R304")
def test_nothing_leads_out_of_rejected_but_discarding() -> None:
    moves = [move.name for move in states.LOT_TRANSITIONS if states.LotState.REJECTED in move.source]
    assert moves == ["discard"]
    assert not [move for move in states.LOT_TRANSITIONS if states.LotState.DISCARDED in move.source]


def test_every_way_back_asks_why() -> None:
    assert find(states.LOT_TRANSITIONS, "hold").reason
    assert find(states.LOT_TRANSITIONS, "release_again").reason


def test_every_move_has_a_ledger_event() -> None:
    assert all(event_title(move.event) for table in TABLES.values() for move in table)
    assert all(event_title(event) for event in states.EVENTS)
