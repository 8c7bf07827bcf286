"""Product versions, masters and specifications of the demonstration, each by its whole way of signatures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batches.domain import authoring, products
from batches.models import MasterVersion
from qc.domain import specifications
from release.demo import book

if TYPE_CHECKING:
    from release.demo.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
MASTERS, SPECIFICATIONS = ROOT / "batches" / "masters", ROOT / "qc" / "specifications"
AUTHOR, CHECKER, QA = "petra", "luis", "clara"
WAY = (
    (AUTHOR, "submit", "authored", "master.submitted"),
    (CHECKER, "check", "checked", "master.checked"),
    (QA, "approve", "approved", "master.approved"),
    (QA, "make_effective", "released", "master.effective"),
)
NUMBERS = ("strength", "dose", "endotoxin_k", "dose_mass_basis")


def approve_all(desk: Desk) -> None:
    """Every product with its specification and its master, in the order of the file."""
    for row in book.read("products.yaml")["products"]:
        _product(desk, dict(row))
        effective_master(desk, (MASTERS / row["master"]).read_text(encoding="utf-8"))
        _specification(desk, (SPECIFICATIONS / row["specification"]).read_text(encoding="utf-8"))


def _product(desk: Desk, row: dict[str, Any]) -> None:
    values = {name: value for name, value in row.items() if name not in {"master", "specification", "code", "name"}}
    values |= {name: Decimal(values[name]) for name in NUMBERS if name in values}
    values |= {
        "shelf_life_months": int(values["shelf_life_months"]),
        "is_intermediate": values.get("is_intermediate") == "yes",
    }
    with desk.act(AUTHOR, "product.registered", "products") as a:
        version = products.draft_product_version(a, row["code"], row["name"], **values)
    with desk.signed(QA, "product.version_approved", version, "approved") as (a, token):
        products.approve_product_version(a, token, version)


def effective_master(desk: Desk, text: str) -> MasterVersion:
    """A master from its text to effective: two engineers, then QA twice (R331)."""
    with desk.act(AUTHOR, "master.drafted", "masters") as a:
        row = authoring.draft_version(a, text)
    for who, name, meaning, event in WAY:
        with desk.signed(who, event, row, meaning) as (a, token):
            row = authoring.move_version(a, token, row, name)
    return row


def _specification(desk: Desk, text: str) -> None:
    with desk.act(AUTHOR, "specification.drafted", "specifications") as a:
        row = specifications.draft_specification(a, text)
    with desk.signed(QA, "specification.approved", row, "approved") as (a, token):
        specifications.approve_specification(a, token, row)


def effective(code: str) -> MasterVersion:
    """The effective version of a master."""
    return MasterVersion.objects.select_related("master").get(master__code=code, state="effective")
