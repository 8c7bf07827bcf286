"""A donor, her sealed identity, a consent and a donation as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.forms import reading
from compliance.page_forms import FormField
from donors.domain.vault import Identity
from donors.rules import rules
from donors.states import ConsentScope, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from donors.rules import RequiredField, SourceType

FACT = "fact_"


def donor_fields() -> tuple[FormField, ...]:
    """What is donated and for whom. No name stands here."""
    sources = reading.options((s.code, f"{s.label} ({s.code})") for s in rules().source_types.values())
    return (
        FormField("source_type", "What is donated", "select", options=sources),
        FormField(
            "scheme",
            "For whom",
            "select",
            options=reading.options(Scheme.choices),
            required=False,
            help="Empty: what is usual for this tissue.",
        ),
        reading.yes_or_no(
            "infant", "Is the donor at most a month old?", help="Then the birth mother is tested in the infant's place."
        ),
    )


def read_donor(posted: Mapping[str, str]) -> dict[str, Any]:
    """The donor of the form."""
    scheme = posted.get("scheme", "")
    return {
        "source_type": reading.read_choice(posted, "source_type", "What is donated", rules().source_types),
        "scheme": reading.read_choice(posted, "scheme", "For whom", Scheme.values) if scheme else "",
        "infant": reading.read_yes(posted, "infant", "Whether the donor is at most a month old"),
    }


def identity_fields(*, changing: bool) -> tuple[FormField, ...]:
    """Who the donor is. Each field is kept out of browser drafts; a value is sent back by a refused form alone."""
    fields = (
        FormField("full_name", "Full name", secret=True),
        FormField("born_on", "Born on", "date", required=False, secret=True),
        FormField("hospital_number", "Hospital number", "code", required=False, secret=True),
        FormField("birth_mother", "Birth mother", required=False, secret=True, help="Where she is the one tested."),
    )
    return (*fields, reading.reason_field("Why it is changed", "Names nobody.")) if changing else fields


def read_identity(posted: Mapping[str, str]) -> Identity:
    """The identity of the form."""
    born = reading.read_day_if_any(posted, "born_on", "The day of birth")
    return Identity(
        full_name=reading.read_text(posted, "full_name", "The name", most=200),
        born_on=born.isoformat() if born else "",
        hospital_number=reading.read_text(posted, "hospital_number", "The hospital number", most=60, need=False),
        birth_mother=reading.read_text(posted, "birth_mother", "The birth mother's name", most=200, need=False),
    )


def consent_fields() -> tuple[FormField, ...]:
    """What the donor agreed to."""
    return (
        FormField("scope", "What for", "radio", options=reading.options(ConsentScope.choices)),
        FormField("form", "Consent form", "code", help="CF-012."),
        FormField("form_version", "Issue of the form", "code"),
        FormField("given_at", "Given at", help=f"{reading.TIME_HELP} Only a consent before the collection counts."),
    )


def read_consent(posted: Mapping[str, str]) -> dict[str, Any]:
    """The consent of the form."""
    return {
        "scope": reading.read_choice(posted, "scope", "What the consent is for", ConsentScope.values),
        "form": reading.read_text(posted, "form", "The consent form", most=60),
        "form_version": reading.read_text(posted, "form_version", "The issue of the form", most=20),
        "given_at": reading.read_time(posted, "given_at", "When it was given"),
    }


def din_fields(din: str = "", collected_at: str = "") -> tuple[FormField, ...]:
    """The donation number with its check character, and when the collection ended."""
    words = "Scan it, or type the 13 characters and the check character beside them."
    return (
        FormField("din", "Donation number (DIN)", "code", din, words),
        FormField(
            "check_character", "Check character", "code", required=False, help="In the box beside the number, if typed."
        ),
        FormField("collected_at", "Collection ended at", value=collected_at, help=reading.TIME_HELP),
    )


def donation_fields(source: SourceType) -> tuple[FormField, ...]:
    """The donation with what its tissue asks for."""
    twice = "40 characters. It has no check digit: scan it, or type it in both boxes."
    return (
        *din_fields(),
        FormField(
            "donated_on", "Day at the procurement site", "date", required=False, help="Where that is in another zone."
        ),
        FormField("site", "Procurement site"),
        *(_fact(wanted) for wanted in _wanted(source)),
        FormField("sec", "Single European Code (SEC)", "code", required=False, help=twice),
        FormField("sec_again", "SEC once more", "code", required=False, help="By a second look at the label."),
        FormField("sec_scanned", "The SEC was scanned", "check", required=False),
        FormField("dis", "Donation sequence", "code", required=False, help="21 characters, where no SEC is there."),
    )


def _wanted(source: SourceType) -> list[RequiredField]:
    return [wanted for wanted in source.required if wanted.id != "collected_at"]


def _fact(wanted: RequiredField) -> FormField:
    name = f"{FACT}{wanted.id}"
    if wanted.kind == "choice":
        return FormField(name, wanted.label, "select", options=reading.options((c, c) for c in wanted.choices))
    if wanted.kind == "confirm":
        return FormField(name, wanted.label, "check")
    if wanted.kind == "number":
        return FormField(name, wanted.label, "number", unit=wanted.unit)
    return FormField(name, wanted.label, help=reading.TIME_HELP if wanted.kind == "instant" else "")


def read_din(posted: Mapping[str, str]) -> dict[str, Any]:
    """Number, check character and end of collection."""
    return {
        "din": reading.read_text(posted, "din", "The donation number", most=40),
        "check": reading.read_text(posted, "check_character", "The check character", most=4, need=False),
        "collected_at": reading.read_time(posted, "collected_at", "The end of the collection"),
    }


def read_donation(posted: Mapping[str, str], source: SourceType) -> dict[str, Any]:
    """The donation of the form; the facts keep the names of the rules."""
    return {
        **read_din(posted),
        "donated_on": reading.read_day_if_any(posted, "donated_on", "The day at the procurement site"),
        "site": reading.read_text(posted, "site", "The procurement site"),
        "facts": {wanted.id: _read_fact(posted, wanted) for wanted in _wanted(source)},
        "sec": reading.read_text(posted, "sec", "The SEC", most=60, need=False),
        "sec_again": reading.read_text(posted, "sec_again", "The second SEC", most=60, need=False),
        "sec_scanned": posted.get("sec_scanned", "") == "yes",
        "dis": reading.read_text(posted, "dis", "The donation sequence", most=40, need=False),
    }


def _read_fact(posted: Mapping[str, str], wanted: RequiredField) -> str:
    name = f"{FACT}{wanted.id}"
    if wanted.kind == "instant":
        return reading.read_time(posted, name, wanted.label).isoformat()
    return reading.read_text(posted, name, wanted.label, most=240, need=False)
