"""Records move by transitions alone: source, permission, version, guards, reason (R106)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from compliance.domain import accounts, outbox, signing
from compliance.domain.act import act
from compliance.domain.transitions import apply_transition, blockers, find, locked
from compliance.models import LedgerEntry, OutboxJob, RoleGrant, Signature
from compliance.refusals import Blocker, Denied, Invalid, Refusal, Refused, Stale
from compliance.states import USER_TRANSITIONS, GrantState, SignatureMeaning, Transition
from tests import helpers
from tests.compliance.domain import small_site
from tests.helpers import SECRET
from tests.helpers import person as make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db

WITHDRAW = find(USER_TRANSITIONS, "withdraw")
REASON = "Moved to another department"


def one_guard(_actor: Actor, _record: RoleGrant, _at: datetime) -> list[Blocker]:
    """A guard that always stops."""
    return [Blocker("shift", "The shift is not over."), Blocker("key", "The key was not handed back.")]


def guarded() -> Transition:
    return Transition("withdraw", ("held",), "withdrawn", small_site.PERMISSION, "role.withdrawn", guards=(GUARD,))


GUARD = f"{__name__}.one_guard"


@pytest.fixture
def grant(admin: Actor, person: Callable[..., Actor]) -> RoleGrant:
    """A record to move."""
    return RoleGrant.objects.get(user=person("anna", "operator").user)


@pytest.mark.req("R106")
def test_move_writes_state_history_and_facts(admin: Actor, grant: RoleGrant) -> None:
    with act(admin, "role.withdrawn", grant) as a:
        row = apply_transition(a, grant, WITHDRAW, version=1, reason=REASON, role="verifier")
    assert (row.state, row.version, row.role) == (GrantState.WITHDRAWN, 2, "verifier")
    assert row.history.first().history_change_reason == REASON
    move = f'"moves":[{{"from":"held","label":"compliance.rolegrant","to":"withdrawn","uuid":"{grant.uuid}"}}]'
    assert move in LedgerEntry.objects.get(act_id=row.act_id).payload


@pytest.mark.req("R106")
@pytest.mark.case("WF-05")
def test_move_from_another_state_is_refused_in_words(admin: Actor, grant: RoleGrant) -> None:
    with act(admin, "role.withdrawn", grant) as a:
        apply_transition(a, grant, WITHDRAW, reason=REASON)
    with (
        pytest.raises(Refused, match="This is withdrawn; withdraw needs held") as caught,
        act(admin, "role.withdrawn", grant) as a,
    ):
        apply_transition(a, grant, WITHDRAW, reason=REASON)
    assert [b.code for b in caught.value.blockers] == ["wrong_state"]


@pytest.mark.req("R107")
def test_move_without_permission_is_refused(person: Callable[..., Actor], grant: RoleGrant) -> None:
    with (
        pytest.raises(Denied, match="It is for: System administrator"),
        act(person("anna"), "role.withdrawn", grant) as a,
    ):
        apply_transition(a, grant, WITHDRAW, reason=REASON)
    assert RoleGrant.objects.get(pk=grant.pk).state == GrantState.HELD


@pytest.mark.case("CON-01")
def test_move_of_a_stale_record_is_refused(admin: Actor, grant: RoleGrant) -> None:
    with pytest.raises(Stale, match="Nothing was overwritten"), act(admin, "role.withdrawn", grant) as a:
        apply_transition(a, grant, WITHDRAW, version=7, reason=REASON)
    assert locked(grant, 1) == grant


@pytest.mark.req("R209")
@pytest.mark.parametrize("reason", [None, "", "..........", "no"])
def test_move_that_asks_for_a_reason_gets_one(admin: Actor, grant: RoleGrant, reason: str | None) -> None:
    with pytest.raises(Invalid), act(admin, "role.withdrawn", grant) as a:
        apply_transition(a, grant, WITHDRAW, reason=reason)


def test_guards_stop_everybody_and_are_shown_before(
    admin: Actor, grant: RoleGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance.domain.transitions.import_string", lambda _dotted: one_guard)
    shown = blockers(admin, grant, guarded(), LedgerEntry.objects.latest("pk").recorded_at)
    with pytest.raises(Refused) as caught, act(admin, "role.withdrawn", grant) as a:
        apply_transition(a, grant, guarded())
    assert caught.value.blockers == shown
    assert (caught.value.status, caught.value.code) == (409, "shift")
    assert caught.value.text == "The shift is not over. The key was not handed back."


def test_unknown_transition_is_a_programming_error() -> None:
    with pytest.raises(StopIteration):
        find(USER_TRANSITIONS, "promote")


def _move(actor: Actor, grant: RoleGrant, begin: threading.Barrier, results: list[Any]) -> None:
    """One person's press of the button, on a connection of their own."""
    try:
        meaning = SignatureMeaning.APPROVED
        signer, token = signing.challenge(actor, actor.name, SECRET, signing.subject_of(grant, meaning))
        begin.wait(timeout=20)
        with act(signer, "role.withdrawn", grant) as a:
            row = apply_transition(a, grant, WITHDRAW, version=1, reason=REASON)
            signing.sign(a, token, row, meaning, title="x", permission=small_site.PERMISSION)
            outbox.enqueue(a, "compliance.sweep_outbox")
        results.append("done")
    except Refusal as refusal:
        results.append(refusal)
    finally:
        connection.close()


@pytest.mark.pg
@pytest.mark.case("WF-06")
@pytest.mark.req("R106")
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_move_one_record_exactly_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "send", lambda *_: True)
    people = [make_person("sabine", "system_administrator"), make_person("boris", "system_administrator")]
    anna = make_person("anna", "operator")
    grant = RoleGrant.objects.get(user=anna.user)
    begin, results = threading.Barrier(2), []
    threads = [threading.Thread(target=_move, args=(who, grant, begin, results)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    (lost,) = [r for r in results if r != "done"]
    assert results.count("done") == 1
    assert isinstance(lost, Stale | Refused)
    assert lost.text
    assert Signature.objects.filter(record_uuid=grant.uuid).count() == 1
    assert OutboxJob.objects.count() == 1
    assert RoleGrant.objects.get(pk=grant.pk).version == 2


@pytest.mark.case("AUD-11")
@pytest.mark.req("R205")
def test_grant_and_withdrawal_of_a_role_stand_on_the_person_s_chain(admin: Actor, grant: RoleGrant) -> None:
    with act(admin, "role.withdrawn", grant) as a:
        accounts.withdraw_role(a, grant, REASON, helpers.approval(admin, grant.user))
    events = LedgerEntry.objects.filter(links__chain=grant.user.chain).order_by("pk").values_list("event", "actor_name")
    assert list(events) == [
        ("user.created", "system"),
        ("user.acknowledged", "anna"),
        ("role.granted", "system"),
        ("role.withdrawn", "sysadmin"),
    ]
