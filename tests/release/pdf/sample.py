"""A rich dossier for the tests of the paper: corrections, a long series, deviations, many signatures."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from release.paper import (
    Attachment,
    AuditLine,
    Certificate,
    ChainHead,
    Chart,
    Comment,
    Correction,
    Cover,
    Deviation,
    Dossier,
    Entry,
    EquipmentUse,
    ExceptionItem,
    Fact,
    GenealogyEdge,
    GenealogyNode,
    IndexLine,
    Issue,
    MaterialUse,
    Panel,
    Phase,
    QcResult,
    Reconciliation,
    Series,
    Signature,
    Term,
    Total,
    UnitProcedure,
    Verification,
    Yield,
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
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(160)) for y in range(90))
    head = struct.pack(">IIBBBBB", 160, 90, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


FILES = {hashlib.sha256(data).hexdigest(): data for data in (PRINTOUT, SERIES_CSV, png())}


def read_file(sha256: str) -> bytes:
    return FILES[sha256]


def attachment(name: str, data: bytes, media_type: str, caption: str = "") -> Attachment:
    return Attachment(name, hashlib.sha256(data).hexdigest(), len(data), media_type, caption)


def signature(
    number: int, meaning: str, person: str, role: str, when: datetime, subject: str = "26"
) -> Signature:
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


def count_phase() -> Phase:
    return Phase(
        "26",
        "P4 count, viability, PD, cPDL",
        "verified",
        "Count one sample of 0.2 mL. Record the counter's printout. Viability below 85 % stops the batch.",
        "B-104",
        at(23, 9, 38),
        at(23, 9, 57, 30),
        entries=(
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
            entered(
                "Suspension volume", "30.0", "5 to 60 mL", unit="mL", critical=True, verified_by="V. Verifier"
            ),
            entered("Total cells", "1.45 × 10⁶", "10⁴ to 10⁷", unit="/mL"),
            entered(
                "Dead cells",
                "5.8 × 10⁴",
                "0 to total",
                unit="/mL",
                verdict="corrected",
                corrections=(CORRECTION,),
            ),
            entered(
                "Counter printout", "CC01-1023-03.txt", "one file", verdict="attached", source="attached"
            ),
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
        ),
        materials=(
            MaterialUse(
                "Viability stain", "VS-26-0417", "released, expires 2027-01-31", D("0.2"), "mL", "A. Operator"
            ),
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
                    Series(
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
                    Series(
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
                    Series("TMP", "bar", tuple(tmp), "strong", D("0.10"), D("0.60")),
                    Series("permeate Pp", "bar", tuple(D("0.05") for _ in range(count)), "dotted"),
                ),
            ),
            Panel("Flux, LMH", (Series("flux", "LMH", tuple(flux), "strong", D(8), D(20)),)),
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
    panel = Panel("Fill weight, g", (Series("weight", "g", grams, "dots", D("0.97"), D("1.07")),))
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


def signatures() -> tuple[Signature, ...]:
    more = [
        signature(
            10 + n,
            "verified" if n % 2 else "performed",
            "V. Verifier" if n % 2 else "A. Operator",
            "Operator",
            at(20, 8, n),
        )
        for n in range(40)
    ]
    last = signature(60, "reviewed", "R. Reviewer", "QA", at(25, 10, 31, 55), "99")
    return (
        *more,
        VOIDED,
        PERFORMED,
        VERIFIED,
        signature(4, "performed", "A. Operator", "Operator", at(24, 15, 52, 14), "62"),
        last,
    )


INDEX = (
    ("(1)", "Dates", "every entry and signature carries its time", "up-3"),
    ("(2)", "Major equipment and lines", "table “Equipment” of each step", "up-3"),
    ("(3)", "Components and in-process material, by lot", "materials of each step; genealogy", "genealogy"),
    ("(4)", "Weights and measures of components", "materials of each step", "up-3"),
    ("(5)", "In-process and laboratory results", "each step; QC results", "qc"),
    ("(6)", "Inspection of the packaging and labelling area", "line clearance", "up-7"),
    ("(7)", "Actual yield and percentage", "4 yields", "balance"),
    ("(8)", "Complete labelling control records", "190 of 190 labels", "balance"),
    ("(9)", "Containers and closures", "materials of fill", "up-7"),
    ("(10)", "Sampling performed", "14 samples", "qc"),
    ("(11)", "Persons performing and checking", "45 signatures", "signatures"),
    ("(12)", "Investigations under 211.192", "1 deviation", "deviations"),
    ("(13)", "Results of examinations under 211.134", "inspection 100 %", ""),
)


def dossier(**changes: object) -> Dossier:
    made = Dossier(
        batch_number="EV-26-0014",
        site_name="Cell Processing Unit 1",
        site_kind="demo",
        site_zone="Europe/Berlin",
        issue=Issue("EBR-26-0088", 1, datetime(2026, 11, 25, 11, 50, 2, tzinfo=ZONE), "I. Inspector", 6),
        cover=Cover(
            "UMSC-EV, frozen vial 1.0 mL",
            "4.4 × 10¹⁰ particles/mL",
            "On hold",
            "On hold. Not released for use.",
            "Put on hold by P. Qualified, 2026-11-25 08:40:09 +01:00. Open: exception E02, sterility day 14.",
            facts=(
                Fact("Master batch record", "MBR-UMSC-MC, version 3, effective 2026-09-21", digest("master")),
                Fact("Scheme and source", "Allogeneic, umbilical cord, donation D-0452, bank CB-26-0007"),
                Fact("Start to end", "2026-10-19 07:40 +02:00 to 2026-11-05 18:22 +01:00"),
                Fact("Batch size", "3 L microcarrier, 3 harvests of 2500 mL, 188 vials filled"),
            ),
            totals=(
                Total("412", "of 412 entries judged"),
                Total("45", "signatures"),
                Total("2", "exceptions, 1 open"),
                Total("1", "deviation, closed"),
                Total("190", "of 190 units reconciled"),
            ),
        ),
        verification=Verification(
            1204,
            HEAD,
            digest("master"),
            (ChainHead("batch:EV-26-0014", 412, digest("chain")),),
            "Cell Processing Unit 1, batch records",
            "extension 114",
        ),
        index=tuple(
            IndexLine(number, title, where, "complete" if key else "none", key)
            for number, title, where, key in INDEX
        ),
        exceptions=(
            ExceptionItem(
                "E01",
                "limit",
                "TMP 0.63 bar, limit 0.60",
                "One reading of 33 is out of limit.",
                "62",
                "Clamp slipped for less than 5 minutes; membrane integrity after the run passed.",
                "R. Reviewer",
                at(25, 10, 30),
                "DEV-26-0033",
            ),
            ExceptionItem("E02", "pending test", "Sterility day 14", "Result due 2026-12-03."),
        ),
        exceptions_proof="412 of 412 entries judged by rule set 3; 2 exceptions, 1 open.",
        unit_procedures=(
            UnitProcedure(
                "3", "3 Passage P3 to P4", "passage", "Steps 24 to 27. Room B-104.", (count_phase(),)
            ),
            UnitProcedure("7", "7 Tangential flow filtration", "tff", "Steps 60 to 66.", (tff_phase(),)),
        ),
        reconciliations=(
            Reconciliation(
                "Vials",
                "vials",
                (
                    Term("filled", D(188), "+"),
                    Term("for sterility", D(20)),
                    Term("rejected at inspection", D(3)),
                    Term("labelled", D(165)),
                ),
                D(0),
                "difference 0",
                "within",
            ),
        ),
        yields=(
            Yield(
                "UF1",
                "2.1 × 10¹³",
                "2.4 × 10¹³",
                "particles",
                "87.5",
                "action ≥ 60 %",
                "within",
                "2.1 ÷ 2.4 × 100",
                "V. Verifier",
            ),
        ),
        genealogy_nodes=(
            GenealogyNode("d", "donation", "D-0452", "eligible"),
            GenealogyNode("b", "bank", "CB-26-0007", "released"),
            GenealogyNode("p", "passage", "P4"),
            GenealogyNode("v", "container", "EV-26-0014-V0001 … V0188", "on hold"),
        ),
        genealogy_edges=(
            GenealogyEdge("d", "b", None),
            GenealogyEdge("b", "p", D("1000000"), "cells"),
            GenealogyEdge("p", "v", D("188"), "vials"),
        ),
        qc_results=results(),
        coa_number="COA-26-0041",
        deviations=(
            Deviation(
                "DEV-26-0033",
                "TMP above limit in UF1",
                "minor",
                "closed",
                "A. Operator",
                at(24, 14, 44),
                "TMP rose to 0.63 bar for one reading.",
                "62",
                "None: integrity passed.",
                "Clamp not locked.",
                "Clamp with lock bought.",
                "P. Qualified",
                at(25, 9, 0),
            ),
        ),
        signatures=signatures(),
        audit_trail=tuple(
            AuditLine(
                n,
                at(20, 8, n % 60),
                "A. Operator",
                "batch.entry_recorded",
                f"Step 26, value {n}",
                digest(f"act {n}"),
            )
            for n in range(1, 31)
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def results() -> tuple[QcResult, ...]:
    return (
        QcResult(
            "Particles by NTA",
            "SOP-QC-11",
            "≥ 1.0 × 10¹⁰ /mL",
            "4.4 × 10¹⁰",
            "/mL",
            "within",
            "EV-26-0014-S012",
            D("44012345678"),
            "Q. Analyst",
            at(25, 8, 0),
            "C. Reviewer",
            at(25, 9, 30),
            True,
        ),
        QcResult(
            "Endotoxin",
            "Ph. Eur. 2.6.14",
            "≤ 0.5 EU/mL",
            "< 0.05",
            "EU/mL",
            "within",
            "EV-26-0014-S013",
            analyst="Q. Analyst",
        ),
        QcResult(
            "Endotoxin, first run",
            "Ph. Eur. 2.6.14",
            "≤ 0.5 EU/mL",
            "0.9",
            "EU/mL",
            "breach",
            invalidated="OOS-26-0003: spike recovery 32 %",
        ),
    )


def with_comment(text: str) -> Dossier:
    """The sample with one comment more at step 62."""
    phase = replace(tff_phase(), comments=(Comment(text, "A. Operator", at(24, 16, 0)),))
    return dossier(
        unit_procedures=(UnitProcedure("7", "7 Tangential flow filtration", "tff", "", (phase,)),), index=()
    )


def certificate(**changes: object) -> Certificate:
    made = Certificate(
        "COA-26-0041",
        "UMSC-EV, frozen vial 1.0 mL",
        "EV-26-0014",
        "SPEC-UMSC-EV, version 2",
        "Cell Processing Unit 1",
        "demo",
        "Europe/Berlin",
        dossier().issue,
        (Fact("Manufactured", "2026-11-05"),),
        results(),
        "The batch was tested by the methods above. The results meet the specification.",
        (signature(61, "approved", "C. Reviewer", "QC reviewer", at(25, 9, 31)),),
        HEAD,
        1204,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
