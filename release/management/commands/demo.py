"""Runs the reference batches on a demonstration site: `demo [--if-empty | --prepare]`. The last line is JSON."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.domain import clock
from compliance.models import User
from compliance.models.user import SYSTEM_PK
from compliance.states import SiteKind
from release.demo import papers, script
from release.demo.people import login_lines, write_logins


class Command(BaseCommand):
    help = "Fill an empty demonstration site with people, a house and the reference batches; the last line is JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where people are at work already")
        parser.add_argument("--prepare", action="store_true", help="people, house and masters only, no batch")

    def handle(self, *_args: Any, **options: Any) -> None:
        if clock.site().kind == SiteKind.PRODUCTION:
            raise CommandError("This is a production site. Demonstration people and batches are refused here.")
        if User.objects.exclude(pk=SYSTEM_PK).exists():
            self._answer_again(if_empty=options["if_empty"])
            return
        stage = script.prepare() if options["prepare"] else script.run()
        logins = write_logins(Path(settings.VAR), stage.desk.seats)
        self.stdout.write(f"Logins of the demonstration, kept in {logins}:")
        self.stdout.write("\n".join(login_lines(stage.desk.seats)))
        if options["prepare"]:
            return
        for error in papers.make_documents(stage.roles["product"].batch):
            self.stderr.write(f"A document was not made: {error}")
        self._last_line()

    def _answer_again(self, *, if_empty: bool) -> None:
        """The demonstration runs once; a second call shows what the first one made."""
        if papers.released_batch() is not None:
            self.stdout.write("The demonstration is there already; nothing was changed.")
            self._last_line()
        elif not if_empty:
            raise CommandError(
                "People are at work on this site, but there is no whole demonstration. Use an empty site: "
                "another folder in EVIDENCE_VAR, another database."
            )

    def _last_line(self) -> None:
        batch = papers.released_batch()
        if batch is None:
            raise CommandError("The demonstration ended without a released batch.")
        self.stdout.write(json.dumps(papers.summary(batch).as_dict()))
