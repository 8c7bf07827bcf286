"""Writes a master version's text: `export_master CODE [--version N]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from batches.models import MasterVersion


class Command(BaseCommand):
    help = "Print the text of a master version as it was signed; without a number the newest."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's own `--version` gives way to the version of the master."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--version", dest="number", type=int, help="its number; the newest when not given")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = MasterVersion.objects.filter(master__code=options["code"]).order_by("-number")
        row = rows.filter(number=options["number"]).first() if options["number"] else rows.first()
        if row is None:
            raise CommandError(f"There is no such version of {options['code']}.")
        self.stdout.write(row.source, ending="")
