"""The masters compute every number of the reference batches from what people type, and nothing else."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from batches.domain.calculations import calculate
from batches.domain.masterfile.order import reads
from batches.domain.masterfile.paths import index
from batches.domain.masterfile.spec import MasterSpec
from batches.domain.masterfile.values import Reference
from batches.validators import Verdict, judge, resolve
from compliance.numbers import decimals_of, round_half_up
from tests.batches.domain.masterfile_edit import master

pytestmark = pytest.mark.req("R308")

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
Value = Decimal | datetime
Typed = dict[str, list[Any]]


def at(hours: str) -> datetime:
    return START + timedelta(seconds=int(Decimal(hours) * 3600))


class Worked:
    """The values of a batch: typed ones given, calculated ones found by the master's own mapping."""

    def __init__(self, spec: MasterSpec, typed: Typed, bank: Mapping[str, Decimal] | None = None) -> None:
        self.spec, self.bank = spec, bank or {}
        self.typed = dict(typed)
        self.counts = {unit.id: (unit.repeat.max or 1) if unit.repeat else 1 for unit in spec.unit_procedures}
        assert set(typed) <= set(index(spec).parameters)

    @cache  # noqa: B019 (a batch lives as long as its test)
    def value(self, path: str, occurrence: int = 1) -> Value:
        if path in self.typed:
            values = self.typed[path]
            given = values[min(occurrence, len(values)) - 1]
            return given if isinstance(given, datetime) else Decimal(given)
        target = index(self.spec).parameters[path]
        assert target.parameter is not None
        assert target.parameter.kind == "calculation", f"{path} is typed by nobody"
        scope = target.phase.path
        arguments = {
            argument.name: self.argument(argument.value, scope, occurrence) for argument in target.parameter.arguments
        }
        return calculate(target.parameter.function or "", arguments).value

    def argument(self, value: Any, scope: str, occurrence: int) -> Any:
        if isinstance(value, Decimal):
            return value
        if isinstance(value, Reference):
            read = self.read(value, scope, occurrence)
            return read if value.occurrence == "all" else read[0]
        if any(isinstance(item, tuple) for item in value):
            columns = [[self.read(half, scope, occurrence) for half in pair] for pair in value]
            return [row for pair in columns for row in zip(*pair, strict=True)]
        return [one for item in value for one in self.read(item, scope, occurrence)]

    def read(self, reference: Reference, scope: str, occurrence: int) -> list[Value]:
        if reference.is_bank:
            return [self.bank[reference.bank_path]]
        found = reads(self.spec, reference, scope, occurrence, lambda unit: self.counts[unit])
        return [self.value(one.path, one.occurrence) for one in found]

    def verdict(self, path: str, occurrence: int = 1) -> Verdict:
        target = index(self.spec).parameters[path]
        assert target.parameter is not None
        assert target.parameter.limits is not None
        limits = target.parameter.limits
        shares = {of: self.read(Reference(of), target.phase.path, occurrence)[0] for of in limits.needs}
        value = self.value(path, occurrence)
        assert isinstance(value, Decimal)
        return judge(value, "", resolve(limits, shares)).verdict  # type: ignore[arg-type]


BANK_TYPED: Typed = {
    "isolation.isolation.harvest.total": ["1.00e6"],
    "isolation.isolation.harvest.dead": ["4.0e4"],
    "expansion.passage.seed.area": ["800", "1200", "1264"],
    "expansion.passage.seed.density": ["5000"],
    "expansion.passage.seed.seeded_at": [at("0"), at("96"), at("192")],
    "expansion.passage.detach.detach_ended_at": [at("95"), at("191"), at("287")],
    "expansion.passage.count.total": ["1.65e6", "1.65e6", "3.95e6"],
    "expansion.passage.count.dead": ["5.0e4", "5.0e4", "1.2e5"],
    "expansion.passage.count.volume": ["20", "30", "20"],
    "banking.banking.pool.cells_per_vial": ["5.0e6"],
    "banking.banking.pool.pdl": ["9.6"],
    "banking.banking.fill.vials": ["15"],
}
BANK_NUMBERS = [
    ("expansion.passage.seed.seeded_cells", 1, "4000000"),
    ("expansion.passage.seed.seeded_cells", 2, "6000000"),
    ("expansion.passage.seed.seeded_cells", 3, "6320000"),
    ("expansion.passage.seed.volume_computed", 1, "4.166667"),
    ("expansion.passage.seed.volume_computed", 3, "3.950000"),
    ("expansion.passage.count.viable_cells", 1, "32000000"),
    ("expansion.passage.count.viable_cells", 2, "48000000"),
    ("expansion.passage.count.viable_cells", 3, "76600000"),
    ("expansion.passage.count.pd", 1, "3.000000"),
    ("expansion.passage.count.pd", 2, "3.000000"),
    ("expansion.passage.count.pd", 3, "3.599348"),
    ("expansion.passage.count.cpdl", 2, "6.000000"),
    ("expansion.passage.count.cpdl", 3, "9.599348"),
    ("banking.banking.pool.pdl_sum", 1, "9.599348"),
    ("banking.banking.pool.vials_possible", 1, "15"),
]

TFF_TYPED: Typed = {
    "thaw.thaw.count.live": ["182"],
    "thaw.thaw.count.dead": ["18"],
    "thaw.thaw.count.squares": ["4"],
    "thaw.thaw.count.dilution": ["2"],
    "thaw.thaw.count.volume": ["10"],
    "thaw.thaw.remove.thaw_started_at": [at("0")],
    "thaw.thaw.remove.thaw_ended_at": [at("0.04")],
    "expansion.p4.seed.area": ["1264"],
    "expansion.p4.seed.density": ["5000"],
    "expansion.p4.seed.volume_actual": ["6.95"],
    "expansion.p4.seed.seeded_at": [at("1")],
    "expansion.p4.detach.detach_ended_at": [at("97")],
    "expansion.p4.count.total": ["1.45e6"],
    "expansion.p4.count.dead": ["5.8e4"],
    "expansion.p4.count.volume": ["30"],
    "expansion.p4.sample.sampled": ["1"],
    "culture.preparation.carriers.working_volume": ["3000"],
    "culture.preparation.carriers.carrier_concentration": ["3"],
    "culture.preparation.carriers.area_per_gram": ["4400"],
    "culture.inoculation.inoculate.density": ["1000"],
    "culture.inoculation.inoculate.volume_actual": ["28.45"],
    "culture.inoculation.inoculate.inoculated_at": [at("98")],
    "culture.switch.nuclei.counted_at": [at("242")],
    "culture.switch.nuclei.nuclei": ["2.2e5"],
    "culture.switch.wash.left": ["1000"],
    "culture.switch.wash.added": ["2000"],
    "culture.switch.wash.washes": ["3"],
    "harvest.collection.medium.blank": ["3.0e7"],
    "harvest.collection.medium.collection_started_at": [at("244"), at("292"), at("340")],
    "harvest.collection.collect.ended_at": [at("292"), at("340"), at("388")],
    "harvest.collection.collect.volume": ["2500"],
    "harvest.collection.collect.concentration": ["1.6e9", "1.9e9", "1.7e9"],
    "harvest.collection.end_count.viable": ["2.56e5"],
    "harvest.collection.end_count.total": ["2.76e5"],
    "clarification.clarification.clarify.begun_at": [at("296"), at("344"), at("392")],
    "clarification.clarification.clarify.volume_in": ["2480"],
    "clarification.clarification.clarify.volume_out": ["2467", "2467", "2466"],
    "pooling.pool.pool.concentration": ["1.65e9"],
    "tff.install.install.area": ["0.235"],
    "tff.install.install.fibres": ["748"],
    "tff.install.install.diameter": ["0.5"],
    "tff.install.install.flush_volume": ["5000"],
    "tff.install.pre_test.nwp": ["142"],
    "tff.uf1.run.begun_at": [at("400")],
    "tff.uf1.run.q": ["2200"],
    "tff.uf1.run.pf": ["0.60"],
    "tff.uf1.run.pr": ["0.20"],
    "tff.uf1.run.pp": ["0.05"],
    "tff.uf1.uf1_end.volume_end": ["148"],
    "tff.df.diafilter.buffer": ["888"],
    "tff.df.diafilter.permeate_volume": ["8140"],
    "tff.df.diafilter.ended_at": [at("403")],
    "tff.recover.drain.mass": ["160.0"],
    "tff.recover.drain.density": ["1.000"],
    "tff.recover.balance.concentration": ["6.4e10"],
    "tff.recover.balance.permeate_concentration": ["1.5e7"],
    "tff.recover.post_test.nwp": ["118"],
    "tff.drug_substance.sample.protein": ["12.8"],
    "formulation.dilution.dilute.volume_in": ["156"],
    "formulation.dilution.dilute.target_concentration": ["5.0e10"],
    "formulation.dilution.dilute.buffer_added": ["43.68"],
    "sterile_filtration.filtration.filter.ended_at": [at("410")],
    "sterile_filtration.filtration.bulk.volume": ["197"],
    "sterile_filtration.filtration.bulk.concentration": ["4.4e10"],
    "fill.filling.issue.fill_volume": ["1.00"],
    "fill.filling.issue.hold_up": ["3"],
    "fill.filling.issue.qc_volume": ["6"],
    "fill.filling.issue.issued": ["190"],
    "fill.filling.run.vials_filled": ["188"],
    "fill.filling.run.ended_at": [at("414")],
    "fill.filling.run.claim": ["4.0e10"],
    "inspection.inspection.inspect.inspected": ["188"],
    "inspection.inspection.inspect.major_defects": ["1"],
    "inspection.inspection.inspect.minor_defects": ["4"],
    "inspection.inspection.inspect.ended_at": [at("416")],
    "labelling.labels.apply.printed": ["190"],
    "labelling.labels.apply.applied": ["183"],
    "labelling.labels.apply.specimen": ["1"],
    "labelling.labels.apply.spoiled": ["2"],
    "labelling.labels.apply.destroyed": ["4"],
    "labelling.vials.reconcile.issued": ["190"],
    "labelling.vials.reconcile.available": ["152"],
    "labelling.vials.reconcile.rejected": ["5"],
    "labelling.vials.reconcile.sterility": ["10"],
    "labelling.vials.reconcile.endotoxin": ["2"],
    "labelling.vials.reconcile.other_tests": ["5"],
    "labelling.vials.reconcile.tested": ["17"],
    "labelling.vials.reconcile.reserve": ["10"],
    "labelling.vials.reconcile.stability": ["4"],
    "labelling.vials.reconcile.destroyed": ["2"],
    "storage.freezing.freeze.frozen_at": [at("417.5")],
    "review.closing.dose_safety.k": ["5"],
    "review.closing.dose_safety.body_mass": ["70"],
    "review.closing.dose_safety.dose_volume": ["2"],
    "review.closing.dose_safety.sensitivity": ["0.005"],
    "review.closing.dose_safety.host_dna": ["0.9"],
}
TFF_NUMBERS = [
    ("thaw.thaw.count.viable_concentration", 1, "910000"),
    ("thaw.thaw.count.viability", 1, "91.0"),
    ("thaw.thaw.count.viable_cells", 1, "9100000"),
    ("expansion.p4.seed.seeded_cells", 1, "6320000"),
    ("expansion.p4.seed.volume_computed", 1, "6.945055"),
    ("expansion.p4.count.viable_concentration", 1, "1392000"),
    ("expansion.p4.count.viability", 1, "96.0"),
    ("expansion.p4.count.viable_cells", 1, "41760000"),
    ("expansion.p4.count.hours", 1, "96"),
    ("expansion.p4.count.pd", 1, "2.724125"),
    ("expansion.p4.count.doubling_time", 1, "35.240670"),
    ("expansion.p4.sample.cells_left", 1, "40368000"),
    ("culture.preparation.carriers.mass_computed", 1, "9"),
    ("culture.preparation.carriers.carrier_area", 1, "39600"),
    ("culture.inoculation.inoculate.inoculum_cells", 1, "39600000"),
    ("culture.inoculation.inoculate.volume_computed", 1, "28.448276"),
    ("culture.switch.nuclei.cells", 1, "660000000"),
    ("culture.switch.nuclei.hours", 1, "144"),
    ("culture.switch.nuclei.pd", 1, "4.058894"),
    ("culture.switch.nuclei.doubling_time", 1, "35.477648"),
    ("culture.switch.nuclei.cpdl", 1, "16.383019"),
    ("culture.switch.wash.residual", 1, "0.037037"),
    ("harvest.collection.collect.particles", 2, "4750000000000"),
    ("harvest.collection.collect.blank_share", 1, "1.875"),
    ("harvest.collection.end_count.viability", 3, "92.753623"),
    ("harvest.collection.end_count.cells", 3, "640000000"),
    ("harvest.collection.end_count.all_particles", 3, "13000000000000"),
    ("harvest.collection.end_count.days", 3, "6"),
    ("harvest.collection.end_count.per_cell", 3, "20312.5"),
    ("harvest.collection.end_count.per_cell_day", 3, "3385.416667"),
    ("clarification.clarification.clarify.hours", 2, "4"),
    ("pooling.pool.pool.volume", 1, "7400"),
    ("pooling.pool.pool.particles", 1, "12210000000000"),
    ("pooling.pool.pool.raw_particles", 1, "13000000000000"),
    ("pooling.pool.pool.recovery", 1, "93.923077"),
    ("tff.uf1.run.hours_from_first", 1, "108"),
    ("tff.uf1.run.load", 1, "31.489362"),
    ("tff.uf1.run.shear", 1, "3994.477"),
    ("tff.uf1.run.tmp", 1, "0.35"),
    ("tff.uf1.uf1_end.vcf", 1, "50"),
    ("tff.df.diafilter.dv", 1, "6"),
    ("tff.df.diafilter.residual", 1, "0.247875"),
    ("tff.df.diafilter.flux", 1, "11.546099"),
    ("tff.recover.drain.volume", 1, "160"),
    ("tff.recover.balance.permeate_share", 1, "1.000"),
    ("tff.recover.balance.particles", 1, "10240000000000"),
    ("tff.recover.balance.recovery", 1, "83.865684"),
    ("tff.recover.balance.mass_balance", 1, "84.865684"),
    ("tff.recover.post_test.nwp_recovery", 1, "83.098592"),
    ("tff.drug_substance.sample.purity", 1, "5000000000"),
    ("formulation.dilution.dilute.particles", 1, "9984000000000"),
    ("formulation.dilution.dilute.target_volume", 1, "199.68"),
    ("formulation.dilution.dilute.buffer_computed", 1, "43.68"),
    ("formulation.dilution.dilute.volume_out", 1, "199.68"),
    ("sterile_filtration.filtration.bulk.particles", 1, "8668000000000"),
    ("sterile_filtration.filtration.bulk.recovery", 1, "86.818910"),
    ("sterile_filtration.filtration.bulk.recovery_of_raw", 1, "66.676923"),
    ("fill.filling.issue.vials_possible", 1, "188"),
    ("fill.filling.run.label_share", 1, "110"),
    ("fill.filling.run.particles", 1, "8272000000000"),
    ("fill.filling.run.recovery_of_raw", 1, "63.630769"),
    ("inspection.inspection.inspect.major_share", 1, "0.531915"),
    ("inspection.inspection.inspect.minor_share", 1, "2.127660"),
    ("labelling.labels.apply.difference", 1, "0"),
    ("labelling.vials.reconcile.tested_difference", 1, "0"),
    ("labelling.vials.reconcile.reconciliation", 1, "100"),
    ("review.closing.dose_safety.endotoxin_limit", 1, "175"),
    ("review.closing.dose_safety.mvd", 1, "35000"),
    ("review.closing.dose_safety.dna_per_dose", 1, "1.8"),
]


@cache
def bank() -> Worked:
    return Worked(master("umsc_bank"), BANK_TYPED)


@cache
def product() -> Worked:
    return Worked(master("umsc_mc_tff"), TFF_TYPED, {"certificate.pdl": Decimal("9.6")})


def assert_prints(value: Value, printed: str) -> None:
    expected = Decimal(printed)
    assert isinstance(value, Decimal)
    assert round_half_up(value, decimals=decimals_of(expected)) == expected


@pytest.mark.req("R405")
@pytest.mark.parametrize(("path", "occurrence", "printed"), BANK_NUMBERS)
def test_bank_computes_its_number(path: str, occurrence: int, printed: str) -> None:
    assert_prints(bank().value(path, occurrence), printed)


@pytest.mark.parametrize(("path", "occurrence", "printed"), TFF_NUMBERS)
def test_product_computes_its_number(path: str, occurrence: int, printed: str) -> None:
    assert_prints(product().value(path, occurrence), printed)


@pytest.mark.parametrize(
    ("worked", "typed", "numbers"),
    [(bank, BANK_TYPED, BANK_NUMBERS), (product, TFF_TYPED, TFF_NUMBERS)],
    ids=["bank", "product"],
)
def test_reference_values_are_within_their_limits(worked: Any, typed: Typed, numbers: Any) -> None:
    judged = 0
    batch: Worked = worked()
    wanted = {path for path, _, _ in numbers} | set(typed)
    for path, target in index(batch.spec).parameters.items():
        if path in wanted and target.parameter is not None and target.parameter.limits:
            occurrence = 3 if "end_count" in path else 1
            verdict = batch.verdict(path, occurrence)
            assert verdict in {Verdict.WITHIN, Verdict.NO_LIMIT}, path
            judged += verdict is Verdict.WITHIN
    assert judged >= 7


def test_every_calculation_of_the_product_is_computed() -> None:
    batch = product()
    for path, target in index(batch.spec).parameters.items():
        if target.parameter is not None and target.parameter.kind == "calculation":
            known = {"expansion.p4.detach.detach_minutes", "culture.inoculation.attachment.free_cells"}
            if path not in known and "attached" not in path:
                assert isinstance(batch.value(path, 3 if "end_count" in path else 1), Decimal)
