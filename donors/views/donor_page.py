"""The page of one coded donor as a value. No name has a place in it (R417)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.page_forms import Section
from compliance.pages import Cell, Check, Column, Fact, Row, Table, Verdict
from compliance.views import shown
from donors.domain import destruction, vault
from donors.domain.entry import source_of
from donors.models import Determination, DonorIdentity, TestResult, TissueLot, TissueUse
from donors.pages import DonorPage
from donors.rules import rules
from donors.states import ConsentState, DonorState, Outcome, TissueState
from donors.validators.case import MarkerState
from donors.views import donation_sections, loads, places, words

if TYPE_CHECKING:
    from compliance.domain.actor import Actor
    from compliance.pages import Act
    from donors.models import Consent, Donor, IdentityDestruction, ScreeningHistory
    from donors.views.loads import DonorLine

Step = tuple[bool, str, str, str]
COORDINATOR = "donor coordinator"
REGISTER = "donors.register"
RECORD = "donors.record_screening"
DETERMINED = "Eligibility determined for the newest donation"
_OUTCOME = {Outcome.NON_REACTIVE: "info", Outcome.REACTIVE: "breach"}


@dataclass(slots=True)
class DonorView:
    """What one request read of a donor; each part of the page takes from it."""

    actor: Actor
    donor: Donor
    line: DonorLine
    consents: list[Consent]
    histories: list[ScreeningHistory]
    results: list[TestResult]
    determinations: list[Determination]
    lots: list[TissueLot]
    ended: IdentityDestruction | None

    @classmethod
    def read(cls, actor: Actor, donor: Donor) -> DonorView:
        """A fixed number of queries, however much is on record."""
        results = TestResult.objects.filter(donor=donor).select_related("recorded_by", "superseded_by")
        made = Determination.objects.filter(donation__donor=donor).select_related("donation", "determined_by", "void")
        return cls(
            actor,
            donor,
            loads.donor_lines([donor])[0],
            list(donor.consents.order_by("id")),
            list(donor.histories.select_related("recorded_by").order_by("id")),
            list(results.order_by("id")),
            list(made.order_by("id")),
            list(TissueLot.objects.filter(donation__donor=donor).select_related("donation").order_by("id")),
            vault.destruction_of(donor),
        )

    def page(self) -> DonorPage:
        """The steps to usable tissue first, then what each rests on, the look-back, the identity last."""
        donor = self.donor
        cases = self.line.cases
        return DonorPage(
            head=places.donor_head(donor.number),
            title=donor.number,
            step=str(DonorState(donor.state).label),
            text=f"{words.source_of(donor)}, {donor.get_scheme_display()}. Tested: the {donor.get_subject_display()}.",
            tally=(
                Fact("donations", str(len(cases))),
                Fact("results", str(len(self.results))),
                Fact("tissue lots", str(len(self.lots))),
            ),
            sections=(
                self._steps(),
                *(s for c in cases for s in self._of_case(c)),
                donation_sections.determinations(self.determinations),
                self._consents(),
                self._histories(),
                self._results(),
                donation_sections.tissue(loads.lot_lines(self.lots), self._uses()),
                *self._identity(),
            ),
            signatures=shown.signatures_on([row.uuid for row in (*self.determinations, self.ended) if row is not None]),
            links=shown.trail_link(self.actor, donor),
        )

    def _of_case(self, case: loads.Case) -> tuple[Section, ...]:
        return (
            donation_sections.donation_section(self.actor, case),
            *donation_sections.market_sections(case.judged),
        )

    def _url(self, name: str, permission: str) -> str:
        return places.act_url(self.donor, name) if self.actor.may(permission) else ""

    def _steps(self) -> Section:
        case = self.line.cases[0] if self.line.cases else None
        persons = dict.fromkeys((*source_of(self.donor).history_of, self.donor.subject))
        on_file = {h.person for h in self.histories}
        lacking = [p.replace("_", " ") for p in persons if p not in on_file]
        screening = f"Screening on file{': lacks ' + ', '.join(lacking) if lacking else ''}"
        released = any(lot.state == TissueState.RELEASED for lot in self.lots)
        steps = (
            (self.line.consented, "Consent to manufacture stands", COORDINATOR, self._url("consent", REGISTER)),
            (case is not None, "Donation recorded under its number", COORDINATOR, self._url("donation", REGISTER)),
            (not lacking, screening, COORDINATOR, self._url("history", RECORD)),
            *self._tests(case),
            (case is not None and case.standing is not None, DETERMINED, "donor responsible", self._determine(case)),
            (bool(self.lots), "Tissue received", "operator or donor coordinator", ""),
            (released, "Tissue released", "QA", ""),
        )
        checks = tuple(_step(*step) for step in steps)
        return Section(title="From registration to usable tissue", checks=checks)

    def _determine(self, case: loads.Case | None) -> str:
        if case is None or not self.actor.may("donors.determine"):
            return ""
        return places.act_url(self.donor, "determine", case.donation.din)

    def _tests(self, case: loads.Case | None) -> list[Step]:
        if case is None:
            return [(False, "Tests: their windows count from the donation, so record it first", COORDINATOR, "")]
        url = self._url("results", RECORD)
        found: list[Step] = []
        for one in case.judged.summaries:
            states = [status.state for status in one.statuses]
            lacking = not states or MarkerState.MISSING in states or MarkerState.OUT_OF_WINDOW in states
            text = f"{one.scheme} tests: {states.count(MarkerState.MET)} of {len(states)} met"
            who = "donor responsible, who reads what stands against the donor" if one.findings.blocking else COORDINATOR
            found.append((not lacking and not one.findings.blocking, text, who, url if lacking else ""))
        return found

    def _consents(self) -> Section:
        may = self.actor.may(REGISTER)
        columns = tuple(Column(c) for c in ("For", "Form", "Given", "Now", *(("Change",) if may else ())))
        rows = tuple(self._consent(c, may=may) for c in self.consents)
        add = self._button(REGISTER, "Record a consent", "consent")
        return Section(title="Consents", table=Table("Consents", columns, rows, empty="No consent yet."), acts=add)

    def _consent(self, consent: Consent, *, may: bool) -> Row:
        stands = consent.state == ConsentState.GIVEN
        now = Verdict("within", "given")
        if not stands:
            now = Verdict("void", "withdrawn", f"{shown.moment(consent.withdrawn_at)}: {consent.withdrawal_reason}")
        url = places.act_url(self.donor, "consent-withdraw", consent.uuid)
        change = (Cell("Withdraw", url=url) if stands else Cell(),) if may else ()
        return Row(
            (
                Cell(str(consent.get_scope_display())),
                Cell(f"{consent.form} issue {consent.form_version}", kind="code"),
                Cell(shown.moment(consent.given_at)),
                Cell(verdict=now),
                *change,
            )
        )

    def _histories(self) -> Section:
        columns = tuple(Column(c) for c in ("Of", "Screened on", "Risk found", "HTLV risk", "Report", "Recorded by"))
        htlv = {None: "not asked", True: "yes", False: "no"}
        rows = tuple(
            Row(
                (
                    Cell(str(h.get_person_display())),
                    Cell(h.screened_on.isoformat()),
                    Cell(verdict=Verdict("breach", "risk found") if h.risk_found else Verdict("within", "none")),
                    Cell(htlv[h.htlv_risk]),
                    Cell(h.report, kind="code"),
                    Cell(h.recorded_by.printed_name, note=shown.moment(h.recorded_at)),
                )
            )
            for h in self.histories
        )
        add = self._button(RECORD, "Record a screening", "history")
        return Section(
            title="Screening: history, examination, records",
            aside="the newest of each person counts",
            table=Table("Screening", columns, rows, empty="No screening yet."),
            acts=add,
        )

    def _results(self) -> Section:
        may = self.actor.may(RECORD)
        labels = ("Test", "Outcome", "Sample of", "Of", "Laboratory and kit", "Report", "Recorded by")
        columns = tuple(Column(c) for c in (*labels, *(("Change",) if may else ())))
        rows = tuple(self._result(r, may=may) for r in self.results)
        add = self._button(RECORD, "Enter test results", "results")
        table = Table("Test results", columns, rows, dense=True, empty="No result yet.")
        return Section(title="Test results", table=table, acts=add)

    def _result(self, row: TestResult, *, may: bool) -> Row:
        newer = getattr(row, "superseded_by", None)
        kind = _OUTCOME.get(Outcome(row.outcome), "alert")
        outcome = Verdict(kind, str(row.get_outcome_display()), row.reason and f"corrected: {row.reason}")  # type: ignore[arg-type]
        if newer is not None:
            outcome = Verdict("corrected", str(row.get_outcome_display()), "superseded")
        url = places.act_url(self.donor, "result-correct", row.uuid)
        change = (Cell() if newer else Cell("Correct", url=url),) if may else ()
        return Row(
            (
                Cell(rules().markers[row.marker].label),
                Cell(verdict=outcome),
                Cell(row.sampled_on.isoformat(), note=row.get_dilution_display()),
                Cell(str(row.get_subject_display())),
                Cell(row.laboratory, note=row.kit),
                Cell(row.report, kind="code"),
                Cell(row.recorded_by.printed_name, note=shown.moment(row.recorded_at)),
                *change,
            ),
            mark="void" if newer else "",
        )

    def _uses(self) -> dict[int, str]:
        found: dict[int, list[str]] = {}
        for use in TissueUse.objects.filter(lot__in=self.lots).order_by("id"):
            found.setdefault(use.lot_id, []).append(use.purpose)
        return {lot: ", ".join(dict.fromkeys(purposes)) for lot, purposes in found.items()}

    def _identity(self) -> tuple[Section, ...]:
        """Whether an identity is sealed away, for those who may open it; what it says is on no page of the donor."""
        if not self.actor.may(places.READ_IDENTITY):
            return ()
        ended = self.ended
        if ended is not None:
            who = f"{ended.destroyed_by.printed_name}, {shown.moment(ended.destroyed_at)}"
            gone = Fact("Who the donor was", f"destroyed after {ended.kept_until}", f"{who}: {ended.reason}")
            return (Section(title="Identity", facts=(gone,)),)
        sealed = DonorIdentity.objects.filter(donor=self.donor).exists()
        text = "sealed, opened only with a reason and on record" if sealed else "not recorded yet"
        label = "Change the identity" if sealed else "Record the identity"
        buttons = (
            *(self._button(places.READ_IDENTITY, "Read the identity", "identity-read") if sealed else ()),
            *self._button(places.READ_IDENTITY, label, "identity"),
            *(self._button(destruction.PERMISSION, "Destroy the identity", "identity-destroy") if sealed else ()),
        )
        return (Section(title="Identity", facts=(Fact("Who the donor is", text),), acts=buttons),)

    def _button(self, permission: str, label: str, name: str) -> tuple[Act, ...]:
        return shown.offer(self.actor, permission, label, places.act_url(self.donor, name))


def _step(done: bool, text: str, who: str, url: str) -> Check:
    return Check("ok", text) if done else Check("wait", text, f"to do: {who}", url)
