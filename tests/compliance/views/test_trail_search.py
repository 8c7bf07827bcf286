"""Who, in which role, what, when, why, old and new: the filter of a trail finds these acts and no others (R212)."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from compliance.domain import accounts
from compliance.domain.act import act
from compliance.models import LedgerEntry, User
from compliance.queries import slice_of
from compliance.queries.search import EntryFilter
from tests.compliance.views.steps import WRONG, grant, inside, rename, sign_in
from tests.helpers import approval, person

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.req("R212")]
SITE = "/audit-trail/"
ACT = re.compile(r'id="act-(\d+)"')


def found(browser: Client, query: str) -> list[str]:
    """The events of the acts that a filter shows, newest first."""
    response = browser.get(f"{SITE}?{query}")
    assert response.status_code == 200
    keys = [int(key) for key in ACT.findall(response.content.decode())]
    events = dict(LedgerEntry.objects.filter(pk__in=keys).values_list("pk", "event"))
    return [events[key] for key in keys]


def refused(browser: Client, query: str) -> str:
    response = browser.get(f"{SITE}?{query}")
    assert response.status_code == 422
    html = unescape(response.content.decode())
    assert not ACT.findall(html)
    return html


def renamed(user: User, name: str, reason: str) -> None:
    admin = person("sysadmin", "system_administrator")
    with act(admin, "user.renamed", user) as a:
        accounts.rename_user(a, user, name, reason)


@pytest.mark.parametrize("words", ["married", "MARRIED in may", "100 % sure", "(really)", "Öst", "ÖST"])
def test_why_finds_words_of_a_reason_alone(words: str) -> None:
    dora = person("dora").user
    renamed(dora, "Dora Muller", "She married in May, 100 % sure (really), in Österreich")
    renamed(dora, "Married in May", "A slip of the pen before")
    browser = inside("quinn", "qa")
    assert found(browser, f"why={words.replace('%', '%25')}") == ["user.renamed"]


@pytest.mark.parametrize("words", ["user.renamed", "compliance.user", "digest", "version", ".*", "100_"])
def test_why_finds_nothing_in_what_is_no_reason(words: str) -> None:
    renamed(person("dora").user, "Dora Muller", "She married in May, 100 percent")
    assert found(inside("quinn", "qa"), f"what=user.renamed&why={words}") == []


def test_role_is_the_one_held_at_the_moment_of_the_act() -> None:
    admin, boss = person("sysadmin", "system_administrator"), person("adam", "system_administrator")
    dora = person("dora").user
    with act(boss, "user.renamed", dora) as a:
        accounts.rename_user(a, dora, "Name One", "While she may change names")
    held = boss.user.grants.get(role="system_administrator")
    with act(admin, "role.withdrawn", boss.user) as a:
        accounts.withdraw_role(a, held, "Moved to production today", approval(admin, boss.user))
    browser = inside("quinn", "qa")
    assert found(browser, "role=system_administrator&who=adam&what=user.renamed") == ["user.renamed"]
    assert found(browser, "role=qa&who=adam&what=user.renamed") == []
    sign_in("adam")
    assert found(browser, "who=adam&what=user.signed_in") == ["user.signed_in"]
    assert found(browser, "who=adam&what=user.signed_in&role=system_administrator") == []


def test_kind_field_old_and_new_find_the_change() -> None:
    dora, emil = person("dora").user, person("emil").user
    rename(dora, "Name One", "Name Two")
    rename(emil, "Name Three")
    browser = inside("quinn", "qa")
    changed = "kind=compliance.user&what=user.renamed&field=printed_name"
    assert found(browser, changed) == ["user.renamed"] * 3
    assert found(browser, f"{changed}&old=name+one") == ["user.renamed"]
    assert found(browser, f"{changed}&new=Name+T") == ["user.renamed"] * 2
    assert found(browser, f"{changed}&old=Dora&new=Name+One") == ["user.renamed"]
    assert found(browser, f"{changed}&old=Name+Two") == []
    assert found(browser, "kind=compliance.user&what=user.renamed&field=username") == []
    assert found(browser, "kind=compliance.user&what=user.renamed&new=Name+Three") == ["user.renamed"]
    assert found(browser, "kind=compliance.rolegrant&what=user.renamed") == []


def test_relation_that_was_set_is_found_by_its_field() -> None:
    grant("anna", "operator")
    browser = inside("quinn", "qa")
    assert found(browser, "kind=compliance.rolegrant&field=user&who=sysadmin") == ["role.granted"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=yesterday", "From day: this is no day"),
        ("until=2026-02-30", "To day: this is no day"),
        ("since=2026-03-02&until=2026-03-01", "To day is before From day"),
        ("what=no.such", "no such kind of act"),
        ("role=boss", "no such role"),
        ("kind=auth.group", "no such kind of record"),
        ("old=5", "Choose the kind of record"),
        ("kind=compliance.user&field=password", "has no such field"),
        ("why=%00", "cannot hold|can hold"),
        ("who=%E2%80%AEanna", "can hold"),
        (f"why={'x' * 201}", "longer than 200"),
    ],
)
def test_filter_that_means_nothing_is_refused_in_words_and_kept(query: str, words: str) -> None:
    browser = inside("quinn", "qa")
    html = refused(browser, query)
    assert re.search(words, html)
    typed = query.partition("=")[2]
    if typed in {"yesterday", "2026-02-30"}:
        assert f'type="text" autocomplete="off" value="{typed}"' in html
    for form in ("csv", "jsonl", "xlsx"):
        response = browser.get(f"/audit-trail/export.{form}?{query}")
        assert response.status_code == 422
        assert re.search(words, unescape(response.content.decode()))
    assert not LedgerEntry.objects.filter(event="trail.exported").exists()


def test_kind_that_the_reader_may_not_open_is_no_choice() -> None:
    browser = inside("paul", "process_engineer")
    assert "no such kind" in refused(browser, "kind=donors.donoridentity&field=act&new=x")
    assert "donors.donoridentity" not in browser.get(SITE).content.decode()


def test_trail_of_one_record_is_filtered_and_still_compares_with_the_version_before() -> None:
    dora = person("dora").user
    rename(dora, "Name One", "Name Two", "Name Three")
    rename(person("emil").user, "Name Two")
    url = reverse("compliance:audit-trail", args=("compliance.user", dora.uuid))
    browser = inside("quinn", "qa")
    html = unescape(browser.get(f"{url}?why=Name+Three").content.decode())
    assert "1 of 1 acts" in html
    assert "Name Two" in html
    assert "Name One" not in html
    assert "agree" in html
    assert "does not agree" not in html
    assert "None" not in re.sub(r"<[^>]+>", "", html)
    nothing = browser.get(f"{url}?who=nobody")
    assert nothing.status_code == 200
    wrong = browser.get(f"{url}?since=x")
    assert wrong.status_code == 422
    assert "this is no day" in unescape(wrong.content.decode())


def test_walk_is_steady_while_new_acts_come() -> None:
    dora = person("dora").user
    rename(dora, *[f"Name {n}" for n in range(4)])
    rows = EntryFilter(what="user.renamed").rows
    first = slice_of(rows(), size=2)
    rename(dora, "Name late")
    second = slice_of(rows(), first.on or 0, size=2)
    keys = list(LedgerEntry.objects.filter(event="user.renamed").order_by("-id").values_list("id", flat=True))
    assert [r.id for part in (first, second) for r in part.rows] == keys[1:]


@pytest.mark.req("R120")
def test_refused_sign_in_names_the_claimed_account_and_the_station() -> None:
    person("anna")
    sign_in("anna", WRONG)
    html = inside("quinn", "qa").get(f"{SITE}?what=user.sign_in_refused").content.decode()
    assert "name given: anna" in html
    assert "station: none named" in html
