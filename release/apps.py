"""Registers the app with the registries of compliance."""

from __future__ import annotations

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    """Review, disposition, documents."""

    name = "release"

    def ready(self) -> None:
        """Names events, permissions and transitions, what a decision covers, what is verified, what has pages."""
        from compliance import registry, roles  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain import signing  # noqa: PLC0415 - models are ready only now
        from compliance.domain.verification.registry import register_check  # noqa: PLC0415 - models are ready only now
        from donors.domain import keeping  # noqa: PLC0415 - models are ready only now
        from release import states  # noqa: PLC0415 - the registry is ready only now
        from release.domain import retention, verification  # noqa: PLC0415 - models are ready only now
        from release.queries.covered import covered_by_decision  # noqa: PLC0415 - models are ready only now
        from release.views import trails  # noqa: PLC0415 - models are ready only now

        roles.register(
            permissions=states.PERMISSIONS,
            events=states.EVENTS,
            transitions={
                "batches.batch after execution": states.REVIEW_TRANSITIONS,
                "release.issueddocument": states.DOCUMENT_TRANSITIONS,
            },
        )
        signing.register_children("batches.batch", covered_by_decision)
        register_check("issued documents and result files", verification.check_files)
        keeping.register(retention.of_donor)
        trails.register()
        registry.register_nav("release", "Release", "release:batches", "release.read_documents", order=60)
