"""Takes a specification file over as a draft: `load_specification FILE.yaml --as USERNAME`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.domain.act import act
from compliance.refusals import Refusal
from qc.domain.specifications import draft_specification
from release.management.commands.lint_master import read_master_file
from release.management.commands.load_master import author_known_by, password_from


class Command(BaseCommand):
    help = "Draft the next version of a specification from a YAML file, in the name of who may draft one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--as", dest="username", required=True, help="the QC reviewer or engineer who authors it")
        parser.add_argument("--password-file", help="asked for at the terminal when not given")

    def handle(self, *_args: Any, **options: Any) -> None:
        text = read_master_file(Path(options["file"]))
        password = password_from(options["password_file"])
        try:
            author = author_known_by(options["username"], password, "authored:specifications")
            with act(author, "specification.drafted", "specifications") as a:
                row = draft_specification(a, text)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        items = row.items.count()
        self.stdout.write(f"{row} drafted, {items} items, digest {row.digest}. It is approved by QA in the browser.")
