"""Signing a phase or a charge-in: what is covered, with its digest, and who signs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from batches.states import CHARGE_TRANSITIONS, PHASE_TRANSITIONS
from batches.views import places, steps, words
from batches.views.phase_data import SECOND
from compliance.domain import signing
from compliance.domain.canonical import canonical_json, sha256
from compliance.domain.transitions import find
from compliance.numbers import display
from compliance.page_forms import ActForm, Beside, CoSign, SignDialog, Signing
from compliance.page_frame import Link, Notice
from compliance.pages import Cell, Column, Correction, Option, Row, Table

if TYPE_CHECKING:
    from batches.models import Entry, MaterialCharge, PhaseRecord
    from batches.views.phase_data import PhaseData
    from compliance.states import Transition

COLUMNS = (Column("Parameter"), Column("Value", numeric=True), Column("Limit"), Column("Verdict"))
ACTS = {"performed": "complete", "verified": "verify", "approved": "approve"}
LABELS = {
    "performed": ("Sign as performed", "Performed", "I did this step as written."),
    "verified": ("Sign as verified", "Verified", "I checked what stands here against its source."),
    "approved": ("Approve as QA", "Approved", "The step may be closed."),
}


def move_of(meaning: str) -> Transition:
    """The transition that a signature of this meaning makes."""
    return find(PHASE_TRANSITIONS, ACTS[meaning])


def digest_of(phase: PhaseRecord, meaning: str) -> str:
    """The digest that a signature made now would have: what the signer sees is what she signs (R214)."""
    return sha256(canonical_json(signing.content_of(phase, meaning, version=phase.version + 1)))


def covered(data: PhaseData, meaning: str) -> Table:
    """Every value, charge-in and scan that a signature of this meaning covers, critical ones marked.

    The performer does not sign for the second person's count.
    """
    rows = [_value_row(e) for e in _in_order(data) if meaning != "performed" or not e.slot]
    rows += [_charge_row(c) for c in data.charges]
    rows += [Row((Cell(words.titled(s.equipment_class)), Cell(s.code), _none(), Cell("scanned"))) for s in data.scans]
    return Table("What is signed", COLUMNS, tuple(rows), dense=True, empty="Nothing is recorded.")


def _in_order(data: PhaseData) -> list[Entry]:
    order = {p.id: n for n, p in enumerate(data.place.phase.parameters)}
    live = sorted(data.live.items(), key=lambda item: (order.get(item[0][0], len(order)), item[0][1]))
    return [entry for _, entry in live]


def _none() -> Cell:
    return Cell("none", kind="muted")


def _value_row(entry: Entry) -> Row:
    value = f"{words.value_of(entry)} {words.unit_of(entry.unit)}".strip() or "not calculable"
    second = " (second count)" if entry.slot == SECOND else ""
    verdict = words.verdict_of(entry)
    limit = words.spoken(words.pretty(entry.limit_words))
    return Row(
        (
            Cell(f"{entry.label}{second}", note="critical" if entry.is_critical else ""),
            Cell(value, kind="" if entry.kind == "calculation" else "hand"),
            Cell(limit, kind="muted") if limit else _none(),
            Cell(verdict=verdict),
        ),
        mark="breach" if verdict.kind == "breach" else "alert" if verdict.kind == "alert" else "",
    )


def _charge_row(charge: MaterialCharge) -> Row:
    amount = f"{words.pretty(display(charge.quantity))} {words.unit_of(charge.unit)}"
    return Row(
        (
            Cell(charge.item_code, note=charge.lot_number),
            Cell(amount, kind="hand"),
            Cell(f"good to {charge.expiry}", kind="muted") if charge.expiry else _none(),
            Cell(charge.get_state_display()),
        )
    )


def _lines(table: Table) -> str:
    count = len(table.rows)
    return f"these {count} lines" if count != 1 else "this line"


def beside(data: PhaseData) -> Beside:
    """Corrections made in this step, deviations open on it, and what a later change does to the signature (R214)."""
    plain = [e for e in _in_order(data) if e.path.rpartition(".")[2] not in data.sealed and e.path not in data.hidden]
    corrections = [one for e in plain if e.source != "computed" for one in _corrections(data, e)]
    hidden = {f"{data.phase.path}.{name}" for name in data.sealed} | data.hidden
    notices = [
        Notice(
            "alert",
            "about a sealed count" if row.entry is not None and row.entry.path in hidden else row.title,
            f"{row.number}, {row.get_state_display()}",
            Link("Open it", places.deviation_url(row.number)),
        )
        for row in data.deviations
    ]
    standing = len(data.standing(data.phase.uuid))
    others = f" and the {standing} before it" if standing else ""
    voids = f"A later correction of a value of this step voids this signature{others}; it is then signed anew."
    return Beside(voids, tuple(corrections), tuple(notices))


def _corrections(data: PhaseData, entry: Entry) -> list[Correction]:
    """What stood before, oldest first, each with the value that replaced it."""
    return [
        Correction(
            words.value_of(old) or "no value",
            words.value_of(new) or "no value",
            words.unit_of(new.unit),
            new.recorded_by.printed_name,
            words.moment(new.recorded_at),
            new.reason,
            f"{new.label} corrected",
        )
        for old, new in pairwise([*data.earlier(entry), entry])
    ]


def owner_dialog(data: PhaseData, meaning: str, token: str) -> SignDialog:
    """The dialog in which the session's owner signs; another person's name is refused there (R117)."""
    phase, user = data.phase, data.actor.user
    digest = digest_of(phase, meaning)
    submit, word, help_ = LABELS[meaning]
    name = {"performed": "phase-complete", "verified": "phase-verify", "approved": "phase-approve"}[meaning]
    table = covered(data, meaning)
    return SignDialog(
        f"{submit}: step {steps.step_name(data.plan, phase)}",
        f"Your signature covers {_lines(table)} with limits: record version {phase.version + 1}",
        digest,
        table,
        ActForm(
            meaning,
            "",
            f"{places.phase_url(phase, name)}?seen={digest}",
            token,
            phase.version,
            submit,
            signing=Signing(meaning, user.printed_name, user.username),
        ),
        (Option(meaning, word, help_, chosen=True),),
        places.phase_url(phase),
        beside(data),
    )


def cosign_panel(data: PhaseData, meaning: str, token: str) -> CoSign:
    """The panel in which a second person signs at this tablet; the session stays its owner's."""
    phase = data.phase
    digest = digest_of(phase, meaning)
    table = covered(data, meaning)
    who = "Second person" if meaning == "verified" else "QA"
    return CoSign(
        f"{who}: {LABELS[meaning][1].lower()}, step {steps.step_name(data.plan, phase)}",
        f"Covers {_lines(table)} with limits",
        digest,
        table,
        ActForm(
            f"cosign-{meaning}",
            "",
            f"{places.phase_url(phase, 'phase-cosign', meaning)}?seen={digest}",
            token,
            phase.version,
            LABELS[meaning][0],
            signing=Signing(meaning, owner=False),
        ),
        places.phase_url(phase),
        beside=beside(data),
    )


def charge_panel(data: PhaseData, charge: MaterialCharge, token: str) -> CoSign:
    """The second person checks item, lot, amount and date of one charge-in, and signs (R307)."""
    move = find(CHARGE_TRANSITIONS, "verify")
    amount = f"{words.pretty(display(charge.quantity))} {words.unit_of(charge.unit)}"
    asked = "as needed"
    if charge.needed is not None:
        asked = f"{words.pretty(display(charge.needed))} {words.unit_of(charge.unit)}"
    facts = (
        ("Material", f"{charge.item_code}, {charge.lot.item.name}"),
        ("Lot", charge.lot_number),
        ("Good to", str(charge.expiry or "no date")),
        ("Amount charged", amount),
        ("Amount asked", asked),
        ("Charged by", f"{charge.charged_by.printed_name}, {words.moment(charge.charged_at)}"),
    )
    rows = tuple(Row((Cell(term), Cell(text))) for term, text in facts)
    return CoSign(
        f"Second person: check {charge.item_code}, lot {charge.lot_number}",
        "She compares label and amount with what stands here",
        "",
        Table("What is verified", (Column("What"), Column("Recorded")), rows, dense=True),
        ActForm(
            f"charge-{charge.pk}",
            "",
            places.phase_url(data.phase, "charge-verify", charge.uuid),
            token,
            charge.version,
            move.title,
            signing=Signing("verified", owner=False),
        ),
        places.phase_url(data.phase),
    )
