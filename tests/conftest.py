"""Fixtures for every test: real guards in the database, people with roles, a scripted clock, both databases."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase

from compliance import net
from tests import helpers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compliance.domain.actor import Actor

_flush = TransactionTestCase._fixture_teardown


def _teardown_without_guards(case: Any) -> None:
    """A flush empties tables, which the guards refuse; its own post_migrate puts them back."""
    for alias in case._databases_names(include_mirrors=False):
        net.remove(connections[alias])
    _flush(case)


TransactionTestCase._fixture_teardown = _teardown_without_guards


def pytest_report_header() -> list[str]:
    """Says which database and whose files."""
    data = os.environ.get("EVIDENCE_TEST_DATA", "")
    kind = os.environ.get("EVIDENCE_TEST_DATABASE", "sqlite")
    return [
        f"database: {kind}",
        f"real instrument files: {data or 'EVIDENCE_TEST_DATA is not set, only our own small files are read'}",
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what uses the database runs; what is pure ran on SQLite already, with the same result.

    What needs PostgreSQL says so elsewhere.
    """
    if os.environ.get("EVIDENCE_TEST_DATABASE", "sqlite") != "postgres":
        for item in items:
            if item.get_closest_marker("pg"):
                item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: row locks over two connections"))
        return
    pure = [item for item in items if not uses_database(item)]
    if pure:
        config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if uses_database(item)]


def uses_database(item: pytest.Item) -> bool:
    """Whether a test reads or writes the test database."""
    fixtures = set(getattr(item, "fixturenames", ()))
    by_fixture = bool(fixtures & {"db", "transactional_db", "django_db_setup"})
    return by_fixture or item.get_closest_marker("django_db") is not None


@pytest.fixture
def person(db: None) -> Callable[..., Actor]:
    """`person("anna", "operator")` makes an account with these roles and gives its actor."""
    return helpers.person


@pytest.fixture
def admin(person: Callable[..., Actor]) -> Actor:
    """A system administrator."""
    return person("sysadmin", "system_administrator")


@pytest.fixture(autouse=True)
def heads_file(settings: Any, tmp_path: Path) -> Path:
    """Each test publishes its heads to a file of its own."""
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    settings.FILES = tmp_path / "files"
    settings.FILES.mkdir()
    return Path(settings.HEADS_FILE)


@pytest.fixture
def real_data() -> Path:
    """The folder of real instrument files; says so when it is not set."""
    folder = os.environ.get("EVIDENCE_TEST_DATA")
    if not folder:
        pytest.skip("EVIDENCE_TEST_DATA is not set: the real instrument files are not read")
    return Path(folder)


@pytest.fixture
def without_guards() -> Iterator[None]:
    """An attacker who owns the database: the guards are dropped."""
    net.remove(connection)
    yield
    net.install(connection)
