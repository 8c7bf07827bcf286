"""Wires compliance: connection functions, the net around migrations, the first rows, its registries."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class ComplianceConfig(AppConfig):
    """Part 11 core."""

    name = "compliance"

    def ready(self) -> None:
        """Connects what must hold before the first query."""
        from compliance import checks, net_sqlite, registry, roles, states  # noqa: F401, PLC0415 - ready only now
        from compliance.domain import first_rows  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain.verification import register_check, stamps  # noqa: PLC0415 - the same
        from compliance.views import shown  # noqa: PLC0415 - models are ready only now

        def prepare(connection: Any, **_kwargs: Any) -> None:
            if connection.vendor == "sqlite":
                net_sqlite.prepare(connection)

        connection_created.connect(prepare, dispatch_uid="evidence_prepare", weak=False)
        pre_migrate.connect(first_rows.before_migrate, sender=self, dispatch_uid="evidence_pre")
        post_migrate.connect(first_rows.after_migrate, dispatch_uid="evidence_post")
        register_check("time stamps", stamps.check)
        roles.register(
            permissions=states.PERMISSIONS,
            events=states.EVENTS,
            transitions={
                "compliance.rolegrant": states.USER_TRANSITIONS,
                "compliance.factor": states.FACTOR_TRANSITIONS,
                "compliance.alert": states.ALERT_TRANSITIONS,
                "compliance.accessreview": states.ACCESS_REVIEW_TRANSITIONS,
                "compliance.trailreview": states.TRAIL_REVIEW_TRANSITIONS,
            },
        )
        registry.register_trail("compliance.user", "compliance.read_trail", words="person")
        registry.register_trail("compliance.rolegrant", "compliance.read_trail", related=("user",))
        registry.register_trail("compliance.signature", "compliance.read_trail", place=shown.signature_place)
        registry.register_trail("compliance.identitycheck", "compliance.read_trail", related=("user",))
        registry.register_trail("compliance.acknowledgement", "compliance.read_trail", related=("user",))
        registry.register_trail("compliance.alert", "compliance.read_trail")
        registry.register_trail("compliance.accessreview", "compliance.read_trail")
        registry.register_trail(
            "compliance.trailreview", "compliance.read_trail", words="audit-trail review", hidden=frozenset({"sample"})
        )
        registry.register_nav("accounts", "Accounts", "compliance:people", "compliance.read_people", order=75)
        registry.register_nav("signatures", "Signatures", "compliance:my-signatures", "", order=90)
        registry.register_nav("admin", "Quality admin", "admin:index", "compliance.read_trail", order=70)
        registry.register_nav("trail", "Audit trail", "compliance:trail", "compliance.read_trail", order=80)
