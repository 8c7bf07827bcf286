"""Ratio of one recorded act (row, history, ledger, links) to raw inserts of the same rows in one transaction.

Run with `make bench`. It prints ratios, never asserts: times are of this machine at this moment.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable

import django

# A real file (or DATABASE_URL): what an act costs is mostly the disk's promise at commit.
os.environ["EVIDENCE_VAR"] = tempfile.mkdtemp(prefix="evidence-bench-")
os.environ["EVIDENCE_SITE_KIND"] = "test"
os.environ.setdefault("EVIDENCE_SECRET_KEY", "a key for a bench that keeps nothing " + "x" * 30)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - settings come first
from django.db import connection, transaction  # noqa: E402 - settings come first

from compliance.domain import accounts  # noqa: E402 - settings come first
from compliance.domain.act import act  # noqa: E402 - settings come first
from compliance.domain.actor import system  # noqa: E402 - settings come first

ROUNDS = 200


def median_ms(work: Callable[[int], None]) -> float:
    """Median time of one round, in milliseconds, after ten rounds to warm up."""
    times = []
    for n in range(ROUNDS + 10):
        begin = time.perf_counter()
        work(n)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[10:])


def one_act(n: int) -> None:
    """An account made by an act."""
    with act(system(), "user.created", "users") as a:
        accounts.create_user(a, f"bench.{n}", "Bench Person")


def raw_rows(n: int) -> None:
    """Four rows by bare SQL in one transaction, into a table without any guard."""
    with transaction.atomic(), connection.cursor() as cursor:
        for part in range(4):
            cursor.execute("INSERT INTO bench_raw (n, part, body) VALUES (%s, %s, %s)", [n, part, "x" * 400])


def main() -> None:
    """Migrates an empty test database, measures both, prints the ratio."""
    call_command("migrate", verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_raw (n integer, part integer, body text)")
    acts, raw = median_ms(one_act), median_ms(raw_rows)
    print(f"{connection.vendor}: act {acts:.2f} ms, raw {raw:.2f} ms, ratio {acts / raw:.1f}")


if __name__ == "__main__":
    main()
