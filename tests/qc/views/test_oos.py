"""The pages of investigations: opened by a result, two phases, concluded, approved, the result invalidated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Signature
from qc.models import OosInvestigation, Result
from tests import helpers
from tests.batches.views.browser import Browser, form_of
from tests.qc import steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor

    Opened = Callable[[Actor], Browser]

pytestmark = [pytest.mark.django_db, pytest.mark.req("R502")]
FOUND = {
    "cause": "Cuvette cracked",
    "confirmed": "yes",
    "evidence": steps.EVIDENCE,
    "conclusion": "The result is of the cuvette",
}


def failed() -> OosInvestigation:
    steps.entered(steps.received(steps.taken(), "FIN"), "endotoxin", "0.30")
    return OosInvestigation.objects.get()


def url(oos: OosInvestigation, name: str = "investigation") -> str:
    return reverse(f"qc:{name}", args=(oos.number,))


def signed(username: str) -> dict[str, str]:
    return {"username": username, "password": helpers.SECRET}


def test_investigation_goes_its_whole_way_through_the_pages(browser: Opened) -> None:
    oos = failed()
    dana, quinn = browser(steps.reviewer()), browser(steps.qa())
    assert oos.number in dana.text(reverse("qc:investigations"))
    assert dana.submit(url(oos), url(oos, "investigation-begin")).status_code == 302
    plan = "Two retests by another analyst"
    assert dana.submit(url(oos), url(oos, "investigation-extend"), reason=plan).status_code == 302
    answer = dana.submit(url(oos), url(oos, "investigation-conclude"), **FOUND, **signed("dana"))
    assert answer.status_code == 302
    assert plan in quinn.text(url(oos))
    assert quinn.submit(url(oos), url(oos, "investigation-approve"), **signed("quinn")).status_code == 302
    assert "No investigation is open" in dana.text(reverse("qc:investigations"))
    assert oos.number in dana.text(reverse("qc:investigations"), show="all")
    reason = "The cuvette was cracked, see above"
    assert quinn.submit(url(oos), url(oos, "investigation-invalidate"), reason=reason).status_code == 302
    assert Result.objects.get().state == "invalidated"
    text = quinn.text(reverse("qc:result", args=(oos.result.uuid,)))
    assert "Invalidated because" in text
    assert oos.number in text
    assert Signature.objects.filter(record_uuid=oos.uuid).count() == 2
    assert "invalidate/" not in quinn.text(url(oos))


def test_what_was_written_is_kept_when_it_is_refused(browser: Opened) -> None:
    oos = failed()
    dana = browser(steps.reviewer())
    dana.submit(url(oos), url(oos, "investigation-begin"))
    action = url(oos, "investigation-conclude")
    for change, status in (
        ({"conclusion": ""}, 422),
        ({"confirmed": ""}, 422),
        ({"evidence": "cracked"}, 422),
        ({"cause": "a\x00b"}, 422),
        ({"conclusion": "x" * 5000}, 422),
        ({"password": "wrong"}, 403),
    ):
        answer = dana.submit(url(oos), action, **(FOUND | signed("dana") | change))
        assert answer.status_code == status
        if "cause" not in change:
            assert "Cuvette cracked" in answer.content.decode()
    assert OosInvestigation.objects.get().state == "phase_1"


@pytest.mark.case("SIG-02")
def test_who_concluded_sees_what_stops_the_approval(browser: Opened) -> None:
    both = helpers.person("dana.qa", "qc_reviewer", "qa")
    oos = steps.investigated(failed(), confirmed=True, by=both)
    own = browser(both)
    assert "This stops the approval" in own.text(url(oos))
    answer = own.submit(url(oos), url(oos, "investigation-approve"), **signed("dana.qa"))
    assert answer.status_code == 409
    assert OosInvestigation.objects.get().state == "concluded"


@pytest.mark.case("SIG-02")
def test_analyst_of_the_failed_result_sees_what_stops_the_conclusion(browser: Opened) -> None:
    oos = failed()
    cora = browser(steps.analyst())
    assert cora.submit(url(oos), url(oos, "investigation-begin")).status_code == 302
    assert "This stops the conclusion" in cora.text(url(oos))
    assert "This stops the conclusion" not in browser(steps.reviewer()).text(url(oos))
    answer = cora.submit(url(oos), url(oos, "investigation-conclude"), **FOUND, **signed("cora"))
    assert answer.status_code == 409
    assert "needs a second person" in answer.content.decode()
    assert OosInvestigation.objects.get().state == "phase_1"


def test_evidence_is_asked_for_and_shown_after(browser: Opened) -> None:
    oos = failed()
    dana = browser(steps.reviewer())
    dana.submit(url(oos), url(oos, "investigation-begin"))
    refused = dana.submit(url(oos), url(oos, "investigation-conclude"), **(FOUND | signed("dana") | {"evidence": ""}))
    assert refused.status_code == 422
    assert "where the proof is" in refused.content.decode()
    assert dana.submit(url(oos), url(oos, "investigation-conclude"), **FOUND, **signed("dana")).status_code == 302
    assert steps.EVIDENCE in browser(steps.qa()).text(url(oos))


@pytest.mark.case("CON-01")
def test_step_on_an_old_page_is_refused(browser: Opened) -> None:
    oos = failed()
    dana = browser(steps.reviewer())
    action, hidden = form_of(dana.text(url(oos)), url(oos, "investigation-begin"))
    assert [dana.post(action, hidden).status_code for _ in range(2)] == [302, 302]
    assert dana.post(action, hidden | {"token": "x"}).status_code == 422
    assert OosInvestigation.objects.get().version == oos.version + 1


@pytest.mark.req("R107")
def test_step_without_the_role_is_refused(browser: Opened) -> None:
    oos = failed()
    action, hidden = form_of(browser(steps.reviewer()).text(url(oos)), url(oos, "investigation-begin"))
    quinn = browser(steps.qa())
    assert "investigation-begin" not in quinn.text(url(oos))
    assert quinn.post(action, hidden).status_code == 422
    assert browser(steps.steps.operator()).get(url(oos)).status_code == 403
    assert quinn.get(reverse("qc:investigation", args=("OOS-9",))).status_code == 404


def test_locked_account_ends_the_session(browser: Opened, settings: object) -> None:
    oos = steps.investigated(failed(), confirmed=True)
    quinn = browser(steps.qa())
    answers = [
        quinn.submit(url(oos), url(oos, "investigation-approve"), username="quinn", password="wrong")
        for _ in range(settings.AXES_FAILURE_LIMIT)  # type: ignore[attr-defined]
    ]
    assert answers[-1].status_code == 429


def test_list_takes_as_many_queries_for_one_as_for_three(browser: Opened) -> None:
    oos = failed()
    cora = browser(steps.analyst())
    address = reverse("qc:investigations")

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            cora.text(address)
        return len(found)

    count()
    few = count()
    sample = oos.result.sample
    for code in ("sterility_a", "sterility_b"):
        steps.entered(sample, code, "growth")
    assert OosInvestigation.objects.count() == 3
    assert count() == few
