"""Samples of what stood too narrow, too wide or too quiet: long navigation, long foot, panels, errors."""

from dataclasses import replace
from typing import Any

from batches import pages as floor
from compliance import page_forms as forms
from compliance.page_frame import Head, Link, NavItem, Notice
from compliance.pages import Act, Cell, Column, Row, Table, Verdict
from tests.templates import sample_fields as f
from tests.templates import samples as s
from tests.templates.sample_floor import BOARD, COSIGN, FREE

NAMES = (
    "Board",
    "Issue a batch",
    "Records",
    "Deviations",
    "Samples",
    "Donors",
    "Tissue",
    "Lots",
    "Equipment",
    "People",
    "Release",
    "Quality admin",
    "Audit trail",
    "Signatures",
)
NAV = tuple(NavItem(name.lower(), name, f"/{n}/") for n, name in enumerate(NAMES))
WIDE = Table(
    "What is verified",
    (Column("What"), Column("Recorded"), Column("Limit"), Column("Verdict"), Column("By")),
    tuple(
        Row(
            (
                Cell(name),
                Cell("1.45 × 10⁶ cells/mL"),
                Cell("action 1.0 × 10³ to 1.0 × 10⁸ cells/mL"),
                Cell("within limit"),
                Cell("Anna-Katharina Weber"),
            )
        )
        for name in ("Total cells", "Dead cells", "Viable concentration")
    ),
    dense=True,
)
FOOT = replace(
    FREE,
    foot="3 of 5 recorded · 2 of 2 computed",
    complete=Act("Second person signs here", "/cosign/", pen=True, panel=True),
    acts=(
        Act("Add comment", "/comment/", panel=True),
        Act("Report a deviation", "/report/"),
        Act("Abort this step", "/abort/"),
    ),
    notices=tuple(Notice("alert", "Volume seeded", f"DEV-26-000{n}", Link("Open it", f"/{n}/")) for n in (1, 2, 3)),
)
FIELDS = (forms.FormField("text", "Comment", "area", help="Every reviewer reads it."),)
ASK = floor.Ask(
    form=forms.ActForm("comment", "Comment on this step", "/comment/", s.TOKEN, 1, "Add the comment", FIELDS),
    cancel_url="/phase/",
)
REFUSED = replace(
    f.ENTERED[3],
    recorded=False,
    value="14,5,2",
    verdict=Verdict("refused", "not recorded"),
    note="This is no number: 14,5,2.",
    corrections=(),
    files=(),
    second=None,
)
FORM = forms.RecordPage(
    head=Head(title="Abort the batch", crumbs=(Link("Board", "/"), Link("Abort"))),
    title="Abort the batch",
    forms=(
        forms.ActForm(
            "abort",
            "Abort the batch",
            "/abort/",
            s.TOKEN,
            1,
            "Sign and abort for good",
            (forms.FormField("reason", "Reason", "area", error="Write why, in at least eight letters."),),
            signing=forms.Signing("responsible", "Clara Moreau", "clara"),
            cancel_url="/batch/",
        ),
    ),
)


def _page(value: Any) -> dict[str, Any]:
    return {"page": value, "frame": replace(s.FRAME, nav=NAV)}


LAYOUT: dict[str, tuple[str, dict[str, Any]]] = {
    "board_long_nav": ("batches/board.html", _page(BOARD)),
    "phase_foot": ("batches/phase.html", _page(FOOT)),
    "phase_wide_cosign": ("batches/phase.html", _page(replace(FREE, cosign=replace(COSIGN, table=WIDE)))),
    "phase_ask": ("batches/phase.html", _page(replace(FREE, ask=ASK))),
    "phase_refused": ("batches/phase.html", _page(replace(FREE, fields=(FREE.fields[0], REFUSED, *FREE.fields[2:])))),
    "form_refused": ("components/record_page.html", _page(FORM)),
}
