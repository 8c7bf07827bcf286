"""Time comes from the server, once; a scripted clock is for demonstrations and never steps back (R210)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from compliance import net
from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.models import ChainHead, LedgerEntry, SiteState, User
from compliance.refusals import Invalid, Refusal
from tests.compliance.domain import small_site
from tests.compliance.domain.tampering import attacker

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def note(chain: str = "numbers") -> LedgerEntry:
    """An act with nothing in it."""
    with act(system(), "clock.set", chain) as a:
        a.fact(note="clock")
    assert a.entry is not None
    return a.entry


def standing(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """A server clock that stands."""
    monkeypatch.setattr(clock, "true_now", lambda: at)


@pytest.mark.req("R210")
def test_record_time_is_the_server_s() -> None:
    before = clock.true_now()
    entry = note()
    assert before <= entry.recorded_at <= entry.true_at <= clock.true_now()


@pytest.mark.req("R210")
def test_everything_in_one_act_has_one_hour(admin: Actor, person: Callable[..., Actor]) -> None:
    user = small_site.rename(admin, person("anna").user, "Anna Other")
    history = user.history.first()
    assert history.history_date == LedgerEntry.objects.get(act_id=user.act_id).recorded_at


def test_scripted_clock_gives_record_time_and_keeps_true_time() -> None:
    clock.set_scripted(EARLY)
    entry = note("demo")
    assert entry.recorded_at == EARLY
    assert entry.true_at > EARLY
    clock.set_scripted(EARLY + timedelta(days=3))
    assert clock.now() == EARLY + timedelta(days=3)
    clock.set_scripted(None)
    assert clock.now() > EARLY + timedelta(days=3)


def test_today_is_the_site_s_day() -> None:
    clock.set_scripted(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    assert clock.today().isoformat() == "2026-07-01"
    assert str(clock.zone()) == "Europe/Berlin"


@pytest.mark.req("R210")
@pytest.mark.parametrize("step", [timedelta(seconds=-1), timedelta(days=-3)])
def test_scripted_clock_never_steps_back(step: timedelta) -> None:
    clock.set_scripted(EARLY)
    with pytest.raises(Invalid, match="never steps back"):
        clock.set_scripted(EARLY + step)


@pytest.mark.req("R210")
def test_scripted_clock_never_passes_true_time() -> None:
    with pytest.raises(Invalid, match="may not pass"):
        clock.set_scripted(clock.true_now() + timedelta(minutes=1))


@pytest.fixture
def production(db: None) -> None:
    """A database made for production."""
    with attacker():
        SiteState.objects.update(kind="production")
        net.install(connection)
        yield


@pytest.mark.req("R210")
def test_production_has_no_scripted_clock(production: None) -> None:
    with pytest.raises(Invalid, match="no scripted clock"):
        clock.set_scripted(EARLY)


@pytest.mark.req("R210")
@pytest.mark.parametrize(
    "change", [{"kind": "demo"}, {"scripted_now": EARLY}, {"made_at": EARLY}], ids=["kind", "clock", "made"]
)
def test_database_keeps_what_a_site_is_for(production: None, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="evidence net"), transaction.atomic():
        SiteState.objects.update(**change)


def test_site_row_is_never_deleted() -> None:
    with pytest.raises(IntegrityError, match="evidence net"), transaction.atomic():
        SiteState.objects.all()._raw_delete("default")


@pytest.mark.req("R210")
def test_clock_before_the_chain_s_last_record_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.true_now()
    standing(monkeypatch, now)
    note()
    standing(monkeypatch, now - timedelta(seconds=6))
    with pytest.raises(Refusal, match="The clock stands before the last record of numbers") as caught:
        note()
    assert (caught.value.code, ChainHead.objects.get(chain="numbers").seq) == ("clock", 1)
    assert note("another chain").recorded_at == now - timedelta(seconds=6)


@pytest.mark.req("R210")
def test_clock_before_a_touched_chain_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.true_now()
    standing(monkeypatch, now)
    note()
    standing(monkeypatch, now - timedelta(minutes=1))
    with pytest.raises(Refusal, match="last record of numbers"), act(system(), "clock.set", "fresh") as a:
        a.touch("numbers")


def test_machines_may_differ_by_seconds_and_records_still_never_go_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.true_now()
    standing(monkeypatch, now)
    note()
    standing(monkeypatch, now - timedelta(seconds=4))
    assert note().recorded_at == now


@pytest.mark.req("R210")
def test_client_s_clock_is_never_asked(rf: Any, person: Callable[..., Actor]) -> None:
    """Headers of a browser whose clock is a day ahead change nothing: no door takes a time for an act."""
    ahead = (clock.true_now() + timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    request = rf.get("/", headers={"Date": ahead, "If-Modified-Since": ahead})
    assert request.headers["Date"] == ahead
    entry = note()
    assert entry.recorded_at <= clock.true_now()
    assert User.objects.get(username="system").history.get().history_date <= clock.true_now()
