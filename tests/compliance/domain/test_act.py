"""One act is one transaction with history, ledger and links, or nothing."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import IntegrityError, connection

from compliance.domain import accounts
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.records import save_record
from compliance.models import ChainHead, ChainLink, LedgerEntry, User
from compliance.refusals import AlreadyDone, Invalid, Stale

pytestmark = pytest.mark.django_db


def make(name: str = "anna") -> User:
    with act(system(), "user.created", "users") as a:
        return accounts.create_user(a, name, "Anna Kiss")


@pytest.mark.req("R105")
def test_act_writes_row_history_entry_and_links() -> None:
    user = make()
    entry = LedgerEntry.objects.get(act_id=user.act_id)
    assert user.version == 1
    history = user.history.get()
    assert (history.history_user_id, history.version, history.history_type) == (0, 1, "+")
    assert [r["label"] for r in json.loads(entry.payload)["rows"]] == ["compliance.user"]
    assert set(entry.links.values_list("chain", flat=True)) == {"users", user.chain}
    connection.check_constraints()


@pytest.mark.req("R105")
def test_act_that_raises_leaves_nothing() -> None:
    before = LedgerEntry.objects.count()

    def crash() -> None:
        with act(system(), "user.created", "users") as a:
            accounts.create_user(a, "bela", "Bela Nagy")
            raise RuntimeError("the view crashed")

    with pytest.raises(RuntimeError):
        crash()
    assert not User.objects.filter(username="bela").exists()
    assert LedgerEntry.objects.count() == before


@pytest.mark.case("AUD-06")
def test_write_after_crashed_act_names_its_own_actor(person) -> None:
    anna = person("anna", "operator")
    with pytest.raises(RuntimeError), act(anna, "user.created", "users"):
        raise RuntimeError("500")
    user = make("bela")
    assert user.history.get().history_user_id == 0


@pytest.mark.case("CON-04")
def test_second_send_of_a_form_is_answered_by_the_first() -> None:
    token = uuid.uuid4()
    with act(system(), "user.created", "users", token) as a:
        accounts.create_user(a, "anna", "Anna Kiss")
    with pytest.raises(AlreadyDone) as caught, act(system(), "user.created", "users", token) as a:
        accounts.create_user(a, "anna", "Anna Kiss")
    assert caught.value.entry.act_id == token
    assert User.objects.filter(username="anna").count() == 1


@pytest.mark.case("CON-01")
def test_stale_row_is_refused_and_the_newer_value_survives() -> None:
    user = make()
    old = User.objects.get(pk=user.pk)
    user.printed_name = "Anna Nagy"
    with act(system(), "user.renamed", user) as a:
        save_record(a, user, "She has married since")
    old.theme = "dim"
    with pytest.raises(Stale), act(system(), "user.renamed", old) as a:
        save_record(a, old, "Wants dim pages at night")
    assert User.objects.get(pk=user.pk).printed_name == "Anna Nagy"


@pytest.mark.case("AUD-07")
@pytest.mark.case("AUD-08")
def test_reason_stands_on_its_own_change_alone() -> None:
    user = make()
    user.printed_name = "Anna Nagy"
    with act(system(), "user.renamed", user) as a:
        save_record(a, user, "She has married since")
    user.theme = "dim"
    with act(system(), "user.renamed", user) as a:
        save_record(a, user)
    reasons = list(user.history.order_by("version").values_list("history_change_reason", flat=True))
    assert reasons == ["", "She has married since", ""]


@pytest.mark.parametrize("reason", ["", " ", ".", "aaaaaaaaaaaa", "short"])
@pytest.mark.req("R209")
def test_reason_must_tell_something(reason: str) -> None:
    user = make()
    with pytest.raises(Invalid), act(system(), "user.renamed", user) as a:
        save_record(a, user, reason)
    assert user.history.count() == 1


def bulk_update(user: User) -> None:
    user.printed_name = "x"
    User.objects.bulk_update([user], ["printed_name"])


def bare_sql(_user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_user SET printed_name = 'x'")


ROUND_THE_DOOR = {
    "update": lambda user: User.objects.filter(pk=user.pk).update(printed_name="x"),
    "save": lambda user: user.save(),
    "bulk_update": bulk_update,
    "delete": lambda user: User.objects.filter(pk=user.pk)._raw_delete("default"),
    "raw": bare_sql,
}


@pytest.mark.case("AUD-01")
@pytest.mark.parametrize("how", list(ROUND_THE_DOOR))
def test_write_round_the_door_is_refused(how: str) -> None:
    user = make()
    with pytest.raises(IntegrityError):
        ROUND_THE_DOOR[how](user)


@pytest.mark.case("AUD-01")
def test_update_in_an_act_without_history_cannot_commit(transactional_db: None) -> None:
    user = make()
    with pytest.raises(IntegrityError), act(system(), "user.renamed", user) as a:
        User.objects.filter(pk=user.pk).update(printed_name="x", version=2, act_id=a.id)
    assert User.objects.get(pk=user.pk).printed_name == "Anna Kiss"


def test_links_have_no_gap_and_name_the_one_before() -> None:
    user = make()
    for name in ("A B C", "D E F"):
        user.printed_name = name
        with act(system(), "user.renamed", user) as a:
            save_record(a, user, "Changed for this test")
    links = list(ChainLink.objects.filter(chain=user.chain).order_by("seq"))
    assert [link.seq for link in links] == [1, 2, 3]
    assert [link.prev for link in links] == ["0" * 64, links[0].digest, links[1].digest]
    assert ChainHead.objects.get(chain=user.chain).digest == links[2].digest


def test_unregistered_event_is_refused() -> None:
    with pytest.raises(ValueError, match="not registered"), act(system(), "made.up", "users"):
        pass
