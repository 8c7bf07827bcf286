"""A rich dossier for the tests of the paper: corrections, a long series, deviations, many signatures."""

from dataclasses import replace
from datetime import datetime

from release.paper import (
    AuditLine,
    Certificate,
    ChainHead,
    Comment,
    Cover,
    Deviation,
    Dossier,
    ExceptionItem,
    Fact,
    GenealogyEdge,
    GenealogyNode,
    IndexLine,
    Issue,
    QcResult,
    Reconciliation,
    Signature,
    Term,
    Total,
    UnitProcedure,
    Verification,
    Yield,
)
from tests.release.pdf.steps import (
    FILES,
    HEAD,
    PERFORMED,
    VERIFIED,
    VOIDED,
    ZONE,
    D,
    at,
    count_phase,
    digest,
    growth_chart,
    nta_chart,
    read_file,
    signature,
    tff_chart,
    tff_phase,
    weights_chart,
)

__all__ = [
    "FILES",
    "HEAD",
    "ZONE",
    "ChainHead",
    "Verification",
    "at",
    "certificate",
    "count_phase",
    "digest",
    "dossier",
    "growth_chart",
    "nta_chart",
    "read_file",
    "replace",
    "signatures",
    "tff_chart",
    "tff_phase",
    "weights_chart",
    "with_comment",
]


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


COVER = Cover(
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
)
EXCEPTIONS = (
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
)
RECONCILIATIONS = (
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
)
YIELDS = (
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
)
NODES = (
    GenealogyNode("d", "donation", "D-0452", "eligible"),
    GenealogyNode("b", "bank", "CB-26-0007", "released"),
    GenealogyNode("p", "passage", "P4"),
    GenealogyNode("v", "container", "EV-26-0014-V0001 … V0188", "on hold"),
)
EDGES = (
    GenealogyEdge("d", "b", None),
    GenealogyEdge("b", "p", D("1000000"), "cells"),
    GenealogyEdge("p", "v", D("188"), "vials"),
)
DEVIATIONS = (
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
)


def dossier(**changes: object) -> Dossier:
    made = Dossier(
        batch_number="EV-26-0014",
        site_name="Cell Processing Unit 1",
        site_kind="demo",
        site_zone="Europe/Berlin",
        issue=Issue("EBR-26-0088", 1, datetime(2026, 11, 25, 11, 50, 2, tzinfo=ZONE), "I. Inspector", 6),
        cover=COVER,
        verification=Verification(
            1204,
            HEAD,
            digest("master"),
            (ChainHead("batch:EV-26-0014", 412, digest("chain")),),
            "Cell Processing Unit 1, batch records",
            "extension 114",
        ),
        index=tuple(
            IndexLine(number, title, where, "complete" if key else "none", key) for number, title, where, key in INDEX
        ),
        exceptions=EXCEPTIONS,
        exceptions_proof="412 of 412 entries judged by rule set 3; 2 exceptions, 1 open.",
        unit_procedures=(
            UnitProcedure("3", "3 Passage P3 to P4", "passage", "Steps 24 to 27. Room B-104.", (count_phase(),)),
            UnitProcedure("7", "7 Tangential flow filtration", "tff", "Steps 60 to 66.", (tff_phase(),)),
        ),
        reconciliations=RECONCILIATIONS,
        yields=YIELDS,
        genealogy_nodes=NODES,
        genealogy_edges=EDGES,
        qc_results=results(),
        coa_number="COA-26-0041",
        deviations=DEVIATIONS,
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
    return dossier(unit_procedures=(UnitProcedure("7", "7 Tangential flow filtration", "tff", "", (phase,)),), index=())


def certificate(**changes: object) -> Certificate:
    made = Certificate(
        "COA-26-0041",
        "UMSC-EV, frozen vial 1.0 mL",
        "EV-26-0014",
        "SPEC-UMSC-EV, version 2",
        "Cell Processing Unit 1",
        "demo",
        "Europe/Berlin",
        replace(dossier().issue, document_number="COA-26-0041"),
        (Fact("Manufactured", "2026-11-05"),),
        results(),
        "The batch was tested by the methods above. The results meet the specification.",
        (signature(61, "approved", "C. Reviewer", "QC reviewer", at(25, 9, 31)),),
        HEAD,
        1204,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
