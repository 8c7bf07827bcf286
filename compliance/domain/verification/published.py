"""The heads file outside the database: every head published there is a link today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from compliance.domain.canonical import plain_value
from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind, of_chain
from compliance.domain.verification.set_back import SetBack
from compliance.models import ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.domain.verification.scope import Scope
    from compliance.models import LedgerEntry

BEGIN = b'{"at": "'  # how every line begins


class Published:
    """The file as it stood before the database was looked at: what it holds was committed by then."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or Path(settings.HEADS_FILE)
        self.size = self.path.stat().st_size if self.path.exists() else -1
        self.count = 0
        self._upto: dict[str, int] = {}
        self._later: dict[str, set[int]] = {}

    def check(self, scope: Scope) -> Iterator[Finding]:
        """Each published head against its link; then whether all together say that the database was set back."""
        if self.size < 0:
            if ChainLink.objects.exists():
                yield Finding(Kind.REMOVED, "heads file", str(self.path), "the file of published heads is gone")
            return
        self._set_back = SetBack()
        part: list[dict[str, Any]] = []
        with self.path.open("rb") as file:
            read = 0
            for number, line in enumerate(file, start=1):
                read += len(line)
                head = _parse(line)
                if head is None and _is_half(line):
                    text = f"line {number} ends in its middle: the machine stopped while it was written"
                    yield Finding(Kind.UNPUBLISHED, "heads file", str(self.path), text, notice=True)
                    continue
                if head is None:
                    yield Finding(Kind.CHANGED, "heads file", str(self.path), f"line {number} cannot be read")
                    continue
                self._note(head["chain"], head["seq"])
                if read <= self.size and scope.covers(head["chain"]):
                    part.append(head)
                if len(part) >= reading.CHUNK:
                    yield from self._compare(part)
                    part = []
        yield from self._compare(part)
        if scope.everything:
            yield from self._set_back.findings(str(self.path))

    def holds(self, chain: str, seq: Any) -> bool:
        """Whether this link was published."""
        return isinstance(seq, int) and (seq <= self._upto.get(chain, 0) or seq in self._later.get(chain, ()))

    def _note(self, chain: str, seq: int) -> None:
        """Keeps one number a chain, and the few that came out of turn."""
        upto, later = self._upto.get(chain, 0), self._later.get(chain, set())
        later.add(seq)
        while upto + 1 in later:
            upto += 1
            later.discard(upto)
        self._upto[chain] = upto
        if later:
            self._later[chain] = later
        else:
            self._later.pop(chain, None)

    def _compare(self, part: list[dict[str, Any]]) -> Iterator[Finding]:
        self.count += len(part)
        query = ChainLink.objects.filter(chain__in={h["chain"] for h in part}, seq__in={h["seq"] for h in part})
        links = {(link.chain, link.seq): link for link in reading.rows(query, [])}
        entries = reading.entries(link.entry_id for link in links.values())
        for head in part:
            link = links.get((head["chain"], head["seq"]))
            if link is None or link.digest != head["digest"]:
                self._set_back.lose(head)
            else:
                self._set_back.keep(head)
            if link is None:
                yield of_chain(Kind.REMOVED, head["chain"], f"link {head['seq']} was published and is gone")
            elif link.digest != head["digest"]:
                text = f"link {head['seq']} was published with another digest"
                yield of_chain(Kind.CHANGED, head["chain"], text, field="digest")
            elif (entry := entries.get(link.entry_id)) is not None:
                yield from _entry(head, link, entry)


def _entry(head: dict[str, Any], link: ChainLink, entry: LedgerEntry) -> Iterator[Finding]:
    if plain_value(entry.recorded_at) != head["at"]:
        text = f"link {link.seq} was published for {head['at']}, its entry now says {entry.recorded_at}"
        yield of_chain(Kind.RE_DATED, link.chain, text, field="recorded_at")
    if entry.pk != head["entry"]:
        text = f"the entry of link {link.seq}, act {link.entry_id}, had the key {head['entry']}, now {entry.pk}"
        yield of_chain(Kind.REORDERED, link.chain, text, field="entry")


def _is_half(line: bytes) -> bool:
    """Whether this is how a line begins, and no more."""
    text = line.rstrip()
    return bool(text) and (text.startswith(BEGIN) or BEGIN.startswith(text)) and not text.endswith(b"}")


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        head = json.loads(line)
        known = isinstance(head["chain"], str) and isinstance(head["seq"], int)
        return head if known and {"digest", "at", "entry"} <= set(head) else None
    except (ValueError, TypeError, KeyError):
        return None
