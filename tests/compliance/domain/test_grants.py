"""PostgreSQL: the application's role works, and can neither drop, disable nor hollow out a guard (AUD-18, R105)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.db import ProgrammingError, connection, transaction

from compliance.domain import grants, plain, proof
from compliance.models import LedgerEntry, OutboxJob, SiteState, User
from tests.compliance.domain import small_site
from tests.compliance.domain.tampering import execute, findings

if TYPE_CHECKING:
    from collections.abc import Iterator

LATER = ("django_session", "axes_accessattempt", "compliance_outboxjob")


@pytest.fixture
def application_role(transactional_db: None, settings: Any) -> Iterator[str]:
    """This process speaks to the database as the application's role, after the owner gave it its rights."""
    url = os.environ.get("TEST_POSTGRES_APP_URL")
    if not url:
        pytest.skip("TEST_POSTGRES_APP_URL is not set: no application role to try (tools/with_services.sh sets it)")
    parts, owner = urlsplit(url), dict(connection.settings_dict)
    settings.APP_ROLE = parts.username
    assert grants.grant(connection)
    connection.close()
    connection.settings_dict |= {"USER": parts.username, "PASSWORD": parts.password or ""}
    try:
        yield str(parts.username)
    finally:
        connection.close()
        connection.settings_dict |= {"USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}


@pytest.mark.pg
@pytest.mark.req("R105")
def test_application_role_runs_every_act(application_role: str) -> None:
    small_site.make()
    assert findings() == []
    assert grants.grant(connection) == []
    job = OutboxJob(name="x", act_id=LedgerEntry.objects.latest("pk").act_id, requested_by_id=0, asked_at=_now())
    plain.clear([plain.insert(job)])
    assert proof.seal_site()


def _now() -> Any:
    return LedgerEntry.objects.latest("pk").true_at


@pytest.mark.pg
@pytest.mark.case("AUD-18")
@pytest.mark.req("R105")
def test_application_role_cannot_touch_a_guard_or_the_trail(application_role: str) -> None:
    hollow = (
        "CREATE OR REPLACE FUNCTION evidence_net_never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
    )
    attempts = [
        "DROP TRIGGER net_delete_compliance_user ON compliance_user",
        "ALTER TABLE compliance_user DISABLE TRIGGER net_delete_compliance_user",
        "ALTER TABLE compliance_user DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "ALTER TABLE compliance_user DROP CONSTRAINT user_history_exists",
        "TRUNCATE compliance_historicaluser",
        "TRUNCATE compliance_outboxjob",
        hollow,
        "DROP FUNCTION evidence_net_never() CASCADE",
        "CREATE TABLE mine (id integer)",
        "DROP TABLE compliance_signature",
        "DELETE FROM compliance_user",
        "DELETE FROM compliance_historicaluser",
        "DELETE FROM compliance_signature",
        "DELETE FROM compliance_sitestate",
        "UPDATE compliance_historicaluser SET printed_name = 'X'",
        "UPDATE compliance_ledgerentry SET event = 'x'",
        "UPDATE compliance_chainlink SET seq = 9",
    ]
    for statement in attempts:
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), transaction.atomic():
            execute(statement)
    assert User.objects.filter(pk=0).exists()


def test_rights_follow_the_kind_of_table() -> None:
    rights = grants.rights_of_tables()
    assert rights["compliance_user"] == ("SELECT", "INSERT", "UPDATE")
    assert rights["compliance_signature"] == ("SELECT", "INSERT", "UPDATE")
    for table in ("compliance_historicaluser", "compliance_ledgerentry", "compliance_chainlink"):
        assert rights[table] == ("SELECT", "INSERT")
    for table in LATER:
        assert rights[table][-1] == "DELETE"
    assert "django_migrations" not in rights
    assert rights[SiteState._meta.db_table] == ("SELECT", "INSERT", "UPDATE")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", "owner"])
def test_nothing_is_granted_where_the_application_owns_the_tables(settings: Any, role: str) -> None:
    settings.APP_ROLE = connection.settings_dict.get("USER", "") if role else ""
    assert grants.grant(connection) == []
