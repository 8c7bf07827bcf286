"""The record itself: one entry for one value, what was charged, scanned, and the points of a series."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from batches.models.batch import Batch, PhaseRecord
from batches.states import ChargeState
from compliance.fields import ExactDecimalField
from compliance.models import AppendOnly, Record
from resources.models import Equipment, MaterialLot


class Entry(AppendOnly):
    """One value of one parameter at its own server time (R211). A correction is a new entry that supersedes.

    `slot` is empty, or "second" for a blind second count. At most one entry of a phase, parameter and slot is
    not superseded: the first has no `supersedes`, each other supersedes exactly one.
    """

    unsigned: ClassVar[tuple[str, ...]] = ()

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="entries")
    phase = models.ForeignKey(PhaseRecord, on_delete=models.PROTECT, related_name="entries")
    path = models.CharField(max_length=200)
    slot = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=200)
    typed = models.TextField(blank=True)
    qualifier = models.CharField(max_length=1, blank=True)
    value = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True)
    instant = models.DateTimeField(null=True, blank=True)
    reported = models.TextField(blank=True)
    is_critical = models.BooleanField(default=False)
    verdict = models.CharField(max_length=16)
    level = models.CharField(max_length=16, blank=True)
    message = models.TextField(blank=True)
    judged = ExactDecimalField(null=True, blank=True)
    limits = models.TextField(blank=True)
    limit_words = models.TextField(blank=True)
    function = models.CharField(max_length=80, blank=True)
    formula = models.TextField(blank=True)
    inputs = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    source = models.CharField(
        max_length=12, choices=[(s, s) for s in ("manual", "scan", "instrument", "computed", "file")]
    )
    station = models.CharField(max_length=80, blank=True)
    comment = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    performed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "path", "slot"], condition=models.Q(supersedes__isnull=True), name="entry_first_once"
            ),
            models.CheckConstraint(
                condition=models.Q(supersedes__isnull=True) | ~models.Q(reason=""), name="entry_correction_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "path"], name="entry_by_path"),
            models.Index(fields=["batch", "verdict"], name="entry_by_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.path} = {self.reported or self.text}"


class SeriesPoint(AppendOnly):
    """One reading of a series entry: its time and columns as canonical JSON, raw and derived."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="points")
    n = models.PositiveIntegerField()
    at = models.DateTimeField()
    values = models.TextField()
    verdict = models.CharField(max_length=16)

    class Meta:
        ordering = ["entry", "n"]
        constraints = [models.UniqueConstraint(fields=["entry", "n"], name="series_point_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} #{self.n}"


class MaterialCharge(Record):
    """Material charged into a phase from one released lot, verified by a second person (R307)."""

    unsigned: ClassVar[tuple[str, ...]] = ("verified_by_id", "verified_at")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="charges")
    phase = models.ForeignKey(PhaseRecord, on_delete=models.PROTECT, related_name="charges")
    item_code = models.CharField(max_length=60)
    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="charges")
    lot_number = models.CharField(max_length=60)
    expiry = models.DateField(null=True, blank=True)
    quantity = ExactDecimalField()
    unit = models.CharField(max_length=32)
    needed = ExactDecimalField(null=True, blank=True)
    second_person = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ChargeState.choices, default=ChargeState.CHARGED)
    charged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    charged_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True) | ~models.Q(charged_by=models.F("verified_by")),
                name="charge_verified_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} of {self.lot_number}"


class EquipmentScan(AppendOnly):
    """Equipment scanned into a phase, fit for use at that instant (R108, R309, R323)."""

    phase = models.ForeignKey(PhaseRecord, on_delete=models.PROTECT, related_name="equipment_scans")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="equipment_scans")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="scans")
    code = models.CharField(max_length=60)
    equipment_class = models.CharField(max_length=60)
    calibrated_until = models.DateField(null=True, blank=True)
    scanned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scanned_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.code} in {self.phase_id}"


class PhaseComment(AppendOnly):
    """A comment of an operator; reviewers see every one."""

    phase = models.ForeignKey(PhaseRecord, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]
