"""Who is qualified in which version of which document."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models import Record
from resources.models.document import Document
from resources.states import QualificationState


class Qualification(Record):
    """A person's training in one document version, assessed by another person (R109).

    `expires_on` is the last day it holds at the site; none means until it is withdrawn or the version is
    superseded.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="qualifications"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="qualifications")
    trained_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=160)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=QualificationState.choices, default=QualificationState.HELD
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "document"], name="qualification_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("assessor")), name="qualification_by_another"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True)
                | models.Q(expires_on__gte=models.F("trained_on")),
                name="qualification_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.document_id}"
