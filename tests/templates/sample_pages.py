"""Every page once or more, with sample values: name of the picture, template, context."""

from dataclasses import replace
from typing import Any

from batches import pages as floor
from compliance import page_forms as forms
from compliance.page_frame import Head, Link, Notice
from compliance.pages import (
    State,
)
from donors.pages import DonorListPage, DonorPage, TissueLotPage
from qc.pages import SampleListPage, SamplePage
from release.pages import (
    DocumentsPage,
)
from resources.pages import EquipmentListPage, LotListPage, LotPage, PeopleListPage
from tests.templates import sample_fields as f
from tests.templates import samples as s
from tests.templates.sample_desk import (
    DENIED,
    DISPOSITION,
    FINISH,
    LOGIN,
    MAKING,
    OVER,
    RESULTS,
    REVIEW,
    TRAIL,
    VERIFY,
    listing,
    record,
)
from tests.templates.sample_floor import (
    BATCH,
    BLIND,
    BOARD,
    COMPARED,
    CORRECT,
    COSIGN,
    DIALOG,
    FREE,
    GENEALOGY,
    IMPACT,
    PHASE,
)
from tests.templates.sample_layout import LAYOUT

ADMIN_APPS = (
    {
        "name": "Batches",
        "app_label": "batches",
        "app_url": "/admin/batches/",
        "models": (
            {
                "name": "Deviations",
                "object_name": "Deviation",
                "admin_url": "/admin/batches/deviation/",
                "view_only": True,
            },
            {"name": "Masters", "object_name": "Master", "admin_url": "/admin/batches/master/", "view_only": True},
        ),
    },
)


def _page(value: Any) -> dict[str, Any]:
    return {"page": value, "frame": s.FRAME}


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "board": ("batches/board.html", _page(BOARD)),
    "board_empty": (
        "batches/board.html",
        _page(replace(BOARD, rows=(), state=State("empty", "No batch runs", "Issue one."))),
    ),
    "batch": ("batches/batch.html", _page(BATCH)),
    "phase": ("batches/phase.html", _page(PHASE)),
    "phase_free": ("batches/phase.html", _page(FREE)),
    "phase_cosign": ("batches/phase.html", _page(replace(PHASE, open_code="trypsin", cosign=COSIGN))),
    "phase_correct": (
        "batches/phase.html",
        _page(replace(FREE, open_code="dead", correct=CORRECT, impact=None)),
    ),
    "phase_blind": ("batches/phase.html", _page(replace(FREE, blind=BLIND))),
    "phase_compared": ("batches/phase.html", _page(replace(FREE, blind=COMPARED, cosign=COSIGN))),
    "phase_sign": ("batches/phase.html", _page(replace(FREE, dialog=DIALOG))),
    "genealogy": ("batches/genealogy.html", _page(GENEALOGY)),
    "deviations": (
        "batches/deviations.html",
        _page(listing(floor.DeviationListPage, "Deviations", "records")),
    ),
    "deviation": ("batches/deviation.html", _page(record(floor.DeviationPage, "DEV-26-0033", "records"))),
    "login": ("registration/login.html", {"page": LOGIN, "frame": replace(s.FRAME, person="", scan_url="")}),
    "locked": ("compliance/locked.html", {"page": LOGIN, "over": OVER, "frame": s.FRAME}),
    "audit_trail": ("compliance/audit_trail.html", _page(TRAIL)),
    "my_signatures": (
        "compliance/my_signatures.html",
        _page(listing(forms.ListPage, "My signatures", "records")),
    ),
    "verify": ("compliance/verify.html", _page(VERIFY)),
    "donors": (
        "donors/donor_list.html",
        _page(
            listing(
                DonorListPage,
                "Donors",
                "donors",
                filters=(Link("All", "?", current=True), Link("Eligible", "?e")),
            )
        ),
    ),
    "donor": ("donors/donor.html", _page(record(DonorPage, "D-0452", "donors"))),
    "tissue_lot": ("donors/lot.html", _page(record(TissueLotPage, "TL-26-0031", "donors"))),
    "lots": ("resources/lots.html", _page(listing(LotListPage, "Material lots", "lots", acts=(s.PRESS,)))),
    "lot": ("resources/lot.html", _page(record(LotPage, "TRY-26-009", "lots", impact=IMPACT))),
    "equipment": ("resources/equipment.html", _page(listing(EquipmentListPage, "Equipment", "lots"))),
    "people": (
        "resources/people.html",
        _page(listing(PeopleListPage, "People", "lots", pagination=TRAIL.pagination)),
    ),
    "samples": ("qc/samples.html", _page(listing(SampleListPage, "Samples", "samples"))),
    "sample": ("qc/sample.html", _page(record(SamplePage, "EV-26-0014-S001", "samples", results=RESULTS))),
    "review": ("release/review.html", _page(REVIEW)),
    "review_finish": ("release/review.html", _page(FINISH)),
    "disposition": ("release/disposition.html", _page(DISPOSITION)),
    "admin_transition": ("admin/transition.html", {"page": DISPOSITION, "frame": s.FRAME, "title": DISPOSITION.title}),
    "admin_index": ("admin/index.html", {"frame": s.FRAME, "title": "Review and release", "app_list": ADMIN_APPS}),
    "documents": (
        "release/documents.html",
        _page(listing(DocumentsPage, "Documents", "review", making=MAKING)),
    ),
    "denied": ("403.html", _page(forms.ErrorPage(head=Head(title="Denied"), state=DENIED))),
    **LAYOUT,
    **{code: (f"{code}.html", {"frame": s.FRAME}) for code in ("400", "403", "404", "409", "429", "500")},
}
NOTICE = Notice("alert", "Expires in 6 days.", link=Link("See the lot", "/lot/"))
FRAGMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "_board": ("batches/_board.html", _page(BOARD)),
    "_phase": ("batches/_phase.html", _page(PHASE)),
    "_field": ("batches/_field.html", {"field": f.ENTERED[4], "page": PHASE}),
    "_verdict": ("batches/_verdict.html", {"field": f.ENTERED[6]}),
    "_cosign": ("batches/_cosign.html", {"cosign": COSIGN, "frame": s.FRAME}),
    "_sign": ("batches/_sign.html", {"dialog": DIALOG}),
    "_correct": ("batches/_correct.html", {"correct": CORRECT}),
    "_blind_count": ("batches/_blind_count.html", {"blind": BLIND}),
    "_results": (
        "qc/_results.html",
        _page(record(SamplePage, "EV-26-0014-S001", "samples", results=RESULTS)),
    ),
    "_session_over": ("compliance/_session_over.html", {"over": OVER}),
    "_resumed": ("compliance/_resumed.html", {}),
    "notice": ("components/notice.html", {"notice": NOTICE}),
}
