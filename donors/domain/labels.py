"""The words a tissue label carries, chosen by rule from what is on record, never typed (R414, R415)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from donors.domain.findings import judge
from donors.queries import live_results, standing_determination
from donors.rules import rules
from donors.states import USABLE_DONOR, Outcome, Scheme, TissueState, Verdict

if TYPE_CHECKING:
    from donors.domain.findings import Judged
    from donors.models import TissueLot

QUARANTINE = "QUARANTINE"
AUTOLOGOUS = "FOR AUTOLOGOUS USE ONLY"
NOT_EVALUATED = "NOT EVALUATED FOR INFECTIOUS SUBSTANCES"
ADVISE_RECIPIENT = "WARNING: Advise recipient of communicable disease risks"
ADVISE_PATIENT = "WARNING: Advise patient of communicable disease risks"
BIOHAZARD = "BIOHAZARD"
REACTIVE = "WARNING: Reactive test results for {agents}"


@dataclass(frozen=True, slots=True)
class LabelCase:
    """What a label depends on. `not_required`: no determination is asked for (21 CFR 1271.90(a))."""

    quarantined: bool
    autologous: bool
    complete: bool
    not_required: bool
    risk_found: bool
    reactive_agents: tuple[str, ...] = ()


def label_texts(case: LabelCase) -> tuple[str, ...]:
    """The decision table of 21 CFR 1271.90(c), .60(d) and .65(b), in the order of the label (R415).

    Autologous tissue never tells to advise a recipient; tissue whose determination was not required says
    recipient, tissue of a donor not determined or ineligible says patient; each text stands at most once.
    """
    positive = bool(case.reactive_agents)
    risky = case.risk_found or positive or not case.complete
    advice = ADVISE_RECIPIENT if case.not_required else ADVISE_PATIENT
    table = (
        (case.quarantined, QUARANTINE),
        (case.autologous, AUTOLOGOUS),
        (not case.complete, NOT_EVALUATED),
        (risky and not case.autologous, advice),
        (case.risk_found or positive, BIOHAZARD),
        (positive, REACTIVE.format(agents=", ".join(case.reactive_agents))),
    )
    return tuple(text for applies, text in table if applies)


def labels_of(lot: TissueLot) -> tuple[str, ...]:
    """The texts the label of a lot carries today (R414, R415). Coded: no name can get there (R417)."""
    donation = lot.donation
    determination = standing_determination(donation)
    verdict = determination.verdict if determination else ""
    judged = judge(donation)
    return label_texts(
        LabelCase(
            quarantined=lot.state in (TissueState.QUARANTINE, TissueState.ON_HOLD) or verdict not in USABLE_DONOR,
            autologous=donation.donor.scheme == Scheme.AUTOLOGOUS,
            complete=_is_complete(judged),
            not_required=verdict == Verdict.NOT_REQUIRED,
            risk_found=bool(judged.risks.blocking or judged.risks.notes),
            reactive_agents=_reactive_agents(lot),
        )
    )


def _is_complete(judged: Judged) -> bool:
    """Whether every test and screening was done, those that own use leaves open (notes) with them."""
    codes = [f.code for f in (*judged.all.missing, *judged.all.notes)]
    return not any(code.startswith(("missing_", "out_of_window_", "history_")) for code in codes)


def _reactive_agents(lot: TissueLot) -> tuple[str, ...]:
    """The agents with a reactive result; a test that does not exclude by itself (CMV) puts no warning."""
    markers = rules().markers
    reactive = live_results(lot.donation.donor).filter(outcome=Outcome.REACTIVE)
    return tuple(sorted({markers[r.marker].agent for r in reactive if markers[r.marker].alone_excludes}))
