"""`make tamper-drill N=1000 SEED=1`: so many random attacks on a filled site, each found and named or printed whole."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if not settings.configured or not apps.ready:
    django.setup()

from django.db import connection
from django.test import override_settings
from django.test.runner import DiscoverRunner

from compliance import jobs
from compliance.domain import accounts, proof, stamping
from compliance.domain.act import act
from compliance.domain.verification import Scope, published
from compliance.models import ChainLink, OutboxJob, RoleGrant
from tests import helpers
from tests.compliance.domain import authority_double, small_site, web_double
from tests.compliance.domain.tampering import attacker, findings, undone
from tests.drills.attacks import ATTACKS, Attack, draw, file_attack
from tests.release import steps as release

FILES = "stored file"


def say(line: str) -> None:
    """One line of the report, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fill() -> None:
    """A batch from donor to release with its documents, and the house around it; all by acts of production."""
    release.through()
    release.made()
    admin, zoe = helpers.person("sysadmin", "system_administrator"), helpers.person("zoe", "operator", "verifier")
    small_site.rename(admin, zoe.user, "Zoe Nagy")
    grant = RoleGrant.objects.filter(user=zoe.user)[0]
    with act(admin, "role.withdrawn", grant) as a:
        accounts.withdraw_role(a, grant, "Moved to another department", helpers.approval(admin, zoe.user))
    stamped()


def stamped() -> None:
    """A seal with a time stamp of an authority, and a last seal after it."""
    clock = authority_double.authority()
    with web_double.serving(clock.answer) as server, override_settings(TSA_URL=server.url):
        proof.seal_site()
        stamping.stamp(OutboxJob.objects.get(name=jobs.STAMP_SEAL))
    proof.seal_site()


def open_window() -> int:
    """Links that stand in no head outside the database yet: what an attacker could still change unseen."""
    heads = published.Published()
    list(heads.check(Scope()))
    return sum(not heads.holds(chain, seq) for chain, seq in ChainLink.objects.values_list("chain", "seq"))


def is_named(attack: Attack, lines: list[str]) -> bool:
    return any(all(name in line for name in attack.names) for line in lines)


def run(count: int, seed: int) -> int:
    """Attacks and prints; answers how many were missed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable attacks
    kinds = [*ATTACKS, FILES]
    tried, found = Counter[str](), Counter[str]()
    for number in range(count):
        kind = kinds[number % len(kinds)]
        if kind == FILES:
            with file_attack(chance) as attack:
                lines = [str(f) for f in findings()]
        else:
            with undone():
                attack = draw(chance, ATTACKS[kind])
                lines = [str(f) for f in findings()]
        tried[kind] += 1
        if is_named(attack, lines):
            found[kind] += 1
        else:
            say(f"MISSED {kind}: {attack.words}; expected {attack.names}; found {lines[:5]}")
    for kind in kinds:
        say(f"  {kind:<34} {found[kind]:>5} of {tried[kind]}")
    return count - found.total()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    runner = DiscoverRunner(verbosity=0, interactive=False)
    kept = runner.setup_databases()
    try:
        fill()
        assert findings() == [], "the untouched site must be clean"
        begin = time.monotonic()
        say(f"{connection.vendor}: {asked.n} attacks, seed {asked.seed}; open window: {open_window()} links")
        with attacker():
            missed = run(asked.n, asked.seed)
        spent = time.monotonic() - begin
        say(f"{connection.vendor}: found {asked.n - missed} of {asked.n} in {spent:.0f} s")
    finally:
        runner.teardown_databases(kept)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
