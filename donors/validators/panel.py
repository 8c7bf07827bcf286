"""What a donor's tests and screening amount to under each scheme, for a person to sign over (R410-R414).

Nothing here says "eligible": the findings say what blocks, what is missing and what else must be known.
Only a signed determination sets a donor's eligibility (R410).
"""

from collections.abc import Iterable

from compliance.refusals import Invalid
from donors.rules import Rules
from donors.rules.schema import OnReactive
from donors.validators.case import Finding, Findings, MarkerState, MarkerStatus, PanelCase, SchemeSummary
from donors.validators.demands import PERSON, Reading

REACTIVE_WORDS = {
    "ineligible": "the donor is to be determined ineligible",
    "assess": "a written risk assessment comes before any determination",
    "note": "it does not exclude by itself: the procedure decides",
}


def judge_panel(case: PanelCase, rules: Rules) -> tuple[SchemeSummary, ...]:
    """Judge a case by each scheme's edition in force on the day of the donation.

    Refuses a result of a test that no rule knows, and a birth after the donation (R410-R413).
    """
    unknown = sorted({result.marker for result in case.results} - set(rules.markers))
    if unknown:
        raise Invalid(f"No such test: {', '.join(unknown)}.", "marker", "marker_unknown")
    return tuple(_judge_scheme(scheme, case, rules) for scheme in rules.schemes)


def merge_findings(summaries: Iterable[SchemeSummary]) -> Findings:
    """All findings of the schemes a product is made for, to be shown beside the signature (R410)."""
    return sum((summary.findings for summary in summaries), Findings())


def _judge_scheme(scheme: str, case: PanelCase, rules: Rules) -> SchemeSummary:
    edition = rules.edition(scheme, case.donated_on)
    if edition is None:
        text = f"no {scheme} rules are in force on {case.donated_on.isoformat()}"
        findings = Findings(missing=(Finding(scheme, "no_edition", text),))
        return SchemeSummary(scheme, "", rules.digest, (), findings)
    reading = Reading(case, rules, edition)
    statuses = tuple(reading.status(demand) for demand in reading.demands)
    findings = (
        _of_reactive(reading, statuses)
        + _of_undemanded(reading)
        + _of_absent(reading, statuses)
        + _of_risks(reading)
        + _of_histories(reading)
        + _of_repeat(reading)
        + _of_decisions(reading)
    )
    return SchemeSummary(scheme, edition.id, rules.digest, statuses, findings)


def _of_reactive(reading: Reading, statuses: tuple[MarkerStatus, ...]) -> Findings:
    found = Findings()
    meaning = {demand.id: demand.reactive for demand in reading.demands}
    for status in statuses:
        if status.state is MarkerState.REACTIVE:
            found += _reactive(reading, status.demand, status.label, status.reason, meaning[status.demand])
    return found


def _of_undemanded(reading: Reading) -> Findings:
    """Reactive results of tests this panel does not ask for are never passed over in silence."""
    found = Findings()
    asked = {code for demand in reading.demands for code in (*demand.any_of, *demand.cleared_by.values())}
    for result in reading.case.results:
        marker = reading.rules.markers[result.marker]
        if result.outcome == "reactive" and result.marker not in asked:
            reason = (
                f"reactive in the sample of {result.sampled_on.isoformat()}, not asked for by these rules"
            )
            found += _reactive(
                reading, marker.code, marker.label, reason, "assess" if marker.alone_excludes else "note"
            )
    return found


def _reactive(reading: Reading, code: str, label: str, reason: str, meaning: OnReactive) -> Findings:
    autologous = reading.case.use == "autologous"
    what = reading.edition.autologous_reactive if autologous else meaning
    words = (
        "own use is not excluded: isolate and label"
        if autologous and what == "note"
        else REACTIVE_WORDS[what]
    )
    finding = (Finding(reading.edition.scheme, f"reactive_{code}", f"{label} {reason}; {words}"),)
    return Findings(notes=finding) if what == "note" else Findings(blocking=finding)


def _of_absent(reading: Reading, statuses: tuple[MarkerStatus, ...]) -> Findings:
    absent = tuple(
        Finding(
            reading.edition.scheme,
            f"{status.state.value}_{status.demand}",
            f"{status.label}: {status.reason}",
        )
        for status in statuses
        if status.state in (MarkerState.MISSING, MarkerState.OUT_OF_WINDOW)
    )
    return _open(reading, absent)


def _of_risks(reading: Reading) -> Findings:
    """A risk found by screening stands against a determination as a reactive test does (R410)."""
    found = tuple(
        Finding(
            reading.edition.scheme,
            f"risk_{person}",
            f"screening of the {PERSON[person]} found a risk of a communicable disease",
        )
        for person in sorted(reading.case.risks)
    )
    return Findings(notes=found) if reading.case.use == "autologous" else Findings(blocking=found)


def _of_histories(reading: Reading) -> Findings:
    persons = dict.fromkeys((*reading.case.source.history_of, reading.subject))
    absent = tuple(
        Finding(
            reading.edition.scheme,
            f"history_{person}",
            f"screening of the {PERSON[person]} (history, examination, records) is not on file",
        )
        for person in persons
        if person not in reading.case.histories
    )
    return _open(reading, absent)


def _open(reading: Reading, absent: tuple[Finding, ...]) -> Findings:
    """Missing where the scheme asks for it; a note where the donor's own use needs no tests (R410)."""
    if reading.tests_required:
        return Findings(missing=absent)
    return Findings(
        notes=tuple(Finding(f.scheme, f.code, f"{f.text}; not required for autologous use") for f in absent)
    )


def _of_repeat(reading: Reading) -> Findings:
    due = reading.repeat_due_on
    if due is None or reading.repeat_waived or reading.repeat_done:
        return Findings()
    text = (
        f"second sample on or after {due.isoformat()}: the first had not all of the NAT that make it needless"
    )
    return Findings(missing=(Finding(reading.edition.scheme, "repeat_sample", text),))


def _of_decisions(reading: Reading) -> Findings:
    scheme, case = reading.edition.scheme, reading.case
    asked = {demand.when for demand in reading.edition.demands}
    notes, missing = [], []
    if (
        "leukocyte_rich" in asked
        and case.leukocyte_rich is None
        and case.source.leukocyte_rich == "undecided"
    ):
        text = "judged as leukocyte-rich until quality assurance has decided for this source"
        notes.append(Finding(scheme, "leukocyte_rich_undecided", text))
    if "htlv_risk" in asked and case.htlv_risk is None:
        missing.append(Finding(scheme, "htlv_risk_not_asked", "risk of HTLV is not answered in the history"))
    if reading.edition.note:
        notes.append(Finding(scheme, "edition_note", reading.edition.note))
    opened = _open(reading, tuple(missing))
    return opened + Findings(notes=tuple(notes))
