"""What a new database gets: the net, the site row, and the system's own account."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from compliance import net
from compliance.domain import clock, grants, plain
from compliance.domain.act import act
from compliance.domain.actor import Actor
from compliance.domain.records import save_record
from compliance.models import SiteState, User
from compliance.models.user import SYSTEM_PK


def before_migrate(using: str, **_kwargs: Any) -> None:
    """Takes the guards away; a table rebuild would lose them anyway."""
    net.remove(connections[using])


def after_migrate(sender: Any, using: str, **_kwargs: Any) -> None:
    """After the last app: guards in place, rights given, then the first rows where there are none."""
    last = [c.label for c in apps.get_app_configs() if c.models_module is not None][-1]
    if sender.label != last:
        return
    connection = connections[using]
    if SiteState._meta.db_table not in connection.introspection.table_names():
        return
    net.install(connection)
    grants.grant(connection)
    if not SiteState.objects.filter(pk=1).exists():
        plain.insert(SiteState(pk=1, kind=settings.SITE_KIND, made_at=clock.true_now()))
    if not User.objects.filter(pk=SYSTEM_PK).exists():
        make_system_user()


def make_system_user() -> None:
    """The first act of a site: the system's own account, which nobody can sign in with."""
    user = User(pk=SYSTEM_PK, username="system", printed_name="System")
    user.set_unusable_password()
    with act(Actor(user=user, station="migrate"), "site.created", user) as a:
        a.fact(kind=settings.SITE_KIND)
        save_record(a, user)
