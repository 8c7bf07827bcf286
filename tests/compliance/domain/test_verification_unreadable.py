"""A tampered row that no code can read any more is told as a finding, and the other checks still run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compliance.domain.verification import Scope, run, verify
from compliance.domain.verification.findings import Finding, Kind, name_of
from tests import helpers

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.req("R101")]


class Torn:
    """A row whose words cannot be put together."""

    def __str__(self) -> str:
        raise ValueError("no such unit")


def test_row_without_words_of_its_own_is_named_by_nothing() -> None:
    assert name_of(Torn()) == ""


def test_check_that_cannot_go_on_says_so_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_scope: Scope) -> Iterator[Finding]:
        yield Finding(Kind.CHANGED, "sample", "1", "seen before the fault")
        raise KeyError("no such unit")

    def looks(_scope: Scope) -> Iterator[Finding]:
        yield Finding(Kind.CHANGED, "result", "2", "seen after the fault")

    helpers.person("anna", "operator")
    monkeypatch.setattr(run.registry, "checks", lambda: {"samples": breaks, "results": looks})
    told = [(f.label, f.text) for f in verify(Scope())]
    assert told[-3:] == [
        ("sample", "seen before the fault"),
        ("samples", "could not be read to its end: KeyError: 'no such unit'"),
        ("result", "seen after the fault"),
    ]
