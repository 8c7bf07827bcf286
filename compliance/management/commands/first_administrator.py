"""`manage.py first_administrator`: a new site's first account, which then makes all others."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.domain import accounts, people
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.models import RoleGrant
from compliance.refusals import Refusal
from compliance.roles import Role
from compliance.states import GrantState, IdentityProof


class Command(BaseCommand):
    """Refuses once there is an administrator: from then on people make accounts, by their signature."""

    help = "Make the first system administrator of a site and print the one-time link for the own password."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username")
        parser.add_argument("printed_name", help="as it shall stand on records, in quotes")
        parser.add_argument("--proof", choices=IdentityProof.values, required=True, help="the paper that was seen")
        parser.add_argument("--reference", required=True, help="who saw it and where the copy is kept")

    def handle(self, *_args: Any, **options: Any) -> None:
        held = RoleGrant.objects.filter(role=Role.SYSTEM_ADMINISTRATOR, state=GrantState.HELD)
        if held.filter(user__is_active=True).exists():
            raise CommandError(
                "This site has an administrator. Nothing was written. Make accounts on the page Accounts."
            )
        try:
            with act(system(), "user.created", "users") as a:
                user = accounts.create_user(a, options["username"], options["printed_name"])
                people.check_identity(a, user, options["proof"], options["reference"])
                accounts.grant_role(a, user, Role.SYSTEM_ADMINISTRATOR, "First administrator of this site")
                token = people.make_link(a, user)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        self.stdout.write(f"/activate/{token}/ is good once, within {people.LINK_HOURS} hours, for {user.username}.")
