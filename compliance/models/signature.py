"""Signatures and their voiding. Both are written once."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from compliance.models.record import AppendOnly
from compliance.states import SignatureMeaning


class Signature(AppendOnly):
    """Who signed what, when, with which meaning; with the bytes as signed (R113, R114)."""

    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    username = models.CharField(max_length=60)
    printed_name = models.CharField(max_length=120)
    role = models.CharField(max_length=24)
    meaning = models.CharField(max_length=16, choices=SignatureMeaning.choices)
    record_label = models.CharField(max_length=80)
    record_uuid = models.UUIDField()
    record_version = models.PositiveIntegerField()
    title = models.CharField(max_length=240)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    station = models.CharField(max_length=80, blank=True)

    unsigned: ClassVar[tuple[str, ...]] = ()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["record_uuid", "meaning"], name="signature_by_record"),
            models.Index(fields=["signer", "-id"], name="signature_by_signer"),
        ]

    def __str__(self) -> str:
        return f"{self.meaning} by {self.printed_name}"


class SignatureVoid(AppendOnly):
    """A signature that a later correction took away, visibly (SIG-09)."""

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="void")
    reason = models.TextField()
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"void: {self.signature_id}"
