"""One receipt of one supplier lot, and the tests it was released on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from compliance.fields import ExactDecimalField
from compliance.models import AppendOnly, Record
from resources.models.material import MaterialItem, Supplier
from resources.states import LotState


class MaterialLot(Record):
    """A lot under its internal number: one for each supplier lot of each shipment (R303).

    `expires_on` and `retest_on` are the last days of use at the site. `opened_at` is when the container in
    use was opened. Stock is the sum of the movements; expired and used up are derived.
    """

    unsigned: ClassVar[tuple[str, ...]] = ("location", "opened", "opened_at", "released_at")

    number = models.CharField(max_length=20, unique=True)
    item = models.ForeignKey(MaterialItem, on_delete=models.PROTECT, related_name="lots")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="lots")
    supplier_lot = models.CharField(max_length=60)
    shipment = models.CharField(max_length=60)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quantity_received = ExactDecimalField()
    containers = models.PositiveIntegerField(default=1)
    expires_on = models.DateField(null=True, blank=True)
    retest_on = models.DateField(null=True, blank=True)
    location = models.CharField(max_length=80)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=LotState.choices, default=LotState.QUARANTINE)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["item", "state", "expires_on"], name="lot_first_expired"),
            models.Index(fields=["state", "-id"], name="lot_by_state"),
            models.Index(fields=["supplier_lot"], name="lot_by_supplier_lot"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "supplier", "supplier_lot", "shipment"], name="lot_once_a_shipment"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=False) | models.Q(retest_on__isnull=False),
                name="lot_has_last_day",
            ),
            models.CheckConstraint(condition=models.Q(quantity_received__gt=0), name="lot_quantity_positive"),
            models.CheckConstraint(
                condition=models.Q(containers__gte=1, opened__lte=models.F("containers")),
                name="lot_opened_of_all",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class TestKind(models.TextChoices):
    """What a test of a lot is about. A certificate counts only from a qualified supplier (R303)."""

    __test__ = False  # no test class of pytest

    IDENTITY = "identity", "identity"
    CERTIFICATE = "certificate", "supplier's certificate"
    OTHER = "other", "other test"


class LotTest(AppendOnly):
    """One test of a lot: what was done, what came out, whether it passes. A repeat is a new row."""

    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="tests")
    kind = models.CharField(max_length=12, choices=TestKind.choices)
    method = models.CharField(max_length=120)
    result = models.CharField(max_length=240)
    passes = models.BooleanField()
    tested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tested_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(method="") & ~models.Q(result=""), name="lot_test_says_what"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.kind}: {self.result}"
