"""Who a donor is: a table of its own, with a permission of its own, holding ciphertext alone (R417)."""

from __future__ import annotations

from django.db import models

from compliance.models import Record
from donors.models.donor import Donor


class DonorIdentity(Record):
    """The sealed identity of one donor.

    Row, history and ledger digest hold what a key made for this donor alone gives out: without the site's key
    nothing can be read or guessed from them.
    """

    donor = models.OneToOneField(Donor, on_delete=models.PROTECT, related_name="identity")
    sealed = models.TextField()
    key_mark = models.CharField(max_length=16)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "donor identities"

    def __str__(self) -> str:
        return f"identity of {self.donor_id}"
