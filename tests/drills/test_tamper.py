"""The drill itself, a few attacks of each kind; `make tamper-drill` draws a thousand."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.compliance.domain import small_site
from tests.compliance.domain.tampering import attacker, findings, undone
from tests.drills import attacks
from tests.drills.tamper import is_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drills.attacks import Attack

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.mark.req("R101")
@pytest.mark.req("R105")
def test_every_kind_of_attack_on_a_small_site_is_found_and_named() -> None:
    small_site.make()
    chance = random.Random(20261125)  # noqa: S311 - repeatable attacks
    missed = []
    with attacker():
        for attack in attacks.ATTACKS.values():
            missed += [m for _ in range(ROUNDS) if (m := tried(chance, attack))]
    assert missed == []
    assert findings() == []


def tried(chance: random.Random, attack: Callable[[random.Random], Attack]) -> str:
    """What was missed, or nothing."""
    with undone():
        done = attacks.draw(chance, attack)
        lines = [str(finding) for finding in findings()]
    return "" if is_named(done, lines) else f"{done}: {lines[:3]}"
