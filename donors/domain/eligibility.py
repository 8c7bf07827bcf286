"""The signed determination of donor eligibility: set by a responsible person, never computed (R410)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import signing
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.refusals import Blocker, Invalid, Refused
from compliance.states import SignatureMeaning
from compliance.validators import clean_reason
from donors.domain import lookback, vault
from donors.domain.findings import judge
from donors.models import Determination
from donors.queries import standing_determination
from donors.rules import rules
from donors.states import DONOR_TRANSITIONS, USABLE_DONOR, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from compliance.domain.act import Act
    from donors.domain.findings import Judged
    from donors.models import Donation

MEANING = SignatureMeaning.DETERMINED
PERMISSION = "donors.determine"


def draft(donation: Donation, verdict: str, statement: str, markets: Iterable[str] = ()) -> Determination:
    """A determination to be signed: not written yet, so that the signing prompt can be for it and no other.

    `markets` are those the verdict is given for, all that have rules when none is named. Refuses an unknown
    verdict or market, and a statement that tells nothing.
    """
    known = rules().schemes
    wanted = sorted(set(markets)) or list(known)
    unknown = [market for market in wanted if market not in known]
    if unknown:
        raise Invalid(f"There are no donor rules for {', '.join(unknown)}.", "markets", "market_unknown")
    if verdict not in Verdict.values:
        raise Invalid(f"{verdict} is no determination.", "verdict", "verdict_unknown")
    return Determination(
        donation=donation, verdict=verdict, markets=",".join(wanted), statement=clean_reason(statement)
    )


def subject_of(determination: Determination) -> str:
    """What the signing prompt of a drafted determination is for."""
    return signing.subject_of(determination, MEANING)


def determine(a: Act, token: UUID, determination: Determination) -> Determination:
    """Determines a donor's eligibility for one donation, by signature (R410, R416).

    Refuses a person who is not the donor responsible; `eligible` and `not required` over a reactive test, a
    risk found, or a missing or untimely test, naming each; `not required` for cells meant for others; a
    statement that names the donor. Writes the determination with the findings as judged, voids the one
    before it for this donation, moves the donor, and holds released tissue unless it stays usable.
    """
    a.actor.need(PERMISSION)
    donation = determination.donation
    donor = locked(donation.donor)
    vault.need_coded(donor, determination.statement)
    a.touch(donor, donation)
    judged = judge(donation)
    _need_nothing_against(judged, determination)
    _replace_standing(a, determination)
    determination.findings = judged.canonical
    determination.rules_digest = rules().digest
    determination.determined_by, determination.determined_at = a.actor.user, a.at
    save_record(a, determination)
    apply_transition(a, donor, find(DONOR_TRANSITIONS, f"determine_{determination.verdict}"))
    title = f"Eligibility of donor {donor.number}, donation {donation.din}: {determination}"
    signing.sign(a, token, determination, MEANING, title=title, permission=PERMISSION)
    if determination.verdict not in USABLE_DONOR:
        lookback.hold_tissue_of_donor(a, donor, f"Donor determined {determination.get_verdict_display()}.")
    return determination


def _need_nothing_against(judged: Judged, determination: Determination) -> None:
    found = judged.against(determination.verdict, determination.markets.split(","))
    if found:
        raise Refused(
            Blocker(finding.code, f"{finding.scheme}: {finding.text}." if finding.scheme else f"{finding.text}.")
            for finding in found
        )


def _replace_standing(a: Act, determination: Determination) -> None:
    before = standing_determination(determination.donation)
    if before is not None:
        lookback.void_determination(a, before, f"Determined anew: {determination.statement}")
