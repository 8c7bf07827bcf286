"""Exports of the trail: exactly the acts of the filter, whole, safe in a spreadsheet, themselves on record (R212)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import translation

from compliance.domain import accounts
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.views import trail_export
from tests.compliance.views.steps import events, inside, rename
from tests.helpers import person

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.req("R212")]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = ["=1+1 is my reason", "@SUM(A1) is a reason", "+44 1 called me", "-2 is a reason", "http://x.test is why"]


def body(browser: Client, form: str, query: str = "what=user.renamed") -> bytes:
    response = browser.get(f"/audit-trail/export.{form}?{query}")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    return bytes(response.getvalue())


def of_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def of_jsonl(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines()]


def cells_of(data: bytes) -> list[list[str]]:
    """The texts of the sheet; a formula fails the test."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert not [name for name in book.namelist() if "externalLink" in name]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
    assert not list(sheet.iter(f"{SHEET}f"))
    assert not list(sheet.iter(f"{SHEET}hyperlink"))
    return [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{SHEET}row")]


@pytest.mark.case("SEC-05")
def test_three_forms_hold_the_same_acts_each_once() -> None:
    rename(person("dora").user, "Name µg/mL", "Name Two", "Name Three")
    browser = inside("quinn", "qa")
    wanted = [e.id for e in events("user.renamed")]
    plain = of_csv(body(browser, "csv"))
    lines = of_jsonl(body(browser, "jsonl"))
    sheet = cells_of(body(browser, "xlsx"))
    assert [int(r["act"]) for r in plain] == [r["act"] for r in lines] == [int(r[0]) for r in sheet[1:]] == wanted
    assert [list(r) for r in lines] == [list(r) for r in plain] == [list(trail_export.HEAD)] * 3
    assert [r["changes"] for r in plain] == [r["changes"] for r in lines] == [r[10] for r in sheet[1:]]
    assert "Dora Test → Name µg/mL" in plain[0]["changes"]
    assert plain[0]["reason"] == "She is called Name µg/mL from now on"


@pytest.mark.case("SEC-01")
@pytest.mark.parametrize("text", FORMULAS)
def test_workbook_holds_texts_and_no_formula(text: str) -> None:
    dora, admin = person("dora").user, person("sysadmin", "system_administrator")
    with act(admin, "user.renamed", dora) as a:
        accounts.rename_user(a, dora, "Dora Nagy", text)
    rows = cells_of(body(inside("quinn", "qa"), "xlsx"))
    assert rows[1][trail_export.HEAD.index("reason")] == text


def test_export_is_an_act_with_filter_form_count_and_digest() -> None:
    rename(person("dora").user, "Name One", "Name Two")
    browser = inside("quinn", "qa")
    body(browser, "jsonl", "what=user.renamed&why=name+two")
    entry = events("trail.exported")[0]
    facts = json.loads(entry.payload)["facts"]
    told = events("user.renamed")[1].digest
    assert entry.actor_name == "quinn"
    assert facts == {
        "form": "jsonl",
        "count": 1,
        "acts_sha256": hashlib.sha256(told.encode()).hexdigest(),
        "filter_what": "user.renamed",
        "filter_why": "name two",
    }
    assert "filter why: name two" in browser.get("/audit-trail/?what=trail.exported").content.decode()


def test_export_of_everything_has_as_many_rows_as_the_database() -> None:
    rename(person("dora").user, *[f"Name {n}" for n in range(30)])
    browser = inside("quinn", "qa")
    before = LedgerEntry.objects.count()
    rows = of_csv(body(browser, "csv", ""))
    assert len(rows) == before
    assert LedgerEntry.objects.count() == before + 1
    assert "" not in {r["digest"] for r in rows}


def test_acts_that_come_while_a_file_streams_do_not_enter_it(monkeypatch: pytest.MonkeyPatch) -> None:
    dora = person("dora").user
    rename(dora, "Name One", "Name Two", "Name Three")
    monkeypatch.setattr("compliance.queries.search.CHUNK", 1)
    response = inside("quinn", "qa").get("/audit-trail/export.jsonl?what=user.renamed")
    parts = iter(response)
    got = [next(parts)]
    rename(dora, "Name Four")
    got += list(parts)
    assert len(got) == 3
    assert json.loads(events("trail.exported")[0].payload)["facts"]["count"] == 3


def test_export_of_a_record_is_that_record_and_needs_its_permission() -> None:
    dora = person("dora").user
    rename(dora, "Name One")
    rename(person("emil").user, "Name Two")
    query = f"record=compliance.user:{dora.uuid}&what=user.renamed"
    rows = of_csv(body(inside("quinn", "qa"), "csv", query))
    assert [r["record"] for r in rows] == [f"compliance.user:{dora.uuid}"]
    assert events("trail.exported")[0].home == f"compliance.user:{dora.uuid}"
    assert inside("opal", "operator").get(f"/audit-trail/export.csv?{query}").status_code == 403
    browser = inside("rosa", "inspector")
    assert browser.get("/audit-trail/export.csv?record=compliance.user:x").status_code == 422
    assert browser.get("/audit-trail/export.exe").status_code == 404
    assert browser.post("/audit-trail/export.csv").status_code == 405


def test_more_acts_than_a_sheet_has_rows_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_export, "SHEET_ROWS", 2)
    rename(person("dora").user, "Name One", "Name Two")
    response = inside("quinn", "qa").get("/audit-trail/export.xlsx?what=user.renamed")
    assert response.status_code == 409
    assert "do not fit into one sheet" in response.content.decode()
    assert not events("trail.exported")


def test_text_longer_than_a_cell_says_that_it_is_cut() -> None:
    cut = trail_export._fitting("x" * 40_000)
    assert len(cut) == trail_export.CELL_LONGEST
    assert cut.endswith("whole in CSV and JSON lines)")


def test_queries_of_an_export_do_not_grow_with_its_acts() -> None:
    browser, dora = inside("quinn", "qa"), person("dora").user

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            body(browser, "csv")
        return len(caught)

    rename(dora, "Name One")
    asked()
    one = asked()
    rename(dora, *[f"Name {n}" for n in range(20)])
    assert asked() == one


@pytest.mark.case("SEC-06")
@override_settings(USE_THOUSAND_SEPARATOR=True, LANGUAGE_CODE="de", USE_I18N=True)
def test_numbers_have_one_form_whatever_the_language() -> None:
    dora, admin = person("dora").user, person("sysadmin", "system_administrator")
    with act(admin, "user.renamed", dora) as a:
        accounts.rename_user(a, dora, "Dora 120000000000", "Counted 120000000000 and 0.25 anew")
        a.fact(cells=120000000000, share=Decimal("0.25"))
    browser = inside("quinn", "qa")
    with translation.override("de"):
        plain, lines, sheet = (body(browser, form) for form in ("csv", "jsonl", "xlsx"))
        page = browser.get("/audit-trail/?what=user.renamed").content.decode()
    said = "cells: 120000000000; share: 0.25"
    assert of_csv(plain)[0]["facts"] == of_jsonl(lines)[0]["facts"] == cells_of(sheet)[1][9] == said
    assert said in page
    read = dict(part.split(": ") for part in of_csv(plain)[0]["facts"].split("; "))
    assert {k: Decimal(v) for k, v in read.items()} == {"cells": Decimal(120000000000), "share": Decimal("0.25")}
