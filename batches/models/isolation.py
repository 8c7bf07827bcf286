"""Typed readings from harvest to formulated bulk."""

from __future__ import annotations

from django.db import models

from batches.models.reading import Reading
from compliance.fields import ExactDecimalField


class Harvest(Reading):
    """Harvest of conditioned medium."""

    harvest_number = models.CharField(max_length=200, blank=True)
    medium_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    collection_hours = ExactDecimalField(null=True, blank=True, help_text="h")
    volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    nta_concentration = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    blank_concentration = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    blank_share = ExactDecimalField(null=True, blank=True, help_text="%")
    particles = ExactDecimalField(null=True, blank=True, help_text="particles")
    ph = ExactDecimalField(null=True, blank=True, help_text="pH")
    glucose = ExactDecimalField(null=True, blank=True, help_text="mM")
    end_viable_cells = ExactDecimalField(null=True, blank=True, help_text="cells")
    end_viability = ExactDecimalField(null=True, blank=True, help_text="%")
    particles_per_cell = ExactDecimalField(null=True, blank=True, help_text="particles/cell")
    particles_per_cell_day = ExactDecimalField(null=True, blank=True, help_text="particles/cell/d")
    container = models.CharField(max_length=200, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "harvest of conditioned medium reading"


class Clarification(Reading):
    """Clarification."""

    filter_lot = models.CharField(max_length=200, blank=True)
    pressure_max = ExactDecimalField(null=True, blank=True, help_text="bar")
    volume_in = ExactDecimalField(null=True, blank=True, help_text="mL")
    volume_out = ExactDecimalField(null=True, blank=True, help_text="mL")
    volume_yield = ExactDecimalField(null=True, blank=True, help_text="%")
    particle_yield = ExactDecimalField(null=True, blank=True, help_text="%")
    hours_from_harvest = ExactDecimalField(null=True, blank=True, help_text="h")
    turbidity = ExactDecimalField(null=True, blank=True, help_text="NTU")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "clarification reading"


class Pool(Reading):
    """Pooling."""

    members = ExactDecimalField(null=True, blank=True, help_text="n")
    volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    nta_concentration = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    particles = ExactDecimalField(null=True, blank=True, help_text="particles")
    raw_particles = ExactDecimalField(null=True, blank=True, help_text="particles")
    recovery = ExactDecimalField(null=True, blank=True, help_text="%")
    temperature = ExactDecimalField(null=True, blank=True, help_text="degC")
    at_risk = models.CharField(max_length=200, blank=True)
    pooled_at = models.DateTimeField(null=True, blank=True)
    hours_from_first_harvest = ExactDecimalField(null=True, blank=True, help_text="h")

    class Meta(Reading.Meta):
        verbose_name = "pooling reading"


class TffRun(Reading):
    """Tangential flow filtration."""

    cartridge = models.CharField(max_length=200, blank=True)
    use_count = ExactDecimalField(null=True, blank=True, help_text="n")
    area = ExactDecimalField(null=True, blank=True, help_text="m2")
    fibres = ExactDecimalField(null=True, blank=True, help_text="n")
    fibre_diameter = ExactDecimalField(null=True, blank=True, help_text="mm")
    flush_load = ExactDecimalField(null=True, blank=True, help_text="L/m2")
    nwp_pre = ExactDecimalField(null=True, blank=True, help_text="LMH/bar")
    nwp_post = ExactDecimalField(null=True, blank=True, help_text="LMH/bar")
    nwp_recovery = ExactDecimalField(null=True, blank=True, help_text="%")
    integrity_pre = models.CharField(max_length=200, blank=True)
    integrity_post = models.CharField(max_length=200, blank=True)
    cross_flow = ExactDecimalField(null=True, blank=True, help_text="mL/min")
    shear = ExactDecimalField(null=True, blank=True, help_text="1/s")
    tmp = ExactDecimalField(null=True, blank=True, help_text="bar")
    flux = ExactDecimalField(null=True, blank=True, help_text="LMH")
    feed_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    membrane_load = ExactDecimalField(null=True, blank=True, help_text="L/m2")
    retentate_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    vcf = ExactDecimalField(null=True, blank=True, help_text="x")
    buffer_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    diavolumes = ExactDecimalField(null=True, blank=True, help_text="DV")
    residual = ExactDecimalField(null=True, blank=True, help_text="%")
    conductivity = ExactDecimalField(null=True, blank=True, help_text="mS/cm")
    permeate_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    permeate_concentration = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    permeate_share = ExactDecimalField(null=True, blank=True, help_text="%")
    filtration_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    pool_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    pool_mass = ExactDecimalField(null=True, blank=True, help_text="g")
    nta_concentration = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    particles = ExactDecimalField(null=True, blank=True, help_text="particles")
    recovery = ExactDecimalField(null=True, blank=True, help_text="%")
    mass_balance = ExactDecimalField(null=True, blank=True, help_text="%")
    protein = ExactDecimalField(null=True, blank=True, help_text="ug/mL")
    purity = ExactDecimalField(null=True, blank=True, help_text="particles/ug")
    cartridge_fate = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "tangential flow filtration reading"


class Polishing(Reading):
    """Polishing."""

    method = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=200, blank=True)
    column_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    load_share = ExactDecimalField(null=True, blank=True, help_text="%")
    volume_in = ExactDecimalField(null=True, blank=True, help_text="mL")
    volume_out = ExactDecimalField(null=True, blank=True, help_text="mL")
    concentration_in = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    concentration_out = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    recovery = ExactDecimalField(null=True, blank=True, help_text="%")
    purity = ExactDecimalField(null=True, blank=True, help_text="particles/ug")
    fractions = models.CharField(max_length=200, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "polishing reading"


class Loading(Reading):
    """Cargo loading."""

    method = models.CharField(max_length=200, blank=True)
    programme = models.CharField(max_length=200, blank=True)
    cargo_lot = models.CharField(max_length=200, blank=True)
    particles_in = ExactDecimalField(null=True, blank=True, help_text="particles")
    cargo_added = ExactDecimalField(null=True, blank=True, help_text="pmol")
    cargo_loaded = ExactDecimalField(null=True, blank=True, help_text="pmol")
    cargo_recovered = ExactDecimalField(null=True, blank=True, help_text="pmol")
    loading = ExactDecimalField(null=True, blank=True, help_text="%")
    cargo_balance = ExactDecimalField(null=True, blank=True, help_text="%")
    copies_per_particle = ExactDecimalField(null=True, blank=True, help_text="copies/particle")
    free_cargo = ExactDecimalField(null=True, blank=True, help_text="%")
    particle_recovery = ExactDecimalField(null=True, blank=True, help_text="%")
    minutes = ExactDecimalField(null=True, blank=True, help_text="min")

    class Meta(Reading.Meta):
        verbose_name = "cargo loading reading"


class Coating(Reading):
    """Surface coating."""

    reagent_lot = models.CharField(max_length=200, blank=True)
    reagent_added = ExactDecimalField(null=True, blank=True, help_text="mg")
    reagent_recovered = ExactDecimalField(null=True, blank=True, help_text="mg")
    minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    temperature = ExactDecimalField(null=True, blank=True, help_text="degC")
    bound = ExactDecimalField(null=True, blank=True, help_text="%")
    particle_recovery = ExactDecimalField(null=True, blank=True, help_text="%")

    class Meta(Reading.Meta):
        verbose_name = "surface coating reading"


class Formulation(Reading):
    """Formulation."""

    volume_in = ExactDecimalField(null=True, blank=True, help_text="mL")
    concentration_in = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    particles = ExactDecimalField(null=True, blank=True, help_text="particles")
    target_concentration = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    target_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    buffer_computed = ExactDecimalField(null=True, blank=True, help_text="mL")
    buffer_added = ExactDecimalField(null=True, blank=True, help_text="mL")
    volume_out = ExactDecimalField(null=True, blank=True, help_text="mL")
    concentration_out = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    mixing_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    ph = ExactDecimalField(null=True, blank=True, help_text="pH")
    osmolality = ExactDecimalField(null=True, blank=True, help_text="mOsm/kg")
    density = ExactDecimalField(null=True, blank=True, help_text="g/mL")
    formulated_at = models.DateTimeField(null=True, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "formulation reading"
