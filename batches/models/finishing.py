"""Typed readings from sterile filtration to the stored container."""

from __future__ import annotations

from django.db import models

from batches.models.reading import Reading
from compliance.fields import ExactDecimalField


class SterileFiltration(Reading):
    """Sterile filtration."""

    filter_lot = models.CharField(max_length=200, blank=True)
    bubble_point_pre = ExactDecimalField(null=True, blank=True, help_text="bar")
    integrity_pre = models.CharField(max_length=200, blank=True)
    pressure_max = ExactDecimalField(null=True, blank=True, help_text="bar")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    bubble_point_post = ExactDecimalField(null=True, blank=True, help_text="bar")
    integrity_post = models.CharField(max_length=200, blank=True)
    volume_in = ExactDecimalField(null=True, blank=True, help_text="mL")
    volume_out = ExactDecimalField(null=True, blank=True, help_text="mL")
    concentration_out = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    particles = ExactDecimalField(null=True, blank=True, help_text="particles")
    recovery = ExactDecimalField(null=True, blank=True, help_text="%")
    recovery_of_raw = ExactDecimalField(null=True, blank=True, help_text="%")

    class Meta(Reading.Meta):
        verbose_name = "sterile filtration reading"


class Fill(Reading):
    """Aseptic fill."""

    fill_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    fill_weight_target = ExactDecimalField(null=True, blank=True, help_text="g")
    hold_up = ExactDecimalField(null=True, blank=True, help_text="mL")
    qc_volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    vials_possible = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_issued = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_filled = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_removed = ExactDecimalField(null=True, blank=True, help_text="vials")
    interventions = ExactDecimalField(null=True, blank=True, help_text="n")
    environment = models.CharField(max_length=200, blank=True)
    label_share = ExactDecimalField(null=True, blank=True, help_text="%")
    particles = ExactDecimalField(null=True, blank=True, help_text="particles")
    recovery_of_raw = ExactDecimalField(null=True, blank=True, help_text="%")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    hours_from_filtration = ExactDecimalField(null=True, blank=True, help_text="h")

    class Meta(Reading.Meta):
        verbose_name = "aseptic fill reading"


class Inspection(Reading):
    """Visual inspection."""

    inspected = ExactDecimalField(null=True, blank=True, help_text="vials")
    critical = ExactDecimalField(null=True, blank=True, help_text="vials")
    major = ExactDecimalField(null=True, blank=True, help_text="vials")
    minor = ExactDecimalField(null=True, blank=True, help_text="vials")
    major_share = ExactDecimalField(null=True, blank=True, help_text="%")
    minor_share = ExactDecimalField(null=True, blank=True, help_text="%")
    rejected = ExactDecimalField(null=True, blank=True, help_text="vials")
    accepted = ExactDecimalField(null=True, blank=True, help_text="vials")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "visual inspection reading"


class Labelling(Reading):
    """Labelling and reconciliation."""

    printed = ExactDecimalField(null=True, blank=True, help_text="labels")
    applied = ExactDecimalField(null=True, blank=True, help_text="labels")
    specimens = ExactDecimalField(null=True, blank=True, help_text="labels")
    spoiled = ExactDecimalField(null=True, blank=True, help_text="labels")
    destroyed = ExactDecimalField(null=True, blank=True, help_text="labels")
    label_difference = ExactDecimalField(null=True, blank=True, help_text="labels")
    vials_issued = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_available = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_rejected = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_tested = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_reserve = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_stability = ExactDecimalField(null=True, blank=True, help_text="vials")
    vials_destroyed = ExactDecimalField(null=True, blank=True, help_text="vials")
    vial_reconciliation = ExactDecimalField(null=True, blank=True, help_text="%")
    labelled_at = models.DateTimeField(null=True, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "labelling and reconciliation reading"


class Lyophilisation(Reading):
    """Freeze-drying."""

    recipe = models.CharField(max_length=200, blank=True)
    containers = ExactDecimalField(null=True, blank=True, help_text="vials")
    freezing_temperature = ExactDecimalField(null=True, blank=True, help_text="degC")
    primary_pressure = ExactDecimalField(null=True, blank=True, help_text="mbar")
    primary_hours = ExactDecimalField(null=True, blank=True, help_text="h")
    secondary_hours = ExactDecimalField(null=True, blank=True, help_text="h")
    residual_moisture = ExactDecimalField(null=True, blank=True, help_text="%")
    reconstitution_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    particle_recovery = ExactDecimalField(null=True, blank=True, help_text="%")
    cake = models.CharField(max_length=200, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "freeze-drying reading"


class Storage(Reading):
    """Freezing and storage."""

    containers = ExactDecimalField(null=True, blank=True, help_text="vials")
    freezer = models.CharField(max_length=200, blank=True)
    position = models.CharField(max_length=200, blank=True)
    programme = models.CharField(max_length=200, blank=True)
    cooling_rate = ExactDecimalField(null=True, blank=True, help_text="degC/min")
    temperature = ExactDecimalField(null=True, blank=True, help_text="degC")
    frozen_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    hours_from_inspection = ExactDecimalField(null=True, blank=True, help_text="h")

    class Meta(Reading.Meta):
        verbose_name = "freezing and storage reading"


class Combination(Reading):
    """Combination with a device."""

    device_lot = models.CharField(max_length=200, blank=True)
    device_identifier = models.CharField(max_length=200, blank=True)
    volume = ExactDecimalField(null=True, blank=True, help_text="mL")
    dose_per_volume = ExactDecimalField(null=True, blank=True, help_text="particles/mL")
    gel_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    uniformity = ExactDecimalField(null=True, blank=True, help_text="%")
    pot_life = ExactDecimalField(null=True, blank=True, help_text="min")

    class Meta(Reading.Meta):
        verbose_name = "combination with a device reading"


class Shipment(Reading):
    """Shipment."""

    consignee = models.CharField(max_length=200, blank=True)
    shipper = models.CharField(max_length=200, blank=True)
    logger = models.CharField(max_length=200, blank=True)
    containers = ExactDecimalField(null=True, blank=True, help_text="vials")
    packed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    temperature_max = ExactDecimalField(null=True, blank=True, help_text="degC")
    excursion_minutes = ExactDecimalField(null=True, blank=True, help_text="min")
    condition = models.CharField(max_length=200, blank=True)

    class Meta(Reading.Meta):
        verbose_name = "shipment reading"
