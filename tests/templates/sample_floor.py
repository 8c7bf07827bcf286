"""Sample values of the floor pages: board, phase with its panels, batch, genealogy."""

from dataclasses import replace
from typing import Any

from batches import page_board as board
from batches import pages as floor
from batches.page_pictures import Edge, Node, genealogy_svg
from compliance import page_forms as forms
from compliance.page_frame import Head, Link
from compliance.pages import (
    Act,
    Cell,
    Column,
    Fact,
    Row,
    Table,
)
from tests.templates import sample_fields as f
from tests.templates import samples as s

PROGRESS = board.Progress("Unit procedure 3 of 12", ("done", "done", "now", *[""] * 9))
LATE = board.Progress("Unit procedure 11 of 12", (*["done"] * 10, "bad", ""))


OTHERS = (board.BoardStep("62 UF1", "/batches/EV-26-0010/phases/62/", "performed, a second person verifies"),)


def row(**changes: Any) -> board.BoardRow:
    """One batch on the board."""
    base = board.BoardRow(
        "B-104",
        "Grade B",
        "EV-26-0014",
        "/batches/EV-26-0014/",
        "UMSC-EV 1.0 mL vial",
        PROGRESS,
        (
            board.BoardStep(
                "26 P4 count",
                "/batches/EV-26-0014/phases/26/",
                "in progress, you, then V. Verifier",
                "Continue step 26",
                True,
            ),
            board.BoardStep(
                "24 Medium exchange", "/batches/EV-26-0014/phases/24/", "in progress, started by A. Operator"
            ),
        ),
        clock=replace(s.CLOCK, big=False),
    )
    return replace(base, **changes)


BOARD = board.BoardPage(
    head=Head(title="Floor board", density="floor", section="board", wide=True),
    text="Shortest clock first. Friday 2026-10-23, 09:47 +02:00",
    tally=(
        Fact("batches running", "3"),
        Fact("overdue", "1", kind="over"),
        Fact("due soon", "1", kind="soon"),
    ),
    rows=(
        row(room="B-110", batch="EV-26-0010", progress=LATE, clock=s.CLOCK_OVER, steps=OTHERS),
        row(room="B-102", batch="EV-26-0013", clock=s.CLOCK_SOON, steps=OTHERS),
        row(),
        row(batch="CB-26-0003", blocked=True, steps=(), state="on hold", note="1 deviation open", clock=None),
    ),
    refresh_url="/board/",
)

PHASE = floor.PhasePage(
    head=s.phase_head("Step 26, P4 count"),
    title="P4 count, viability, PD, cPDL",
    step="Step 26 · performed and verified",
    url="/batches/EV-26-0014/phases/26/",
    clock=s.CLOCK,
    blockers=s.BLOCKERS,
    caution="Trypsin: gloves and goggles.",
    todo=(
        floor.Todo("Mix the suspension: 10 slow inversions.", "done"),
        floor.Todo("Scan the vessel and the counter.", "done"),
        floor.Todo("Enter volume, total and dead cells from the printout. Attach it.", "now"),
        floor.Todo("Keep the rest at 2 to 8 °C. It has 60 minutes from detachment."),
    ),
    facts=(
        Fact("SOP", "SOP-CUL-012 v4", url="/sop/"),
        Fact("Seeded", "6.32 × 10⁶ cells", "step 22, 2026-10-19 09:10"),
    ),
    fields=f.ENTERED,
    computed=f.COMPUTED,
    signatures=(replace(s.SIGNED, state="open", name="", when="", covers=""), s.SLOT, s.VOIDED),
    foot="8 of 16 recorded · 1 of 2 computed · 2 to clear",
    complete=Act("Sign as performed", "/batches/EV-26-0014/phases/26/complete/", blocked=True, pen=True),
    acts=(Act("Add comment", "/comment/"),),
)
FREE = replace(
    PHASE,
    blockers=s.CLEARED,
    caution="",
    fields=(f.ENTERED[0], f.ENTERED[3], f.ENTERED[4], f.ENTERED[5]),
    complete=Act("Sign as performed", "/complete/", pen=True, overlay=True),
)
COSIGN = forms.CoSign(
    "Second person: verify trypsin lot TRY-26-009",
    "She sees 3 values, their limits",
    s.SHA,
    s.WHAT,
    s.SECOND,
    PHASE.url,
)
IMPACT = forms.Impact(
    "This correction undoes 2 signatures",
    (
        forms.ImpactGroup("Becomes void", ("Performed, A. Operator, 09:44", "Verified, V. Verifier, 09:51")),
        forms.ImpactGroup("Is computed anew", ("Viability 96.0 → 80.0 %, out of limit",)),
        forms.ImpactGroup("Follows in the same act", ("Deviation DEV-26-0031 opens",)),
    ),
)
CORRECT = floor.CorrectForm(
    code="dead",
    label="Dead cells",
    kind="number",
    old="5.8 × 10⁴",
    unit="cells/mL",
    action_url="/batches/EV-26-0014/phases/26/dead/correct/",
    cancel_url=PHASE.url,
    token=s.TOKEN,
    version=3,
    value="2.9e5",
    reason_error="Say why. An empty reason is not a reason.",
    impact=IMPACT,
)
BLIND = floor.BlindCount(
    title="Second person: own count, blind",
    aside="agreement: within 10 % of the first count",
    first_by="A. Operator, 09:49",
    form=replace(s.SECOND, name="blind", submit="Store my count and open the first"),
    inputs=(
        floor.BlindInput(
            code="total", label="Total cells", unit="cells/mL", limit="possible: 10⁴ to 10⁷", value="1.47e6"
        ),
        floor.BlindInput(code="dead", label="Dead cells", unit="cells/mL", error="“6O” holds the letter O."),
    ),
    cancel_url=PHASE.url,
)
COMPARED = replace(
    BLIND,
    title="The two counts agree",
    compare=Table(
        "Two counts",
        (
            Column("Parameter"),
            Column("A. Operator", numeric=True),
            Column("V. Verifier", numeric=True),
            Column("Verdict"),
        ),
        (
            Row(
                (
                    Cell("Total cells"),
                    Cell("1.45 × 10⁶", kind="hand"),
                    Cell("1.47 × 10⁶", kind="hand"),
                    Cell(verdict=s.WITHIN),
                )
            ),
        ),
    ),
)
DIALOG = forms.SignDialog(
    "Sign step 26, P4 count, viability, PD, cPDL",
    "Your signature covers these 3 values, their limits and 1 file: record version 3",
    s.SHA,
    s.WHAT,
    s.OWNER,
    (
        forms.Option("performed", "Performed", "I did this step as written", chosen=True),
        forms.Option("verified", "Verified", "not for you: you performed it", disabled=True),
    ),
    PHASE.url,
)

NODES = (
    Node("don", "Donation, umbilical cord", "D-0452", "41 g"),
    Node("don2", "Donation, umbilical cord", "D-0453", "38 g"),
    Node("bank", "Working cell bank, P3", "CB-26-0001", "40 vials, PDL 9.6"),
    Node("run", "3D culture", "EV-26-0014-R1", "6.6 × 10⁸ cells"),
    Node("h1", "Harvest 1", "EV-26-0014-H1", "4.00 × 10¹²"),
    Node("h2", "Harvest 2", "EV-26-0014-H2", "4.75 × 10¹²"),
    Node("pool", "Pool of 2 harvests", "EV-26-0014-CM", "8.75 × 10¹²"),
    Node("vials", "188 vials of 1.0 mL", "EV-26-0014-V", "8.27 × 10¹²", here=True),
    Node("qc", "QC samples", "EV-26-0014-S001", "2.56 × 10¹¹"),
)
EDGES = (
    Edge("don", "bank", "36 g"),
    Edge("don2", "bank", "30 g"),
    Edge("bank", "run", "2 vials"),
    Edge("run", "h1", "2500 mL"),
    Edge("run", "h2", "2500 mL"),
    Edge("h1", "pool", "2500 mL"),
    Edge("h2", "pool", "2500 mL"),
    Edge("pool", "vials", "188 mL"),
    Edge("pool", "qc", "4 mL"),
)
PICTURE = genealogy_svg("Genealogy of batch EV-26-0014", NODES, EDGES)
EDGE_TABLE = Table(
    "Genealogy edges",
    (Column("From"), Column("To"), Column("Quantity", numeric=True)),
    tuple(Row((Cell(e.source), Cell(e.target), Cell(e.quantity))) for e in EDGES),
    dense=True,
)
GENEALOGY = floor.GenealogyPage(
    head=s.head("Genealogy of EV-26-0014", Link("Genealogy"), wide=True),
    title="From donation to vial",
    text="Vial EV-26-0014-V0057 comes from 2 donations and shares them with 187 other vials.",
    picture=PICTURE,
    picture_aside="what runs together and what runs apart",
    edges=EDGE_TABLE,
    edges_aside="9 edges",
    links=(Link("Ancestors", "?up"), Link("Descendants", "?down")),
)

BATCH = floor.BatchPage(
    head=s.head("Batch EV-26-0014", section="batches"),
    title="Batch EV-26-0014",
    step="UMSC-EV, frozen vial 1.0 mL · allogeneic · Master MBR-UMSC-MC v3",
    digest=s.SHA,
    tally=s.TALLY,
    next=floor.NextStep(
        title="Step 62 UF1 concentration",
        text="Read pressures at 15:25. A. Operator",
        clock=replace(s.CLOCK, big=False),
        act=Act("Continue step 62", "/batches/EV-26-0014/phases/62/"),
    ),
    ready_title="Ready for step 63?",
    ready_answer="Not yet, 1 of 4 open",
    checks=s.CHECKS,
    path=(
        floor.PathStep("1 Batch start", "", "step 10", "done", "Complete", "18 of 18 entries", "10-19 07:40 to 08:55"),
        floor.PathStep(
            "2 Passage P3 to P4", "", "steps 24 to 27", "except", "Complete, 1 correction", "44 of 44 entries"
        ),
        floor.PathStep(
            "3 Tangential flow filtration",
            "/x/",
            "steps 60 to 68",
            "now",
            "Running, step 62 of 68",
            "38 of 74 entries",
            "since 11-04 12:48",
            "1 deviation open",
            (
                floor.PhaseLine("61 Wet the cartridge", "/61/", "verified"),
                floor.PhaseLine("62 UF1", "/62/", "in progress"),
            ),
        ),
        floor.PathStep("4 Sterile filtration", "", "steps 80 to 81", "ahead", "Not started", "0 of 16 entries"),
    ),
    path_aside="2 of 4 complete",
    links=(Link("Genealogy", "/g/"), Link("Review", "/r/")),
)
