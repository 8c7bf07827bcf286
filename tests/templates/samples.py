"""Sample values of the parts that many pages share. Numbers and names are illustrations."""

from compliance.page_forms import ActForm, FormField, Signing
from compliance.page_frame import Frame, Head, Link, NavItem, Notice, Scanned
from compliance.pages import (
    Act,
    BlockerRow,
    Blockers,
    Cell,
    Check,
    Column,
    Fact,
    HoldClock,
    Option,
    Row,
    Signature,
    Table,
    Verdict,
)

TOKEN = "5f3b1c9e-0b4e-4d9c-9a6e-2f1f6f7d8a01"
SHA = "9c4107be5a6b44b8d00ae1f3359c7722c0a61f6e24e1ab77b30f5d5512ad90ce"

FRAME = Frame(
    person="A. Operator",
    username="a.operator",
    role="Operator",
    station="B-104 tablet 2",
    site="Cell Processing Unit 1",
    now="09:47 +02:00",
    nav=(
        NavItem("board", "Board", "/"),
        NavItem("samples", "Samples", "/qc/samples/"),
        NavItem("donors", "Donors", "/donors/"),
        NavItem("lots", "Lots", "/resources/lots/"),
        NavItem("review", "Review", "/release/"),
        NavItem("records", "Records", "/records/"),
    ),
    scan_url="/scan/",
    login_url="/login/",
    logout_url="/logout/",
    lock_url="/unlock/",
    unlock_url="/unlock/",
    zone="Europe/Berlin",
    idle_seconds=600,
    watermark="Demonstration site - not for GMP use",
)

BATCH = (Link("Board", "/"), Link("EV-26-0014", "/batches/EV-26-0014/"))
WITHIN = Verdict("within", "within limit")
BLANK = Verdict("blank", "not recorded")
RECORDED = Verdict("info", "recorded")


def head(title: str, *crumbs: Link, section: str = "", wide: bool = False) -> Head:
    """The head of a desk page of this batch."""
    return Head(title=title, section=section, crumbs=(*BATCH, *crumbs), wide=wide)


def phase_head(title: str) -> Head:
    """The head of a floor page: the scan belongs to this phase, the draft too."""
    return Head(
        title=title,
        density="floor",
        place="B-104, grade B",
        subject="EV-26-0014",
        crumbs=(*BATCH, Link("2 MSC expansion"), Link("P3 to P4"), Link("Step 26")),
        scan_context="EV-26-0014/26",
        scanned=Scanned("09:41", "CC-01", "Cell counter, in calibration.", "Cell counter"),
        draft_key="a.operator|EV-26-0014|26",
    )


CLOCK = HoldClock("running", "33 min", "of 60 min", "Detached cells at room temperature, since 09:20", 550, big=True)
CLOCK_SOON = HoldClock("soon", "13 min", "until due", "Daily metabolites at 10:00", 220)
CLOCK_OVER = HoldClock("over", "12 min over", "of 2 h", "Inspection end to freezer")

BLOCKERS = Blockers(
    "2 things to clear before you can sign",
    (
        BlockerRow(
            "Step 25 is performed but not verified",
            "Can be cleared by V. Verifier, or anyone trained in SOP-CUL-012.",
            Link("Open step 25", "/batches/EV-26-0014/phases/25/"),
        ),
        BlockerRow(
            "Counter printout is not attached",
            "Can be cleared by you: scan it or choose the file.",
            Link("Go to the field", "#row-printout"),
        ),
    ),
)
CLEARED = Blockers("Nothing blocks this step.", (), ("Step 25 verified 09:48", "Counter printout attached 09:49"))

SIGNED = Signature("Performed", "signed", "A. Operator", "Operator", "2026-10-23 09:49:02 +02:00", "12 values, 1 file")
SLOT = Signature("Verified by a second person", "open", role="anyone trained but the performer")
VOIDED = Signature("Verified", "void", "V. Verifier", "Second person", "2026-10-24 09:51:40 +02:00", "version 3")

WHAT = Table(
    "What is signed",
    (Column("Parameter"), Column("Value", numeric=True), Column("Limit", numeric=True)),
    (
        Row((Cell("Vessel"), Cell("CF2-26-0031", kind="code"), Cell("none", kind="muted"))),
        Row((Cell("Total cells"), Cell("1.45 × 10⁶ /mL", kind="hand"), Cell("none", kind="muted"))),
        Row((Cell("Viability"), Cell("96.0 %"), Cell("≥ 85", kind="muted"))),
    ),
    dense=True,
)
SECOND = ActForm(
    "trypsin",
    "",
    "/batches/EV-26-0014/phases/26/trypsin/cosign/",
    TOKEN,
    3,
    "Sign as verified",
    signing=Signing("verified", owner=False, username="", when="2026-10-23 09:50 +02:00"),
)
OWNER = ActForm(
    "sign",
    "",
    "/batches/EV-26-0014/phases/26/complete/",
    TOKEN,
    3,
    "Sign as performed",
    signing=Signing(
        "performed",
        "A. Operator",
        "a.operator",
        when="2026-10-23 09:49 +02:00",
        attempts="Two attempts left.",
    ),
)


def decision(name: str, title: str, submit: str) -> ActForm:
    """A form with every kind of input and a signature."""
    return ActForm(
        name,
        title,
        "/act/",
        TOKEN,
        2,
        submit,
        fields=(
            FormField(
                "decision",
                "Decision",
                "radio",
                options=(
                    Option("released", "Release", "after the open things", disabled=True),
                    Option("on_hold", "On hold", "stays in quarantine", chosen=True),
                    Option("rejected", "Reject", "final, to destruction"),
                ),
            ),
            FormField(
                "reason",
                "Reason",
                "area",
                error="Say why. An empty reason is not a reason.",
                help="Printed in the record.",
            ),
            FormField("until", "Until", "date", required=False),
            FormField("quantity", "Quantity", "number", "12.0", unit="mL"),
            FormField("lot", "Lot", "code", help="scan or type"),
            FormField("site", "Site", "select", options=(Option("a", "Site A"), Option("b", "Site B"))),
            FormField("read", "I have read the record", "check", help="all 12 sections"),
        ),
        signing=Signing("put on hold", "P. Qualified", "p.qualified", covers="dossier aa07 3d5f"),
        error="The record changed at 09:56; look again before you sign.",
    )


CHECKS = (
    Check("open", "DEV-26-0033 needs a first assessment", "QA on duty can clear it", "/deviations/DEV-26-0033/"),
    Check("ok", "People", "A. Operator, V. Verifier trained to 2027-03-31"),
    Check("soon", "DF buffer DB-26-118", "released, expires in 6 days"),
    Check("wait", "Mycoplasma H1 to H3", "due 2026-11-06, not needed for step 63"),
)
TALLY = (Fact("of 412 entries", "288"), Fact("signatures", "45"), Fact("deviation open", "1", kind="over"))
PROVEN = Notice("within", "Acts 1 to 1204 were recomputed at 11:42.", "Chain unbroken.")
PRESS = Act("Issue now", "/issue/", "post", TOKEN, 1)
