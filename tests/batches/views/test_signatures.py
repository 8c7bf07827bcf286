"""Signing a phase: by its performer, by a second person in her session or at the same tablet, by QA."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from batches.models import Deviation, PhaseRecord
from compliance.models import LedgerEntry, Signature
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.browser import form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db


def fresh(row: PhaseRecord) -> PhaseRecord:
    return PhaseRecord.objects.get(pk=row.pk)


@pytest.mark.req("R214")
def test_performer_signs_what_she_was_shown(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "complete/")
    text = anna.text(url, htmx=True)
    assert "10.00 mL" in text
    where, _ = form_of(text, url)
    response = anna.sign(url, "anna", htmx=True)
    signature = Signature.objects.get(record_uuid=row.uuid)
    assert (response.status_code, response["HX-Retarget"]) == (200, "#phase")
    assert (signature.meaning, signature.printed_name) == ("performed", "Anna Test")
    assert where.endswith(f"?seen={signature.digest}")
    assert "Anna Test" in response.content.decode()


@pytest.mark.case("SIG-01")
@pytest.mark.parametrize("password", ["", "wrong"])
def test_wrong_or_no_password_signs_nothing(browser: Callable[..., Browser], password: str) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "complete/")
    response = anna.sign(url, "anna", htmx=True, password=password)
    assert response.status_code == 403
    assert "do not belong together" in response.content.decode()
    assert not Signature.objects.filter(record_uuid=row.uuid).exists()
    assert LedgerEntry.objects.filter(event="signature.refused").count() == 1
    assert fresh(row).state == "in_progress"


@pytest.mark.req("R117")
def test_owners_dialog_refuses_another_persons_name(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    steps.verifier()
    response = browser(steps.operator()).sign(scenes.url(row, "complete/"), "bela", htmx=True)
    assert response.status_code == 403
    assert "belongs to Anna Test" in response.content.decode()
    assert fresh(row).state == "in_progress"


@pytest.mark.case("CON-05")
def test_second_send_of_a_signature_is_answered_like_the_first(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "complete/")
    where, hidden = form_of(anna.text(url), url)
    data = hidden | {"username": "anna", "password": helpers.SECRET}
    codes = [anna.post(where, data, htmx=True).status_code for _ in range(2)]
    assert codes == [200, 200]
    assert Signature.objects.filter(record_uuid=row.uuid).count() == 1


@pytest.mark.case("CON-01")
def test_value_changed_after_the_dialog_opened_is_not_signed(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "complete/")
    where, hidden = form_of(anna.text(url), url)
    steps.recorded(row, "area", "1200", reason="A colleague corrected it", by=steps.verifier())
    response = anna.post(where, hidden | {"username": "anna", "password": helpers.SECRET}, htmx=True)
    assert response.status_code == 409
    assert "changed since this was shown" in response.content.decode()
    assert fresh(row).state == "in_progress"


@pytest.mark.case("SIG-07")
def test_signing_after_the_session_is_gone_makes_nothing(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "complete/")
    where, hidden = form_of(anna.text(url), url)
    anna.client.session.flush()
    response = anna.post(where, hidden | {"username": "anna", "password": helpers.SECRET}, htmx=True)
    assert response.status_code == 401
    assert not Signature.objects.filter(record_uuid=row.uuid).exists()


def test_incomplete_phase_is_not_signed_and_says_what_is_missing(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    anna = browser(steps.operator())
    assert "not recorded yet" in anna.text(scenes.url(row))
    response = anna.sign(scenes.url(row, "complete/"), "anna", htmx=True)
    assert response.status_code == 409
    assert "Growth area is not recorded" in response.content.decode()


@pytest.mark.req("R202")
def test_second_person_signs_at_the_same_tablet_and_the_session_stays(browser: Callable[..., Browser]) -> None:
    row = steps.performed(scenes.filled_seed())
    steps.verifier()
    anna, url = browser(steps.operator()), scenes.url(row, "cosign/verified/")
    assert "Second person signs here" in anna.text(scenes.url(row))
    response = anna.sign(url, "bela", htmx=True)
    signature = Signature.objects.get(record_uuid=row.uuid, meaning="verified")
    assert response.status_code == 200
    assert (signature.username, signature.station) == ("bela", "bench 1")
    assert fresh(row).state == "closed"
    assert anna.get("/board/").wsgi_request.user.username == "anna"


@pytest.mark.case("SIG-02")
@pytest.mark.parametrize("more", ["cosign/verified/", "verify/"])
def test_performer_cannot_verify_by_any_address(browser: Callable[..., Browser], more: str) -> None:
    row = steps.performed(scenes.filled_seed())
    response = browser(steps.operator()).sign(scenes.url(row, more), "anna", htmx=True)
    assert response.status_code == 409
    assert "second person" in response.content.decode()
    assert fresh(row).state == "performed"


@pytest.mark.case("SIG-01")
def test_wrong_password_of_the_second_person_keeps_her_name(browser: Callable[..., Browser]) -> None:
    row = steps.performed(scenes.filled_seed())
    steps.verifier()
    url = scenes.url(row, "cosign/verified/")
    response = browser(steps.operator()).sign(url, "bela", htmx=True, password="guess")
    text = response.content.decode()
    assert response.status_code == 403
    assert 'value="bela"' in text
    assert "guess" not in text
    assert fresh(row).state == "performed"


def test_verifier_signs_in_her_own_session(browser: Callable[..., Browser]) -> None:
    row = steps.performed(scenes.filled_seed())
    bela = browser(steps.verifier())
    assert "Sign as verified" in bela.text(scenes.url(row))
    assert bela.sign(scenes.url(row, "verify/"), "bela", htmx=True).status_code == 200
    assert fresh(row).state == "closed"


def test_voided_signature_is_signed_again_from_the_page(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    row = steps.seeded(batch)
    steps.recorded(row, "area", "1265", reason="Read from the wrong vessel")
    anna = browser(steps.operator())
    assert "Sign again as performed" in anna.text(scenes.url(row))
    assert anna.sign(scenes.url(row, "complete/"), "anna", htmx=True).status_code == 200
    assert Signature.objects.filter(record_uuid=row.uuid, meaning="performed", void__isnull=True).count() == 1


def test_signing_works_without_htmx(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "complete/")
    assert re.search(r"<dialog[^>]* open", anna.text(url))
    response = anna.sign(url, "anna")
    assert (response.status_code, response["Location"]) == (302, scenes.url(row))


@pytest.mark.parametrize(
    "more", ["cosign/released/", "cosign/x/", "charges/00000000-0000-4000-8000-000000000000/verify/"]
)
def test_unknown_signature_is_not_there(browser: Callable[..., Browser], more: str) -> None:
    row = scenes.seed()
    assert browser(steps.operator()).get(scenes.url(row, more)).status_code == 404


@pytest.mark.parametrize("seen", ["", "?seen=", "?seen=" + "0" * 64])
def test_signature_on_something_not_shown_is_refused(browser: Callable[..., Browser], seen: str) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "complete/")
    _, hidden = form_of(anna.text(url), url)
    data = hidden | {"username": "anna", "password": helpers.SECRET}
    assert anna.post(f"{url}{seen}", data, htmx=True).status_code in {409, 422}
    assert fresh(row).state == "in_progress"


@pytest.mark.req("R214")
@pytest.mark.req("R215")
def test_signer_sees_corrections_deviations_and_what_voids_the_signature(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    steps.recorded(row, "actual", "11.00", reason="Read from the wrong pipette")
    anna, bela = browser(steps.operator()), browser(steps.verifier())
    text = anna.text(scenes.url(row, "complete/"), htmx=True)
    (number,) = Deviation.objects.values_list("number", flat=True)
    for said in ("Volume seeded corrected:", "10.00", "Read from the wrong pipette", number, "voids this signature"):
        assert said in text, said
    steps.performed(row)
    for text in (
        anna.text(scenes.url(row, "cosign/verified/"), htmx=True),
        bela.text(scenes.url(row, "verify/"), htmx=True),
    ):
        assert "Read from the wrong pipette" in text
        assert number in text
        assert "voids this signature and the 1 before it" in text


@pytest.mark.req("R202")
def test_panel_of_a_verified_step_says_so_and_offers_no_form(browser: Callable[..., Browser]) -> None:
    row = steps.verified(steps.performed(scenes.filled_seed()))
    anna = browser(steps.operator())
    for more, htmx in (("cosign/verified/", True), ("cosign/verified/", False), ("verify/", True)):
        text = anna.text(scenes.url(row, more), htmx=htmx)
        assert "This step is signed as verified by Bela Test." in text
        assert 'name="password"' not in text.partition('id="phase"')[2]


def test_panel_of_a_step_that_asks_for_no_second_person_says_so(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    text = browser(steps.operator()).text(scenes.url(row, "cosign/verified/"), htmx=True)
    assert "The master asks for no signature “verified” on this step." in text
    assert 'name="password"' not in text


def test_panel_of_a_step_that_is_not_performed_yet_says_so(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    text = browser(steps.operator()).text(scenes.url(row, "cosign/verified/"), htmx=True)
    assert "it does not wait for the signature “verified”" in text
    assert 'name="password"' not in text
