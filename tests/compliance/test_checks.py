"""System checks: what may not be switched off stops the start (R210, JOB-02)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from compliance import checks, net, roles
from compliance.states import Transition
from tests.compliance.domain.tampering import attacker


def ids(found: list[Any]) -> list[str]:
    return [error.id for error in found]


@pytest.mark.req("R210")
@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("SIMPLE_HISTORY_ENABLED", False, "compliance.E001"),
        ("SIMPLE_HISTORY_REVERT_DISABLED", False, "compliance.E002"),
        ("ATOMIC_REQUESTS", True, "compliance.E003"),
    ],
)
def test_weakened_switch_is_an_error(settings: Any, name: str, value: bool, error: str) -> None:
    assert checks.switches() == []
    setattr(settings, name, value)
    assert ids(checks.switches()) == [error]


@pytest.mark.case("JOB-02")
@pytest.mark.parametrize(("seconds", "errors"), [(900, ["compliance.E004"]), (901, [])])
def test_broker_must_wait_longer_than_the_longest_job(settings: Any, seconds: int, errors: list[str]) -> None:
    settings.CELERY_TASK_TIME_LIMIT = 900
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": seconds}
    assert ids(checks.switches()) == errors


@pytest.mark.req("R207")
def test_proxy_that_nobody_named_is_an_error_behind_tls(settings: Any) -> None:
    assert checks.proxies() == []
    settings.BEHIND_TLS, settings.PROXIES = True, ()
    assert ids(checks.proxies()) == ["compliance.E010"]
    settings.SECOND_FACTOR = "always"
    assert checks.proxies() == []
    settings.SECOND_FACTOR, settings.PROXIES = "outside", ("10.0.0.0/8",)
    assert checks.proxies() == []


def test_transitions_of_the_product_are_whole() -> None:
    assert [e for e in checks.transitions() if e.msg.startswith("compliance.")] == []


def test_transition_that_names_what_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    table = (Transition("go", ("a",), "b", "no.permission", "no.event", guards=("no.such.guard",)),)
    monkeypatch.setattr(roles, "_transitions", {"some.record": table})
    assert ids(checks.transitions()) == ["compliance.E006", "compliance.E007", "compliance.E008"]


@pytest.mark.django_db
@pytest.mark.case("AUD-18")
def test_missing_guard_is_reported_by_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.guards(databases=["default"]) == []
    with attacker(), monkeypatch.context() as empty:
        found = checks.guards(databases=["default"])
        empty.setattr(connection.introspection, "table_names", list)
        assert checks.guards(databases=["default"]) == [], "a database without tables has nothing to guard yet"
    assert len(found) >= len(net.guarded_models())
    assert set(ids(found)) == {"compliance.W009"}
    assert net.problems(connection) == []
    assert checks.guards() == []
