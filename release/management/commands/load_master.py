"""Takes a master file over as a draft: `load_master FILE.yaml --as USERNAME`."""

from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from batches.domain.authoring import draft_version
from compliance.domain import signing
from compliance.domain.act import act
from compliance.domain.actor import Actor
from compliance.models import User
from compliance.refusals import Refusal
from release.management.commands.lint_master import read_master_file


class Command(BaseCommand):
    help = "Draft the next version of a master from a YAML file, in the name of a process engineer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--as", dest="username", required=True, help="the process engineer who authors it")
        parser.add_argument("--password-file", help="asked for at the terminal when not given")

    def handle(self, *_args: Any, **options: Any) -> None:
        text = read_master_file(Path(options["file"]))
        try:
            author = author_known_by(options["username"], password_from(options["password_file"]), "authored:masters")
            with act(author, "master.drafted", "masters") as a:
                row = draft_version(a, text)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        self.stdout.write(f"{row} drafted, digest {row.digest}. It is submitted, checked and approved in the browser.")


def password_from(path: str | None) -> str:
    """The password from a file, else asked for at the terminal. Refuses a file that cannot be read."""
    if path is None:
        return getpass("Password: ")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error


def author_known_by(username: str, password: str, subject: str) -> Actor:
    """The person, known by her own password: nobody drafts in another's name."""
    user = User.objects.filter(username=username.strip().casefold()).first()
    station = Actor(user=user or User.objects.get(username="system"), station="command line", session="command line")
    author, _ = signing.challenge(station, username, password, subject)
    return author
