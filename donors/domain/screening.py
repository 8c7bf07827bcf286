"""Records what screening and testing found, and reads it by the rules of each market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain.records import save_record
from compliance.domain.transitions import locked
from compliance.refusals import Invalid
from compliance.validators import clean_reason
from donors.domain import lookback, vault
from donors.domain.entry import clean_day, clean_text
from donors.models import ScreeningHistory, TestResult
from donors.rules import rules
from donors.states import Dilution, Outcome, Person, Subject

if TYPE_CHECKING:
    from datetime import date

    from compliance.domain.act import Act
    from donors.models import Donor
    from donors.rules import Marker


def record_history(
    a: Act,
    donor: Donor,
    *,
    person: str,
    screened_on: date,
    risk_found: bool,
    report: str,
    htlv_risk: bool | None = None,
) -> ScreeningHistory:
    """Records that a person's history, examination and records were screened, and any risk found (R410).

    A risk found later voids a standing determination and holds the tissue. Refuses a day to come, a blank
    report reference.
    """
    a.actor.need("donors.record_screening")
    a.touch(donor)
    locked(donor)
    vault.need_coded(donor, report)
    history = ScreeningHistory(
        donor=donor,
        person=Person(person),
        screened_on=clean_day(screened_on, a, "screened_on", "The day of the screening"),
        risk_found=risk_found,
        htlv_risk=htlv_risk,
        report=clean_text(report, "report", "The reference of the report"),
        recorded_by=a.actor.user,
        recorded_at=a.at,
    )
    save_record(a, history)
    lookback.judge_again(a, donor, f"Screening of the {history.get_person_display()} recorded")
    return history


def record_result(
    a: Act,
    donor: Donor,
    *,
    marker: str,
    outcome: str,
    sampled_on: date,
    laboratory: str,
    kit: str,
    report: str,
    dilution: str = Dilution.NONE,
    subject: str = "",
) -> TestResult:
    """Records one reported test of the donor's or birth mother's sample (R411, R412).

    A result that no longer lets a standing determination hold voids it visibly and puts released tissue on
    hold. Refuses a test that no rule knows, a sample to come, a blank report reference.
    """
    a.actor.need("donors.record_screening")
    a.touch(donor)
    locked(donor)
    result = save_record(
        a,
        _result(
            a,
            donor,
            marker=marker,
            outcome=outcome,
            sampled_on=sampled_on,
            laboratory=laboratory,
            kit=kit,
            report=report,
            dilution=dilution,
            subject=subject or donor.subject,
        ),
    )
    lookback.judge_again(a, donor, _words(result), result)
    return result


def correct_result(a: Act, old: TestResult, reason: str, **values: object) -> TestResult:
    """Corrects a result by a new one that names the old; the old one stays readable (R410).

    `values` are those of `record_result` that change. Refuses a result that was corrected already, a missing
    reason, and what `record_result` refuses.
    """
    a.actor.need("donors.record_screening")
    donor = old.donor
    a.touch(donor)
    locked(donor)
    if TestResult.objects.filter(supersedes=old).exists():
        raise Invalid("This result was corrected already. Correct the newer one.", "result", "superseded")
    why = clean_reason(reason)
    vault.need_coded(donor, why)
    kept = {name: getattr(old, name) for name in CORRECTABLE}
    unknown = sorted(set(values) - set(kept))
    if unknown:
        raise TypeError(f"A result has no {', '.join(unknown)}.")
    if kept | values == kept:
        raise Invalid("Nothing differs from the result as recorded.", "result", "unchanged")
    row = _result(a, donor, **(kept | values))
    row.supersedes, row.reason = old, why
    save_record(a, row)
    lookback.judge_again(a, donor, f"{_words(row)}, corrected: {why}", row)
    return row


CORRECTABLE = ("marker", "outcome", "sampled_on", "laboratory", "kit", "report", "dilution", "subject")


def _result(
    a: Act,
    donor: Donor,
    *,
    marker: str,
    outcome: str,
    sampled_on: date,
    laboratory: str,
    kit: str,
    report: str,
    dilution: str,
    subject: str,
) -> TestResult:
    vault.need_coded(donor, laboratory, kit, report)
    known = _known_marker(marker)
    return TestResult(
        donor=donor,
        marker=known.code,
        method=known.method,
        laboratory=" ".join(laboratory.split()),
        kit=" ".join(kit.split()),
        sampled_on=clean_day(sampled_on, a, "sampled_on", "The day of the sample"),
        subject=Subject(subject),
        outcome=Outcome(outcome),
        dilution=Dilution(dilution),
        report=clean_text(report, "report", "The reference of the report"),
        recorded_by=a.actor.user,
        recorded_at=a.at,
    )


def _known_marker(code: str) -> Marker:
    found = rules().markers.get(code)
    if found is None:
        known = ", ".join(sorted(rules().markers))
        raise Invalid(f"{code} is no test that the rules know. There are: {known}.", "marker", "marker_unknown")
    return found


def _words(result: TestResult) -> str:
    label = rules().markers[result.marker].label
    return f"{label} {result.get_outcome_display()} in the sample of {result.sampled_on.isoformat()}"
