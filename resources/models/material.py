"""What may be bought and used: the material with its specification, and who supplies it."""

from __future__ import annotations

from django.db import models

from compliance.fields import ExactDecimalField
from compliance.models import Record


class MaterialKind(models.TextChoices):
    """What a material is. Containers and closures have specification and lot like any other (R305)."""

    STARTING = "starting", "starting material"
    MEDIUM = "medium", "medium or buffer"
    REAGENT = "reagent", "reagent"
    FILTER = "filter", "filter or membrane"
    DISPOSABLE = "disposable", "single-use part"
    CONTAINER = "container", "container"
    CLOSURE = "closure", "closure"
    LABEL = "label", "label"


class Supplier(Record):
    """Who delivers; a certificate is relied on only while the supplier is qualified (R303)."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    qualified_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=~models.Q(code=""), name="supplier_has_code")]

    def __str__(self) -> str:
        return self.name


class MaterialItem(Record):
    """A material: its code on every bill of materials, the unit its stock is kept in, how it is stored."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=MaterialKind.choices)
    unit = models.CharField(max_length=16)
    storage = models.CharField(max_length=80)
    in_use_hours = ExactDecimalField(null=True, blank=True)
    specification = models.TextField(blank=True)
    gtin = models.CharField(max_length=14, blank=True, db_index=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code="") & ~models.Q(unit=""), name="item_has_code_and_unit"
            ),
            models.CheckConstraint(
                condition=models.Q(in_use_hours__isnull=True) | models.Q(in_use_hours__gt=0),
                name="item_in_use_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
