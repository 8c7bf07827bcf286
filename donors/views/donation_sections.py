"""What the donor page shows of one donation: its label and facts, what each market's rules say, who determined."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.numbers import display
from compliance.page_forms import Section
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.views import shown
from donors.domain.entry import source_of
from donors.states import USABLE_DONOR
from donors.views import places, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.domain.actor import Actor
    from compliance.pages import Act
    from donors.domain.findings import Judged
    from donors.models import Determination, Donation
    from donors.views.loads import Case, LotLine

RICH = {None: "not decided: judged as rich", True: "rich", False: "not rich"}


def donation_section(actor: Actor, case: Case) -> Section:
    """Numbers of the label, collection, facts of the tissue, and what may be done."""
    donation = case.donation
    return Section(
        title=f"Donation {words.din(donation)}",
        aside="the check character in brackets",
        facts=donation_facts(donation),
        acts=_acts(actor, case),
    )


def donation_facts(donation: Donation) -> tuple[Fact, ...]:
    """What is on record of a donation, coded."""
    times = {field.id for field in source_of(donation.donor).required if field.kind == "instant"}
    stored = json.loads(donation.facts).items()
    return (
        Fact("Donation number", words.din(donation), code=True),
        Fact("Donation sequence", donation.dis or "none", code=bool(donation.dis)),
        Fact("Single European Code", donation.sec or "none", code=bool(donation.sec)),
        Fact("Collection ended", shown.moment(donation.collected_at), f"day {donation.donated_on.isoformat()}"),
        Fact("Procurement site", donation.site),
        *(Fact(fact["label"], _stored(fact, instant=name in times)) for name, fact in stored),
        Fact("Leukocytes", RICH[donation.leukocyte_rich]),
    )


def _stored(fact: dict[str, str], *, instant: bool) -> str:
    if instant:
        return shown.moment(datetime.fromisoformat(fact["value"]))
    return f"{fact['value']} {fact.get('unit', '')}".strip()


def _acts(actor: Actor, case: Case) -> tuple[Act, ...]:
    donation, donor = case.donation, case.donation.donor

    def url(name: str) -> str:
        return places.act_url(donor, name, donation.din)

    receive = reverse("donors:receive-of", args=(donation.din,))
    again = "Determine anew" if case.standing else "Determine eligibility"
    return (
        *shown.offer(actor, "donors.determine", again, url("determine"), pen=True),
        *shown.offer(actor, "donors.receive_tissue", "Receive tissue of it", receive),
        *shown.offer(actor, "donors.decide_cells", "Decide leukocyte content", url("cells")),
        *shown.offer(actor, "donors.register", "Correct number or time", url("donation-correct")),
    )


def market_sections(judged: Judged) -> tuple[Section, ...]:
    """One section a market: every finding in words, then each test with its window."""
    columns = (Column("Test"), Column("Stands"), Column("Why"))
    return tuple(
        Section(
            title=f"{summary.scheme} rules, donation {judged.donation.din}",
            aside=summary.words,
            checks=words.finding_checks(summary, judged),
            table=Table(
                f"{summary.scheme} tests",
                columns,
                tuple(
                    Row((Cell(s.label), Cell(verdict=words.marker_verdict(s)), Cell(s.reason)))
                    for s in summary.statuses
                ),
                dense=True,
                empty="No rules are in force on the day of the donation.",
            ),
        )
        for summary in judged.summaries
    )


def determinations(rows: Iterable[Determination]) -> Section:
    """Every determination, the void ones too, with what took each away (R410)."""
    columns = tuple(Column(c) for c in ("Determined", "For", "Donation", "By", "Statement", "Now"))
    return Section(
        title="Determinations",
        aside="by signature of the donor responsible, never computed",
        table=Table("Determinations", columns, tuple(_row(row) for row in rows), empty="Not determined yet."),
    )


def _row(row: Determination) -> Row:
    void = getattr(row, "void", None)
    good = row.verdict in USABLE_DONOR
    verdict = Verdict("within" if good else "breach", str(row.get_verdict_display()))
    now = (
        Verdict("void", "void", f"{shown.moment(void.voided_at)}: {void.reason}") if void else Verdict("info", "stands")
    )
    return Row(
        (
            Cell(verdict=verdict),
            Cell(row.markets.replace(",", ", ")),
            Cell(row.donation.din, kind="code"),
            Cell(row.determined_by.printed_name, note=shown.moment(row.determined_at)),
            Cell(row.statement, kind="hand"),
            Cell(verdict=now),
        ),
        mark="void" if void else "",
    )


def tissue(lines: Iterable[LotLine], uses: dict[int, str]) -> Section:
    """The look-back: every lot that came of the donor, its state, and the batches that took of it (R402)."""
    columns = (
        Column("Lot"),
        Column("State"),
        Column("Donation"),
        Column("Received", numeric=True),
        Column("Left", numeric=True),
        Column("Place"),
        Column("Used for"),
    )
    rows = tuple(
        Row(
            (
                Cell(line.lot.number, url=places.lot_url(line.lot), kind="code"),
                Cell(verdict=words.tissue_verdict(line.lot.state)),
                Cell(line.lot.donation.din),
                Cell(f"{display(line.lot.quantity)} {line.lot.unit}"),
                Cell(f"{display(line.left)} {line.lot.unit}"),
                Cell(line.place),
                Cell(uses.get(line.lot.pk, "nothing")),
            )
        )
        for line in lines
    )
    return Section(
        title="Look-back: tissue of this donor",
        aside="what comes to light puts released tissue on hold at once",
        table=Table("Tissue of this donor", columns, rows, empty="No tissue was received yet."),
    )
