"""Reads a donation's screening and tests by the rules of each market, for a person to sign over (R410)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from compliance.domain.canonical import canonical_json
from donors.domain.entry import source_of
from donors.queries import live_results, newest_histories
from donors.rules import rules
from donors.states import Scheme, Subject, Verdict
from donors.validators.case import Finding, Findings, MarkerResult, PanelCase
from donors.validators.panel import judge_panel, merge_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from donors.models import Donation, ScreeningHistory, TestResult
    from donors.validators.case import SchemeSummary


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules of every market say of one donation, and the risks that screening found."""

    donation: Donation
    summaries: tuple[SchemeSummary, ...]
    risks: Findings

    @property
    def markets(self) -> tuple[str, ...]:
        """The markets there are rules for."""
        return tuple(summary.scheme for summary in self.summaries)

    def of(self, markets: Iterable[str]) -> Findings:
        """The findings of these markets, the risks with them."""
        wanted = set(markets)
        return merge_findings(s for s in self.summaries if s.scheme in wanted) + self.risks

    @property
    def all(self) -> Findings:
        """The findings of all markets."""
        return self.of(self.markets)

    @property
    def words(self) -> tuple[str, ...]:
        """One line a market."""
        return tuple(summary.words for summary in self.summaries)

    def against(self, verdict: str, markets: Iterable[str]) -> list[Finding]:
        """What stands against signing this verdict for these markets (R410).

        Eligible: anything blocking in any market (a reactive test counts everywhere), anything missing in one
        of these. Not required: the same, and cells meant for others. Ineligible and incomplete: nothing.
        """
        if verdict not in (Verdict.ELIGIBLE, Verdict.NOT_REQUIRED):
            return []
        found = [*self.all.blocking, *self.of(markets).missing]
        if verdict == Verdict.NOT_REQUIRED and self.donation.donor.scheme != Scheme.AUTOLOGOUS:
            text = "testing may be left out for the donor's own use only; these cells are meant for others"
            found.append(Finding("", "not_autologous", text))
        return found

    @property
    def canonical(self) -> str:
        """The canonical text that a determination keeps."""
        return canonical_json(
            {
                "donation": self.donation.din,
                "donated_on": self.donation.donated_on,
                "summaries": [_plain(summary) for summary in self.summaries],
                "risks": {
                    "blocking": [asdict(finding) for finding in self.risks.blocking],
                    "notes": [asdict(finding) for finding in self.risks.notes],
                },
            }
        )


def judge(donation: Donation) -> Judged:
    """Reads a donation by the edition of each market in force on its day (R411-R413). Writes nothing."""
    donor = donation.donor
    return judge_from(donation, live_results(donor), newest_histories(donor))


def judge_from(donation: Donation, results: Iterable[TestResult], histories: Mapping[str, ScreeningHistory]) -> Judged:
    """The same reading over results that count and newest histories that are at hand: a list reads many donors."""
    donor = donation.donor
    source = source_of(donor)
    infant = (donor.subject, source.subject) == (Subject.BIRTH_MOTHER, "donor")
    case = PanelCase(
        source=source,
        use="autologous" if donor.scheme == Scheme.AUTOLOGOUS else "allogeneic",
        donated_on=donation.donated_on,
        results=tuple(_marker_result(result) for result in results),
        histories=frozenset(histories),
        born_on=donation.donated_on if infant else None,
        leukocyte_rich=donation.leukocyte_rich,
        htlv_risk=_htlv_risk([history.htlv_risk for history in histories.values()]),
    )
    risks = tuple(
        Finding("", f"risk_{h.person}", f"screening of the {h.get_person_display()} found a risk ({h.report})")
        for h in sorted(histories.values(), key=lambda h: h.person)
        if h.risk_found
    )
    found = Findings(notes=risks) if donor.scheme == Scheme.AUTOLOGOUS else Findings(blocking=risks)
    return Judged(donation, judge_panel(case, rules()), found)


def was_blocked(canonical: str) -> bool:
    """Whether findings as once judged held something blocking."""
    judged = json.loads(canonical)
    return any(part["blocking"] for part in [*judged["summaries"], judged["risks"]])


def _marker_result(result: object) -> MarkerResult:
    names = ("marker", "outcome", "sampled_on", "subject", "laboratory", "kit", "dilution")
    return MarkerResult(**{name: getattr(result, name) for name in names})


def _htlv_risk(answers: list[bool | None]) -> bool | None:
    """A yes of anybody counts; a no counts once somebody was asked and nobody said yes."""
    if True in answers:
        return True
    return False if False in answers else None


def _plain(summary: SchemeSummary) -> dict[str, object]:
    return {
        "market": summary.scheme,
        "edition": summary.edition,
        "words": summary.words,
        "statuses": [asdict(status) | {"state": str(status.state)} for status in summary.statuses],
        "blocking": [asdict(finding) for finding in summary.findings.blocking],
        "missing": [asdict(finding) for finding in summary.findings.missing],
        "notes": [asdict(finding) for finding in summary.findings.notes],
    }
