"""The page of one record's trail says what was not written as it stands now: version, link or act (R105)."""

from __future__ import annotations

import pytest

from compliance.models import ChainLink, LedgerEntry, User
from compliance.views.trail_events import RecordTrail
from tests.compliance.domain import small_site
from tests.compliance.domain.tampering import attacker, execute
from tests.compliance.domain.test_verification import copy_row
from tests.helpers import person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R105")]


def renamed_twice() -> User:
    """Dora, created and renamed twice: three versions in three acts."""
    admin = person("sysadmin", "system_administrator")
    dora = person("dora").user
    for name in ("Dora One", "Dora Two"):
        dora = small_site.rename(admin, User.objects.get(pk=dora.pk), name)
    return dora


def disagreements(user: User) -> list[str]:
    """What the page of her trail would say."""
    entries = LedgerEntry.objects.filter(links__chain=user.chain).order_by("id")
    return RecordTrail.read("compliance.user", user.uuid, list(entries)).disagreements()


def links(user: User) -> list[ChainLink]:
    return list(ChainLink.objects.filter(chain=user.chain).order_by("seq"))


def test_untouched_trail_agrees() -> None:
    assert disagreements(renamed_twice()) == []


def test_version_slipped_into_an_act_is_named() -> None:
    dora = renamed_twice()
    with attacker():
        copy_row("compliance_historicaluser", dora.history.get(version=2).pk, version=9, printed_name="Dora Forged")
        assert disagreements(dora) == ["version 9 stands in no act"]


def test_act_changed_after_it_was_written_is_named() -> None:
    dora = renamed_twice()
    entry = LedgerEntry.objects.filter(event="user.renamed").latest("id")
    with attacker():
        execute("UPDATE compliance_ledgerentry SET actor_name = 'nobody' WHERE id = %s", entry.pk)
        assert disagreements(dora) == [f"act {entry.pk} was changed"]


def test_changed_link_is_named_and_the_next_one_no_longer_follows() -> None:
    dora = renamed_twice()
    second = links(dora)[1]
    with attacker():
        execute("UPDATE compliance_chainlink SET digest = %s WHERE id = %s", "0" * 64, second.pk)
        found = disagreements(dora)
    assert found == [f"link {second.seq} was changed", f"link {second.seq + 1} does not follow link {second.seq}"]


def test_gap_between_the_links_shown_is_no_disagreement() -> None:
    """A page shows a part: between two parts of a chain stands what this page does not show."""
    dora = renamed_twice()
    first, _, third = links(dora)[-3:]
    shown = list(LedgerEntry.objects.filter(pk__in=[first.entry.pk, third.entry.pk]).order_by("id"))
    assert RecordTrail.read("compliance.user", dora.uuid, shown).disagreements() == []
