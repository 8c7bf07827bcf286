"""Takes a batch through its phases as the people on the floor do: scan, charge, record, count, sign."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from batches.domain import execution, files, materials, phases
from batches.domain.masters import plan_for
from batches.domain.parsing import Given
from batches.domain.values import Values
from batches.importers.series import read_series
from batches.models import Batch, Entry, MaterialCharge, PhaseRecord
from batches.states import PhaseState
from compliance.domain import clock
from compliance.numbers import canonical
from release.demo import book
from release.demo.house import lot_of
from resources.models import Equipment

if TYPE_CHECKING:
    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.masterfile.spec import PhaseSpec
    from release.demo.desk import Desk

_EVERY = re.compile(r"(\d+) (s|min|h)")
_SECONDS = {"s": 1, "min": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works on a batch."""

    operator: str = "anna"
    verifier: str = "mei"
    qa: str = "clara"


@dataclass(slots=True)
class Floor:
    """One batch on the floor, with its day 0, its crew and the units it takes where there are several.

    `unchecked` are steps whose charge-ins still wait for the second person.
    """

    desk: Desk
    batch: Batch
    day_0: datetime
    crew: Crew = field(default_factory=Crew)
    units: dict[str, str] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()

    def run(self, step: dict[str, Any]) -> None:
        """One phase, or the part of it that the step names: `open` leaves it unsigned."""
        phase = self._phase(step["phase"], int(step.get("occurrence", 1)))
        spec = plan_for(self.batch).phase(phase)
        if phase.state == PhaseState.PENDING:
            phase = self._start(phase, spec)
        values: dict[str, Any] = dict(step.get("values", {}))
        self._charge(phase, spec)
        for parameter in spec.parameters:
            if parameter.id in values:
                self._record(phase, parameter, values.pop(parameter.id))
                self._charge(phase, spec)
        if values:
            raise LookupError(f"{phase.path} has no field {', '.join(values)}.")
        if step.get("comment"):
            with self.desk.act(self.crew.operator, "batch.commented", self.batch) as a:
                if "about" in step:
                    execution.write_cause(a, phase, step["about"], step["comment"])
                else:
                    execution.comment(a, phase, step["comment"])
        if "open" not in step:
            self._finish(phase, spec, step)

    def _phase(self, path: str, occurrence: int) -> PhaseRecord:
        rows = PhaseRecord.objects.select_related("run", "batch__master_version", "batch__bank", "batch__tissue")
        return rows.get(batch=self.batch, path=path, occurrence=occurrence)

    def _start(self, phase: PhaseRecord, spec: PhaseSpec) -> PhaseRecord:
        with self.desk.act(self.crew.operator, "batch.phase_started", self.batch) as a:
            row = phases.start_phase(a, phase)
        for need in spec.requires.equipment:
            with self.desk.act(self.crew.operator, "batch.equipment_scanned", self.batch) as a:
                materials.scan_equipment(a, row, self._unit(need.class_))
        return row

    def _unit(self, name: str) -> Equipment:
        units = Equipment.objects.filter(equipment_class=name).order_by("code")
        return units.get(code=self.units[name]) if name in self.units else units[0]

    def _charge(self, phase: PhaseRecord, spec: PhaseSpec) -> None:
        """Charges what is not charged yet and whose amount is known by now; a second person verifies each."""
        done = set(MaterialCharge.objects.filter(phase=phase).values_list("item_code", flat=True))
        for need in spec.requires.materials:
            if need.item in done:
                continue
            quantity, _ = materials.needed_quantity(need, phase, Values(self.batch, plan_for(self.batch)))
            if quantity is None:
                continue
            with self.desk.act(self.crew.operator, "batch.material_charged", self.batch) as a:
                charge = materials.charge_in(a, phase, need.item, lot_of(need.item), canonical(quantity))
            if need.second_person and phase.path not in self.unchecked:
                with self.desk.signed(self.crew.verifier, "batch.charge_verified", charge, "verified", self.batch) as (
                    a,
                    token,
                ):
                    materials.verify_charge(a, token, charge)

    def _record(self, phase: PhaseRecord, parameter: ParameterSpec, value: Any) -> None:
        if isinstance(value, dict) and "then" in value:
            first = self._entry(phase, parameter, self._given(parameter, value["first"]))
            given = self._given(parameter, value["then"])
            with self.desk.act(self.crew.operator, "batch.entry_corrected", self.batch) as a:
                execution.record_entry(a, phase, parameter.id, given, reason=value["reason"], seen=first.uuid)
            return
        self._entry(phase, parameter, self._given(parameter, value))

    def _entry(self, phase: PhaseRecord, parameter: ParameterSpec, given: Given) -> Entry:
        with self.desk.act(self.crew.operator, "batch.entry_recorded", self.batch) as a:
            return execution.record_entry(a, phase, parameter.id, given)

    def _given(self, parameter: ParameterSpec, value: Any) -> Given:
        if isinstance(value, dict):
            return self._file(parameter, value)
        if parameter.kind == "instant":
            at = book.moment(value, self.day_0) if value != "now" else self.desk.now.replace(second=0, microsecond=0)
            self.desk.wait_until(at)
            return Given(typed=book.written(at))
        return Given(typed=value)

    def _file(self, parameter: ParameterSpec, value: dict[str, str]) -> Given:
        """What an instrument wrote: a series with its times put in, or a file as it is."""
        text = (book.VALUES / value["file"]).read_text(encoding="utf-8")
        if "from" in value:
            text, end = self._timed(text, value)
            self.desk.wait_until(end)
        content = text.encode()
        kept = files.keep_file(value.get("name", value["file"]), [content])
        points: list[dict[str, Any]] = []
        if parameter.kind == "series":
            names = [column.name for column in parameter.columns]
            points = read_series(content, names, zone=clock.zone(), now=self.desk.now)
        return Given(
            source="file",
            file_sha256=kept.sha256,
            file_name=kept.name,
            points=points,
            comment=value.get("comment", ""),
        )

    def _timed(self, text: str, value: dict[str, str]) -> tuple[str, datetime]:
        """The rows of a log with the time of each, from the first on at an equal distance."""
        found = _EVERY.fullmatch(value["every"])
        if found is None:
            raise ValueError(f"{value['every']!r} is no distance of time.")
        apart = timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
        start = book.moment(value["from"], self.day_0)
        head, *rows = text.splitlines()
        timed = [f"{(start + n * apart).isoformat()},{row}" for n, row in enumerate(rows)]
        return "\n".join([f"time,{head}", *timed, ""]), start + (len(rows) - 1) * apart

    def _finish(self, phase: PhaseRecord, spec: PhaseSpec, step: dict[str, Any]) -> None:
        """Samples, the blind counts of the second person, then every signature the master asks for."""
        for sample in spec.samples:
            container = f"{self.batch.number}-{sample.id}-{phase.occurrence}"
            with self.desk.act(self.crew.operator, "batch.sample_taken", self.batch) as a:
                materials.take_sample(a, phase, sample.id, container)
        self._count_again(phase, spec, step)
        phase = self._sign(phase, "performed", self.crew.operator)
        if spec.sign.verified:
            phase = self._sign(phase, "verified", self.crew.verifier)
        if spec.sign.qa:
            self._sign(phase, "approved", self.crew.qa)

    def _count_again(self, phase: PhaseRecord, spec: PhaseSpec, step: dict[str, Any]) -> None:
        second: dict[str, str] = dict(step.get("second", {}))
        for parameter in spec.blind_parameters:
            typed = second.get(parameter.id) or _typed(phase, parameter.id)
            with self.desk.act(self.crew.verifier, "batch.entry_recorded", self.batch) as a:
                execution.record_entry(a, phase, parameter.id, Given(typed=typed), slot=execution.SECOND)

    def _sign(self, phase: PhaseRecord, meaning: str, who: str) -> PhaseRecord:
        event, move = _SIGNING[meaning]
        with self.desk.signed(who, event, phase, meaning, self.batch) as (a, token):
            return move(a, token, phase)


_SIGNING = {
    "performed": ("batch.phase_completed", phases.complete_phase),
    "verified": ("batch.phase_verified", phases.verify_phase),
    "approved": ("batch.phase_approved", phases.approve_phase),
}


def _typed(phase: PhaseRecord, name: str) -> str:
    live = Entry.objects.filter(phase=phase, path=f"{phase.path}.{name}", slot="", superseded_by__isnull=True)
    return live.get().typed
