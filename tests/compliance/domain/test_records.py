"""The write door: what does not validate stays out, a busy site says so, a new database gets its first rows."""

from __future__ import annotations

import fcntl
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from compliance.domain import accounts, first_rows
from compliance.domain import act as acts
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.records import save_record, save_records
from compliance.models import ChainHead, LedgerEntry, NumberSeries, SiteState, User
from compliance.refusals import AlreadyDone, Invalid, Refusal

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db


def test_value_that_breaks_a_field_s_rule_is_refused_with_its_field() -> None:
    with pytest.raises(Invalid, match="printed_name") as caught, act(system(), "user.created", "users") as a:
        save_record(a, User(username="x", printed_name="X" * 121))
    assert caught.value.field == "printed_name"


@pytest.mark.parametrize(
    ("error", "field", "text"),
    [
        (ValidationError("These two do not go together."), "", "These two do not go together."),
        (ValidationError({"theme": "No such theme."}), "theme", "theme: No such theme."),
    ],
)
def test_value_that_breaks_the_model_s_own_rule_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, error: ValidationError, field: str, text: str
) -> None:
    def clean(_row: User) -> None:
        raise error

    monkeypatch.setattr(User, "clean", clean)
    with pytest.raises(Invalid) as caught, act(system(), "user.created", "users") as a:
        save_record(a, User(username="x", printed_name="X"))
    assert (caught.value.field, caught.value.text) == (field, text)


@pytest.mark.req("R105")
def test_many_rows_of_several_models_are_written_in_one_act() -> None:
    rows = [NumberSeries(prefix=p, year=26, last=1) for p in ("A", "B")]
    user = User(username="carla", printed_name="Carla Rossi", password="!")
    with act(system(), "clock.set", "numbers") as a:
        save_records(a, [*rows, user])
        rows[0].last = 2
        save_records(a, [rows[0], NumberSeries(prefix="C", year=26, last=1)])
    assert [len(r.history.all()) for r in (*rows, user)] == [2, 1, 1]
    assert a.entry is not None
    assert LedgerEntry.objects.get(act_id=a.id).payload.count('"digest"') == 5
    connection.check_constraints()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file lock is for SQLite alone")
def test_busy_site_says_so_and_records_nothing(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(acts, "LOCK_WAIT_SECONDS", 0.05)
    with open(settings.ACT_LOCK, "w") as other:  # noqa: PTH123 - a second descriptor, as another process has it
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Refusal, match="busy; nothing was recorded") as caught, act(system(), "clock.set", "x"):
            pass
    assert caught.value.code == "busy"
    with act(system(), "clock.set", "x") as a:
        a.fact(note="free again")
    assert ChainHead.objects.get(chain="x").seq == 1


@pytest.mark.case("CON-04")
def test_loser_of_two_sends_is_answered_by_the_winner_whatever_it_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second send looked before the first committed, then met its rows."""
    token = uuid.uuid4()
    with act(system(), "user.created", "users", token) as a:
        save_record(a, User(username="dora", printed_name="Dora", password="!"))
    looks = iter([lambda _id: None, acts._refuse_second])

    def look(act_id: uuid.UUID) -> None:
        next(looks)(act_id)

    monkeypatch.setattr(acts, "_refuse_second", look)
    with pytest.raises(AlreadyDone), act(system(), "user.created", "users", token):
        raise Refusal("The user name dora was used before.")


def test_refusal_of_a_first_send_stays_itself() -> None:
    with pytest.raises(Refusal, match="not today"), act(system(), "clock.set", "x", uuid.uuid4()):
        raise Refusal("not today")


def test_first_rows_wait_for_the_last_app_and_for_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(first_rows.net, "install", lambda _connection: made.append("net"))
    last = [c for c in apps.get_app_configs() if c.models_module is not None][-1]
    first_rows.after_migrate(apps.get_app_config("compliance"), "default")
    assert made == []
    monkeypatch.setattr(type(connection.introspection), "table_names", lambda *_args, **_options: [])
    first_rows.after_migrate(last, "default")
    assert made == []
    monkeypatch.undo()
    before = (SiteState.objects.get().made_at, User.objects.get(pk=0).version, LedgerEntry.objects.count())
    first_rows.after_migrate(last, "default")
    assert (SiteState.objects.get().made_at, User.objects.get(pk=0).version, LedgerEntry.objects.count()) == before


@pytest.mark.case("PDF-08")
@pytest.mark.parametrize("char", ["\x07", "\x1b", "\x00", "\u202e", "\u2066", "\ue123", "\ufffe"])
def test_character_that_no_paper_shows_is_refused_with_its_code_point(admin: Actor, char: str) -> None:
    with pytest.raises(Invalid, match=f"U\\+{ord(char):04X}") as caught, act(admin, "user.renamed", admin.user) as a:
        accounts.rename_user(a, admin.user, f"Anna{char}Kiss", "Has another name since the wedding")
    assert caught.value.code == "unprintable"
    assert User.objects.get(pk=admin.user.pk).printed_name == admin.user.printed_name


def test_letters_of_any_script_and_line_ends_are_kept(admin: Actor) -> None:
    for name in ("Zoë Müller-Łuk", "山田 花子", "محمد علي", "Ἀλέξανδρος"):
        with act(admin, "user.renamed", admin.user) as a:
            user = accounts.rename_user(a, User.objects.get(pk=admin.user.pk), name, "Has another name now, see letter")
        assert user.printed_name == name
