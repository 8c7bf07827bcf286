"""Who a donor is: a table of its own, with a permission of its own, holding ciphertext alone (R417).

And the signed end of it: from the row of a destruction on, nobody can read the identity any more.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models import AppendOnly, Record
from donors.models.donor import Donor


class DonorIdentity(Record):
    """The sealed identity of one donor.

    Row, history and ledger digest hold what a key made for this donor alone gives out: without that key, which
    lies outside the database, and the site's own nothing can be read or guessed from them.
    """

    donor = models.OneToOneField(Donor, on_delete=models.PROTECT, related_name="identity")
    sealed = models.TextField()
    key_mark = models.CharField(max_length=16)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "donor identities"

    def __str__(self) -> str:
        return f"identity of {self.donor_id}"


class IdentityDestruction(AppendOnly):
    """The key of a donor's identity was destroyed after its retention, by whom and why (R402, R417).

    `kept_until` is the last day that something asked for, as computed on the day of the act.
    """

    donor = models.OneToOneField(Donor, on_delete=models.PROTECT, related_name="identity_destruction")
    kept_until = models.DateField()
    reason = models.TextField()
    destroyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"identity destroyed, kept until {self.kept_until}"
