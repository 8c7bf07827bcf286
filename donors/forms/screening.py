"""A screening and test results as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.forms import reading
from compliance.page_forms import FormField
from compliance.refusals import Invalid
from donors.rules import rules
from donors.states import Dilution, Outcome, Person, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from donors.models import Donor, TestResult

OUTCOME, KIT = "outcome_", "kit_"
ASKED, NOT_ASKED = "not_asked", "not asked"


def history_fields(persons: tuple[str, ...]) -> tuple[FormField, ...]:
    """Whose history, examination and records were screened, and what was found."""
    labels = dict(Person.choices)
    htlv = (*((v, w) for v, w in ((reading.YES, "yes"), (reading.NO, "no"))), (ASKED, NOT_ASKED))
    return (
        FormField("person", "Whose", "radio", options=reading.options((p, labels[Person(p)]) for p in persons)),
        FormField("screened_on", "Screened on", "date"),
        reading.yes_or_no("risk_found", "Was a risk of a communicable disease found?"),
        FormField("htlv_risk", "Is there a risk of HTLV?", "radio", options=reading.options(htlv)),
        FormField("report", "Reference of the report", "code", help="Its number; no name."),
    )


def read_history(posted: Mapping[str, str]) -> dict[str, Any]:
    """The screening of the form."""
    htlv = reading.read_choice(posted, "htlv_risk", "The risk of HTLV", (reading.YES, reading.NO, ASKED))
    return {
        "person": reading.read_choice(posted, "person", "Whose history", Person.values),
        "screened_on": reading.read_day(posted, "screened_on", "The day of the screening"),
        "risk_found": reading.read_yes(posted, "risk_found", "Whether a risk was found"),
        "htlv_risk": None if htlv == ASKED else htlv == reading.YES,
        "report": reading.read_text(posted, "report", "The reference of the report"),
    }


def sample_fields(donor: Donor) -> tuple[FormField, ...]:
    """What is the same for all tests of one sample."""
    return (
        FormField(
            "sampled_on", "Sample of", "date", help="The day at the procurement site; the windows count from it."
        ),
        FormField(
            "subject",
            "Whose sample",
            "radio",
            options=reading.options(Subject.choices, donor.subject),
            help=f"For this donor the sample of the {donor.get_subject_display()} counts.",
        ),
        FormField("laboratory", "Laboratory", help="With its licence or registration number."),
        FormField("dilution", "Dilution by infusions", "select", options=reading.options(Dilution.choices)),
        FormField("report", "Reference of the report", "code", help="Its number; no name."),
    )


def marker_fields(code: str, label: str) -> tuple[FormField, FormField]:
    """Outcome and kit of one test."""
    outcome = FormField(
        f"{OUTCOME}{code}", f"{label}: outcome", "select", options=reading.options(Outcome.choices), required=False
    )
    return outcome, FormField(f"{KIT}{code}", f"{label}: kit", required=False)


def read_sample(posted: Mapping[str, str]) -> dict[str, Any]:
    """The sample of the form."""
    return {
        "sampled_on": reading.read_day(posted, "sampled_on", "The day of the sample"),
        "subject": reading.read_choice(posted, "subject", "Whose sample", Subject.values),
        "laboratory": reading.read_text(posted, "laboratory", "The laboratory"),
        "dilution": reading.read_choice(posted, "dilution", "The dilution", Dilution.values),
        "report": reading.read_text(posted, "report", "The reference of the report"),
    }


def read_outcomes(posted: Mapping[str, str]) -> list[dict[str, str]]:
    """Marker, outcome and kit of each test that has an outcome. Refuses a form without any, and one without its kit."""
    found = [_outcome(posted, code, marker.label) for code, marker in rules().markers.items() if _given(posted, code)]
    if not found:
        raise Invalid("No test has an outcome. Choose the outcome of each test that was done.", "", "no_outcome")
    return found


def _given(posted: Mapping[str, str], code: str) -> bool:
    return bool(posted.get(f"{OUTCOME}{code}", ""))


def _outcome(posted: Mapping[str, str], code: str, label: str) -> dict[str, str]:
    return {
        "marker": code,
        "outcome": reading.read_choice(posted, f"{OUTCOME}{code}", label, Outcome.values),
        "kit": reading.read_text(posted, f"{KIT}{code}", f"The kit of {label}"),
    }


def correction_fields(old: TestResult) -> tuple[FormField, ...]:
    """The result as it stands, to be corrected."""
    markers = reading.options((m.code, m.label) for m in rules().markers.values())
    return (
        FormField("marker", "Test", "select", old.marker, options=markers),
        FormField("outcome", "Outcome", "select", old.outcome, options=reading.options(Outcome.choices)),
        FormField("sampled_on", "Sample of", "date", old.sampled_on.isoformat()),
        FormField("subject", "Whose sample", "select", old.subject, options=reading.options(Subject.choices)),
        FormField("laboratory", "Laboratory", value=old.laboratory),
        FormField("kit", "Kit", value=old.kit),
        FormField("dilution", "Dilution", "select", old.dilution, options=reading.options(Dilution.choices)),
        FormField("report", "Reference of the report", "code", old.report),
        reading.reason_field("Why it is corrected", "Names nobody. The old result stays readable."),
    )


def read_correction(posted: Mapping[str, str]) -> dict[str, Any]:
    """The corrected values of the form."""
    return {
        "marker": reading.read_choice(posted, "marker", "The test", rules().markers),
        "outcome": reading.read_choice(posted, "outcome", "The outcome", Outcome.values),
        **read_sample(posted),
        "kit": reading.read_text(posted, "kit", "The kit"),
    }
