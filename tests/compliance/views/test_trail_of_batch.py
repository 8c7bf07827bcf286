"""The trail of a batch, a step and a value: which step and field, old and new value with unit, who, when, why."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from batches.domain import execution, phases
from batches.models import Deviation, Entry, EquipmentScan, MaterialCharge, PhaseRecord
from compliance import registry
from compliance.domain.act import act
from compliance.models import LedgerEntry
from qc.models import Sample
from tests.batches import steps
from tests.batches.views import scenes
from tests.compliance.domain.tampering import attacker, execute
from tests.compliance.views.steps import sign_in
from tests.release import steps as release

if TYPE_CHECKING:
    from django.test import Client

    from compliance.domain.actor import Actor
    from compliance.models import AppendOnly, Record

pytestmark = [pytest.mark.django_db, pytest.mark.req("R209"), pytest.mark.case("AUD-16")]
WHY = "Digits transposed, the printout says so"
LINE = re.compile(r"<li>\s*<time.*?</li>", re.DOTALL)
POWER = re.compile(r'<span class="e">([^<]*)</span>')
TAGS = re.compile(r"<[^>]+>")
CRUMBS = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">([^<]+)</a>')


def browser_of(who: Actor) -> Client:
    return sign_in(who.name)


def html_of(browser: Client, row: Record | AppendOnly, query: str = "") -> str:
    url = reverse("compliance:audit-trail", args=(row._meta.label_lower, row.uuid))
    response = browser.get(url + query)
    assert response.status_code == 200
    html = unescape(response.content.decode())
    # The filter offers every kind of act of the site by name.
    before, _, rest = html.partition('<details class="sheet more')
    return before + rest.partition("</details>")[2]


def words_of(html: str) -> str:
    """A page as a person reads it."""
    return " ".join(TAGS.sub(" ", POWER.sub(r"\1", html)).split())


def lines_of(html: str) -> list[str]:
    """Each line of a trail as a person reads it."""
    return [words_of(line) for line in LINE.findall(html)]


def the(lines: list[str], *words: str) -> str:
    """The one line that holds all these words."""
    found = [line for line in lines if all(word in line for word in words)]
    assert len(found) == 1, (words, found, lines)
    return found[0]


@pytest.fixture
def mixed() -> PhaseRecord:
    """The mixing step of a batch, with a value corrected, not yet signed."""
    batch = release.issued()
    release.cleared(batch)
    row = release.mix_begun(batch)
    steps.recorded(row, "volume", "9.60")
    steps.recorded(row, "volume", "10.00", reason=WHY)
    steps.recorded(row, "total", "1.45e6")
    steps.recorded(row, "dead", "5.8e4")
    return row


def test_batch_trail_says_step_field_value_unit_who_and_why(mixed: PhaseRecord) -> None:
    html = html_of(browser_of(steps.operator()), mixed.batch)
    lines = lines_of(html)
    first = the(lines, "Value recorded · 2 Mix: Volume", "9.60 mL")
    assert "not recorded → 9.60 mL" in first
    assert "Anna Test (anna)." in first
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d ", first)
    corrected = the(lines, "Value corrected · 2 Mix: Volume")
    assert "9.60 mL → 10.00 mL" in corrected
    assert f"Reason: “{WHY}”" in corrected
    assert "Within limit (alert 9.5 to 10.5 mL; 9 to 11 mL)" in corrected
    assert "not recorded → 1.45 × 10⁶ cells/mL" in the(lines, "2 Mix: Total cells")
    assert "not recorded → 96.0 %" in the(lines, "Value recorded · 2 Mix: Viability")
    assert "10.00 mL of TRYPLE, lot " in the(lines, "Material charged in · 2 Mix:")
    assert the(lines, "Equipment scanned · 2 Mix: CC-01")
    assert "state: not started → in progress" in the(lines, "Phase started · 2 Mix")
    started = [line for line in html.split("<li>") if "Phase started: started at" in line]
    assert '<span class="muted">not recorded</span> →' in started[0]
    assert '<span class="struck">not recorded' not in html
    assert "agree" in html


def test_batch_trail_is_newest_first_and_oldest_first_when_asked(mixed: PhaseRecord) -> None:
    browser = browser_of(steps.operator())
    newest, oldest = (lines_of(html_of(browser, mixed.batch, query)) for query in ("", "?order=oldest"))
    assert newest == oldest[::-1]
    assert newest.index(the(newest, "Value corrected")) < newest.index(the(newest, "Value recorded · 2 Mix: Volume"))


def test_pages_of_a_long_trail_keep_the_order(mixed: PhaseRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    from compliance import queries  # noqa: PLC0415 - its page size is set for this test

    defaults = queries.slice_of.__defaults__
    monkeypatch.setattr(queries.slice_of, "__defaults__", (0, 4))
    assert defaults == (0, queries.PAGE)
    browser, seen, url = browser_of(steps.operator()), [], "?order=oldest"
    while url:
        html = html_of(browser, mixed.batch, url)
        seen += lines_of(html)
        (url,) = re.findall(r'rel="next" href="[^"?]*(\?[^"]+)"', html) or [""]
        assert not url or "order=oldest" in url
    monkeypatch.undo()
    assert seen == lines_of(html_of(browser, mixed.batch, "?order=oldest"))


def test_step_trail_holds_what_was_recorded_and_used_in_it(mixed: PhaseRecord) -> None:
    lines = lines_of(html_of(browser_of(steps.operator()), mixed))
    assert "9.60 mL → 10.00 mL" in the(lines, "Value corrected · Volume")
    for words in ("Viability", "10.00 mL of TRYPLE, lot", "Equipment scanned · CC-01", "Sample taken"):
        assert any(words in line for line in lines), words
    assert not [line for line in lines if "Line cleared" in line]


def test_value_trail_is_that_of_its_field(mixed: PhaseRecord) -> None:
    row = Entry.objects.get(phase=mixed, path__endswith=".volume", supersedes__isnull=True)
    for entry in (row, row.superseded_by):
        html = html_of(browser_of(steps.operator()), entry)
        lines = lines_of(html)
        assert "not recorded → 9.60 mL" in the(lines, "Value recorded")
        assert "9.60 mL → 10.00 mL" in the(lines, "Value corrected")
        assert not [line for line in lines if "Total cells" in line]
        assert f"<h1>{mixed.batch.number}, 2 Mix: Volume</h1>" in html


def test_no_trail_of_a_batch_speaks_the_language_of_the_software(mixed: PhaseRecord) -> None:
    steps.recorded(mixed, "volume", "11.50", reason="The second reading is the right one")
    release.skid_log(mixed)
    with act(steps.operator(), "batch.commented", mixed.batch) as a:
        execution.comment(a, mixed, "The hood beeped twice")
    with steps.signed(release.qa(), "batch.phase_aborted", mixed, "responsible") as (a, token):
        phases.abort_phase(a, token, mixed, "The pump broke in the middle")
    browser = browser_of(release.qa())
    rows = [
        mixed.batch,
        *(m.objects.last() for m in (PhaseRecord, Entry, MaterialCharge, EquipmentScan, Deviation, Sample)),
        mixed,
    ]
    for row in rows:
        html = html_of(browser, row)
        shown = words_of(html[html.index("<main") :])
        assert mixed.path not in shown
        assert not re.search(r"phase ?record|materialcharge|equipmentscan|#1\b| as of \d{4}", shown, re.IGNORECASE), row
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}", shown), row


def test_breadcrumb_leads_back_to_the_record(mixed: PhaseRecord) -> None:
    steps.recorded(mixed, "volume", "11.50", reason="The second reading is the right one")
    number, phase_url = mixed.batch.number, f"/batches/{mixed.batch.number}/phases/{mixed.seq}/"
    browser = browser_of(release.qa())
    deviation = Deviation.objects.get()
    wanted = [
        (mixed.batch, number, f"/batches/{number}/"),
        (mixed, "2 Mix", phase_url),
        (Entry.objects.get(phase=mixed, path__endswith=".total"), "Total cells", f"{phase_url}#row-total"),
        (MaterialCharge.objects.get(), "Charge-in", phase_url),
        (EquipmentScan.objects.get(), "Equipment", phase_url),
        (deviation, deviation.number, f"/deviations/{deviation.number}/"),
        (Sample.objects.get(), Sample.objects.get().number, f"/qc/samples/{Sample.objects.get().number}/"),
        (MaterialCharge.objects.get().lot, "", f"/resources/lots/{MaterialCharge.objects.get().lot.number}/"),
        (
            EquipmentScan.objects.get().equipment,
            "CC-01",
            f"/resources/equipment/{EquipmentScan.objects.get().equipment.uuid}/",
        ),
    ]
    for row, name, url in wanted:
        html = html_of(browser, row)
        crumbs = LINK.findall(CRUMBS.findall(html)[0])
        assert crumbs[-1] == (url, name or row.number), row
        for there, _ in crumbs:
            assert browser.get(there).status_code == 200, there
        anchor = url.partition("#")[2]
        assert not anchor or f'id="{anchor}"' in browser.get(url).content.decode()


def test_trail_of_a_lot_and_a_unit_names_batch_and_step(mixed: PhaseRecord) -> None:
    charge, scan = MaterialCharge.objects.get(), EquipmentScan.objects.get()
    browser = browser_of(steps.operator())
    number = mixed.batch.number
    assert the(lines_of(html_of(browser, charge.lot)), f"Material charged in · {number}, 2 Mix: 10.00 mL of TRYPLE")
    assert the(lines_of(html_of(browser, scan.equipment)), f"Equipment scanned · {number}, 2 Mix: CC-01")


@pytest.mark.req("R107")
@pytest.mark.case("WF-12")
def test_rows_of_another_app_are_shown_only_to_who_may_open_their_trail(
    mixed: PhaseRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(steps.operator())
    assert any("TRYPLE" in line for line in lines_of(html_of(browser, mixed.batch)))
    kind = registry.Trail("batches.materialcharge", "compliance.read_trail")
    monkeypatch.setitem(registry._trails, "batches.materialcharge", kind)
    assert not [line for line in lines_of(html_of(browser, mixed.batch)) if "of TRYPLE" in line]


@pytest.mark.req("R202")
def test_blind_count_stays_sealed_in_every_trail_until_the_second_count() -> None:
    row = scenes.count()
    steps.recorded(row, "total", "1.47e6")
    steps.recorded(row, "total", "1.45e6", reason=WHY)
    steps.recorded(row, "dead", "5.8e4")
    entry = Entry.objects.get(phase=row, path__endswith=".total", superseded_by__isnull=True)
    browser = browser_of(steps.verifier())
    for record in (row.batch, row, entry):
        html = html_of(browser, record)
        assert "sealed until the second count" in html
        assert not re.search(r"1\.4[57]|5\.8 ?×|5\.8e4|9[0-9]\.\d %", html), record
    told = "?kind=batches.entry&new=1.45"
    assert not lines_of(html_of(browser, row.batch, told))
    for name, typed in (("total", "1.45e6"), ("dead", "5.8e4")):
        steps.recorded(row, name, typed, slot="second", by=steps.verifier())
    for record in (row.batch, row, entry):
        html = html_of(browser, record)
        assert "sealed" not in html
        assert "1.45 × 10⁶ cells/mL" in words_of(html)
    assert lines_of(html_of(browser, row.batch, told))


def test_count_of_an_aborted_step_is_sealed_no_longer() -> None:
    row = scenes.count()
    steps.recorded(row, "total", "1.45e6")
    with steps.signed(release.qa(), "batch.phase_aborted", row, "responsible") as (a, token):
        phases.abort_phase(a, token, row, "The counter broke before the second count")
    html = html_of(browser_of(release.qa()), row)
    assert "sealed" not in html
    assert "1.45 × 10⁶ cells/mL" in words_of(html)


@pytest.mark.req("R105")
def test_value_changed_behind_the_back_of_its_act_is_named_in_the_trail_of_its_batch(mixed: PhaseRecord) -> None:
    entry = Entry.objects.get(phase=mixed, path__endswith=".total")
    browser = browser_of(steps.operator())
    with attacker():
        execute("UPDATE batches_entry SET reported = '9.99E+6' WHERE id = %s", entry.pk)
        html = html_of(browser, mixed.batch)
    assert "This trail does not agree" in html
    assert f"value {str(entry.uuid)[:8]}, version 1, was changed" in html
    assert "This trail does not agree" not in html_of(browser, mixed.batch)


@pytest.mark.case("AUD-16")
def test_queries_of_a_trail_are_flat(mixed: PhaseRecord) -> None:
    browser = browser_of(steps.operator())

    def count() -> int:
        html_of(browser, mixed.batch)
        with CaptureQueriesContext(connection) as caught:
            html_of(browser, mixed.batch)
        return len(caught)

    one = count()
    for typed in ("9.70", "9.80"):
        steps.recorded(mixed, "volume", typed, reason=WHY)
    assert LedgerEntry.objects.filter(event="batch.entry_corrected").count() == 3
    assert count() == one
    assert one < 60


def test_site_trail_names_records_as_people_know_them(mixed: PhaseRecord) -> None:
    charge = MaterialCharge.objects.get()
    html = unescape(browser_of(release.qa()).get("/audit-trail/").content.decode())
    assert f">{mixed.batch.number}</a>" in html
    assert f"{mixed.batch.number}, 2 Mix: 10.00 mL of TRYPLE, lot {charge.lot_number}" in html
    assert "charge-in" in html
    assert "materialcharge<" not in html


def test_page_of_each_record_of_a_batch_offers_its_trail() -> None:
    batch = release.executed()
    deviation, container = release.reported(release.issued()), batch.containers.all()[0]
    row = PhaseRecord.objects.get(batch=batch, path__endswith=".mix")
    number, browser = batch.number, browser_of(release.qa())
    charge, scan = MaterialCharge.objects.get(phase=row), EquipmentScan.objects.get(phase=row)
    wanted = {
        f"/batches/{number}/": [batch],
        f"/batches/{number}/phases/{row.seq}/": [row, charge, scan, *row.entries.filter(superseded_by__isnull=True)],
        f"/deviations/{deviation.number}/": [deviation],
        f"/containers/{container.number}/": [container],
        f"/release/{number}/review/": [batch],
        f"/release/{number}/disposition/": [batch],
        f"/release/{number}/documents/": [batch],
        f"/resources/lots/{charge.lot.number}/": [charge.lot],
        f"/resources/equipment/{scan.equipment.uuid}/": [scan.equipment],
        f"/qc/samples/{Sample.objects.get(phase=row).number}/": [Sample.objects.get(phase=row)],
    }
    for url, rows in wanted.items():
        html = browser.get(url).content.decode()
        for record in rows:
            assert f'href="/audit-trail/{record._meta.label_lower}/{record.uuid}/"' in html, (url, record)
