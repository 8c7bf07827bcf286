"""The trail of one record and of the site: order, old and new, who may read it, and as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance import queries, registry
from compliance.domain import accounts
from compliance.domain.act import act
from compliance.models import LedgerEntry, User
from compliance.queries.search import EntryFilter
from compliance.views.listing import safe_cell
from tests.compliance.views.steps import events, grant, guards_gone, inside, rename, sign
from tests.helpers import approval, person

if TYPE_CHECKING:
    from django.test import Client

    from compliance.models.record import Record

pytestmark = pytest.mark.django_db
CHANGE = re.compile(r'<span class="struck">([^<]*)</span> →.*?<span class="hand">([^<]*)</span>', re.DOTALL)


def url_of(row: Record) -> str:
    return reverse("compliance:audit-trail", args=(row._meta.label_lower, row.uuid))


def page_of(browser: Client, row: Record, query: str = "") -> str:
    response = browser.get(url_of(row) + query)
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.mark.req("R209")
@pytest.mark.case("AUD-16")
def test_trail_shows_each_change_old_to_new_in_order() -> None:
    dora = person("dora").user
    rename(dora, "Name One", "Name Two", "Name Three")
    browser = inside("quinn", "qa")
    changes = [("Dora Test", "Name One"), ("Name One", "Name Two"), ("Name Two", "Name Three")]
    newest = page_of(browser, dora)
    assert CHANGE.findall(newest) == changes[::-1]
    assert "What happened, newest first" in newest
    assert f'<a href="{url_of(dora)}?order=oldest">Oldest first</a>' in newest
    html = page_of(browser, dora, "?order=oldest")
    assert CHANGE.findall(html) == changes
    assert "What happened, oldest first" in html
    assert f'<a href="{url_of(dora)}">Newest first</a>' in html
    assert "Reason: “She is called Name Two from now on”" in html
    assert "Sysadmin Test (sysadmin)" in html
    assert html.index("Account created") < html.index("Name One")
    assert len(re.findall(r"\d\d:\d\d:\d\d [+-]\d\d:\d\d</time>", html)) == len(re.findall("<time", html))
    assert "agree" in html


@pytest.mark.req("R209")
@pytest.mark.case("AUD-11")
def test_roles_given_and_taken_stand_in_the_persons_trail() -> None:
    anna, admin = person("anna"), person("sysadmin", "system_administrator")
    granted = grant("anna", "qa")
    with act(admin, "role.withdrawn", anna.user) as a:
        accounts.withdraw_role(a, granted, "She has moved to production", approval(admin, anna.user))
    browser = inside("quinn", "qa")
    html = page_of(browser, anna.user, "?order=oldest")
    assert html.index("Role granted") < html.index("Role withdrawn")
    own = page_of(browser, granted)
    assert "user: Anna Test" in own
    assert CHANGE.findall(own) == [("held", "withdrawn")]
    assert "She has moved to production" in own


@pytest.mark.case("AUD-12")
def test_trail_stands_when_what_a_row_pointed_to_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    granted = grant("anna")
    browser = inside("quinn", "qa")
    gone = granted.user_id
    everybody = User.objects.get_queryset
    monkeypatch.setattr(User._default_manager, "get_queryset", lambda: everybody().exclude(pk=gone))
    monkeypatch.setattr(queries, "record_of", lambda _label, _uuid: None)
    html = page_of(browser, granted)
    assert f"user: #{gone}" in html
    assert "role: Operator" in html


def test_signature_and_its_void_stand_in_the_trail() -> None:
    granted = grant("anna")
    sign(person("quinn", "qa"), granted)
    html = page_of(inside("rosa", "inspector"), granted)
    assert "Signed: reviewed" in html
    assert "Quinn Test, QA, at" in html


@pytest.mark.req("R104")
@pytest.mark.req("R107")
@pytest.mark.case("WF-12")
def test_trail_is_closed_to_who_may_not_read_it() -> None:
    dora, browser = person("dora").user, inside("opal", "operator")
    for url in (url_of(dora), reverse("compliance:trail"), reverse("compliance:trail-export", args=("csv",))):
        response = browser.get(url)
        assert response.status_code == 403
        assert "Dora" not in response.content.decode()


@pytest.mark.case("WF-12")
def test_trail_follows_the_permission_that_its_app_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    dora, browser = person("dora").user, inside("quinn", "qa")
    monkeypatch.setitem(
        registry._trails, "compliance.user", registry.Trail("compliance.user", "compliance.manage_accounts", str)
    )
    assert browser.get(url_of(dora)).status_code == 403
    monkeypatch.delitem(registry._trails, "compliance.user")
    assert browser.get(url_of(dora)).status_code == 404


def test_unknown_record_or_kind_is_not_found() -> None:
    browser = inside("quinn", "qa")
    nobody = "00000000-0000-4000-8000-000000000000"
    for label in ("compliance.user", "auth.group", "no.such", "x"):
        assert browser.get(f"/audit-trail/{label}/{nobody}/").status_code == 404


@pytest.mark.req("R105")
def test_trail_says_when_a_version_was_changed_behind_its_back() -> None:
    dora = person("dora").user
    rename(dora, "Name One")
    browser = inside("quinn", "qa")
    with guards_gone(), connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_historicaluser SET printed_name = 'Forged' WHERE username = 'dora'")
    html = page_of(browser, dora)
    assert "This trail does not agree" in html
    assert "version 1 was changed" in html


def test_queries_are_flat_for_a_record() -> None:
    browser = inside("quinn", "qa")
    short, long = person("dora").user, person("emil").user
    rename(short, "Name One")
    rename(long, "Name One", "Name Two", "Name Three")
    assert queries_for(browser, url_of(long)) == queries_for(browser, url_of(short))


def test_queries_are_flat_for_the_site() -> None:
    browser = inside("quinn", "qa")
    rename(person("dora").user, "Name One")
    url = reverse("compliance:trail") + "?what=user.renamed"
    one = queries_for(browser, url)
    rename(person("emil").user, "Name Two", "Name Three")
    assert len(events("user.renamed")) == 3
    assert queries_for(browser, url) == one
    assert one < 15


def queries_for(browser: Client, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


@pytest.mark.req("R212")
def test_site_trail_is_filtered_by_who_what_when_and_why() -> None:
    dora = person("dora").user
    rename(dora, "Name One", "Name Two")
    browser = inside("quinn", "qa")

    def titles(query: str) -> int:
        html = browser.get(f"/audit-trail/?{query}").content.decode()
        return html.count('id="act-')

    assert titles("who=sysadmin&what=user.renamed") == 2
    assert titles("what=user.renamed&why=Name+Two") == 1
    assert titles("who=nobody") == 0
    day = LedgerEntry.objects.latest("id").recorded_at.date()
    assert titles(f"what=user.renamed&since={day.year - 1}-01-01&until={day.year + 1}-01-01") == 2
    assert titles(f"since={day.year + 1}-01-01") == 0
    assert browser.get("/audit-trail/?since=yesterday").status_code == 422


def test_site_trail_is_walked_by_key() -> None:
    rename(person("dora").user, *[f"Name {n}" for n in range(5)])
    browser = inside("quinn", "qa")
    query = EntryFilter(what="user.renamed").rows()
    keys = list(query.order_by("-id").values_list("id", flat=True))
    first = queries.slice_of(query, size=2)
    second = queries.slice_of(query, first.on or 0, size=2)
    third = queries.slice_of(query, second.on or 0, size=2)
    assert [r.id for part in (first, second, third) for r in part.rows] == keys
    assert [(p.before, p.total, p.back, p.on is None) for p in (first, second, third)] == [
        (0, 5, None, False),
        (2, 5, 0, False),
        (4, 5, first.on, True),
    ]
    up = queries.slice_of(query, size=2, newest_first=False)
    assert [r.id for r in up.rows] == keys[:-3:-1]
    assert browser.get("/audit-trail/?after=no-key").status_code == 200


@pytest.mark.req("R212")
@pytest.mark.case("SEC-05")
def test_export_holds_every_act_of_the_filter_once() -> None:
    rename(person("dora").user, "Name µ", "Name Two", "Name Three")
    response = inside("quinn", "qa").get("/audit-trail/export.csv?what=user.renamed")
    body = response.getvalue()
    assert body.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [int(r[0]) for r in rows[1:]] == [e.id for e in events("user.renamed")]
    assert "Name µ" in dict(zip(*rows[:2], strict=True))["reason"]
    assert [r[-1] for r in rows[1:]] == [e.digest for e in events("user.renamed")]


@pytest.mark.case("SEC-01")
@pytest.mark.parametrize("text", ["=1+1 is my reason", "@SUM(A1) is a reason", "+44 1 called me", "-2 is a reason"])
def test_export_runs_no_formula(text: str) -> None:
    dora, admin = person("dora").user, person("sysadmin", "system_administrator")
    with act(admin, "user.renamed", dora) as a:
        accounts.rename_user(a, dora, "Dora Nagy", text)
    body = inside("quinn", "qa").get("/audit-trail/export.csv?what=user.renamed").getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert dict(zip(*rows[:2], strict=True))["reason"] == f"'{text}"
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]


@pytest.mark.case("SEC-01")
def test_cells_that_are_no_text_stay_as_they_are() -> None:
    cells = [-5, None, "2026-10-23", "\t=1", " =1", "＝1", "a=1", ""]
    assert [safe_cell(c) for c in cells] == [-5, "", "2026-10-23", "'\t=1", "' =1", "'＝1", "a=1", ""]


def test_claimed_name_of_a_stranger_is_text_on_the_page(client: Client) -> None:
    client.post("/login/", {"username": "<script>alert(1)</script>", "password": "x"})
    assert "<script>" in json.loads(events("user.sign_in_refused")[0].payload)["facts"]["claimed"]
    html = inside("quinn", "qa").get("/audit-trail/").content.decode()
    assert "<script>alert" not in html
