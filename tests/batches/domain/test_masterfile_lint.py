"""Each rule of the linter, by one change to a master that had none against it."""

import re
from pathlib import Path
from typing import Any

import pytest

from batches.domain.masterfile import lint as lint_module
from batches.domain.masterfile.findings import Catalogue
from batches.domain.masterfile.lint import errors, lint
from tests.batches.domain import test_masterfile_lint_mandatory as mandatory
from tests.batches.domain.masterfile_edit import Edit, edited, findings_after, hold, master, parameter, phase, unit

DILUTE = "formulation.dilution.dilute"
RUN = "tff.uf1.run"
COUNT = "expansion.p4.count"


def on_parameter(path: str, **changes: Any) -> Edit:
    return lambda data: parameter(data, path).update(changes)


def drop(path: str, key: str) -> Edit:
    return lambda data: parameter(data, path).pop(key)


def on_phase(path: str, **changes: Any) -> Edit:
    return lambda data: phase(data, path).update(changes)


def on_unit(name: str, **changes: Any) -> Edit:
    return lambda data: unit(data, name).update(changes)


def on_hold(name: str, **changes: Any) -> Edit:
    return lambda data: hold(data, name).update(changes)


def on_yield(at: int, **changes: Any) -> Edit:
    return lambda data: data["theoretical_yields"][at].update(changes)


def argument(path: str, name: str, value: Any) -> Edit:
    return lambda data: parameter(data, path)["arguments"].update({name: value})


def no_argument(path: str, name: str) -> Edit:
    return lambda data: parameter(data, path)["arguments"].pop(name)


def twice(path: str) -> Edit:
    def edit(data: Any) -> None:
        parameters = phase(data, path)["parameters"]
        parameters.append(dict(parameters[0]))

    return edit


def material(path: str, at: int, **changes: Any) -> Edit:
    return lambda data: phase(data, path)["requires"]["materials"][at].update(changes)


def derived(name: str, **changes: Any) -> Edit:
    def edit(data: Any) -> None:
        whole = parameter(data, f"{RUN}.skid_log")["derive"][name]
        whole["arguments"] = {**whole["arguments"], **changes}

    return edit


STRUCTURE = [
    ("duplicate_id", twice(COUNT)),
    ("duplicate_id", lambda data: data["hold_times"].append(dict(data["hold_times"][0]))),
    ("duplicate_id", lambda data: data["bill_of_materials"].append(dict(data["bill_of_materials"][0]))),
    ("duplicate_id", on_unit("culture", id="thaw")),
    ("duplicate_id", on_phase("tff.uf1.uf1_end", id="run")),
    ("bad_id", on_parameter(f"{COUNT}.printout", id="Printout 1")),
    ("bad_id", lambda data: phase(data, "expansion.p4.sample")["samples"][0].update(id="myc")),
    ("reserved_id", on_parameter(f"{COUNT}.printout", id="verdict")),
    ("empty_master", lambda data: data.update(unit_procedures=[])),
    ("empty_unit_procedure", lambda data: unit(data, "review")["operations"][0].update(phases=[])),
    ("empty_phase", lambda data: phase(data, "tff.uf1.excursion").update(parameters=[])),
    ("unknown_kind", on_unit("tff", kind="filtering")),
    ("missing_clearance", lambda data: unit(data, "fill").pop("clearance")),
    ("bad_path", on_unit("fill", clearance="nothing")),
    ("ambiguous_path", on_unit("fill", clearance="clearance")),
    ("bad_clearance", on_unit("fill", clearance="thaw.thaw.remove")),
    ("bad_clearance", on_unit("fill", clearance="label_clearance.clearance.clearance")),
    ("bad_clearance", lambda data: phase(data, "fill_clearance.clearance.clearance")["sign"].pop("verified")),
    ("repeat_without_bound", on_unit("harvest", repeat={"min": "3"})),
    ("repeat_bounds", on_unit("harvest", repeat={"min": "4", "max": "3"})),
    ("repeat_bounds", on_unit("harvest", repeat={"min": "0", "max": "3"})),
    ("repeat_bounds", on_unit("clarification", repeat={"min": "1", "max": "3", "each": "harvest"})),
    ("bad_path", on_unit("clarification", repeat={"min": "3", "max": "3", "each": "nothing"})),
    ("bad_path", on_unit("harvest", repeat={"min": "3", "max": "3", "until": {"parameter": "nothing"}})),
    ("bad_until", on_unit("harvest", repeat={"max": "3", "until": {"parameter": "collect.volume"}})),
    ("bad_until", on_unit("harvest", repeat={"max": "3", "until": {"parameter": "harvest_number", "in": ["9"]}})),
    ("bad_until", on_unit("harvest", repeat={"max": "3", "until": {"parameter": "harvest_number", "at_least": "3"}})),
    ("bad_path", on_unit("culture", after=["nothing"])),
    ("bad_path", on_phase("tff.uf1.uf1_end", after=["nothing"])),
    ("ambiguous_path", on_phase("tff.uf1.uf1_end", after=["clearance"])),
    ("order_loop", on_phase(RUN, after=["uf1_end"])),
    ("unsigned_phase", on_phase("tff.uf1.excursion", sign={})),
    ("verified_not_performed", on_phase(COUNT, sign={"verified": True})),
    ("critical_not_verified", on_phase(COUNT, sign={"performed": True})),
    ("blind_not_verified", on_phase(COUNT, sign={"performed": True})),
]

LINKS = [
    ("hold_not_an_instant", on_hold("retentate", to=f"{DILUTE}.volume_in")),
    ("hold_reversed", on_hold("retentate", to="tff.recover.drain.started_at")),
    (
        "hold_reversed",
        on_hold("thaw", **{"from": "thaw.thaw.remove.thaw_ended_at", "to": "thaw.thaw.remove.thaw_started_at"}),
    ),
    ("hold_reversed", on_hold("retentate", **{"from": f"{DILUTE}.completed_at", "to": f"{DILUTE}.started_at"})),
    ("bad_path", on_hold("retentate", to="nothing")),
    ("ambiguous_path", on_hold("retentate", to="ended_at")),
    ("hold_without_bound", lambda data: [hold(data, "thaw").pop(key) for key in ("max", "warn_at")]),
    ("hold_bounds", on_hold("retentate", max="24 mL")),
    ("hold_bounds", on_hold("retentate", max="0 h")),
    ("hold_bounds", on_hold("retentate", warn_at="25 h")),
    ("hold_bounds", on_hold("retentate", min="30 h")),
    ("bad_path", on_yield(0, actual="nothing")),
    ("bad_path", on_yield(0, actual=f"{COUNT}.printout")),
    ("yield_bounds", on_yield(0, min_percent="300")),
    ("yield_not_verified", on_yield(0, actual="thaw.thaw.count.viable_cells")),
    ("when_not_a_choice", on_phase("tff.uf1.excursion", when={"parameter": "run.q", "in": ["1"]})),
    ("when_not_a_choice", on_phase("tff.uf1.excursion", when={"parameter": "run.begun_at.verdict", "in": ["action"]})),
    ("when_unknown_option", on_phase("tff.uf1.excursion", when={"parameter": "run.skid_log.verdict", "in": ["bad"]})),
    ("when_unknown_option", on_phase("tff.uf1.excursion", when={"parameter": "run.skid_log.verdict", "in": []})),
    (
        "when_unknown_option",
        on_phase("harvest.collection.end_count", when={"parameter": "harvest_number", "in": ["4"]}),
    ),
    ("when_not_before", on_phase("tff.uf1.excursion", when={"parameter": "post_test.integrity", "in": ["fail"]})),
    ("bad_path", on_phase("tff.uf1.excursion", when={"parameter": "nothing", "in": ["fail"]})),
    ("ambiguous_path", on_phase("tff.uf1.excursion", when={"parameter": "integrity", "in": ["fail"]})),
    ("bad_gate", lambda data: data.pop("bank")),
    ("bad_gate", on_phase("pooling.pool.pool", gate=[{"kind": "ipc_result"}])),
    ("bad_gate", on_phase("pooling.pool.pool", gate=[{"kind": "ipc_result", "sample": "MYN", "test": "colour"}])),
    ("bad_gate", on_phase(RUN, gate=[{"kind": "ipc_result", "sample": "DS", "test": "protein"}])),
    ("bad_path", on_phase(RUN, gate=[{"kind": "ipc_result", "sample": "XX", "test": "protein"}])),
    ("bad_path", on_phase(RUN, gate=[{"kind": "donor_eligibility", "at_risk": "run.q"}])),
    ("bad_gate", on_phase(RUN, gate=[{"kind": "donor_eligibility", "at_risk": "pre_test.integrity"}])),
    ("bound_not_a_number", material(DILUTE, 0, quantity={"of": "formulated_at", "percent": "100"})),
    ("reference_to_later_phase", material(DILUTE, 0, quantity={"of": "issue.issued", "percent": "100"})),
    ("bad_quantity", material(DILUTE, 0, quantity={"of": "buffer_added", "percent": "0"})),
    ("bad_quantity", material(DILUTE, 0, quantity="0 mL")),
    ("unknown_unit", material(DILUTE, 0, quantity="1 gallon")),
    ("bad_quantity", lambda data: phase(data, COUNT.replace("count", "sample"))["samples"][0].update(containers="0")),
    ("bad_gate", lambda data: parameter(data, "pooling.decision.at_risk.decision").pop("passing")),
    ("unknown_source", on_phase(DILUTE, genealogy={"produces": "bulk", "from": [{"node": "container"}]})),
    ("bad_path", on_phase(DILUTE, genealogy={"produces": "bulk", "from": [{"node": "pool", "amount": "nothing"}]})),
    ("no_source", on_phase(DILUTE, genealogy={"produces": "bulk", "from": []})),
]

VALUES = [
    ("missing_unit", drop(f"{COUNT}.total", "unit")),
    ("missing_options", drop("tff.install.pre_test.integrity", "options")),
    ("missing_item", on_parameter(f"{COUNT}.printout", kind="material")),
    ("missing_equipment_class", on_parameter(f"{COUNT}.printout", kind="equipment")),
    ("item_not_on_bill", on_parameter(f"{COUNT}.printout", kind="material", item="SALT")),
    ("missing_sample", on_parameter(f"{COUNT}.printout", kind="sample")),
    ("unknown_sample", on_parameter(f"{COUNT}.printout", kind="sample", sample="MYC")),
    ("missing_columns", drop(f"{RUN}.skid_log", "columns")),
    ("missing_function", drop(f"{RUN}.tmp", "function")),
    ("key_of_other_kind", on_parameter(f"{COUNT}.total", options=["a", "b"])),
    ("key_of_other_kind", on_parameter(f"{COUNT}.printout", limits={"action": {"min": "1"}})),
    ("two_precisions", on_parameter(f"{COUNT}.total", decimals="1")),
    ("bad_options", on_parameter("tff.install.pre_test.integrity", options=["pass"])),
    ("bad_options", on_parameter("tff.install.pre_test.integrity", options=["pass", "pass"])),
    ("passing_not_an_option", on_parameter("tff.install.pre_test.integrity", passing=["good"])),
    ("always_passing", on_parameter("tff.install.pre_test.integrity", passing=["pass", "fail"])),
    ("unknown_unit", on_parameter(f"{COUNT}.total", unit="cells/ml")),
    ("unknown_unit", lambda data: parameter(data, f"{RUN}.skid_log")["columns"].update(q="gallon")),
    ("not_a_time", on_parameter(f"{RUN}.skid_log", every="5 mL")),
    ("not_a_time", on_parameter(f"{DILUTE}.mixing", unit="mL")),
    ("missing_limit", drop(f"{RUN}.tmp", "limits")),
    ("missing_limit", drop("tff.uf1.uf1_end.volume_end", "limits")),
    ("missing_limit", drop("inspection.inspection.inspect.major_share", "limits")),
    ("missing_limit", drop(f"{RUN}.skid_log", "column_limits")),
    ("missing_limit", on_parameter(f"{RUN}.tmp", limits={"plausible": {"max": "5"}}, target="1")),
    ("missing_passing", drop("tff.install.pre_test.integrity", "passing")),
    ("limits_contradict", on_parameter(f"{RUN}.tmp", limits={"plausible": {"max": "0.5"}, "action": {"max": "0.6"}})),
    ("limits_contradict", on_parameter(f"{RUN}.tmp", limits={"action": {"min": "0.2"}, "alert": {"min": "0.1"}})),
    (
        "limits_contradict",
        on_parameter(f"{RUN}.tmp", limits={"specification": {"max": "0.1"}, "action": {"min": "0.2"}}),
    ),
    ("cause_of_nothing", on_parameter(f"{RUN}.begun_at", cause="true")),
    ("cause_of_nothing", on_parameter(f"{RUN}.skid_log", cause="true", on_breach="explain")),
    ("target_outside_limits", on_parameter(f"{RUN}.tmp", target="0.7")),
    ("target_outside_limits", on_parameter(f"{RUN}.tmp", target="0.05")),
    (
        "bad_share",
        on_parameter(f"{DILUTE}.buffer_added", limits={"action": {"min": {"of": "volume_in", "percent": "0"}}}),
    ),
    ("bad_path", on_parameter(f"{DILUTE}.buffer_added", limits={"action": {"min": {"of": "nothing", "percent": "9"}}})),
    (
        "bound_not_a_number",
        on_parameter(f"{DILUTE}.buffer_added", limits={"action": {"min": {"of": "formulated_at", "percent": "9"}}}),
    ),
    (
        "bound_of_itself",
        on_parameter(f"{DILUTE}.buffer_added", limits={"action": {"min": {"of": "buffer_added", "percent": "9"}}}),
    ),
    (
        "reference_to_later_phase",
        on_parameter(f"{DILUTE}.buffer_added", limits={"action": {"min": {"of": "bulk.volume", "percent": "9"}}}),
    ),
    (
        "unit_mismatch",
        on_parameter(f"{DILUTE}.buffer_added", limits={"action": {"min": {"of": "particles", "percent": "9"}}}),
    ),
    ("unknown_field", on_parameter(f"{RUN}.tmp", binds="tff.colour")),
    ("unknown_field", on_parameter(f"{RUN}.tmp", binds="brewing.tmp")),
    ("field_of_other_kind", on_parameter(f"{RUN}.tmp", binds="fill.fill_volume")),
    ("field_type", on_parameter(f"{RUN}.tmp", binds="tff.cartridge")),
    ("unit_mismatch", on_parameter(f"{RUN}.tmp", binds="tff.vcf")),
    ("bound_twice", on_parameter(f"{RUN}.pf", binds="tff.tmp")),
]

CALCULATIONS = [
    ("unknown_function", on_parameter(f"{RUN}.tmp", function="transmembrane@1")),
    ("unknown_function", on_parameter(f"{RUN}.tmp", function="transmembrane_pressure@2")),
    ("unknown_argument", argument(f"{RUN}.tmp", "px", "pf")),
    ("missing_argument", no_argument(f"{RUN}.tmp", "pp")),
    ("bad_path", argument(f"{RUN}.tmp", "pp", "nothing")),
    ("ambiguous_path", argument("review.closing.dose_safety.endotoxin_limit", "k", "viability")),
    ("argument_kind", argument(f"{RUN}.tmp", "pp", "begun_at")),
    ("argument_kind", argument(f"{RUN}.tmp", "pp", ["pf"])),
    ("argument_kind", argument(f"{RUN}.tmp", "pp", {"parameter": "pf", "occurrence": "all"})),
    ("argument_kind", argument("thaw.thaw.count.viable_concentration", "counts", "live")),
    ("argument_kind", argument("tff.recover.balance.mass_balance", "parts", ["concentration"])),
    ("argument_kind", argument("thaw.thaw.remove.thaw_minutes", "end", "vials")),
    ("argument_kind", argument("thaw.thaw.remove.thaw_minutes", "end", "3")),
    ("unit_mismatch", argument(f"{RUN}.tmp", "pp", "q")),
    ("unit_mismatch", argument("tff.recover.balance.mass_balance", "parts", [["drain.volume", "concentration"]])),
    ("unit_mismatch", argument("tff.uf1.uf1_end.vcf", "feed", "pooling.pool.pool.particles")),
    ("unit_of_result", on_parameter(f"{RUN}.tmp", unit="mbar")),
    ("reference_to_later_phase", argument(f"{RUN}.tmp", "pp", "sterile_filtration.filtration.filter.pressure")),
    ("reference_to_later_phase", argument("tff.uf1.uf1_end.vcf", "retentate", "drain.volume")),
    ("reference_to_excluded_phase", argument("pooling.pool.pool.recovery", "actual", "end_count.all_particles")),
    ("reference_to_excluded_phase", on_parameter(f"{RUN}.pp", optional=True)),
    ("no_bank", lambda data: data.pop("bank")),
    ("bad_path", argument(f"{COUNT}.cpdl", "start", "bank:certificate.colour")),
    ("unit_mismatch", argument(f"{COUNT}.cpdl", "start", "bank:certificate.viability")),
    (
        "calculation_loop",
        lambda data: [
            argument(f"{DILUTE}.target_volume", "volume", "buffer_computed")(data),
            argument(f"{DILUTE}.buffer_computed", "volume", "target_volume")(data),
        ],
    ),
    ("calculation_loop", argument(f"{DILUTE}.particles", "volume", "particles")),
    ("unknown_function", lambda data: parameter(data, f"{RUN}.skid_log")["derive"]["tmp"].update(function="tmp@1")),
    ("unknown_argument", derived("tmp", px="pf")),
    ("missing_argument", lambda data: parameter(data, f"{RUN}.skid_log")["derive"]["tmp"].pop("arguments")),
    ("argument_kind", argument(f"{RUN}.tmp", "pp", "run.started_at")),
    ("unit_mismatch", derived("tmp", pf="permeate")),
    ("unit_mismatch", derived("flux", area="uf1_end.volume_end")),
    ("reference_to_later_phase", derived("flux", area="uf1_end.volume_end")),
    ("bad_path", derived("tmp", pf="nothing")),
    (
        "unknown_column",
        lambda data: parameter(data, f"{RUN}.skid_log")["column_limits"].update(x={"action": {"min": "1"}}),
    ),
]

SITE = [
    ("unknown_product", Catalogue(products=frozenset({("EV-UMSC-1ML", 2)}))),
    ("unknown_item", Catalogue(items=frozenset({"DPBS"}))),
    ("unknown_equipment_class", Catalogue(equipment_classes=frozenset({"balance"}))),
    ("unknown_document", Catalogue(documents=frozenset({"SOP-GEN-001"}))),
    ("unknown_test", Catalogue(tests=frozenset({"particles"}))),
    ("unknown_specification", Catalogue(specifications=frozenset())),
    ("unknown_master", Catalogue(masters=frozenset())),
    ("unknown_room", Catalogue(rooms=frozenset({"CC-1"}))),
]


@pytest.mark.parametrize("name", ["umsc_bank", "umsc_mc_tff", "short_demo"])
def test_master_of_the_product_has_nothing_against_it(name: str) -> None:
    assert lint(master(name)) == []


@pytest.mark.parametrize(("code", "edit"), STRUCTURE + LINKS + VALUES + CALCULATIONS)
def test_change_is_found(code: str, edit: Edit) -> None:
    found = findings_after("umsc_mc_tff", edit)
    assert code in {finding.code for finding in found}, found
    assert all(finding.message for finding in found)


@pytest.mark.req("R331")
@pytest.mark.parametrize(("code", "catalogue"), SITE)
def test_what_the_site_does_not_have_is_found(code: str, catalogue: Catalogue) -> None:
    found = errors(master("umsc_mc_tff"), catalogue)
    assert {finding.code for finding in found} == {code}


def test_equipment_of_a_parameter_is_compared_too() -> None:
    edit = on_parameter(f"{COUNT}.printout", kind="equipment", equipment_class="oven")
    found = errors(edited("umsc_mc_tff", edit), Catalogue(equipment_classes=frozenset({"balance"})))
    assert f"{COUNT}.printout" in {one.path for one in found}


def test_number_or_option_may_end_a_repeat() -> None:
    number = {"max": "3", "until": {"parameter": "collect.volume", "at_least": "2500"}}
    option = {"max": "3", "until": {"parameter": "harvest_number", "in": ["3"]}}
    for until in (number, option):
        found = findings_after("umsc_mc_tff", on_unit("harvest", repeat=until))
        assert {one.code for one in found} == {"repeat_bounds"}  # clarification is tied to three harvests


def test_phase_event_is_an_instant_for_a_calculation() -> None:
    assert findings_after("umsc_mc_tff", argument("thaw.thaw.remove.thaw_minutes", "start", "remove.started_at")) == []


def test_site_that_has_everything_finds_nothing() -> None:
    spec = master("umsc_mc_tff")
    phases = [phase for unit in spec.unit_procedures for phase in unit.phases]
    whole = Catalogue(
        items=frozenset(item.item for item in spec.bill_of_materials),
        equipment_classes=frozenset(need.class_ for one in phases for need in one.requires.equipment),
        documents=frozenset(name for one in phases for name in (*one.documents, *one.requires.training)),
        products=frozenset({(spec.product.code, spec.product.version)}),
        tests=frozenset(test for one in phases for sample in one.samples for test in sample.tests),
        specifications=frozenset(spec.specifications),
        masters=frozenset({"UMSC-BANK"}),
        rooms=frozenset({"CC-1", "EV-1", "FILL-1", "PACK-1"}),
    )
    assert lint(spec, whole) == []


def test_errors_come_before_warnings_and_name_the_place() -> None:
    def edit(data: Any) -> None:
        phase(data, "thaw.thaw.remove").pop("documents")
        parameter(data, f"{RUN}.tmp").pop("limits")

    found = findings_after("umsc_mc_tff", edit)
    assert [(one.severity, one.code, one.path) for one in found] == [
        ("error", "missing_limit", f"{RUN}.tmp"),
        ("warning", "missing_document", "thaw.thaw.remove"),
    ]
    assert errors(edited("umsc_mc_tff", edit)) == found[:1]


def test_loop_of_two_values_is_named_once() -> None:
    edit = next(edit for code, edit in CALCULATIONS if code == "calculation_loop")
    loops = [one for one in findings_after("umsc_mc_tff", edit) if one.code == "calculation_loop"]
    assert len(loops) == 1
    assert "needs" in loops[0].message
    assert f"{DILUTE}.target_volume" in loops[0].message


def test_previous_occurrence_is_no_loop() -> None:
    bank = "expansion.passage.seed.volume_computed"
    found = findings_after(
        "umsc_bank", argument(bank, "area", {"parameter": "area", "occurrence": "previous", "initially": "area"})
    )
    assert found == []


def test_previous_without_a_repeat_is_a_later_phase() -> None:
    edit = argument("tff.uf1.uf1_end.vcf", "retentate", {"parameter": "drain.volume", "occurrence": "previous"})
    assert "reference_to_later_phase" in {one.code for one in findings_after("umsc_mc_tff", edit)}


def test_every_code_of_the_linter_is_proved_by_a_test() -> None:
    folder = Path(str(lint_module.__file__)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("lint*.py"))
    named = set(re.findall(r'(?:error|warning)\(\s*"([a-z_]+)"', source))
    proved = {code for code, _ in (*STRUCTURE, *LINKS, *VALUES, *CALCULATIONS, *SITE, *mandatory.MISSING)}
    proved |= {"missing_sampling", "missing_yield_basis", "bill_item_unused", "missing_document"}
    assert len(named) > 60
    assert named <= proved
