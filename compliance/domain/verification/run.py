"""Runs every check over one view of the database and hands out what it finds as it goes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import connection

from compliance import net
from compliance.domain.verification import chains, entries, present, reading, registry
from compliance.domain.verification.findings import Finding, Kind
from compliance.domain.verification.published import Published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from compliance.domain.verification.scope import Scope


class Report:
    """How much was looked at, and what was named already."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._named: set[tuple[str, ...]] = set()

    def count(self, what: str, by: int = 1) -> None:
        """Adds to a count."""
        self.counts[what] += by

    def once(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Leaves out what was said before of the same row in the same words."""
        for finding in findings:
            key = (finding.kind, finding.label, finding.uuid, finding.version, finding.field, finding.text)
            if key not in self._named:
                self._named.add(key)
                yield finding


def verify(scope: Scope, report: Report | None = None, kept: Iterable[Path] = ()) -> Iterator[Finding]:
    """Every mismatch in scope, as it is found; nothing is written (R101).

    `kept` are files of published lines that others kept: what the site's own heads file may no longer say.

    Order: guards, published heads, entries with their rows and signatures, chains, rows no act wrote, then what
    other apps registered. Time grows with the number of rows, memory does not.
    """
    seen = report or Report()
    published = Published()
    with reading.snapshot():
        for problem in net.problems(connection):
            yield Finding(Kind.UNGUARDED, "database", "", problem)
        yield from published.check(scope)
        seen.count("published heads", published.count)
        for elsewhere in [Published(path) for path in kept]:
            yield from elsewhere.check(scope)
            seen.count("heads kept elsewhere", elsewhere.count)
        yield from entries.check(scope, seen)
        yield from chains.check(scope, seen, published)
        yield from seen.once(present.check(scope))
        for name, check in registry.checks().items():
            yield from seen.once(_whole(name, check(scope)))


def _whole(name: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """What a check finds; one that cannot go on says so, since tampered rows may fit no code that reads them."""
    try:
        yield from found
    except Exception as error:  # noqa: BLE001 - told as a finding, and the other checks still run
        text = f"could not be read to its end: {type(error).__name__}: {error}"
        yield Finding(Kind.CHANGED, name, "", text)
