"""One field of each kind and state: recorded, open, refused, corrected, out of limit, computed."""

from decimal import Decimal

from batches.pages import Field, Piece, SecondPerson
from compliance.pages import Correction, FileRef, Limit, Option, Scale, Verdict
from tests.templates.samples import BLANK, RECORDED, SHA, TOKEN, WITHIN

VIABILITY = Scale(
    "Scale 70 to 100 percent, limit at 85, value 96.0",
    Decimal(70),
    Decimal(100),
    least=Decimal(85),
    value=Decimal("96.0"),
    mark="calc",
)
TEMPERATURE = Scale(
    "Scale 36 to 38.2 degrees, alert 36.8 to 37.2, action 36.5 to 37.5, value 38.1",
    Decimal(36),
    Decimal("38.2"),
    least=Decimal("36.5"),
    most=Decimal("37.5"),
    alert_least=Decimal("36.8"),
    alert_most=Decimal("37.2"),
    value=Decimal("38.1"),
    mark="breach",
)
CORRECTION = Correction(
    "8.5 × 10⁴",
    "5.8 × 10⁴",
    "cells/mL",
    "A. Operator",
    "2026-10-23 09:46 +02:00",
    "Digits transposed on typing.",
)


def urls(code: str) -> dict[str, str]:
    """Where a field of step 26 posts to."""
    base = f"/batches/EV-26-0014/phases/26/{code}"
    return {"record_url": f"{base}/record/", "check_url": f"{base}/check/", "token": TOKEN}


def done(code: str) -> dict[str, object]:
    """A recorded field of step 26."""
    base = f"/batches/EV-26-0014/phases/26/{code}"
    return {"recorded": True, "correct_url": f"{base}/correct/", "trail_url": f"{base}/trail/"}


ENTERED = (
    Field(
        code="vessel",
        label="Vessel",
        kind="equipment",
        help="scanned",
        value="CF2-26-0031",
        verdict=Verdict("within", "matches"),
        limits=(Limit("as detached in step 25"),),
        by="A. Operator, 09:40",
        **done("vessel"),
    ),
    Field(
        code="medium",
        label="Wash buffer",
        kind="material",
        help="lot and quantity",
        verdict=BLANK,
        placeholder="scan lot",
        quantity_unit="mL",
        limits=(Limit("released, in date"), Limit("quantity", "30 ± 1", "mL")),
        **urls("medium"),
    ),
    Field(
        code="trypsin",
        label="Trypsin",
        kind="material",
        help="lot and quantity",
        value="TRY-26-009, 12.0 mL",
        verdict=Verdict("within", "fit for use"),
        limits=(Limit("released, in date"),),
        by="A. Operator, 09:42",
        second=SecondPerson("waits for a second person", url="/batches/EV-26-0014/phases/26/trypsin/cosign/"),
        **done("trypsin"),
    ),
    Field(
        code="volume",
        label="Suspension volume",
        kind="number",
        help="by pipette",
        unit="mL",
        value="30.0",
        verdict=RECORDED,
        limits=(Limit("possible", "5 to 60", "mL"),),
        by="A. Operator, 09:43",
        **done("volume"),
    ),
    Field(
        code="total",
        label="Total cells",
        kind="number",
        help="mean of 2 chambers",
        unit="cells/mL",
        verdict=BLANK,
        placeholder="count",
        reads="read as 1.45 × 10⁶",
        limits=(Limit("possible", "10⁴ to 10⁷"),),
        **urls("total"),
    ),
    Field(
        code="dead",
        label="Dead cells",
        kind="number",
        help="mean of 2 chambers",
        unit="cells/mL",
        value="5.8 × 10⁴",
        verdict=Verdict("corrected", "corrected"),
        limits=(Limit("possible", "0 to total"),),
        corrections=(CORRECTION,),
        by="A. Operator, 09:46",
        **done("dead"),
    ),
    Field(
        code="temp",
        label="Temperature",
        kind="number",
        tags=("CPP",),
        unit="°C",
        value="38.1",
        verdict=Verdict("breach", "out of limit", "0.6 above 37.5"),
        scale=TEMPERATURE,
        limits=(Limit("alert", "36.8 to 37.2"), Limit("action", "36.5 to 37.5", "°C")),
        **done("temp"),
    ),
    Field(
        code="rest",
        label="Rest volume",
        kind="number",
        unit="mL",
        value="3O.0",
        verdict=Verdict("refused", "not a number"),
        limits=(Limit("possible", "5 to 60", "mL"),),
        note="“3O.0” holds the letter O. Nothing was stored; your text is kept.",
        **urls("rest"),
    ),
    Field(
        code="colour",
        label="Colour of the medium",
        kind="choice",
        verdict=BLANK,
        **urls("colour"),
        options=(Option("pink", "pink"), Option("yellow", "yellow", "opens a deviation")),
        limits=(Limit("pink"),),
    ),
    Field(
        code="detached",
        label="Detached at",
        kind="instant",
        verdict=BLANK,
        limits=(Limit("not in the future"),),
        **urls("detached"),
    ),
    Field(
        code="hold",
        label="Incubated for",
        kind="duration",
        unit="min",
        verdict=BLANK,
        limits=(Limit("action", "2 to 5", "min"),),
        **urls("hold"),
    ),
    Field(code="remark", label="Remark", kind="text", verdict=BLANK, limits=(Limit("if any"),), **urls("remark")),
    Field(code="mixed", label="Mixed by 10 slow inversions", kind="confirm", verdict=BLANK, **urls("mixed")),
    Field(
        code="ipc",
        label="IPC sample",
        kind="sample",
        verdict=BLANK,
        placeholder="scan container",
        limits=(Limit("1 mL, 2 to 8 °C"),),
        **urls("ipc"),
    ),
    Field(
        code="printout",
        label="Counter printout",
        kind="attachment",
        verdict=BLANK,
        limits=(Limit("one file, PDF or image"),),
        **urls("printout"),
    ),
    Field(
        code="log",
        label="Skid log",
        kind="series",
        verdict=Verdict("alert", "alert", "1 of 33 above 0.55"),
        value="33 readings",
        limits=(Limit("TMP", "0.10 to 0.60", "bar"),),
        files=(FileRef("TFF-02_UF1.csv", "/files/1/", SHA, "33 readings"),),
        **done("log"),
    ),
)

COMPUTED = (
    Field(
        code="viability",
        label="Viability",
        kind="calculation",
        tags=("IPC",),
        unit="%",
        value="96.0",
        verdict=WITHIN,
        limits=(Limit("action", "≥ 85", "%"),),
        scale=VIABILITY,
        formula=(
            Piece("viable ÷ total × 100 = 1.392 × 10⁶ ÷ "),
            Piece("1.45 × 10⁶", "hand"),
            Piece(" × 100 = "),
            Piece("96.0 %", "result"),
        ),
    ),
    Field(
        code="pd",
        label="Population doublings",
        kind="calculation",
        help="PD",
        unit="PD",
        verdict=BLANK,
        limits=(Limit("action", "≥ 1.5"),),
    ),
)
