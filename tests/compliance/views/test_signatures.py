"""A person's signatures, and whether one of them holds."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.domain import accounts, signing
from compliance.domain.act import act
from compliance.models import User
from tests.compliance.views.steps import grant, guards_gone, inside, rename, sign
from tests.helpers import approval, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("R113")
@pytest.mark.case("SIG-04")
def test_signature_shows_printed_name_role_meaning_time_with_zone_and_record() -> None:
    signature = sign(person("quinn", "qa"), grant("anna"), title="Role of Anna Test")
    html = inside("rosa", "inspector").get(f"/signatures/{signature.uuid}/").content.decode()
    for text in ("Quinn Test", "quinn", "reviewed", "QA", "Role of Anna Test", "version 1", str(signature.uuid)):
        assert text in html
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d", html)
    assert "Valid: what was signed is what stands now" in html


@pytest.mark.req("R115")
@pytest.mark.case("SIG-05")
def test_renamed_person_keeps_the_old_name_on_old_signatures() -> None:
    quinn = person("quinn", "qa")
    old = sign(quinn, grant("anna"))
    rename(quinn.user, "Quinn Nagy")
    new = sign(person("quinn"), grant("bela"))
    browser = inside("rosa", "inspector")
    pages = [browser.get(f"/signatures/{s.uuid}/").content.decode() for s in (old, new)]
    assert "Quinn Test" in pages[0]
    assert "Quinn Nagy" not in pages[0]
    assert "Quinn Nagy" in pages[1]
    assert all("Valid: what was signed" in page for page in pages)
    assert old.signer_id == new.signer_id


@pytest.mark.req("R114")
@pytest.mark.case("SIG-09")
def test_signature_on_changed_content_is_not_valid_and_void_is_visible() -> None:
    dora = person("dora").user
    signature = sign(person("quinn", "qa"), dora, title="Account of Dora")
    browser = inside("rosa", "inspector")
    rename(dora, "Dora Nagy")
    html = browser.get(f"/signatures/{signature.uuid}/").content.decode()
    assert "Not valid" in html
    admin = person("sysadmin", "system_administrator")
    with act(admin, "user.renamed", dora) as a:
        signing.void_signatures(a, User.objects.get(pk=dora.pk), "The name was corrected")
    html = browser.get(f"/signatures/{signature.uuid}/").content.decode()
    assert "Void: a later correction" in html
    assert "The name was corrected" in html
    mine = inside("quinn").get("/signatures/").content.decode()
    assert "verdict--void" in mine


@pytest.mark.req("R114")
def test_forged_signature_bytes_do_not_hold() -> None:
    signature = sign(person("quinn", "qa"), grant("anna"))
    with guards_gone(), connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_signature SET content = replace(content, 'operator', 'qp')")
    html = inside("rosa", "inspector").get(f"/signatures/{signature.uuid}/").content.decode()
    assert "Not valid" in html


@pytest.mark.req("R107")
def test_signature_page_is_for_its_signer_and_for_readers() -> None:
    signature = sign(person("quinn", "qa"), grant("anna"))
    url = f"/signatures/{signature.uuid}/"
    refused = inside("opal", "operator").get(url)
    assert refused.status_code == 403
    assert "Quinn" not in refused.content.decode()
    quinn, admin = person("quinn"), person("sysadmin", "system_administrator")
    with act(admin, "role.withdrawn", quinn.user) as a:
        accounts.withdraw_role(a, quinn.user.grants.get(), "She has moved to production", approval(admin, quinn.user))
    assert inside("quinn").get(url).status_code == 200
    assert inside("rosa", "inspector").get(f"/signatures/{uuid4()}/").status_code == 404


def test_my_signatures_lists_mine_newest_first_in_flat_queries() -> None:
    quinn = person("quinn", "qa")
    browser = inside("quinn")
    sign(quinn, grant("anna"), title="First")
    browser.get("/signatures/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/signatures/")
    sign(quinn, grant("bela"), title="Second")
    sign(quinn, grant("dora"), title="Third")
    sign(person("rosa", "inspector"), grant("emil"), title="Of Rosa")
    with CaptureQueriesContext(connection) as three:
        html = browser.get("/signatures/").content.decode()
    assert len(one) == len(three)
    html = html[html.index("<table") :]
    assert html.index("Third") < html.index("Second") < html.index("First")
    assert "Of Rosa" not in html


def test_signature_is_found_by_number_or_digest() -> None:
    signature = sign(person("quinn", "qa"), grant("anna"))
    browser = inside("quinn")
    for code in (str(signature.uuid), f" {str(signature.uuid).upper()} ", signature.digest):
        assert browser.post("/verify/", {"code": code}).url == f"/signatures/{signature.uuid}/"
    missing = browser.post("/verify/", {"code": "no such"})
    assert missing.status_code == 404
    assert "No signature on this site" in missing.content.decode()
