"""How each demand of a panel stands: met, missing, out of window or reactive, and why (R411-R413)."""

from dataclasses import dataclass
from datetime import date, timedelta

from donors.rules import Demand, Edition, Rules, Window
from donors.rules.schema import Subject
from donors.validators.case import MarkerResult, MarkerState, MarkerStatus, PanelCase
from donors.validators.windows import judge_window, subject_to_test

PERSON = {"donor": "donor", "birth_mother": "birth mother", "newborn": "newborn"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One case read by one edition of one scheme."""

    case: PanelCase
    rules: Rules
    edition: Edition

    @property
    def subject(self) -> Subject:
        """Whose sample is tested."""
        return subject_to_test(self.case.source, self.case.donated_on, self.case.born_on)

    @property
    def tests_required(self) -> bool:
        """Whether the scheme asks for tests at all in this use (R410)."""
        return self.case.use == "allogeneic" or self.edition.autologous_testing == "required"

    @property
    def leukocyte_rich(self) -> bool:
        """The decision of quality assurance; while there is none, all but a no counts as rich (R411)."""
        decided = self.case.leukocyte_rich
        return self.case.source.leukocyte_rich != "no" if decided is None else decided

    @property
    def demands(self) -> tuple[Demand, ...]:
        """The demands that apply; a risk of HTLV that was not asked for counts as a risk."""
        applies = {
            "all": True,
            "leukocyte_rich": self.leukocyte_rich,
            "htlv_risk": self.case.htlv_risk is not False,
        }
        return tuple(demand for demand in self.edition.demands if applies[demand.when])

    def label(self, demand: Demand) -> str:
        """The tests that satisfy a demand, in words."""
        return " or ".join(self.rules.markers[code].label for code in demand.any_of)

    def status(self, demand: Demand) -> MarkerStatus:
        """How one demand stands. A reactive result counts whatever its day, sample or paper."""
        relevant = self._results(demand)
        reactive = [r for r in relevant if r.outcome == "reactive" and not self._cleared(demand, r)]
        sound = [result for result in relevant if not self._flaw(result)]
        inside = [result for result in sound if self._in_window(result)]
        if reactive:
            state, reason = MarkerState.REACTIVE, f"reactive in the sample of {_days(reactive)}"
        elif inside:
            state, reason = MarkerState.MET, f"non-reactive in the sample of {_days(inside)}"
        elif sound:
            state, reason = MarkerState.OUT_OF_WINDOW, _joined([self._window_words(r) for r in sound])
        else:
            state, reason = MarkerState.MISSING, _joined([self._flaw(r) for r in relevant]) or "no result"
        return MarkerStatus(demand.id, self.label(demand), state, reason)

    @property
    def repeat_due_on(self) -> date | None:
        """The first day a second sample counts; none where the scheme does not ask for one (R413)."""
        repeat = self.edition.repeat
        if repeat is None or self.case.use != "allogeneic" or not self.case.kept_long:
            return None
        return self.case.donated_on + timedelta(days=repeat.after_days)

    @property
    def repeat_done(self) -> bool:
        """Whether every demand has a sound result of a second sample."""
        due = self.repeat_due_on
        return due is not None and all(
            any(not self._flaw(r) and r.sampled_on >= due for r in self._results(demand))
            for demand in self.demands
        )

    @property
    def repeat_waived(self) -> bool:
        """Whether the first sample had the tests that make a second one needless."""
        waived_by = self.edition.repeat.waived_by if self.edition.repeat else ()
        return all(
            any(
                r.marker == code and not self._flaw(r) and self._judged(r, self._own)
                for r in self.case.results
            )
            for code in waived_by
        )

    @property
    def _own(self) -> Window:
        return self.edition.windows[self.case.source.window]

    def _results(self, demand: Demand) -> list[MarkerResult]:
        return [result for result in self.case.results if result.marker in demand.any_of]

    def _judged(self, result: MarkerResult, window: Window) -> bool:
        return judge_window(window, result.sampled_on, self.case.donated_on).met

    def _in_window(self, result: MarkerResult) -> bool:
        """Inside the source's own window, or the wider one where a second sample is on file (R413)."""
        if self._judged(result, self._own):
            return True
        repeat = self.edition.repeat
        return (
            repeat is not None
            and self.repeat_done
            and self._judged(result, self.edition.windows[repeat.window])
        )

    def _window_words(self, result: MarkerResult) -> str:
        return judge_window(self._own, result.sampled_on, self.case.donated_on).words

    def _cleared(self, demand: Demand, reactive: MarkerResult) -> bool:
        """A reactive result is cleared by the named other test, non-reactive in the same sample."""
        wanted = demand.cleared_by.get(reactive.marker)
        same = (reactive.sampled_on, reactive.subject)
        return any(
            r.marker == wanted and (r.sampled_on, r.subject) == same and not self._flaw(r)
            for r in self.case.results
        )

    def _flaw(self, result: MarkerResult) -> str:
        """Why a result cannot count as a non-reactive one; blank where it can."""
        flaws = {
            f"result {result.outcome}": result.outcome != "non_reactive",
            f"sample of the {PERSON[result.subject]}, not of the {PERSON[self.subject]}": (
                result.subject != self.subject
            ),
            "test kit or laboratory not recorded": not (result.kit.strip() and result.laboratory.strip()),
            "sample diluted beyond what the test allows": result.dilution == "unacceptable",
            "dilution of the sample not assessed": result.dilution == "not_assessed",
        }
        return next((words for words, found in flaws.items() if found), "")


def _days(results: list[MarkerResult]) -> str:
    return ", ".join(sorted({result.sampled_on.isoformat() for result in results}))


def _joined(reasons: list[str]) -> str:
    return "; ".join(dict.fromkeys(reasons))
