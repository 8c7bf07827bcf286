"""A donor without an identity, a day that nobody can say, a key outside what is verified (R402)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from compliance.domain.act import act
from compliance.refusals import Refused
from donors.domain import destruction
from tests.donors import steps

pytestmark = [pytest.mark.django_db, pytest.mark.req("R402")]


def test_donor_without_an_identity_has_nothing_to_destroy() -> None:
    (found,) = destruction.blockers(steps.registered_donor(named=False))
    assert found.code == "no_identity"


def test_day_that_nobody_can_say_stops_the_destruction(monkeypatch: pytest.MonkeyPatch) -> None:
    row = destruction.draft(steps.registered_donor(), "Kept long enough by every rule")
    monkeypatch.setattr(destruction, "blockers", lambda _donor: [])
    monkeypatch.setattr(destruction.keeping, "kept_until", lambda _donor: None)
    with (
        pytest.raises(Refused, match="Nobody can say how long"),
        act(steps.responsible(), "donor.identity_destroyed", row.donor) as a,
    ):
        destruction.destroy(a, row.uuid, row)
    assert destruction.vault.destruction_of(row.donor) is None


def test_key_outside_the_scope_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    row = destruction.draft(steps.registered_donor(), "Kept long enough by every rule")
    monkeypatch.setattr(destruction, "_left", lambda: [row])
    nothing: Any = SimpleNamespace(covers=lambda _chain: False)
    assert list(destruction.check_keys(nothing)) == []
