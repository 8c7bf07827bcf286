"""What a batch makes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from compliance.fields import ExactDecimalField
from compliance.models import Record


class Product(Record):
    """A product by its code; what it is stands in its versions."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ProductVersion(Record):
    """One signed description: form, strength, dose, route, storage, shelf life, market scheme (R316)."""

    class VersionState(models.TextChoices):
        """A version is drafted, approved, and superseded by the next."""

        DRAFT = "draft", "draft"
        APPROVED = "approved", "approved"
        SUPERSEDED = "superseded", "superseded"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    form = models.CharField(max_length=160)
    strength = ExactDecimalField()
    strength_unit = models.CharField(max_length=32)
    dose = ExactDecimalField()
    dose_unit = models.CharField(max_length=32)
    route = models.CharField(max_length=32)
    endotoxin_k = ExactDecimalField(null=True, blank=True, help_text="EU/kg")
    dose_mass_basis = ExactDecimalField(null=True, blank=True, help_text="kg body mass")
    storage = models.CharField(max_length=120)
    shelf_life_months = models.PositiveSmallIntegerField()
    indication = models.TextField(blank=True)
    exclusions = models.TextField(blank=True)
    product_class = models.CharField(
        max_length=16, choices=[(c, c) for c in ("research", "clinical", "commercial", "cosmetic")]
    )
    market_scheme = models.CharField(max_length=4, choices=[("US", "US: QA releases"), ("EU", "EU: QP certifies")])
    vesicle_origin = models.CharField(max_length=12, choices=[("secreted", "secreted"), ("extruded", "extruded")])
    is_intermediate = models.BooleanField(default=False, help_text="a cell bank: its lot is used by other batches")

    unsigned: ClassVar[tuple[str, ...]] = ()

    class Meta:
        ordering = ["product", "number"]
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="product_version_number_once")]

    def __str__(self) -> str:
        return f"{self.product} v{self.number}"
