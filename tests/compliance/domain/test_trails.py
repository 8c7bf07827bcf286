"""The page of one record's trail says what was not written as it stands now: version, link or act (R105)."""

from __future__ import annotations

import json

import pytest

from batches.models import PhaseRecord
from compliance import queries, registry
from compliance.models import ChainLink, LedgerEntry, User
from compliance.views.trail_events import RecordTrail
from tests.compliance.domain import small_site
from tests.compliance.domain.tampering import attacker, execute
from tests.compliance.domain.test_verification import copy_row
from tests.helpers import person
from tests.release import steps as release

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


def trail_of(label: str, uuid: str) -> RecordTrail:
    """The whole trail of one record, with all that its acts wrote besides, as somebody reads it who may read all."""
    reader = person("wanda", "qa", "donor_coordinator", "donor_responsible")
    entries = queries.entries_about(label, uuid, registry.parts_of(label, uuid)).select_related("actor")
    return RecordTrail.read(label, uuid, list(entries), reader)


def test_every_record_of_a_released_batch_agrees() -> None:
    """A step is saved more than once in the act that closes it; each of its versions stands in that act."""
    release.through()
    written = [
        (row["label"], row["uuid"])
        for entry in LedgerEntry.objects.order_by("id")
        for row in json.loads(entry.payload)["rows"]
        if registry.trail_of(row["label"])
    ]
    assert len(written) > len(set(written))
    found = {one: trail_of(*one).disagreements() for one in dict.fromkeys(written)}
    assert {one: words for one, words in found.items() if words} == {}


@pytest.mark.parametrize("which", ["first", "last"])
def test_either_version_that_one_act_wrote_is_named_when_it_was_changed(which: str) -> None:
    """The act that signs a step and closes it writes it twice: each version has its own digest in the act."""
    batch = release.issued()
    release.cleared(batch)
    row = PhaseRecord.objects.get(batch=batch, path="start.release.clearance")
    versions = list(row.history.filter(act_id=row.act_id).order_by("version"))
    assert len(versions) > 1
    forged = versions[0 if which == "first" else -1]
    assert trail_of("batches.phaserecord", row.uuid).disagreements() == []
    with attacker():
        execute("UPDATE batches_historicalphaserecord SET title = 'Forged' WHERE history_id = %s", forged.history_id)
        assert trail_of("batches.phaserecord", row.uuid).disagreements() == [f"version {forged.version} was changed"]


def test_version_that_an_act_wrote_and_the_history_no_longer_holds_is_named() -> None:
    dora = renamed_twice()
    with attacker():
        execute("DELETE FROM compliance_historicaluser WHERE username = 'dora' AND version = 2")
        assert disagreements(dora) == ["version 2 is gone"]
