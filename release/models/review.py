"""Answers of a named reviewer to the exceptions that the record itself yields."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from batches.models import Batch
from compliance.models import AppendOnly


class ExceptionAnswer(AppendOnly):
    """One answer to one exception, by its key in the rule set. A second thought supersedes the first."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="answers")
    key = models.CharField(max_length=120)
    rule_set = models.PositiveSmallIntegerField()
    content = models.TextField()
    text = models.TextField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "key"], condition=models.Q(supersedes__isnull=True), name="exception_answer_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.text[:40]}"
