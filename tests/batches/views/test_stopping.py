"""QA stops a batch, a step, and reopens a deviation on pages; nobody else may (R106, R107)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from batches.models import Deviation
from compliance.models import LedgerEntry, Signature
from resources.models import EquipmentUse
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.browser import form_of
from tests.batches.views.test_deviations import ASSESSED, FOUND
from tests.resources import steps as house

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import Batch
    from compliance.domain.actor import Actor
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
WHY = "The incubator lost its gas supply"
ENDS = [("hold", "on_hold"), ("abort", "aborted"), ("end_without_outgrowth", "no_outgrowth")]
OTHERS = [
    ("anna", "operator"), ("petra", "process_engineer"), ("aron", "qc_analyst"), ("irene", "qp"), ("ines", "inspector"),
]  # fmt: skip


def qa() -> Actor:
    return helpers.person("quinn", "qa")


def stop(who: Browser, batch: Batch, name: str, **more: Any) -> Any:
    data = {"reason": WHY, "username": "quinn"} | more
    return who.sign(f"/batches/{batch.number}/stop/{name}/", data.pop("username"), **data)


def state(row: Any) -> str:
    row.refresh_from_db()
    return str(row.state)


@pytest.mark.req("R106")
@pytest.mark.parametrize(("name", "after"), ENDS)
def test_qa_stops_a_running_batch_with_reason_and_signature(
    browser: Callable[..., Browser], name: str, after: str
) -> None:
    batch, quinn = scenes.seed().batch, browser(qa())
    url = f"/batches/{batch.number}/stop/{name}/"
    assert f'href="{url}"' in quinn.text(f"/batches/{batch.number}/")
    response = stop(quinn, batch, name)
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == f"/batches/{batch.number}/"
    assert state(batch) == after
    signed = Signature.objects.get(record_uuid=batch.uuid, meaning="responsible")
    assert signed.username == "quinn"
    assert batch.history.first().history_change_reason == WHY


def test_qa_resumes_a_held_batch_and_nobody_worked_meanwhile(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    batch, quinn, anna = row.batch, browser(qa()), browser(steps.operator())
    stop(quinn, batch, "hold")
    assert anna.post(scenes.url(row, "fields/area/record/"), {"value": "1264"}).status_code in {400, 409, 422}
    assert not row.entries.exists()
    assert stop(quinn, batch, "resume").status_code == 302
    assert state(batch) == "in_progress"
    assert Signature.objects.filter(record_uuid=batch.uuid, meaning="approved").exists()


@pytest.mark.req("R107")
@pytest.mark.parametrize("name", ["hold", "resume", "abort", "end_without_outgrowth"])
@pytest.mark.parametrize("who", OTHERS)
def test_nobody_but_qa_stops_a_batch(browser: Callable[..., Browser], name: str, who: tuple[str, str]) -> None:
    batch = scenes.seed().batch
    other, url = browser(helpers.person(*who)), f"/batches/{batch.number}/stop/{name}/"
    assert url not in other.text(f"/batches/{batch.number}/")
    assert other.get(url).status_code == 403
    sent = {"reason": WHY, "username": who[0], "password": helpers.SECRET}
    assert other.post(url, sent).status_code == 403
    assert state(batch) == "in_progress"
    assert not LedgerEntry.objects.filter(event__in=["batch.held", "batch.aborted", "batch.no_outgrowth"]).exists()


@pytest.mark.case("SIG-01")
@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"reason": " "}, 422, "Write why"),
        ({"reason": "\x00 gone and gone"}, 422, "cannot be kept"),
        ({"password": "guess"}, 403, "do not belong together"),
        ({"username": "anna"}, 403, "This session belongs to"),
    ],
)
def test_refused_stop_keeps_the_reason_and_changes_nothing(
    browser: Callable[..., Browser], wrong: dict[str, str], status: int, said: str
) -> None:
    batch = scenes.seed().batch
    helpers.person("anna", "operator")
    response = stop(browser(qa()), batch, "abort", **wrong)
    text = response.content.decode()
    assert response.status_code == status
    assert said in text
    assert wrong.get("reason", WHY).strip("\x00") in text
    assert state(batch) == "in_progress"


@pytest.mark.case("CON-01")
def test_stop_of_a_batch_that_changed_meanwhile_is_refused(browser: Callable[..., Browser]) -> None:
    batch, quinn = scenes.seed().batch, browser(qa())
    response = stop(quinn, batch, "abort", version="1")
    assert response.status_code == 409
    assert "changed by somebody else" in response.content.decode()
    assert state(batch) == "in_progress"


@pytest.mark.case("CON-04")
def test_second_send_of_a_stop_is_answered_like_the_first(browser: Callable[..., Browser]) -> None:
    batch, quinn = scenes.seed().batch, browser(qa())
    where, hidden = form_of(quinn.text(f"/batches/{batch.number}/stop/hold/"), f"/batches/{batch.number}/stop/hold/")
    sent = hidden | {"reason": WHY, "username": "quinn", "password": helpers.SECRET}
    answers = [quinn.post(where, sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert LedgerEntry.objects.filter(event="batch.held").count() == 1


def test_stop_that_the_state_does_not_allow_says_why(browser: Callable[..., Browser]) -> None:
    batch, quinn = steps.issued(), browser(qa())
    text = quinn.text(f"/batches/{batch.number}/stop/resume/")
    assert "What stops it" in text
    assert 'aria-disabled="true"' in text
    assert stop(quinn, batch, "resume").status_code == 409
    assert quinn.get(f"/batches/{batch.number}/stop/explode/").status_code == 404
    assert "/stop/" not in quinn.text(f"/batches/{batch.number}/")


@pytest.mark.req("R309")
def test_aborted_batch_gives_its_equipment_back(browser: Callable[..., Browser]) -> None:
    batch = scenes.seed().batch
    house.use(house.calibrated_equipment("cell_factory", "CF-01"), batch_ref=batch.number, reference=batch.uuid)
    assert EquipmentUse.objects.filter(reference=batch.uuid, ended_at__isnull=True).exists()
    assert stop(browser(qa()), batch, "abort").status_code == 302
    assert not EquipmentUse.objects.filter(reference=batch.uuid, ended_at__isnull=True).exists()


@pytest.mark.req("R106")
def test_qa_aborts_a_step_and_the_next_may_start(browser: Callable[..., Browser]) -> None:
    row, quinn = scenes.seed(), browser(qa())
    page = scenes.url(row, "abort/")
    assert f'href="{page}"' in quinn.text(scenes.url(row))
    response = quinn.sign(page, "quinn", reason=WHY)
    assert response.status_code == 302, response.content.decode()
    assert state(row) == "aborted"
    assert Signature.objects.get(record_uuid=row.uuid).meaning == "responsible"
    assert steps.started(steps.phase(row.batch, "passage.detach")).state == "in_progress"


@pytest.mark.req("R107")
@pytest.mark.parametrize("who", OTHERS)
def test_nobody_but_qa_aborts_a_step(browser: Callable[..., Browser], who: tuple[str, str]) -> None:
    row, other = scenes.seed(), browser(helpers.person(*who))
    page = scenes.url(row, "abort/")
    assert page not in other.text(scenes.url(row))
    assert other.get(page).status_code == 403
    assert other.post(page, {"reason": WHY, "username": who[0], "password": helpers.SECRET}).status_code == 403
    assert state(row) == "in_progress"


@pytest.mark.case("WF-01")
def test_step_of_an_aborted_batch_stays_as_it_is(browser: Callable[..., Browser]) -> None:
    row, quinn = scenes.seed(), browser(qa())
    stop(quinn, row.batch, "abort")
    assert "/abort/" not in quinn.text(scenes.url(row))
    assert quinn.sign(scenes.url(row, "abort/"), "quinn", reason=WHY).status_code == 409
    assert state(row) == "in_progress"


@pytest.mark.req("R106")
@pytest.mark.parametrize("held", [False, True])
def test_abort_of_the_last_step_ends_the_execution(browser: Callable[..., Browser], held: bool) -> None:
    row, quinn = scenes.filling(), browser(qa())
    if held:
        stop(quinn, row.batch, "hold")
    assert quinn.sign(scenes.url(row, "abort/"), "quinn", reason=WHY).status_code == 302
    assert state(row.batch) == ("on_hold" if held else "executed")
    if held:
        stop(quinn, row.batch, "resume")
        assert state(row.batch) == "executed"


def closed(browser: Callable[..., Browser]) -> Deviation:
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    steps.recorded(row, "actual", "10.30")
    found = Deviation.objects.get()
    quinn, petra = browser(qa()), browser(helpers.person("petra", "process_engineer"))
    signed = {who: {"username": who, "password": helpers.SECRET} for who in ("quinn", "petra")}
    url = f"/deviations/{found.number}/"
    quinn.submit(url, f"{url}assess/", **ASSESSED, **signed["quinn"])
    petra.submit(url, f"{url}investigate/", **FOUND, **signed["petra"])
    quinn.submit(url, f"{url}close/", **signed["quinn"])
    assert state(found) == "closed"
    return found


@pytest.mark.req("R215")
@pytest.mark.req("R504")
def test_qa_reopens_a_deviation_its_signatures_are_void_and_it_closes_anew(browser: Callable[..., Browser]) -> None:
    found = closed(browser)
    quinn, petra = browser(qa()), browser(helpers.person("petra", "process_engineer"))
    url, page = f"/deviations/{found.number}/", f"/deviations/{found.number}/reopen/"
    assert f'href="{page}"' in quinn.text(url)
    assert quinn.submit(page, page, reason=" ").status_code == 422
    assert quinn.submit(page, page, reason="A second vial broke as well").status_code == 302
    assert state(found) == "reopened"
    assert found.closed_at is None
    assert not Signature.objects.filter(record_uuid=found.uuid, void__isnull=True).exists()
    signed = {who: {"username": who, "password": helpers.SECRET} for who in ("quinn", "petra")}
    quinn.submit(url, f"{url}assess/", **ASSESSED, **signed["quinn"])
    petra.submit(url, f"{url}investigate/", **FOUND, **signed["petra"])
    quinn.submit(url, f"{url}close/", **signed["quinn"])
    assert state(found) == "closed"
    assert Signature.objects.filter(record_uuid=found.uuid, void__isnull=True).count() == 3


@pytest.mark.req("R107")
@pytest.mark.parametrize("who", OTHERS)
def test_nobody_but_qa_reopens_a_deviation(browser: Callable[..., Browser], who: tuple[str, str]) -> None:
    found, other = closed(browser), browser(helpers.person(*who))
    page = f"/deviations/{found.number}/reopen/"
    assert page not in other.text(f"/deviations/{found.number}/")
    assert other.get(page).status_code == 403
    assert other.post(page, {"reason": WHY}).status_code == 403
    assert state(found) == "closed"


def test_open_deviation_is_not_reopened(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    steps.recorded(row, "actual", "10.30")
    found, quinn = Deviation.objects.get(), browser(qa())
    page = f"/deviations/{found.number}/reopen/"
    assert page not in quinn.text(f"/deviations/{found.number}/")
    assert quinn.submit(page, page, reason=WHY).status_code == 409
    assert state(found) == "open"
