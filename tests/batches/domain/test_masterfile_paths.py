"""Short paths made full, phases in order, references read in their occurrence."""

import pytest

from batches.domain.masterfile.order import Before, Read, all_before, phases_before, reads, units_before
from batches.domain.masterfile.paths import (
    AmbiguousPathError,
    PathError,
    index,
    resolve,
    resolve_phase,
    resolve_sample,
)
from batches.domain.masterfile.values import Reference
from tests.batches.domain.masterfile_edit import edited, master, phase, unit

TFF = master("umsc_mc_tff")
BANK = master("umsc_bank")
COUNTS = {"harvest": 3, "clarification": 2, "expansion": 3}


def count_of(name: str) -> int:
    return COUNTS.get(name, 1)


@pytest.mark.parametrize(
    ("path", "scope", "full"),
    [
        ("tff.uf1.run.tmp", "", "tff.uf1.run.tmp"),
        ("tmp", "", "tff.uf1.run.tmp"),
        ("run.tmp", "", "tff.uf1.run.tmp"),
        ("volume", "harvest.collection.collect", "harvest.collection.collect.volume"),
        ("count.viable_concentration", "expansion.p4.sample", "expansion.p4.count.viable_concentration"),
        ("thaw.count.viable_concentration", "expansion.p4.seed", "thaw.thaw.count.viable_concentration"),
        ("uf1_end.volume_end", "tff.df.diafilter", "tff.uf1.uf1_end.volume_end"),
    ],
)
def test_path_is_made_full_from_the_nearest_place(path: str, scope: str, full: str) -> None:
    assert resolve(TFF, path, scope).path == full


@pytest.mark.parametrize("path", ["volume", "count.viability", "concentration"])
def test_path_with_two_places_names_both(path: str) -> None:
    with pytest.raises(AmbiguousPathError, match=r" or .*write more of the path"):
        resolve(TFF, path)


@pytest.mark.parametrize("path", ["nothing", "tff.nothing.run.tmp", "uf1.tmp", "", ".", "tff..run", "verdict"])
def test_path_to_nowhere_is_refused(path: str) -> None:
    with pytest.raises(PathError):
        resolve(TFF, path)


def test_phase_has_its_events_and_a_judged_value_its_verdict() -> None:
    started = resolve(TFF, "uf1.run.started_at")
    assert (started.path, started.aspect, started.parameter) == ("tff.uf1.run.started_at", "started_at", None)
    assert resolve(TFF, "diafilter.completed_at").aspect == "completed_at"
    verdict = resolve(TFF, "skid_log.verdict")
    assert (verdict.path, verdict.aspect) == ("tff.uf1.run.skid_log.verdict", "verdict")


def test_phase_and_sample_are_found_by_their_ends() -> None:
    assert resolve_phase(TFF, "dilute").path == "formulation.dilution.dilute"
    assert resolve_sample(TFF, "MYN") == "harvest.collection.sample.MYN"
    with pytest.raises(AmbiguousPathError):
        resolve_phase(TFF, "clearance")
    assert resolve_phase(TFF, "clearance", "start.release.clearance").path == "start.release.clearance"
    with pytest.raises(PathError):
        resolve_sample(TFF, "tmp")


def test_index_is_of_this_master_not_of_an_equal_one() -> None:
    other = edited("umsc_mc_tff", lambda data: data["product"].update(unit_total="1.0 mL"))
    assert other == TFF
    assert index(other) is not index(TFF)
    assert index(TFF) is index(TFF)


@pytest.mark.req("R106")
def test_phase_waits_for_the_one_above() -> None:
    assert phases_before(TFF, "tff.uf1.uf1_end") == (Before("tff.uf1.excursion", "same"),)


def test_first_phase_of_an_operation_waits_for_all_of_the_one_before() -> None:
    assert phases_before(TFF, "tff.df.diafilter") == tuple(
        Before(f"tff.uf1.{name}", "same") for name in ("run", "excursion", "uf1_end")
    )


def test_parallel_phases_wait_for_the_operation_before() -> None:
    waits = {phases_before(TFF, f"culture.growth.{name}") for name in ("run", "metabolites", "exchange")}
    assert waits == {
        (Before("culture.inoculation.inoculate", "same"), Before("culture.inoculation.attachment", "same"))
    }


def test_named_phases_are_waited_for_and_nothing_else() -> None:
    assert phases_before(TFF, "storage.freezing.freeze") == (Before("labelling.labels.apply", "all"),)
    assert phases_before(TFF, "expansion.p4.detach") == (
        Before("expansion.p4.incubate", "same"),
        Before("expansion.p4.feed", "same"),
    )


def test_empty_list_frees_a_phase_from_the_one_above() -> None:
    spec = edited("umsc_mc_tff", lambda data: phase(data, "tff.uf1.uf1_end").update(after=[]))
    assert phases_before(spec, "tff.uf1.uf1_end") == phases_before(spec, "tff.uf1.run")


def test_tied_unit_procedure_waits_for_its_own_occurrence() -> None:
    assert {before.occurrence for before in phases_before(TFF, "clarification.clarification.clarify")} == {"same"}
    assert {before.occurrence for before in phases_before(TFF, "pooling.decision.at_risk")} == {"all"}


def test_first_unit_procedure_waits_for_nothing() -> None:
    assert phases_before(TFF, "start.release.clearance") == ()
    assert units_before(TFF, TFF.unit_procedures[1]) == ("start",)
    assert units_before(TFF, next(u for u in TFF.unit_procedures if u.id == "fill")) == (
        "fill_clearance",
        "sterile_filtration",
    )


def test_everything_before_a_phase_is_known() -> None:
    before = all_before(TFF)
    assert "start.release.clearance" in before["review.closing.hand_over"]
    assert "storage.freezing.freeze" not in before["labelling.vials.reconcile"]
    assert before["start.release.clearance"] == frozenset()


def test_phase_that_waits_for_itself_is_in_its_own_set() -> None:
    def circle(data: object) -> None:
        phase(data, "tff.uf1.run").update(after=["uf1_end"])

    assert "tff.uf1.run" in all_before(edited("umsc_mc_tff", circle))["tff.uf1.run"]


@pytest.mark.parametrize(
    ("reference", "scope", "occurrence", "read"),
    [
        (Reference("collect.volume"), "harvest.collection.collect", 2, [2]),
        (Reference("harvest.collection.collect.ended_at"), "clarification.clarification.clarify", 2, [2]),
        (Reference("harvest.collection.collect.ended_at", "first"), "tff.uf1.run", 1, [1]),
        (Reference("harvest.collection.collect.volume", "all"), "pooling.pool.pool", 1, [1, 2, 3]),
        (Reference("collect.volume", "all"), "harvest.collection.end_count", 2, [1, 2]),
        (Reference("clarification.clarification.clarify.volume_out"), "harvest.collection.collect", 1, [1]),
        (Reference("harvest.collection.collect.volume"), "pooling.pool.pool", 1, [3]),
        (Reference("collect.volume", "previous"), "harvest.collection.collect", 3, [2]),
        (Reference("collect.volume", "previous"), "harvest.collection.collect", 1, []),
    ],
)
def test_reference_reads_its_occurrences(reference: Reference, scope: str, occurrence: int, read: list[int]) -> None:
    assert [found.occurrence for found in reads(TFF, reference, scope, occurrence, count_of)] == read


def test_first_passage_reads_what_stands_in_for_the_previous_one() -> None:
    reference = Reference("count.viable_concentration", "previous", "isolation.isolation.harvest.viable_concentration")
    seed = "expansion.passage.seed"
    assert reads(BANK, reference, seed, 1, count_of) == (Read("isolation.isolation.harvest.viable_concentration", 1),)
    assert reads(BANK, reference, seed, 3, count_of) == (Read("expansion.passage.count.viable_concentration", 2),)


def test_value_of_the_bank_is_not_read_here() -> None:
    with pytest.raises(PathError, match="batch of the bank"):
        reads(TFF, Reference("bank:certificate.pdl"), "expansion.p4.count", 1, count_of)


def test_unit_procedures_after_an_unknown_one_have_no_order_but_no_crash() -> None:
    spec = edited("umsc_mc_tff", lambda data: unit(data, "culture").update(after=["nothing"]))
    assert all_before(spec)["culture.preparation.reactor"] == frozenset()


def test_blind_numbers_of_a_phase() -> None:
    count = index(TFF).phases["expansion.p4.count"].phase
    assert [one.id for one in count.blind_parameters] == ["total", "dead", "volume"]
    assert index(TFF).phases["thaw.thaw.count"].phase.blind_parameters == ()
