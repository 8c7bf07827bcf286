"""The demonstration runs once; every number of the reference batches stands in its record."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.test import TestCase

from batches.domain.holds import running
from batches.domain.masters import plan_for
from batches.domain.values import Values
from batches.models import Batch, Container, Deviation, Entry, LotNode, MaterialCharge, PhaseRecord
from batches.queries import ancestors
from compliance.domain import clock, outbox
from compliance.domain.verification import Scope, verify
from compliance.models import LedgerEntry, Signature
from compliance.numbers import decimals_of, round_half_up
from donors.models import TissueLot
from qc.models import Result
from release.demo import papers, script
from release.queries.exceptions import exceptions_of
from tests.release import demo_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.demo.script import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.req("R308")]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The whole demonstration in one transaction, taken back after the last test of this module."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        # No broker in this test: the documents wait, as they do when it is down.
        patched.setattr(outbox, "send", lambda *_args: False)
        atomics = TestCase._enter_atomics()
        try:
            with TestCase.captureOnCommitCallbacks(execute=True):
                played = script.run()
            yield played
        finally:
            TestCase._rollback_atomics(atomics)


def entry(batch: Batch, path: str, occurrence: int) -> Entry:
    """The live value of a parameter."""
    return Entry.objects.get(batch=batch, path=path, phase__occurrence=occurrence, slot="", superseded_by__isnull=True)


def assert_prints(value: Decimal | None, printed: str) -> None:
    expected = Decimal(printed)
    assert value is not None
    assert round_half_up(value, decimals=decimals_of(expected)) == expected


@pytest.mark.parametrize(("path", "occurrence", "printed"), demo_numbers.BANK)
def test_bank_has_its_number(stage: Stage, path: str, occurrence: int, printed: str) -> None:
    assert_prints(entry(stage.roles["bank"].batch, path, occurrence).value, printed)


@pytest.mark.parametrize(("path", "occurrence", "printed"), demo_numbers.PRODUCT)
def test_product_has_its_number(stage: Stage, path: str, occurrence: int, printed: str) -> None:
    assert_prints(entry(stage.roles["product"].batch, path, occurrence).value, printed)


@pytest.mark.parametrize(("code", "reported"), demo_numbers.LABORATORY)
def test_product_has_its_result(stage: Stage, code: str, reported: str) -> None:
    rows = Result.objects.filter(sample__batch=stage.roles["product"].batch, item__code=code)
    assert {(r.reported, r.state, r.verdict) for r in rows} == {(reported, "reviewed", "within")}


def test_batches_stand_where_the_script_leaves_them(stage: Stage) -> None:
    found = {name: role.batch for name, role in stage.roles.items()}
    assert {name: b.state for name, b in found.items()} == {
        "bank": "released", "product": "released", "short": "executed", "third": "in_progress",
    }  # fmt: skip
    year = found["product"].issued_at.astimezone(clock.zone()).year % 100
    assert found["product"].number == f"EV-{year:02d}-0001"
    assert found["bank"].number.startswith("CB-")
    assert found["product"].bank == found["bank"]


@pytest.mark.req("R306")
def test_record_has_the_signatures_and_entries_of_a_real_one(stage: Stage) -> None:
    batch = stage.roles["product"].batch
    signatures = Signature.objects.filter(act__links__chain=batch.chain)
    assert signatures.count() >= 40
    assert batch.entries.count() >= 250
    assert len(set(signatures.values_list("signer", flat=True))) >= 7


@pytest.mark.req("R209")
def test_correction_stands_beside_its_first_value(stage: Stage) -> None:
    now = entry(stage.roles["product"].batch, "expansion.p4.count.dead", 1)
    assert now.supersedes is not None
    assert (now.supersedes.value, now.value) == (Decimal(85000), Decimal(58000))
    assert now.reason.startswith("Digits transposed")
    assert now.supersedes.recorded_at < now.recorded_at < now.phase.performed_at


@pytest.mark.req("R504")
def test_both_deviations_are_minor_and_closed(stage: Stage) -> None:
    rows = list(Deviation.objects.filter(batch=stage.roles["product"].batch).order_by("id"))
    assert [(r.entry.path, r.classification, r.state) for r in rows] == [
        ("culture.growth.run.log", "minor", "closed"),
        ("tff.uf1.run.skid_log", "minor", "closed"),
    ]
    assert "7.46" in rows[0].description
    assert "Reading 20 of 33" in rows[1].description
    assert "0.63" in rows[1].description


@pytest.mark.req("R314")
def test_every_vial_has_its_fate_and_vial_112_its_weight(stage: Stage) -> None:
    rows = list(Container.objects.filter(batch=stage.roles["product"].batch))
    assert Counter(r.state for r in rows) == demo_numbers.FATES
    light = next(r for r in rows if r.index == 112)
    assert (light.state, light.weight, light.defect) == ("rejected", Decimal("0.96"), "major: weight 0.96 g")
    assert sum(r.defect.startswith("minor") for r in rows) == 4
    assert all(r.weight is not None and r.weight >= Decimal("0.97") for r in rows if r.index != 112)


@pytest.mark.req("R316")
def test_expiry_is_twelve_months_after_the_fill(stage: Stage) -> None:
    batch = stage.roles["product"].batch
    end = entry(batch, "fill.filling.run.ended_at", 1).instant
    made = end.astimezone(clock.zone()).date()
    assert batch.manufactured_at == end
    assert (batch.expires_on.year, batch.expires_on.month) == (made.year + 1, made.month)


@pytest.mark.req("R402")
def test_one_vial_leads_back_to_its_donor(stage: Stage) -> None:
    batch = stage.roles["product"].batch
    node = LotNode.objects.get(container__number=f"{batch.number}-V0112")
    kinds = {one.kind for one in ancestors(node).nodes.values()}
    assert kinds == {
        "container", "bulk", "retentate", "pool", "clarified", "harvest", "culture", "passage", "bank", "tissue",
        "donation",
    }  # fmt: skip


def test_every_exception_is_answered_but_two_of_the_batch_in_review(stage: Stage) -> None:
    left = {
        name: [e.title for e in exceptions_of(role.batch) if not e.answer]
        for name, role in stage.roles.items()
        if name != "third"
    }
    assert not left["bank"]
    assert not left["product"]
    assert len(left["short"]) == 2


def test_third_batch_is_in_its_3d_run_with_its_clocks(stage: Stage) -> None:
    batch = stage.roles["third"].batch
    run = PhaseRecord.objects.get(batch=batch, path="culture.growth.run")
    assert run.state == "in_progress"
    assert running(plan_for(batch), Values(batch, plan_for(batch))) == []


@pytest.mark.req("R309")
def test_reactor_is_free_again_and_the_running_one_is_held(stage: Stage) -> None:
    held = stage.roles["third"].batch
    codes = {s.code for s in held.equipment_scans.all() if s.equipment_class == "bioreactor"}
    assert codes == {"BR-02"}
    open_uses = {u.equipment.code: u.batch_ref for s in held.equipment_scans.all() for u in s.equipment.uses.all()
                 if u.ended_at is None}  # fmt: skip
    assert open_uses == {"BR-02": held.number}


def test_fresh_tissue_waits_for_a_batch_from_the_browser(stage: Stage) -> None:
    lot = TissueLot.objects.order_by("id").last()
    assert lot.state == "released"
    assert not lot.batches.exists()
    assert lot.expires_at > clock.true_now() + timedelta(hours=24)


def test_charges_are_verified_by_another(stage: Stage) -> None:
    rows = MaterialCharge.objects.filter(batch=stage.roles["product"].batch, second_person=True)
    assert rows.count() >= 20
    assert all(r.state == "verified" and r.verified_by_id != r.charged_by_id for r in rows)


def test_record_time_rises_and_ends_before_now(stage: Stage) -> None:
    acts = list(LedgerEntry.objects.filter(links__chain=stage.roles["product"].batch.chain).order_by("links__seq"))
    times = [act.recorded_at for act in acts]
    assert times == sorted(times)
    assert times[-1] < clock.true_now()
    assert clock.site().scripted_now is None


@pytest.mark.req("R102")
def test_integrity_is_clean(stage: Stage, settings: Any) -> None:
    settings.HEADS_FILE, settings.FILES = settings.VAR / "heads.jsonl", settings.VAR / "files"
    assert [str(finding) for finding in verify(Scope())] == []


def test_command_answers_with_record_and_bundle_and_changes_nothing(
    stage: Stage, plain_paper: None, settings: Any, tmp_path: Path
) -> None:
    settings.VAR, settings.FILES = tmp_path, settings.VAR / "files"
    batch = stage.roles["product"].batch
    assert papers.make_documents(batch) == []
    out = StringIO()
    call_command("demo", "--if-empty", stdout=out)
    answer = json.loads(out.getvalue().splitlines()[-1])
    assert (answer["batch"], answer["entries"]) == (batch.number, batch.entries.count())
    assert Path(answer["pdf"]).read_bytes().startswith(b"sealed ")
    assert zipfile.is_zipfile(answer["bundle"])
    acts = LedgerEntry.objects.count()
    again = StringIO()
    call_command("demo", stdout=again)
    assert json.loads(again.getvalue().splitlines()[-1]) == answer
    assert LedgerEntry.objects.count() == acts
