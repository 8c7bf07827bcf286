"""Containers and the lot graph: nodes with exactly one subject, edges with quantities (R402)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from batches.models.batch import Batch, UnitRun
from batches.states import ContainerState
from compliance.fields import ExactDecimalField
from compliance.models import AppendOnly, Record
from donors.models import Donation, TissueLot


class Container(Record):
    """One filled container by its number; its name is never given twice (MAT-10)."""

    unsigned: ClassVar[tuple[str, ...]] = ("position",)

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="containers")
    number = models.CharField(max_length=48, unique=True)
    index = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=ContainerState.choices, default=ContainerState.FILLED)
    weight = ExactDecimalField(null=True, blank=True)
    defect = models.CharField(max_length=80, blank=True)
    position = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["batch", "index"]
        constraints = [models.UniqueConstraint(fields=["batch", "index"], name="container_index_once")]
        indexes = [models.Index(fields=["batch", "state"], name="container_by_state")]

    def __str__(self) -> str:
        return self.number


_SUBJECTS = ("donation", "tissue", "run", "batch", "container")


def _exactly_one() -> models.Q:
    condition = models.Q()
    for chosen in _SUBJECTS:
        condition |= models.Q(**{f"{name}__isnull": name != chosen for name in _SUBJECTS})
    return condition


class LotNode(AppendOnly):
    """One thing in the graph: a donation, a tissue lot, a unit procedure's product, a batch, a container."""

    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=160)
    donation = models.OneToOneField(Donation, on_delete=models.PROTECT, related_name="node", null=True, blank=True)
    tissue = models.OneToOneField(TissueLot, on_delete=models.PROTECT, related_name="node", null=True, blank=True)
    run = models.ForeignKey(UnitRun, on_delete=models.PROTECT, related_name="nodes", null=True, blank=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="nodes", null=True, blank=True)
    container = models.OneToOneField(Container, on_delete=models.PROTECT, related_name="node", null=True, blank=True)
    amount = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="lot_node_one_subject"),
            models.UniqueConstraint(
                fields=["run", "kind"], condition=models.Q(run__isnull=False), name="lot_node_run_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "kind"], condition=models.Q(batch__isnull=False), name="lot_node_batch_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LotLink(AppendOnly):
    """How much of one node went into another."""

    source = models.ForeignKey(LotNode, on_delete=models.PROTECT, related_name="uses")
    target = models.ForeignKey(LotNode, on_delete=models.PROTECT, related_name="origins")
    quantity = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="lot_link_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="lot_link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"
