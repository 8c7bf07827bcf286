"""Every kind of record whose trail has a page: its name, its way back, and its trail open and agree."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.urls import reverse

from compliance import registry
from compliance.models import LedgerEntry
from compliance.views.trail_words import kind_words
from tests.compliance.views.steps import inside, sign
from tests.donors import steps as given
from tests.release import steps as release

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.req("R209")]
TAGS = re.compile(r"<[^>]+>")
CRUMBS = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">([^<]+)</a>')
# Names of models, raw numbers of rows and times of versions are no names.
NO_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\bas of \d{4}|#\d|\bobject \(|^\d+ ")


def one_of_each_kind() -> dict[str, str]:
    """The newest record of each registered kind that the acts so far wrote."""
    found: dict[str, str] = {}
    for entry in LedgerEntry.objects.order_by("id"):
        for row in json.loads(entry.payload)["rows"]:
            if registry.trail_of(row["label"]):
                found[row["label"]] = row["uuid"]
    return found


def trail_page(browser: Client, label: str, uuid: str) -> str:
    response = browser.get(reverse("compliance:audit-trail", args=(label, uuid)))
    assert response.status_code == 200, label
    return unescape(response.content.decode())


def test_trail_of_every_kind_names_its_record_and_leads_back() -> None:
    batch = release.through()
    release.closed(release.reported(release.issued()))
    given.released_tissue()
    sign(release.qa(), batch)
    roles = ("qa", "donor_coordinator", "donor_responsible", "inspector", "process_engineer", "qc_reviewer")
    browser = inside("wanda", *roles)
    kinds = one_of_each_kind()
    assert len(kinds) > 25
    for label, uuid in kinds.items():
        html = trail_page(browser, label, uuid)
        assert "This trail does not agree" not in html, label
        (title,) = re.findall(r"<h1>(.*?)</h1>", html)
        title = TAGS.sub("", title)
        assert title.strip(), label
        assert not NO_NAME.search(title), (label, title)
        for url, _ in LINK.findall(CRUMBS.findall(html)[0]):
            assert browser.get(url).status_code == 200, (label, url)
        kind = registry.trail_of(label)
        assert kind is not None
        assert kind.place is None or LINK.findall(CRUMBS.findall(html)[0]), label


def test_kinds_are_called_in_words() -> None:
    for label in registry._trails:
        assert apps.get_model(label)
        words = kind_words(label)
        assert words == words.lower() or words.isupper(), (label, words)
        assert " record" not in words, (label, words)
