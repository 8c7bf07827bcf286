"""A stretch of the trail under review: its acts, which of them stand out, who did them, what is reviewed already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Min

from compliance.models import LedgerEntry, Signature, SignatureVoid, TrailReview
from compliance.registry import risks
from compliance.states import ReviewState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from compliance.models import User

# An act that wrote no row decided nothing: a sign-in, a download. The bare marks stand in no text of the payload.
WROTE_NOTHING = '"rows":[]'
REVIEWS = "trail_review."
MANY = 20  # acts of one person that are named


@dataclass(frozen=True, slots=True)
class Stretch:
    """Acts from the first to the last by number, of one chain, or of the site where `chain` is empty."""

    chain: str
    first: int
    last: int

    def rows(self) -> QuerySet[LedgerEntry]:
        """Its acts."""
        found = LedgerEntry.objects.filter(id__gte=self.first, id__lte=self.last)
        return found.filter(links__chain=self.chain) if self.chain else found


def of_review(review: TrailReview) -> Stretch:
    """What a review looks at."""
    return Stretch(review.chain, review.first_entry, review.last_entry)


def reviewed_to(chain: str) -> int:
    """The last act of the chain that a signed review looked at; 0 where there is none."""
    signed = TrailReview.objects.filter(chain=chain, state=ReviewState.SIGNED)
    return signed.aggregate(last=Max("last_entry"))["last"] or 0


def unreviewed(chain: str, but: frozenset[str] = frozenset()) -> QuerySet[LedgerEntry]:
    """The acts of a chain that no signed review covers: those that wrote something, other than the events `but`."""
    rows = LedgerEntry.objects.filter(links__chain=chain, id__gt=reviewed_to(chain)).exclude(event__in=but)
    return rows.exclude(payload__contains=WROTE_NOTHING).order_by("id")


def after_last_review(chain: str) -> Stretch | None:
    """What is left to review of a chain: from the act after the last reviewed one to its end."""
    return _span(chain, LedgerEntry.objects.filter(links__chain=chain, id__gt=reviewed_to(chain)))


def in_period(since: datetime, until: datetime) -> Stretch | None:
    """The acts of the site in a period, `until` not with it."""
    return _span("", LedgerEntry.objects.filter(recorded_at__gte=since, recorded_at__lt=until))


def _span(chain: str, rows: QuerySet[LedgerEntry]) -> Stretch | None:
    ends = rows.aggregate(first=Min("id"), last=Max("id"))
    return Stretch(chain, ends["first"], ends["last"]) if ends["first"] else None


def of_person(stretch: Stretch, user: User) -> list[LedgerEntry]:
    """What this person performed or signed in the stretch.

    Her sign-ins and downloads wrote nothing, her own account is no work of hers, and reviews of the trail judge
    nothing but the trail: these do not count.
    """
    rows = stretch.rows().exclude(event__startswith=REVIEWS).exclude(payload__contains=WROTE_NOTHING)
    performed = rows.filter(actor=user).exclude(home=user.chain)
    signed = rows.filter(act_id__in=Signature.objects.filter(signer=user).values("act_id"))
    found = {entry.pk: entry for entry in [*performed.order_by("id")[:MANY], *signed.order_by("id")[:MANY]]}
    return [found[key] for key in sorted(found)]


def standing_out(stretch: Stretch) -> dict[UUID, list[tuple[int, str]]]:
    """Rank and words of what stands out, by act id: signatures that fell, and what the apps above look at first."""
    acts = stretch.rows().order_by().values("act_id")
    found: dict[UUID, list[tuple[int, str]]] = {}
    voided: Any = SignatureVoid.objects.filter(act_id__in=acts).order_by().values_list("act_id", flat=True)
    for act_id in set(voided):
        found.setdefault(act_id, []).append((1, "changed after it was signed"))
    for risk in risks():
        picked: set[UUID] = set(risk.acts(acts).order_by().values_list("act_id", flat=True))
        for act_id in picked:
            found.setdefault(act_id, []).append((risk.rank, risk.words))
    return found
