"""Registers the app with the registries of compliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.models import AppendOnly


class ResourcesConfig(AppConfig):
    """The resources app."""

    name = "resources"

    def ready(self) -> None:
        """Names roles' rights, ledger events, transitions, and what a signature on a lot covers."""
        from compliance import registry, roles  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain import signing  # noqa: PLC0415 - the registry is ready only now
        from resources import states  # noqa: PLC0415 - the registry is ready only now
        from resources.queries import people  # noqa: PLC0415 - the registry is ready only now
        from resources.views import trails  # noqa: PLC0415 - models are ready only now

        roles.register(
            permissions=states.PERMISSIONS,
            events=states.EVENTS,
            transitions={
                "resources.materiallot": states.LOT_TRANSITIONS,
                "resources.equipment": states.EQUIPMENT_TRANSITIONS,
                "resources.room": states.ROOM_TRANSITIONS,
                "resources.document": states.DOCUMENT_TRANSITIONS,
                "resources.qualification": states.QUALIFICATION_TRANSITIONS,
            },
        )
        signing.register_children("resources.materiallot", _tests_of)
        registry.register_account_check(people.untrained)
        trails.register()
        registry.register_nav("lots", "Lots", "resources:lots", "resources.read", order=40)
        registry.register_nav("equipment", "Equipment", "resources:equipment", "resources.read", order=42)
        registry.register_nav("people", "People", "resources:people", "resources.read", order=44)


def _tests_of(lot: Any, _meaning: str) -> Iterable[AppendOnly]:
    """A release covers the tests it was made on."""
    return list(lot.tests.all())
