"""Registers the app with the registries of compliance and batches."""

from __future__ import annotations

from django.apps import AppConfig


class QcConfig(AppConfig):
    """Samples, results, specifications."""

    name = "qc"

    def ready(self) -> None:
        """Names events, permissions and transitions; answers gates; keeps samples that phases take."""
        from batches import gates  # noqa: PLC0415 - the registry is ready only now
        from compliance import registry, roles  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain import signing  # noqa: PLC0415 - models are ready only now
        from qc import guards, states  # noqa: PLC0415 - models are ready only now
        from qc.domain import sampling  # noqa: PLC0415 - models are ready only now
        from qc.views import places, trails  # noqa: PLC0415 - models are ready only now

        roles.register(
            permissions=states.PERMISSIONS,
            events=states.EVENTS,
            transitions={
                "qc.specification": states.SPECIFICATION_TRANSITIONS,
                "qc.sample": states.SAMPLE_TRANSITIONS,
                "qc.result": states.RESULT_TRANSITIONS,
                "qc.oosinvestigation": states.OOS_TRANSITIONS,
            },
        )
        signing.register_children("qc.specification", lambda row, _meaning: row.items.all())
        trails.register()
        registry.register_nav("samples", "Samples", "qc:samples", "qc.read", order=35)
        gates.register_gate("ipc_result", guards.blockers_for_ipc)
        gates.register_sample_listener(sampling.keep_sample)
        gates.register_page_of_code(places.page_of_code)
