"""What follows when something comes to light later: determinations void, tissue on hold (R410)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import signing
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from donors.domain.findings import judge, was_blocked
from donors.models import DeterminationVoid, TissueLot
from donors.queries import lots_of_donor, standing_determinations
from donors.states import DONOR_TRANSITIONS, TISSUE_TRANSITIONS, DonorState, TissueState, Verdict

if TYPE_CHECKING:
    from compliance.domain.act import Act
    from donors.models import Determination, Donation, Donor, TestResult

REASON_MAX = 1900


def judge_again(a: Act, donor: Donor, cause: str, result: TestResult | None = None) -> list[Determination]:
    """Voids each standing determination that could not be signed over today's findings (R410).

    Writes the void with its cause, voids the signature, takes the donor back to `registered` and puts
    released tissue on hold, all in the act that brought the finding. A determination of ineligible is voided
    when nothing blocks any more, so that it is determined anew. Answers with what was voided.
    """
    voided = []
    for determination in standing_determinations(donor):
        why = _why_not(determination)
        if why:
            void_determination(a, determination, f"{cause}. {why}"[:REASON_MAX], result)
            voided.append(determination)
    if voided:
        _take_back(a, donor, f"{cause}: a determination was voided."[:REASON_MAX])
    return voided


def void_determination(a: Act, determination: Determination, reason: str, result: TestResult | None = None) -> None:
    """Voids a determination and its signature, with reason and causing result; both stay readable."""
    a.touch(determination.donation)
    signing.void_signatures(a, determination, reason)
    void = DeterminationVoid(
        determination=determination, result=result, reason=reason, voided_by=a.actor.user, voided_at=a.at
    )
    save_record(a, void)


def hold_tissue_of(a: Act, donation: Donation, reason: str) -> list[TissueLot]:
    """Voids the signatures on the lots of a donation that was corrected and puts released ones on hold."""
    lots = list(TissueLot.objects.filter(donation=donation))
    for lot in lots:
        a.touch(lot)
        signing.void_signatures(a, lot, reason)
    return _hold(a, [lot for lot in lots if lot.state == TissueState.RELEASED], reason)


def hold_tissue_of_donor(a: Act, donor: Donor, reason: str) -> list[TissueLot]:
    """Puts every released lot of a donor on hold: the look-back."""
    return _hold(a, list(lots_of_donor(donor).filter(state=TissueState.RELEASED)), reason)


def _hold(a: Act, lots: list[TissueLot], reason: str) -> list[TissueLot]:
    move = find(TISSUE_TRANSITIONS, "look_back")
    a.touch(*lots)
    return [apply_transition(a, lot, move, reason=reason) for lot in lots]


def _why_not(determination: Determination) -> str:
    """Why a determination cannot stand over today's findings; blank where it can."""
    judged = judge(determination.donation)
    if determination.verdict == Verdict.INELIGIBLE:
        # What was found ineligible by judgement alone stays so: only vanished findings open it again.
        gone = was_blocked(determination.findings) and not judged.all.blocking
        return "What made the donor ineligible is no longer on record." if gone else ""
    found = judged.against(determination.verdict, determination.markets.split(","))
    return " ".join(f"{finding.text}." for finding in found)


def _take_back(a: Act, donor: Donor, reason: str) -> None:
    # Registered already where another donation's determination fell before this one.
    if locked(donor).state != DonorState.REGISTERED:
        apply_transition(a, donor, find(DONOR_TRANSITIONS, "void_determination"), reason=reason)
    hold_tissue_of_donor(a, donor, reason)
