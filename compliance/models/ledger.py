"""The ledger: one entry an act, linked into one hash chain for each aggregate it touches."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class LedgerEntry(models.Model):
    """One act: who, what kind, when, and the digest of every row it wrote. Append-only (R105)."""

    net_kind = "ledger"

    act_id = models.UUIDField(unique=True, default=uuid.uuid4)
    event = models.CharField(max_length=80, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=60)
    home = models.CharField(max_length=120, db_index=True)
    recorded_at = models.DateTimeField(db_index=True)
    true_at = models.DateTimeField()
    payload = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "ledger entries"

    def __str__(self) -> str:
        return f"{self.event} by {self.actor_name}"


class ChainLink(models.Model):
    """The place of one entry in one chain. `seq` has no gap; `prev` is the digest before."""

    net_kind = "link"

    chain = models.CharField(max_length=120)
    seq = models.PositiveBigIntegerField()
    entry = models.ForeignKey(LedgerEntry, to_field="act_id", on_delete=models.PROTECT, related_name="links")
    prev = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="chain_link_once")]

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq}"


class ChainHead(models.Model):
    """The newest link of a chain: the lock that orders acts, and the short-cut to the end."""

    net_kind = "head"

    chain = models.CharField(max_length=120, unique=True)
    seq = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["chain"]

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq}"
