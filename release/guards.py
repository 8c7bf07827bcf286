"""What is still missing before a batch may be reviewed, certified, released. Read-only; the page shows the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Batch, Deviation, Entry, PhaseRecord
from batches.states import BatchState, DeviationState
from compliance.domain import clock
from compliance.guards import blockers_for_other_person, signers_of
from compliance.models import ChainLink, Signature
from compliance.refusals import Blocker
from compliance.roles import event_title
from qc.queries import missing_for_release, open_oos
from release.queries.completeness import completeness
from release.queries.exceptions import exceptions_of
from release.states import DUE_RESULTS, PAPER_EVENTS

if TYPE_CHECKING:
    from datetime import datetime

    from compliance.domain.actor import Actor


def performers_of(batch: Batch) -> set[int]:
    """Everybody who made an entry or holds a performed or verified signature on the batch.

    A QA gate signature or the approval of a deviation does not count (R213).
    """
    found = set(Entry.objects.filter(batch=batch).values_list("recorded_by_id", flat=True))
    phases = PhaseRecord.objects.filter(batch=batch).values_list("uuid", flat=True)
    charges = batch.charges.values_list("uuid", flat=True)
    signed = Signature.objects.filter(
        record_uuid__in=[*phases, *charges], meaning__in=["performed", "verified"]
    ).values_list("signer_id", flat=True)
    return found | set(signed)


def blockers_for_review(actor: Actor, batch: Batch, at: datetime) -> list[Blocker]:
    """The reviewer performed nothing; every exception is answered; the record is complete (R213, R333)."""
    del at
    found = blockers_for_other_person(actor.user, performers_of(batch), "review this batch")
    found += blockers_for_exceptions(batch)
    if batch.state == BatchState.EXECUTED:
        found += [
            Blocker("incomplete", f"211.188(b)({c.paragraph}) {c.title}: {c.why}", clears=c.clears)
            for c in completeness(batch)
            if not c.complete
        ]
    return found


def blockers_for_exceptions(batch: Batch) -> list[Blocker]:
    """Every exception is answered as it stands now; one that came or changed after the review is open again."""
    every = exceptions_of(batch)
    open_ones = [e for e in every if not e.answer]
    if not open_ones:
        return []
    text = f"{len(open_ones)} of {len(every)} exceptions not answered, first: {open_ones[0].title}."
    return [Blocker("exceptions", text, f"exception:{open_ones[0].key}", "the reviewer")]


def blockers_for_tests(batch: Batch) -> list[Blocker]:
    """Every release test reviewed and passing; pending sterility is no pass (R319, WF-07)."""
    found = [
        Blocker("test", f"{m.item.title}{f' ({m.sample})' if m.sample else ''}: {m.why}.", clears="the laboratory")
        for m in missing_for_release(batch)
    ]
    return found + [Blocker("oos", f"{o.number} is {o.get_state_display()}.", clears="QA") for o in open_oos(batch)]


def blockers_for_deviations(batch: Batch) -> list[Blocker]:
    """Every deviation closed (R334)."""
    rows = Deviation.objects.filter(batch=batch).exclude(state=DeviationState.CLOSED)
    return [
        Blocker("deviation", f"{r.number} is {r.get_state_display()}: {r.title}.", f"deviation:{r.number}", "QA")
        for r in rows
    ]


def blockers_for_certify(actor: Actor, batch: Batch, at: datetime) -> list[Blocker]:
    """The QP certifies what another reviewed, with tests and deviations closed (R216, R403)."""
    del at
    found = blockers_for_other_person(actor.user, performers_of(batch), "certify this batch")
    found += blockers_for_other_person(actor.user, signers_of(batch.uuid, "reviewed"), "certify this batch")
    return found + _reviewed(batch) + blockers_for_later_changes(batch, "reviewed") + _everything_closed(batch)


def blockers_for_release(actor: Actor, batch: Batch, at: datetime) -> list[Blocker]:
    """Review stands, tests pass, deviations closed; in the EU the QP has certified and releases (R319, R403)."""
    del at
    product = batch.product_version
    needs_qp = product.market_scheme == "EU" and not product.is_intermediate
    found = blockers_for_other_person(actor.user, performers_of(batch), "release this batch")
    if batch.executed_at is None:
        found.append(Blocker("unfinished", "The batch was not executed to its end."))
    if needs_qp and not signers_of(batch.uuid, "certified"):
        found.append(Blocker("not_certified", "The QP has not certified this batch.", clears="the QP"))
    if needs_qp and "qp" not in actor.user.held_roles:
        found.append(Blocker("qp_only", "In this market scheme the QP releases.", clears="the QP"))
    if not needs_qp and "qa" not in actor.user.held_roles:
        found.append(Blocker("qa_only", "In this market scheme QA releases.", clears="QA"))
    found += _reviewed(batch)
    if batch.state in (BatchState.REVIEWED, BatchState.CERTIFIED):
        found += blockers_for_later_changes(batch, "reviewed") + blockers_for_later_changes(batch, "certified")
    return found + _everything_closed(batch)


def blockers_for_later_changes(batch: Batch, meaning: str) -> list[Blocker]:
    """What happened on the batch since it was signed in this meaning: nobody looked at it then (R213, R214).

    A decision never rests on a review or a certificate that is older than the record.
    """
    signature = Signature.objects.filter(record_uuid=batch.uuid, meaning=meaning, void__isnull=True).last()
    if signature is None:
        return []
    links = ChainLink.objects.filter(chain=batch.chain)
    signed = links.filter(entry__act_id=signature.act_id).values_list("seq", flat=True).first()
    harmless = PAPER_EVENTS | (DUE_RESULTS if meaning == "reviewed" else frozenset())
    later = links.filter(seq__gt=signed or 0).exclude(entry__event__in=harmless).select_related("entry").order_by("seq")
    first = later.first()
    if first is None:
        return []
    what = event_title(first.entry.event) or first.entry.event
    at = clock.stamp(first.entry.recorded_at)
    text = (
        f"{later.count()} acts on the batch are younger than its signature as {meaning}, first: {what} by "
        f"{first.entry.actor_name}, {at}. The review is opened again, and signed anew."
    )
    return [Blocker("changed_since", text, "reopen", "QA")]


def _everything_closed(batch: Batch) -> list[Blocker]:
    return blockers_for_tests(batch) + blockers_for_deviations(batch) + blockers_for_exceptions(batch)


def _reviewed(batch: Batch) -> list[Blocker]:
    if not signers_of(batch.uuid, "reviewed"):
        return [Blocker("not_reviewed", "No review stands on this batch.", clears="QA")]
    return []


def blockers_for_reopen(actor: Actor, batch: Batch, at: datetime) -> list[Blocker]:
    """A batch that was not executed to its end has nothing but its rejection before it."""
    del actor, at
    return [] if batch.executed_at else [Blocker("unfinished", "The batch was not executed to its end.")]


def blockers_for_reject(actor: Actor, batch: Batch, at: datetime) -> list[Blocker]:
    """Who performed does not reject either."""
    del at
    return blockers_for_other_person(actor.user, performers_of(batch), "reject this batch")
