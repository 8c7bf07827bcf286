"""The dossier is a pure function of the ledger up to one entry; the paper says the same numbers."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.domain import execution
from compliance.domain import accounts, store
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.page_words import pretty
from release.domain import dossier
from release.paper import Dossier
from release.paper_json import canonical, dossier_json
from release.tasks import render
from tests import helpers
from tests.batches import steps
from tests.qc import steps as lab
from tests.release import steps as release

if TYPE_CHECKING:
    from pathlib import Path

    from batches.models import Batch
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db


def now() -> int:
    """The newest ledger entry."""
    return int(LedgerEntry.objects.latest("pk").pk)


def administrator() -> Actor:
    """Who renames people."""
    return helpers.person("sysadmin", "system_administrator")


def built(batch: Batch, seq: int) -> Dossier:
    return dossier.build(batch, seq, release.document(batch))


@pytest.fixture
def corrected() -> Batch:
    """A batch under way with a value corrected twice, and a document asked for."""
    batch = release.issued()
    release.cleared(batch)
    row = release.mix_begun(batch)
    steps.recorded(row, "volume", "9.80")
    steps.recorded(row, "volume", "9.90", reason="Read from the wrong line")
    steps.recorded(row, "volume", "10.00", reason="Meniscus read again")
    steps.recorded(row, "total", "1.45e6")
    steps.recorded(row, "dead", "5.8e4")
    release.skid_log(row)
    release.requested(batch)
    return batch


@pytest.mark.req("R102")
def test_dossier_of_one_ledger_entry_is_the_same_after_everything_that_follows(corrected: Batch) -> None:
    seq = now()
    before = dossier_json(built(corrected, seq))
    row = steps.phase(corrected, "making.mix")
    with act(steps.operator(), "batch.entry_recorded", corrected) as a:
        execution.comment(a, row, "A remark that came later")
    steps.verified(steps.performed(row))
    steps.recorded(row, "volume", "10.10", reason="Read a third time by QA's wish")
    steps.verified(steps.performed(steps.phase(corrected, "making.mix")))
    with act(administrator(), "user.renamed", steps.operator().user) as a:
        accounts.rename_user(a, steps.operator().user, "Anna Nagy", "Married in October")
    release.closed(release.reported(corrected))
    release.filled(corrected)
    release.stored(corrected)
    release.labelled(corrected)
    batch = release.fresh(corrected)
    release.tested(batch, particles="3.5e10")
    lab.retracted(release.result(batch, "particles"))
    lab.tested(lab.sample(batch, "FIN"), "particles", "4.0e10")
    release.answered(batch)
    batch = release.released(release.certified(release.reviewed(batch)))
    assert dossier_json(built(batch, seq)) == before
    assert dossier_json(built(batch, now())) != before


@pytest.mark.case("SIG-05")
def test_renamed_person_keeps_her_name_on_what_she_signed() -> None:
    batch = release.issued()
    release.cleared(batch)
    with act(administrator(), "user.renamed", steps.operator().user) as a:
        accounts.rename_user(a, steps.operator().user, "Anna Nagy", "Married in October")
    release.requested(batch)
    release.mixed(batch)
    names = {(s.username, s.printed_name) for s in built(batch, now()).signatures if s.username == "anna"}
    assert names == {("anna", "Anna Test"), ("anna", "Anna Nagy")}


@pytest.mark.case("AUD-16")
@pytest.mark.req("R215")
def test_corrections_stand_in_order_with_who_and_why(corrected: Batch) -> None:
    entries = [e for u in built(corrected, now()).unit_procedures for p in u.phases for e in p.entries]
    (volume,) = [e for e in entries if e.parameter == "Volume"]
    assert volume.value == "10.00"
    chain = [(c.old, c.new, c.by, c.reason) for c in volume.corrections]
    assert chain == [
        ("9.80 mL", "9.90 mL", "Anna Test", "Read from the wrong line"),
        ("9.90 mL", "10.00 mL", "Anna Test", "Meniscus read again"),
    ]
    assert volume.corrections[0].at <= volume.corrections[1].at


@pytest.mark.case("WF-13")
def test_dossier_names_the_version_the_batch_was_issued_on(corrected: Batch) -> None:
    steps.effective_master(text=corrected.master_version.source.replace("max: 11}", "max: 12}"))
    facts = {f.label: (f.value, f.digest) for f in built(corrected, now()).cover.facts}
    assert facts["Master"] == ("WHOLE v1", corrected.master_digest)


def text_of(pdf: bytes, folder: Path) -> str:
    """What poppler reads."""
    path = folder / "record.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.req("R215", "R113", "R333", "R102")
@pytest.mark.case("AUD-16")
@pytest.mark.case("SIG-04")
def test_paper_says_every_number_of_the_dossier(corrected: Batch, tmp_path: Path) -> None:
    row = steps.phase(corrected, "making.mix")
    steps.verified(steps.performed(row))
    release.filled(corrected)
    release.stored(corrected)
    batch = release.labelled(corrected)
    release.tested(batch)
    release.answered(batch)
    batch = release.reviewed(batch)
    facts = built(batch, now())
    sealed, _, pages = render(facts)
    text = re.sub(r"\s+", " ", text_of(sealed, tmp_path))
    entries = [e for u in facts.unit_procedures for p in u.phases for e in p.entries]
    assert len(entries) == 11
    for entry in entries:
        assert entry.value is not None
        assert (pretty(entry.value) if entry.numeric else entry.value) in text, entry.parameter
        for correction in entry.corrections:
            assert correction.old.split()[0] in text
            assert correction.reason in text
    for result in facts.qc_results:
        assert (result.result if result.raw is None else pretty(result.result)) in text, result.test
    for one in facts.yields:
        assert one.percent in text
    for signature in facts.signatures:
        assert signature.printed_name in text
    assert "reviewed" in text.lower()
    assert facts.signatures[-1].signed_at.strftime("%Y-%m-%d %H:%M") in text
    assert f"of {pages}" in text
    for line in facts.index:
        assert line.title in text
    assert facts.exceptions_proof.split(",")[0] in text


@pytest.mark.req("R319")
def test_certificate_says_what_the_laboratory_found() -> None:
    batch = release.through()
    found = dossier.build_coa(batch, now(), release.document(batch, "coa"))
    assert [(r.test, r.result, r.verdict) for r in found.results] == [
        ("Endotoxin", "< 0.05", "within"),
        ("Sterility", "no growth", "within"),
        ("Particles", "4.1E+10", "within"),
    ]
    assert found.statement == "Every result complies with the specification."
    assert [(s.printed_name, s.meaning) for s in found.signatures] == [
        ("Quinn Test", "reviewed"),
        ("Pia Test", "certified"),
        ("Pia Test", "released"),
    ]
    assert {f.label: f.value for f in found.facts}["Containers released"] == "3"


def test_certificate_of_a_batch_that_is_not_released_says_so() -> None:
    batch = release.executed()
    release.tested(batch, sterility="")
    release.requested(batch, "coa")
    found = dossier.build_coa(batch, now(), release.document(batch, "coa"))
    assert found.statement == "The batch is not released by this certificate."
    assert [r.test for r in found.results] == ["Endotoxin", "Particles"]


def test_data_of_a_document_is_kept_beside_its_file(plain_paper: None) -> None:
    batch = release.issued()
    release.requested(batch)
    release.made()
    row = release.document(batch)
    assert row.ledger_seq is not None
    assert store.read(row.dossier_sha256) == canonical(built(batch, row.ledger_seq))


def test_dossier_takes_the_same_number_of_queries_for_a_longer_record(corrected: Batch) -> None:
    def cost() -> int:
        seq = now()
        built(corrected, seq)
        with CaptureQueriesContext(connection) as seen:
            built(corrected, seq)
        return len(seen)

    row = steps.phase(corrected, "making.mix")
    with act(steps.operator(), "batch.entry_recorded", corrected) as a:
        execution.comment(a, row, "Remark 0")
    release.reported(corrected)
    first = cost()
    for n in range(4):
        with act(steps.operator(), "batch.entry_recorded", corrected) as a:
            execution.comment(a, row, f"Remark {n + 1}")
        release.reported(corrected, f"Door {n}")
        steps.recorded(row, "volume", f"10.0{n + 1}", reason=f"Read once more, number {n}")
    assert cost() == first


@pytest.mark.req("R319")
def test_newer_specification_changes_no_certificate_of_a_batch_in_test() -> None:
    batch = release.executed()
    release.tested(batch)
    release.requested(batch, "coa")
    before = dossier.build_coa(batch, now(), release.document(batch, "coa"))
    lab.approved()
    after = dossier.build_coa(batch, now(), release.document(batch, "coa"))
    assert after.specification == before.specification
    assert [r.test for r in after.results] == [r.test for r in before.results]


@pytest.mark.req("R334")
def test_deviation_names_its_closer_and_an_open_one_nobody() -> None:
    batch = release.issued()
    shut = release.closed(release.reported(batch))
    release.assessed(release.reported(batch, "Lamp out"))
    release.requested(batch)
    found = {d.number: d for d in built(batch, now()).deviations}
    assert found.pop(shut.number).closed_by == release.qa().user.printed_name
    (still_open,) = found.values()
    assert (still_open.closed_by, still_open.closed_at) == ("", None)


@pytest.mark.req("R333")
def test_index_leads_to_the_procedure_that_answers() -> None:
    batch = release.executed()
    release.requested(batch)
    facts = built(batch, now())
    kinds = {f"up-{u.key}": u.kind for u in facts.unit_procedures}
    places = {line.paragraph: line.section for line in facts.index if line.state != "none"}
    assert kinds[places["(9)"]] == "fill"
    assert kinds[places["(6)"]] == "line clearance"
    assert places["(7)"] == "balance"


def test_numbers_found_are_printed_and_a_reason_is_quoted(corrected: Batch) -> None:
    row = steps.phase(corrected, "making.mix")
    steps.recorded(row, "dead", "5.9e4", reason="The printout reads 5.9E+04")
    facts = built(corrected, now())
    (detail,) = [e.detail for e in facts.exceptions if e.category == "Corrected value" and "printout" in e.detail]
    assert detail.startswith("Dead cells: 5.8 × 10⁴ cells/mL became 5.9 × 10⁴ cells/mL.")
    assert detail.endswith("Reason: The printout reads 5.9E+04")


@pytest.mark.req("R209")
def test_extract_of_the_trail_says_what_each_act_recorded(corrected: Batch) -> None:
    said = [line.what for line in built(corrected, now()).audit_trail]
    (row,) = [what for what in said if "Dead cells: 5.8 × 10⁴ cells/mL" in what]
    assert row.startswith(f"{steps.phase(corrected, 'making.mix').title}, Dead cells")
    assert any("lot " in what for what in said)
    assert not any("entry" in what.split(", ") for what in said)
