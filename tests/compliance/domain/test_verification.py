"""Whatever an owner of the database changes behind the product's back is found and named (R101)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.compliance.domain import small_site, tampering
from tests.compliance.domain.tampering import attacker, findings, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor
    from compliance.domain.verification import Finding

pytestmark = pytest.mark.django_db

ATTACKS = 200


@pytest.fixture
def site(db: None, django_capture_on_commit_callbacks: Callable[..., Any]) -> Actor:
    """A small site whose heads are published; its administrator."""
    with django_capture_on_commit_callbacks(execute=True):
        return small_site.make()


def said(found: list[Finding]) -> str:
    """All findings as text."""
    return "\n".join(str(finding) for finding in found)


@pytest.mark.req("R101")
def test_untouched_site_is_clean(site: Actor) -> None:
    assert findings() == []


@pytest.mark.req("R101")
def test_every_changed_cell_is_found_and_its_record_named(site: Actor) -> None:
    chance = random.Random(20260720)  # noqa: S311 - repeatable attacks
    columns = tampering.columns()
    assert len({model for model, _ in columns}) >= 10
    wanted = [*columns, *chance.choices(columns, k=max(0, ATTACKS - len(columns)))]
    missed = []
    with attacker():
        for model, field in wanted:
            cell = tampering.pick(chance, model, field)
            names = tampering.names_of(cell)
            with undone():
                before, after = tampering.tamper(chance, cell)
                found = findings()
            if not any(all(name in str(finding) for name in names) for finding in found):
                missed.append(f"{cell}: {before!r} to {after!r}; {said(found)}")
    assert not missed, "\n".join(missed)
    assert findings() == []
