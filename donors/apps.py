"""Registers the app with the registries of compliance."""

from django.apps import AppConfig


class DonorsConfig(AppConfig):
    """The donors app."""

    name = "donors"

    def ready(self) -> None:
        """Names permissions, events, transitions, and what a signature on a tissue lot covers."""
        from compliance import registry, roles  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain import signing  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain.verification.registry import register_check  # noqa: PLC0415 - the same
        from donors import states  # noqa: PLC0415 - the registry is ready only now
        from donors.domain import destruction  # noqa: PLC0415 - models are ready only now
        from donors.views import trails  # noqa: PLC0415 - models are ready only now

        roles.register(
            permissions=states.PERMISSIONS,
            events=states.EVENTS,
            transitions={
                "donors.donor": states.DONOR_TRANSITIONS,
                "donors.consent": states.CONSENT_TRANSITIONS,
                "donors.tissuelot": states.TISSUE_TRANSITIONS,
            },
        )
        signing.register_children("donors.tissuelot", lambda lot, _meaning: [lot.donation])
        register_check("keys of destroyed identities", destruction.check_keys)
        trails.register()
        registry.register_nav("donors", "Donors", "donors:list", "donors.read", order=36)
        registry.register_nav("tissue", "Tissue", "donors:lots", "donors.read_tissue", order=38)
