"""Typed readings from tissue to cells: what lists, charts and trends query. `verify_integrity` re-derives them."""

from __future__ import annotations

from django.db import models

from batches.models.reading import Reading
from compliance.fields import ExactDecimalField


class LineClearance(Reading):
    """Line clearance."""

    cleared = models.CharField(max_length=200, blank=True)
    rooms_status = models.CharField(max_length=200, blank=True)
    equipment_status = models.CharField(max_length=200, blank=True)
    documents_status = models.CharField(max_length=200, blank=True)
    environment_status = models.CharField(max_length=200, blank=True)
    materials_status = models.CharField(max_length=200, blank=True)
    moment = models.CharField(max_length=200, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "line clearance reading"


class TissueReceipt(Reading):
    """Receipt of donor tissue."""

    donation_code = models.CharField(max_length=200, blank=True)
    container_code = models.CharField(max_length=200, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    time_since_collection = ExactDecimalField(null=True, blank=True, help_text="h")
    transport_temperature_min = ExactDecimalField(null=True, blank=True, help_text="degC")
    transport_temperature_max = ExactDecimalField(null=True, blank=True, help_text="degC")
    tissue_mass = ExactDecimalField(null=True, blank=True, help_text="g")
    tissue_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    tissue_length = ExactDecimalField(null=True, blank=True, help_text="cm")
    integrity = models.CharField(max_length=200, blank=True)
    eligibility = models.CharField(max_length=200, blank=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "receipt of donor tissue reading"


class Isolation(Reading):
    """Isolation (P0)."""

    method = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    tissue_used = ExactDecimalField(null=True, blank=True, help_text="g")
    enzyme_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    explants = ExactDecimalField(null=True, blank=True, help_text="n")
    vessel_area = ExactDecimalField(null=True, blank=True, help_text="cm2")
    nucleated_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    plated_at = models.DateTimeField(null=True, blank=True)
    first_exchange_at = models.DateTimeField(null=True, blank=True)
    confluence = ExactDecimalField(null=True, blank=True, help_text="%")
    harvested_at = models.DateTimeField(null=True, blank=True)
    harvest_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    viable_concentration = ExactDecimalField(null=True, blank=True, help_text="cells/mL")
    viability = ExactDecimalField(null=True, blank=True, help_text="%")
    viable_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    days_in_culture = ExactDecimalField(null=True, blank=True, help_text="d")
    outgrowth = models.CharField(max_length=200, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "isolation (p0) reading"


class Passage(Reading):
    """Passage."""

    passage_number = ExactDecimalField(null=True, blank=True, help_text="n")
    vessel = models.CharField(max_length=200, blank=True)
    vessel_area = ExactDecimalField(null=True, blank=True, help_text="cm2")
    seeding_density = ExactDecimalField(null=True, blank=True, help_text="cells/cm2")
    seeded_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    seeded_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    seeded_at = models.DateTimeField(null=True, blank=True)
    confluence = ExactDecimalField(null=True, blank=True, help_text="%")
    detach_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    detached_at = models.DateTimeField(null=True, blank=True)
    total_concentration = ExactDecimalField(null=True, blank=True, help_text="cells/mL")
    viable_concentration = ExactDecimalField(null=True, blank=True, help_text="cells/mL")
    viability = ExactDecimalField(null=True, blank=True, help_text="%")
    suspension_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    viable_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    harvest_density = ExactDecimalField(null=True, blank=True, help_text="cells/cm2")
    hours_in_culture = ExactDecimalField(null=True, blank=True, help_text="h")
    population_doublings = ExactDecimalField(null=True, blank=True, help_text="PD")
    cumulative_pdl = ExactDecimalField(null=True, blank=True, help_text="PD")
    doubling_time = ExactDecimalField(null=True, blank=True, help_text="h")

    class Meta(Reading.Meta):
        verbose_name = "passage reading"


class CellBank(Reading):
    """Cell banking."""

    pooled_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    viability = ExactDecimalField(null=True, blank=True, help_text="%")
    cells_per_vial = ExactDecimalField(null=True, blank=True, help_text="cells")
    vial_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    vials_possible = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials = ExactDecimalField(null=True, blank=True, help_text="vials")
    passage_number = ExactDecimalField(null=True, blank=True, help_text="n")
    pdl = ExactDecimalField(null=True, blank=True, help_text="PD")
    cryoprotectant_share = ExactDecimalField(null=True, blank=True, help_text="%")
    dmso_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    cooling_rate = ExactDecimalField(null=True, blank=True, help_text="degC/min")
    freezing_programme = models.CharField(max_length=200, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    position = models.CharField(max_length=200, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "cell banking reading"


class Thaw(Reading):
    """Thaw of bank vials."""

    vials = ExactDecimalField(null=True, blank=True, help_text="vials")
    removed_at = models.DateTimeField(null=True, blank=True)
    thaw_started_at = models.DateTimeField(null=True, blank=True)
    thaw_ended_at = models.DateTimeField(null=True, blank=True)
    thaw_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    viable_concentration = ExactDecimalField(null=True, blank=True, help_text="cells/mL")
    viability = ExactDecimalField(null=True, blank=True, help_text="%")
    viable_cells = ExactDecimalField(null=True, blank=True, help_text="cells")

    class Meta(Reading.Meta):
        verbose_name = "thaw of bank vials reading"


class CultureRun(Reading):
    """Culture in three dimensions."""

    vessel = models.CharField(max_length=200, blank=True)
    working_volume = ExactDecimalField(null=True, blank=True, help_text="L")
    pressure_loss = ExactDecimalField(null=True, blank=True, help_text="mbar")
    carrier_mass = ExactDecimalField(null=True, blank=True, help_text="g")
    carrier_area = ExactDecimalField(null=True, blank=True, help_text="cm2")
    inoculum_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    inoculum_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    seeding_density = ExactDecimalField(null=True, blank=True, help_text="cells/cm2")
    inoculated_at = models.DateTimeField(null=True, blank=True)
    attached_fraction = ExactDecimalField(null=True, blank=True, help_text="%")
    stirrer_speed = ExactDecimalField(null=True, blank=True, help_text="rpm")
    glucose_min = ExactDecimalField(null=True, blank=True, help_text="mM")
    lactate_max = ExactDecimalField(null=True, blank=True, help_text="mM")
    ammonium_max = ExactDecimalField(null=True, blank=True, help_text="mM")
    nuclei_concentration = ExactDecimalField(null=True, blank=True, help_text="cells/mL")
    viable_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    hours_in_culture = ExactDecimalField(null=True, blank=True, help_text="h")
    population_doublings = ExactDecimalField(null=True, blank=True, help_text="PD")
    doubling_time = ExactDecimalField(null=True, blank=True, help_text="h")
    cumulative_pdl = ExactDecimalField(null=True, blank=True, help_text="PD")
    residual_supplement = ExactDecimalField(null=True, blank=True, help_text="%")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "culture in three dimensions reading"
