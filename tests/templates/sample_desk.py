"""Sample values of the desk pages: lists, records, review, release, trail, door."""

from dataclasses import replace
from typing import Any

from compliance import page_forms as forms
from compliance.page_frame import Head, Link
from compliance.page_trail import RecordTrailPage, TrailForm
from compliance.pages import (
    Act,
    Cell,
    Check,
    Column,
    Fact,
    Pagination,
    Plot,
    Quote,
    Row,
    State,
    Table,
    Verdict,
)
from qc.pages import ResultGroup
from release.pages import (
    DispositionPage,
    ExceptionDetail,
    ExceptionList,
    ExceptionRow,
    Proof,
    ReviewPage,
)
from tests.templates import sample_fields as f
from tests.templates import samples as s
from tests.templates.sample_floor import EDGE_TABLE, PICTURE

LIST = Table(
    "Records",
    (Column("Code"), Column("State"), Column("Stock mL", numeric=True), Column("Verdict")),
    (
        Row(
            (
                Cell("TRY-26-009", "/lot/", kind="code"),
                Cell("released", note="expires 2026-12-01"),
                Cell("120.0"),
                Cell(verdict=s.WITHIN),
            )
        ),
        Row(
            (
                Cell("TRY-26-004", "/lot/", kind="code"),
                Cell("released"),
                Cell("0.0"),
                Cell(verdict=Verdict("breach", "expired")),
            ),
            "breach",
        ),
    ),
)


def listing(kind: type[Any], title: str, section: str, **more: Any) -> Any:
    """A list page."""
    return kind(head=Head(title=title, section=section), title=title, table=LIST, tally=s.TALLY, **more)


def record(kind: type[Any], title: str, section: str, **more: Any) -> Any:
    """A record page with every kind of section."""
    return kind(
        head=Head(title=title, section=section, crumbs=(Link("Board", "/"), Link(title))),
        title=title,
        step="quarantine",
        tally=s.TALLY,
        notices=(s.PROVEN,),
        blockers=s.BLOCKERS,
        sections=(
            forms.Section(title="Facts", facts=(Fact("Received", "2026-10-01"), Fact("Code", "TL-26-0031", code=True))),
            forms.Section(title="Windows", checks=s.CHECKS),
            forms.Section(title="Movements", aside="append only", table=LIST, acts=(s.PRESS,)),
            forms.Section(title="Said", quotes=(Quote("Clamp slipped, opened at once.", "A. Operator, 14:43"),)),
        ),
        signatures=(s.SIGNED, s.VOIDED, s.SLOT),
        forms=(s.decision("act", "Determine", "Sign the determination"),),
        **more,
    )


EXCEPTION = ExceptionDetail(
    code="E06",
    title="TMP 0.63 bar, limit 0.60",
    verdict=Verdict("breach", "out of limit", "0.03 above 0.60"),
    where=(
        Fact("Where", "Step 62, UF1", "reading 20 of 33", "/62/"),
        Fact("Limit", "0.10 to 0.60 bar, action"),
    ),
    about=(Fact("Deviation", "DEV-26-0033", "minor, closed", "/dev/"),),
    corrections=(f.CORRECTION,),
    plot=Plot("Readings around it", PICTURE, "Every reading is in the table.", EDGE_TABLE),
    table=LIST,
    quotes=(Quote("Retentate clamp slipped. Opened at once.", "A. Operator, 2026-11-04 14:43 +01:00"),),
    files=f.ENTERED[-1].files,
    signatures=(s.SIGNED,),
    answer=s.decision("answer", "Your answer", "Sign answer, go to E09"),
    previous_url="#E05",
    next_url="#E09",
)
REVIEW = ReviewPage(
    head=s.head("Review of EV-26-0014", Link("Review by exception"), section="review", wide=True),
    title="Review of EV-26-0014",
    proof=Proof(412, 412, 403, 7, 2, "Rule set 3, validated 2026-08-30", "Ledger to #1204, unbroken"),
    groups=(
        ExceptionList("Open, 2", (ExceptionRow("E06", "#E06", "breach", EXCEPTION.title, "Step 62", current=True),)),
        ExceptionList("Answered, 1", (ExceptionRow("E01", "#E01", "void", "Dead cells", "Step 26, corrected"),)),
    ),
    current=EXCEPTION,
    links=(Link("Genealogy", "/g/"), Link("Whole record", "/d/")),
)
FINISH = replace(
    REVIEW,
    current=None,
    completeness=s.CHECKS[1:],
    finish=s.decision("finish", "Sign the review", "Sign as reviewed"),
)
DISPOSITION = DispositionPage(
    title="Disposition of batch EV-26-0014",
    question="May this batch be released?",
    answer="No, because 1 thing is open",
    may=False,
    open=s.CHECKS[:1],
    holds_title="What holds already, 9 of 10",
    holds=(
        Check("ok", "412 of 412 entries judged", "rule set 3"),
        Check("ok", "Ledger unbroken", "head 7f3a 91c2"),
    ),
    about_title="What would be released",
    about=(Fact("Product", "UMSC-EV, vial 1.0 mL"), Fact("Strength", "4.4 × 10¹⁰ /mL", "110 % of label")),
    table=LIST,
    signatures=(s.SIGNED,),
    form=s.decision("decide", "Disposition and signature", "Sign: put on hold"),
    close_url="/release/",
    head=s.head("Disposition of EV-26-0014", Link("Disposition")),
)
MAKING = State("loading", "Batch record is being made", "Section 7 of 12. You can leave this page.", done=7, total=12)
DENIED = State(
    "denied",
    "You may not release batches",
    "Your role is operator.",
    (Fact("Who can", "P. Qualified"),),
    (Link("Board", "/"),),
)

TRAIL = RecordTrailPage(
    asked=TrailForm(
        "/trail/", (forms.FormField("why", "Reason", required=False),), (("on", "1"),), "No such day.", fold=False
    ),
    files=(Act("Download as CSV", "/trail/export.csv"),),
    head=s.head("Trail of Dead cells", Link("Dead cells")),
    title="Dead cells",
    step="Audit trail · EV-26-0014, step 26",
    tally=(Fact("cells/mL, value in force", "5.8 × 10⁴", kind="hand"), Fact("acts", "3")),
    chain=s.PROVEN,
    agree="history, ledger and signature agree on all 3",
    events=(
        forms.TrailEvent(
            "2026-10-23T09:44:07+02:00",
            "2026-10-23",
            "09:44:07 +02:00",
            "new",
            "Recorded",
            "A. Operator, station B-104 tablet 2, typed “8.5e4”",
            new="8.5 × 10⁴ cells/mL",
            first=True,
            seal=("#0411", "0c51 99e4"),
        ),
        forms.TrailEvent(
            "2026-10-23T09:46:51+02:00",
            "2026-10-23",
            "09:46:51 +02:00",
            "corr",
            "Corrected",
            "A. Operator. Reason: “Digits transposed.”",
            "8.5 × 10⁴",
            "5.8 × 10⁴ cells/mL",
            seal=("#0412",),
        ),
        forms.TrailEvent(
            "2026-10-23T09:49:02+02:00",
            "2026-10-23",
            "09:49:02 +02:00",
            "pen",
            "Signed, performed",
            "A. Operator signed.",
        ),
    ),
    links=(Link("How to verify without us", "/verify/"),),
    pagination=Pagination(1, 3, 3, next_url="?page=2"),
)
LOGIN = forms.LoginPage(
    head=Head(title="Sign in"),
    action_url="/login/",
    next_url="/batches/",
    username="a.operator",
    error="User name and password do not match. The attempt at 09:02 is on record.",
    attempts="Two attempts left before this account locks.",
    help="Locked out? QA on duty: extension 114.",
    facts=(
        Fact("Site", "Cell Processing Unit 1"),
        Fact("Ledger", "unbroken", "sealed 2026-10-23 09:00 +02:00"),
    ),
)
OVER = forms.SessionOver(
    "Locked after 10 minutes", "A. Operator", "a.operator", "/unlock/", "/login/", clock=s.CLOCK_SOON
)
VERIFY = forms.VerifyPage(
    head=Head(title="Verify", section="records"),
    form=forms.ActForm(
        "verify",
        "What to verify",
        "/verify/",
        s.TOKEN,
        0,
        "Verify",
        (forms.FormField("code", "Code or digest", "code"), forms.FormField("file", "File", "file", required=False)),
        multipart=True,
    ),
    answer="Signature is valid: what was signed is what stands now",
    good=True,
    checks=s.CHECKS[1:2],
    facts=(Fact("Signed by", "A. Operator", "performed, 2026-10-23 09:49:02 +02:00"),),
)
RESULTS = (
    ResultGroup(
        "Particle count, NTA",
        "specification v2",
        (f.ENTERED[3], f.ENTERED[7]),
        s.decision("review", "Review", "Sign as reviewed"),
    ),
)
