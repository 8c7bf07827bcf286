"""The review of the audit trail: a stretch of it, risk first, with a random sample, by somebody independent (R213)."""

from __future__ import annotations

import hashlib
import json
import math
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compliance.domain import clock
from compliance.domain.canonical import canonical_json
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.signing import sign
from compliance.domain.transitions import apply_transition, find, locked
from compliance.models import TrailReview
from compliance.queries import stretch as stretches
from compliance.refusals import Blocker, Invalid, Refused
from compliance.states import TRAIL_REVIEW_TRANSITIONS, ReviewState, SignatureMeaning

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.domain.actor import Actor
    from compliance.queries.stretch import Stretch

SERIES = "ATR"
REVIEW = "compliance.review_trail"
RULE = 1  # of what stands out; kept in every review, raised with every change
DAY_BEGINS, DAY_ENDS = 6, 22  # hours of the site's clock between which somebody else is about
TEXT_MIN, TEXT_MAX = 20, 4000
FINDING_MIN, FINDING_MAX = 10, 1000
# Parts of the names of events, with rank and words.
TAKEN_BACK = (
    "abort", "void", "invalidat", "retract", "revers", "taken_back", "withdraw", "discard", "reject", "adjust",
    "repeated", "reopened", "mismatch", "superseded", "tagged_out", "not_applicable",
)  # fmt: skip
BY_EVENT: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (TAKEN_BACK, 3, "taken back, voided or ended early"),
    (("correct",), 4, "corrected"),
    (("refused",), 7, "signature or sign-in refused"),
    (
        ("role.", "factor.", "user.created", "user.renamed", "user.deactivated", "user.secret_changed", "user.unlocked",
         "user.link_made", "user.activated", "user.session_ended", "site.configured", "clock.set", "record.migrated"),
        8,
        "access or configuration changed",
    ),
)  # fmt: skip
AT_NIGHT = (6, "at night")


@dataclass(frozen=True, slots=True)
class Own:
    """The review as an aggregate of its own: its column `chain` names the chain it looks at, not the one it is on."""

    chain: str


def own(review: TrailReview) -> Any:
    """What acts on this review run on, and what its signing prompt is for."""
    return Own(f"{review._meta.label_lower}:{review.uuid}")


def open_review(
    a: Act, *, chain: str = "", since: datetime | None = None, until: datetime | None = None
) -> TrailReview:
    """Opens a review: its first and last act, what stands out and the sample are frozen; the signature covers them.

    With `chain` everything on it after the last signed review, else the acts of the site from `since` up to
    `until`. Refuses who may not review, who performed or signed something in the stretch (Refused), an empty
    stretch, and a second review of the same chain while one is open.
    """
    a.actor.need(REVIEW)
    number = next_number(a, SERIES)  # two at once wait for each other here
    standing = TrailReview.objects.filter(chain=chain, state=ReviewState.OPEN).first()
    if standing is not None:
        raise Refused([Blocker("review_open", f"{standing.number} is still open. Sign it first.", clears="QA")])
    found = _stretch(chain, since, until)
    need_independent(a.actor, found)
    content = canonical_json(content_of(found, secrets.token_hex(16)))
    row = TrailReview(
        number=number, chain=chain, first_entry=found.first, last_entry=found.last, sample=content, opened_at=a.at
    )
    return save_record(a, row)


def _stretch(chain: str, since: datetime | None, until: datetime | None) -> Stretch:
    if chain:
        found = stretches.after_last_review(chain)
    elif since and until and since < until:
        found = stretches.in_period(since, until)
    else:
        raise Invalid("Say from which day to which the site's trail is reviewed.", "since", "blank")
    if found is None:
        raise Refused([Blocker("nothing", "There is no act to review: all are reviewed, or nothing was done.")])
    return found


def dependent(actor: Actor, found: Stretch) -> list[Blocker]:
    """What of the stretch is this person's own work, so that another must review it."""
    done = stretches.of_person(found, actor.user)
    if not done:
        return []
    acts = ", ".join(str(entry.pk) for entry in done[:5]) + (" and more" if len(done) > 5 else "")
    text = f"You performed or signed act {acts} of this stretch. Somebody who did nothing in it reviews it."
    return [Blocker("not_independent", text, clears="QA who took no part")]


def need_independent(actor: Actor, found: Stretch) -> None:
    """Refuses who took part in the stretch."""
    if blockers := dependent(actor, found):
        raise Refused(blockers)


def content_of(found: Stretch, seed: str) -> dict[str, Any]:
    """What stands out, by rank, and a sample of the rest drawn by the seed; with it a digest over all acts.

    The sample has one act more than the square root of how many there are; anybody draws it again: the acts with
    the lowest SHA-256 of seed, colon and number.
    """
    ranked, rest, total, count = [], [], "", 0
    known = stretches.standing_out(found)
    rows = found.rows().order_by("id").values_list("id", "act_id", "event", "recorded_at", "digest")
    for key, act_id, event, at, digest in rows.iterator():
        total, count = hashlib.sha256(f"{total}{digest}".encode()).hexdigest(), count + 1
        why = sorted({*known.get(act_id, []), *_of_event(event), *([AT_NIGHT] if _at_night(at) else [])})
        if why:
            ranked.append((why[0][0], key, [words for _, words in why]))
        else:
            rest.append(key)
    risk = [[key, words] for _, key, words in sorted(ranked)]
    return {
        "rule": RULE,
        "seed": seed,
        "day": [DAY_BEGINS, DAY_ENDS],
        "count": count,
        "digest": total,
        "risk": risk,
        "random": drawn(rest, seed),
    }


def drawn(keys: Iterable[int], seed: str) -> list[int]:
    """The random sample of these acts."""
    every = sorted(keys, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())
    return sorted(every[: math.isqrt(len(every)) + 1])


def _of_event(event: str) -> list[tuple[int, str]]:
    return [(rank, words) for parts, rank, words in BY_EVENT if any(part in event for part in parts)]


def _at_night(at: datetime) -> bool:
    return not DAY_BEGINS <= at.astimezone(clock.zone()).hour < DAY_ENDS


def mark_finding(a: Act, review: TrailReview, act: int, text: str, version: int | None = None) -> TrailReview:
    """Says in words what is wrong with one act of the stretch, or to be asked about it.

    Refuses a signed review, an act outside the stretch, words too short, a reviewer who is not independent.
    """
    a.actor.need(REVIEW)
    row = locked(review, version)
    found = stretches.of_review(row)
    need_independent(a.actor, found)
    if row.state != ReviewState.OPEN:
        raise Refused([Blocker("signed", f"{row.number} is signed; nothing is added to it.")])
    said = " ".join(text.split())
    if not FINDING_MIN <= len(said) <= FINDING_MAX:
        raise Invalid(f"Say what was found, in {FINDING_MIN} to {FINDING_MAX} characters.", "text", "words")
    if not found.rows().filter(pk=act).exists():
        raise Invalid(f"Act {act} is not among those under review.", "act", "outside")
    row.statement = "\n".join(part for part in (row.statement, f"Act {act}: {said}") if part)
    return save_record(a, row)


def sign_review(a: Act, pen: UUID, review: TrailReview, conclusion: str, version: int | None = None) -> TrailReview:
    """Closes a review by the signature of who looked, meaning reviewed; the conclusion says what follows.

    Refuses a conclusion too short to say that, a reviewer who is not independent, a review signed before or
    changed since it was seen, and a trail that is not any more what was frozen.
    """
    said = " ".join(conclusion.split())
    if not TEXT_MIN <= len(said) <= TEXT_MAX:
        text = f"Say what was found and what is done about it, in {TEXT_MIN} to {TEXT_MAX} characters."
        raise Invalid(text, "conclusion")
    found = stretches.of_review(review)
    need_independent(a.actor, found)
    _need_unchanged(review, found)
    statement = "\n".join(part for part in (review.statement, f"Conclusion: {said}") if part)
    move = find(TRAIL_REVIEW_TRANSITIONS, "sign")
    row = apply_transition(a, review, move, version=version, statement=statement)
    title = f"Audit-trail review {row.number}"
    sign(a, pen, row, SignatureMeaning.REVIEWED, title=title, permission=REVIEW, challenged=own(row))
    return row


def _need_unchanged(review: TrailReview, found: Stretch) -> None:
    kept = json.loads(review.sample)
    now = content_of(found, kept["seed"])
    if (now["count"], now["digest"]) != (kept["count"], kept["digest"]):
        text = f"The acts under {review.number} are not those it was opened on. Tell the system administrator."
        raise Refused([Blocker("trail_changed", text, clears="System administrator")])
