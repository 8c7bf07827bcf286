"""Tissue received, handed over, and a determination as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.forms import reading
from compliance.page_forms import FormField
from compliance.refusals import Invalid
from donors.rules import rules
from donors.states import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MARKETS_JOIN = "_and_"


def determination_fields() -> tuple[FormField, ...]:
    """The verdict, the markets it is given for, and the words that carry it."""
    schemes = rules().schemes
    every = (MARKETS_JOIN.join(schemes), " and ".join(schemes))
    each = ((scheme, f"{scheme} only") for scheme in schemes) if len(schemes) > 1 else ()
    return (
        FormField("verdict", "You determine the donor", "radio", options=reading.options(Verdict.choices)),
        FormField("markets", "For", "radio", options=reading.options((every, *each))),
        FormField("statement", "Statement", "area", help="What you read and why you determine so. Names nobody."),
    )


def read_determination(posted: Mapping[str, str]) -> dict[str, Any]:
    """Verdict, statement and markets of the form."""
    markets = reading.read_text(posted, "markets", "The markets", most=80)
    return {
        "verdict": reading.read_choice(posted, "verdict", "The determination", Verdict.values),
        "statement": reading.read_text(posted, "statement", "The statement", most=2000, need=False),
        "markets": tuple(markets.split(MARKETS_JOIN)),
    }


def find_fields() -> tuple[FormField, ...]:
    """Which donation the tissue on the bench is of."""
    return (
        FormField("din", "Donation number (DIN)", "code", help="Scan it from the label, or type it."),
        FormField("check_character", "Check character", "code", required=False, help="Beside the number, if typed."),
    )


def receipt_fields(unit: str, now: str) -> tuple[FormField, ...]:
    """What arrived and how."""
    return (
        FormField("quantity", "Quantity", "number", unit=unit),
        FormField("received_at", "Received at", value=now, help=reading.TIME_HELP),
        FormField("transport_low_c", "Lowest of the logger", "number", unit="°C"),
        FormField("transport_high_c", "Highest of the logger", "number", unit="°C"),
        FormField("logger", "Temperature logger", "code"),
        FormField("condition", "Condition at receipt", help="Closure, medium, leaks. Names nobody."),
        FormField("storage", "Storage", help="2-8 °C."),
        FormField("place", "Place"),
        FormField(
            "usable_until", "Use by, of the label", required=False, help=f"{reading.TIME_HELP} Where earlier than ours."
        ),
    )


def read_receipt(posted: Mapping[str, str]) -> dict[str, Any]:
    """The receipt of the form."""
    return {
        "quantity": reading.read_number(posted, "quantity", "The quantity"),
        "received_at": _received(posted),
        "transport_low_c": reading.read_number(posted, "transport_low_c", "The lowest temperature"),
        "transport_high_c": reading.read_number(posted, "transport_high_c", "The highest temperature"),
        "logger": reading.read_text(posted, "logger", "The temperature logger", most=60),
        "condition": reading.read_text(posted, "condition", "The condition", most=240),
        "storage": reading.read_text(posted, "storage", "The storage", most=60),
        "place": reading.read_text(posted, "place", "The place", most=60),
        "usable_until": reading.read_time_if_any(posted, "usable_until", "The use by time"),
    }


def _received(posted: Mapping[str, str]) -> datetime:
    return reading.read_time(posted, "received_at", "The receipt")


def handover_fields(number: str) -> tuple[FormField, ...]:
    """From whom to whom, where to, in which condition. Each of the two scans the label."""
    return (
        FormField("given_scan", f"Scanned by who gives, {number}", "code", help="The label of the container."),
        FormField(
            "taken_scan", f"Scanned by who takes, {number}", "code", help="The same label, by the second person."
        ),
        FormField("to_place", "Goes to"),
        FormField("condition", "Condition", help="Names nobody."),
        FormField("temperature_c", "Temperature", "number", unit="°C", required=False),
        FormField("logger", "Temperature logger", "code", required=False),
    )


def read_handover(posted: Mapping[str, str]) -> dict[str, Any]:
    """The hand-over of the form. A scan may be blank: the chain of identity refuses it and puts it on record."""
    return {
        "given_scan": reading.read_text(posted, "given_scan", "The giver's scan", most=60, need=False),
        "taken_scan": reading.read_text(posted, "taken_scan", "The taker's scan", most=60, need=False),
        "to_place": reading.read_text(posted, "to_place", "Where it goes", most=60),
        "condition": reading.read_text(posted, "condition", "The condition", most=240),
        "temperature_c": reading.read_number_if_any(posted, "temperature_c", "The temperature"),
        "logger": reading.read_text(posted, "logger", "The temperature logger", most=60, need=False),
    }


def judgement_field() -> FormField:
    """Why a transport outside the range may pass."""
    return FormField("judgement", "Judgement", "area", help="What it means for the tissue. Names nobody.")


def read_judgement(posted: Mapping[str, str]) -> str:
    """The judgement of the form."""
    text = reading.read_text(posted, "judgement", "The judgement", most=2000, need=False)
    if not text:
        raise Invalid("The judgement is not filled in.", "judgement", "blank")
    return text
