"""Registers the app with the registries of compliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from collections.abc import Iterable


class BatchesConfig(AppConfig):
    """Masters and batches."""

    name = "batches"

    def ready(self) -> None:
        """Names events, permissions, transitions, and what a phase's signature covers."""
        from batches import gates, guards, states, states_words  # noqa: PLC0415 - the registry is ready only now
        from batches.domain import verification  # noqa: PLC0415 - models are ready only now
        from batches.models import Entry, EquipmentScan, MaterialCharge  # noqa: PLC0415 - models are ready only now
        from batches.states import ChargeState  # noqa: PLC0415 - with the models
        from batches.views import trails  # noqa: PLC0415 - models are ready only now
        from compliance import registry, roles  # noqa: PLC0415 - the registry is ready only now
        from compliance.domain import signing  # noqa: PLC0415 - models are ready only now
        from compliance.domain.verification import registry as checks  # noqa: PLC0415 - models are ready only now

        roles.register(
            permissions=states_words.PERMISSIONS,
            events=states_words.EVENTS,
            transitions={
                "batches.productversion": states.PRODUCT_TRANSITIONS,
                "batches.masterversion": states.MASTER_TRANSITIONS,
                "batches.batch": states.BATCH_TRANSITIONS,
                "batches.phaserecord": states.PHASE_TRANSITIONS,
                "batches.materialcharge": states.CHARGE_TRANSITIONS,
                "batches.container": states.CONTAINER_TRANSITIONS,
                "batches.deviation": states.DEVIATION_TRANSITIONS,
            },
        )

        gates.register_gate("bank_disposition", guards.blockers_for_bank)
        gates.register_gate("donor_eligibility", guards.blockers_for_donor)
        gates.register_gate("tissue_disposition", guards.blockers_for_batch_tissue)

        checks.register_resolver("batch", verification.chains_of)
        checks.register_check("files attached to entries", verification.check_files)
        checks.register_check("typed readings", verification.check_readings)

        def covered(phase: Any, meaning: str) -> Iterable[Any]:
            entries = Entry.objects.filter(phase=phase, superseded_by__isnull=True)
            # The performer cannot sign for a blind second count that is made after.
            yield from entries.filter(slot="") if meaning == "performed" else entries
            yield from MaterialCharge.objects.filter(phase=phase).exclude(state=ChargeState.REVERSED)
            yield from EquipmentScan.objects.filter(phase=phase)

        signing.register_children("batches.phaserecord", covered)
        registry.register_nav("board", "Board", "batches:board", "batches.read", order=10)
        registry.register_nav("issue", "Issue a batch", "batches:issue", "batches.issue_batch", order=15)
        registry.register_nav("batches", "Records", "batches:records", "batches.read", order=20)
        registry.register_nav("deviations", "Deviations", "batches:deviations", "batches.read", order=30)
        registry.register_scan("batches:scan")
        trails.register()
