"""`manage.py verify_integrity`: exit 0 clean, 1 with each mismatch named, 2 when asked for what is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from compliance.domain.verification import Report, Scope, scope_for, verify
from compliance.models import ChainHead, ChainLink
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from compliance.domain.verification import Finding


class Command(BaseCommand):
    """Compares records, history, ledger, signatures and published heads; changes nothing."""

    requires_system_checks = []  # a site whose checks fail is the one to verify

    help = "Verify records, history, ledger, chains, signatures and published heads. Exit 1 names each mismatch."

    def add_arguments(self, parser: CommandParser) -> None:
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--batch", metavar="NUMBER", help="only the acts of this batch")
        part.add_argument("--chain", metavar="NAME", help="only the acts of this chain, as printed on documents")
        parser.add_argument(
            "--heads",
            metavar="FILE",
            type=Path,
            action="append",
            default=[],
            help="also compare with published lines that were kept elsewhere (mails, a web address), one a line",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument(
            "--strict",
            action="store_true",
            help="a notice counts too: a link that was never published (a crash between commit and publishing)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        report, found = Report(), {"mismatches": 0, "notices": 0}
        kept: list[Finding] = []
        if missing := [str(path) for path in options["heads"] if not path.is_file()]:
            raise CommandError(f"There is no file {missing[0]}.", returncode=2)
        for finding in verify(_scope(options["batch"], options["chain"]), report, options["heads"]):
            found["notices" if finding.notice else "mismatches"] += 1
            if options["json"]:
                kept.append(finding)
            else:
                self.stdout.write(f"notice: {finding}" if finding.notice else str(finding))
        clean = not found["mismatches"] and not (options["strict"] and found["notices"])
        if options["json"]:
            self.stdout.write(_json(clean=clean, report=report, kept=kept))
        else:
            counts = ", ".join(f"{number} {what}" for what, number in report.counts.items())
            words = "Clean" if clean else "NOT CLEAN"
            self.stdout.write(f"{words}: {found['mismatches']} mismatches, {found['notices']} notices; read {counts}.")
        if not clean:
            raise SystemExit(1)


def _scope(batch: str | None, chain: str | None) -> Scope:
    if batch:
        try:
            return scope_for("batch", batch)
        except Invalid as error:
            raise CommandError(error.text, returncode=2) from error
    if chain is None:
        return Scope()
    if not ChainHead.objects.filter(chain=chain).exists() and not ChainLink.objects.filter(chain=chain).exists():
        raise CommandError(f"There is no chain {chain}.", returncode=2)
    return Scope((chain,))


def _json(*, clean: bool, report: Report, kept: list[Finding]) -> str:
    return json.dumps(
        {
            "clean": clean,
            "read": dict(report.counts),
            "mismatches": [finding.as_dict() for finding in kept if not finding.notice],
            "notices": [finding.as_dict() for finding in kept if finding.notice],
        },
        ensure_ascii=False,
    )
