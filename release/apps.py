"""Registers the app with the registries of compliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from collections.abc import Iterable


class ReleaseConfig(AppConfig):
    """Review, disposition, documents."""

    name = "release"

    def ready(self) -> None:
        """Names events, permissions and transitions, and what a signature on a batch covers."""
        from batches.models import Entry  # noqa: PLC0415 - models are ready only now
        from compliance import roles  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain import signing  # noqa: PLC0415 - models are ready only now
        from release import states  # noqa: PLC0415 - the registry is ready only now
        from release.models import ExceptionAnswer  # noqa: PLC0415 - models are ready only now

        roles.register(
            permissions=states.PERMISSIONS,
            events=states.EVENTS,
            transitions={
                "batches.batch after execution": states.REVIEW_TRANSITIONS,
                "release.issueddocument": states.DOCUMENT_TRANSITIONS,
            },
        )

        def covered(batch: Any, meaning: str) -> Iterable[Any]:
            if meaning == "issued":
                return
            yield from Entry.objects.filter(batch=batch, superseded_by__isnull=True)
            yield from ExceptionAnswer.objects.filter(batch=batch, superseded_by__isnull=True)

        signing.register_children("batches.batch", covered)
