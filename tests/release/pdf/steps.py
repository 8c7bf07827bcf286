"""Executed steps for the tests of the paper: corrections, late entries, pictures, files, signatures."""

import hashlib
import struct
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from release.paper import (
    Attachment,
    Chart,
    Comment,
    Correction,
    Entry,
    EquipmentUse,
    MaterialUse,
    Panel,
    Phase,
    Series,
    SeriesStyle,
    Signature,
)

ZONE = ZoneInfo("Europe/Berlin")
HEAD = hashlib.sha256(b"head").hexdigest()
D = Decimal


def at(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, second, tzinfo=ZONE)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


PRINTOUT = b"CC-01 2026-10-23 total 1.45E+06 dead 5.8E+04 viability 96.0\r\n"
SERIES_CSV = b"t,Pf,Pr,Pp,flux\n" + b"".join(b"%d,0.61,0.22,0.05,14.1\n" % n for n in range(33))


def png() -> bytes:
    """A small grey picture, made by hand so that no picture library is needed."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(160)) for y in range(90))
    head = struct.pack(">IIBBBBB", 160, 90, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


FILES = {hashlib.sha256(data).hexdigest(): data for data in (PRINTOUT, SERIES_CSV, png())}


def read_file(sha256: str) -> bytes:
    return FILES[sha256]


def attachment(name: str, data: bytes, media_type: str, caption: str = "") -> Attachment:
    return Attachment(name, hashlib.sha256(data).hexdigest(), len(data), media_type, caption)


def signature(number: int, meaning: str, person: str, role: str, when: datetime, subject: str = "26") -> Signature:
    return Signature(
        uuid=f"00000000-0000-4000-8000-{number:012d}",
        meaning=meaning,
        printed_name=person,
        username=person.lower().replace(". ", "."),
        role=role,
        signed_at=when,
        covered="12 values, 1 file",
        digest=digest(f"signature {number}"),
        subject=f"Step {subject}",
        meaning_words={
            "performed": "I did this step as written",
            "verified": "I checked it as a second person",
        }.get(meaning, ""),
        station="B-104 tablet 2",
    )


PERFORMED = signature(1, "performed", "A. Operator", "Operator", at(23, 9, 49, 2))
VERIFIED = signature(2, "verified", "V. Verifier", "Verifier", at(23, 9, 57, 30))
VOIDED = replace(
    signature(3, "performed", "A. Operator", "Operator", at(23, 9, 45, 10)),
    voided_at=at(23, 9, 46, 51),
    void_reason="correction 1 of dead cells",
)


def entered(parameter: str, value: str | None, limits: str = "", **more: object) -> Entry:
    facts: dict[str, object] = {
        "performed_by": "A. Operator",
        "performed_at": at(23, 9, 43, 20),
        "recorded_at": at(23, 9, 43, 20),
    }
    return Entry(parameter, value, limits=limits, **{**facts, **more})  # type: ignore[arg-type]


def computed(parameter: str, value: str, unit: str, limits: str, formula: str, raw: str) -> Entry:
    within = "≥" in limits or "to" in limits or "≤" in limits
    return Entry(
        parameter,
        value,
        unit,
        limits,
        "within" if within else "computed",
        source="computed",
        formula=formula,
        raw=D(raw),
    )


CORRECTION = Correction(
    "8.5 × 10⁴",
    "5.8 × 10⁴",
    "A. Operator",
    at(23, 9, 46, 51),
    "Digits transposed on typing. The printout reads 5.8E+04.",
    1,
)


COUNT_ENTRIES = (
    entered(
        "Vessel",
        "CF2-26-0031",
        "as step 25",
        verdict="within",
        verdict_words="matches",
        source="scanned",
    ),
    entered(
        "Cell counter",
        "CC-01",
        "fit for use",
        verdict="within",
        verdict_words="fit",
        source="scanned",
    ),
    entered("Suspension volume", "30.0", "5 to 60 mL", unit="mL", critical=True, verified_by="V. Verifier"),
    entered("Total cells", "1.45 × 10⁶", "10⁴ to 10⁷", unit="/mL"),
    entered(
        "Dead cells",
        "5.8 × 10⁴",
        "0 to total",
        unit="/mL",
        verdict="corrected",
        corrections=(CORRECTION,),
    ),
    entered("Counter printout", "CC01-1023-03.txt", "one file", verdict="attached", source="attached"),
    computed("Viable cells", "1.392 × 10⁶", "/mL", "report", "1.45 × 10⁶ − 5.8 × 10⁴", "1392000"),
    computed("Viability", "96.0", "%", "action ≥ 85 %", "1.392 × 10⁶ ÷ 1.45 × 10⁶ × 100", "96.000"),
    computed(
        "Population doublings",
        "2.72",
        "",
        "action ≥ 1.5",
        "log₂(4.176 × 10⁷ ÷ 6.32 × 10⁶)",
        "2.724125",
    ),
    computed("Cumulative PDL", "12.32", "", "action ≤ 20", "9.6 + 2.724125", "12.324125"),
    entered("Medium pH", None, "7.2 to 7.6", verdict="missing", performed_by="", performed_at=None),
    entered(
        "Incubator door",
        "closed",
        "closed",
        verdict="within",
        late_reason="Tablet was out of power.",
        recorded_at=at(23, 10, 40),
    ),
)


def count_phase() -> Phase:
    return Phase(
        "26",
        "P4 count, viability, PD, cPDL",
        "verified",
        "Count one sample of 0.2 mL. Record the counter's printout. Viability below 85 % stops the batch.",
        "B-104",
        at(23, 9, 38),
        at(23, 9, 57, 30),
        entries=COUNT_ENTRIES,
        materials=(
            MaterialUse("Viability stain", "VS-26-0417", "released, expires 2027-01-31", D("0.2"), "mL", "A. Operator"),
        ),
        equipment=(
            EquipmentUse("Cell counter", "CC-01", "clean, calibrated to 2027-02-01", at(23, 9, 41, 3)),
            EquipmentUse("Safety cabinet", "BSC-04", "cleared 08:50, EM 2026-10-22 within"),
        ),
        charts=(growth_chart(),),
        attachments=(
            attachment("CC01-1023-03.txt", PRINTOUT, "text/plain"),
            attachment("p4_field_1.png", png(), "image/png", "P4 at 96 h, × 10"),
        ),
        signatures=(VOIDED, PERFORMED, VERIFIED),
    )


def judged(
    label: str,
    unit: str,
    values: tuple[Decimal | None, ...],
    style: SeriesStyle,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> Series:
    """A series with limits, judged as recorded readings are."""
    words = f"{low} to {high}" if low is not None and high is not None else f"≤ {high}"
    bad = [v is not None and ((low is not None and v < low) or (high is not None and v > high)) for v in values]
    return Series(label, unit, values, style, low, high, words, tuple("breach" if b else "within" for b in bad))


def growth_chart() -> Chart:
    return Chart(
        "growth",
        "Growth and cumulative population doublings",
        "Five passages. Cumulative PDL rises from 2.1 to 12.3, limit 20.",
        "passage",
        tuple(D(n) for n in range(5)),
        ("P0", "P1", "P2", "P3", "P4"),
        (
            Panel(
                "Cumulative PDL",
                (
                    judged(
                        "cPDL",
                        "",
                        (D("2.1"), D("4.6"), D("7.2"), D("9.6"), D("12.324125")),
                        "strong",
                        high=D(20),
                    ),
                ),
            ),
            Panel(
                "Doubling time, h",
                (
                    judged(
                        "doubling time",
                        "h",
                        (D("31.0"), D("33.2"), None, D("34.1"), D("35.24")),
                        "dashed",
                        D(20),
                        D(60),
                    ),
                ),
            ),
        ),
        "Cumulative PDL counts from the donation.",
    )


def tff_chart(count: int = 33) -> Chart:
    feed = [D("0.61") + D("0.005") * n for n in range(count)]
    tmp = [D("0.37") + D("0.004") * (n % 28) for n in range(count)]
    flux = [D("14.1") - D("0.12") * (n % 34) for n in range(count)]
    if count > 19:
        feed[19], tmp[19], flux[19] = D("0.96"), D("0.63"), D("9.0")
    clock = [at(24, 13, 5) + timedelta(minutes=5 * n) for n in range(count)]
    return Chart(
        "tff",
        "TFF concentration UF1, pressures and flux",
        f"{count} readings, one each 5 minutes. TMP stays inside 0.10 to 0.60 bar except one reading.",
        "2026-10-24 +02:00",
        tuple(D(5 * n) for n in range(count)),
        tuple(f"{moment:%H:%M}" for moment in clock),
        (
            Panel(
                "Pressure, bar",
                (
                    Series("feed Pf", "bar", tuple(feed), "line"),
                    judged("TMP", "bar", tuple(tmp), "strong", D("0.10"), D("0.60")),
                    Series("permeate Pp", "bar", tuple(D("0.05") for _ in range(count)), "dotted"),
                ),
            ),
            Panel("Flux, LMH", (judged("flux", "LMH", tuple(flux), "strong", D(8), D(20)),)),
        ),
        "Read from TFF-02_UF1.csv. mPES 300 kDa, 0.235 m². Pale band: allowed TMP and flux.",
    )


def nta_chart() -> Chart:
    sizes = range(50, 350, 10)
    bins = tuple(D(10) ** 9 * D(max(0, 100 - abs(n - 130))) / 10 for n in sizes)
    panel = Panel("Particles/mL", (Series("concentration", "/mL", bins, "bar"),))
    labels = tuple(str(n) for n in sizes)
    return Chart(
        "histogram",
        "NTA, harvest 2",
        "One mode at 130 nm.",
        "size, nm",
        tuple(map(D, sizes)),
        labels,
        (panel,),
    )


def weights_chart() -> Chart:
    grams = tuple(D("1.02") + D("0.004") * ((n * 7) % 11 - 5) for n in range(20))
    panel = Panel("Fill weight, g", (judged("weight", "g", grams, "dots", D("0.97"), D("1.07")),))
    labels = tuple(f"V{n * 10 + 1:04d}" for n in range(20))
    return Chart(
        "weights",
        "Fill weights",
        "20 weighings, all within.",
        "vial",
        tuple(map(D, range(20))),
        labels,
        (panel,),
    )


def tff_phase() -> Phase:
    remark = Comment(
        "Retentate clamp slipped while the bag was moved. Opened at once.",
        "A. Operator",
        at(24, 14, 43),
        "Comment on 14:40",
    )
    return Phase(
        "62",
        "UF1 concentration",
        "closed",
        room="B-106",
        entries=(
            entered(
                "TMP",
                "0.63",
                "action 0.10 to 0.60 bar",
                unit="bar",
                verdict="breach",
                deviation="DEV-26-0033",
            ),
            entered("Flux, mean", "11.6", "alert 10 to 20 LMH", unit="LMH", verdict="alert"),
        ),
        comments=(remark,),
        charts=(tff_chart(), nta_chart(), weights_chart()),
        attachments=(attachment("TFF-02_UF1.csv", SERIES_CSV, "text/csv"),),
        signatures=(signature(4, "performed", "A. Operator", "Operator", at(24, 15, 52, 14), "62"),),
    )
