"""The admin reads, and decides by signed transitions; nothing else changes anything there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.test import RequestFactory
from django.urls import reverse

from compliance import admin, states
from compliance.admin_site import site
from compliance.domain import accounts, signing
from compliance.domain.act import act
from compliance.domain.transitions import apply_transition, find
from compliance.models import LedgerEntry, RoleGrant, Signature, User
from compliance.page_forms import FormField
from compliance.refusals import Denied, Throttled
from compliance.states import GrantState, SignatureMeaning, Transition
from tests.compliance.views.steps import WRONG, grant, inside
from tests.helpers import SECRET, approval, person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from compliance.domain.act import Act

pytestmark = pytest.mark.django_db
LISTS = ("user", "rolegrant", "signature", "ledgerentry")


def signed() -> QuerySet[Signature]:
    """What was signed beside the administrator's grant."""
    return Signature.objects.exclude(signer__username="sysadmin")


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_records_are_shown_without_a_form(name: str) -> None:
    grant("anna")
    browser = inside("quinn", "qa")
    page = browser.get(f"/admin/compliance/{name}/")
    assert page.status_code == 200
    html = page.content.decode()
    assert 'name="action"' not in html
    assert "addlink" not in html
    row = LedgerEntry.objects.first() if name == "ledgerentry" else User.objects.get(username="anna")
    if name in ("user", "ledgerentry"):
        shown = browser.get(f"/admin/compliance/{name}/{row.pk}/change/").content.decode()
        assert 'name="_save"' not in shown
        assert "deletelink" not in shown
        assert "argon2" not in shown
        assert "md5$" not in shown


@pytest.mark.req("R105")
@pytest.mark.case("WF-03")
@pytest.mark.case("WF-11")
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("action", ["delete_selected", "withdraw", ""])
def test_no_action_is_run_from_a_list(name: str, action: str) -> None:
    granted = grant("anna")
    browser = inside("quinn", "qa")
    before = LedgerEntry.objects.count()
    data = {"action": action, "_selected_action": [granted.pk], "post": "yes", "index": "0"}
    assert browser.post(f"/admin/compliance/{name}/", data).status_code == 403
    assert LedgerEntry.objects.count() == before
    assert RoleGrant.objects.get(pk=granted.pk).state == GrantState.HELD


@pytest.mark.req("R105")
@pytest.mark.case("WF-05")
@pytest.mark.case("AUD-08")
def test_state_and_values_are_in_no_form() -> None:
    granted = grant("anna")
    browser = inside("quinn", "qa")
    before = LedgerEntry.objects.count()
    for url, data in (
        (f"/admin/compliance/rolegrant/{granted.pk}/change/", {"state": "withdrawn", "_save": "Save"}),
        (f"/admin/compliance/user/{granted.user_id}/change/", {"printed_name": "Forged", "_save": "Save"}),
        ("/admin/compliance/user/add/", {"username": "forged", "_save": "Save"}),
        (f"/admin/compliance/user/{granted.user_id}/delete/", {"post": "yes"}),
    ):
        assert browser.post(url, data).status_code == 403, url
    assert RoleGrant.objects.get(pk=granted.pk).state == GrantState.HELD
    assert User.objects.get(pk=granted.user_id).printed_name == "Anna Test"
    assert LedgerEntry.objects.count() == before


@pytest.mark.case("AUD-14")
def test_person_with_records_cannot_be_deleted() -> None:
    person("anna", "operator")
    browser = inside("quinn", "qa")
    pk = User.objects.get(username="anna").pk
    assert browser.get(f"/admin/compliance/user/{pk}/delete/").status_code == 403
    assert User.objects.filter(pk=pk).exists()


@pytest.mark.req("R205")
@pytest.mark.parametrize("role", ["operator", "system_administrator"])
def test_admin_is_closed_to_who_does_not_read_the_trail(role: str) -> None:
    browser = inside("anna", role)
    for url in ("/admin/", "/admin/compliance/user/"):
        response = browser.get(url, follow=True)
        assert response.status_code == 403


def test_history_of_a_record_is_its_trail() -> None:
    granted = grant("anna")
    browser = inside("quinn", "qa")
    response = browser.get(f"/admin/compliance/rolegrant/{granted.pk}/history/")
    assert response.url == reverse("compliance:audit-trail", args=("compliance.rolegrant", granted.uuid))
    assert "Audit trail" in browser.get(f"/admin/compliance/rolegrant/{granted.pk}/change/").content.decode()


def test_every_registered_record_is_read_only() -> None:
    from compliance.models import AppendOnly, Record  # noqa: PLC0415 - the rule under test

    registered = {m: a for m, a in site._registry.items() if issubclass(m, Record | AppendOnly)}
    assert set(LISTS) - {"ledgerentry"} <= {m._meta.model_name for m in registered}
    for model, shown in registered.items():
        assert isinstance(shown, admin.ReadOnlyRecordAdmin), model
        assert shown.actions is None
        assert not shown.list_editable
        assert not shown.inlines


SIGNED = Transition(
    "retire", (GrantState.HELD,), GrantState.WITHDRAWN, "compliance.read_trail", "role.withdrawn",
    meaning=SignatureMeaning.APPROVED, reason=True, title="Retire",
)  # fmt: skip
REASON = "She has moved to production"


class GrantDecisions(admin.TransitionAdmin):
    """A decision as other apps write theirs."""

    table: ClassVar[tuple[Transition, ...]] = (SIGNED, *states.USER_TRANSITIONS)

    def home(self, obj: Any) -> Any:
        return obj.user

    def perform(self, a: Act, token: UUID | None, obj: Any, name: str, form: Mapping[str, str]) -> None:
        move = find(self.table, name)
        row = apply_transition(a, obj, move, version=int(form["version"]), reason=form.get("reason"))
        if token is not None:
            signing.sign(a, token, row, SIGNED.meaning, title=f"Role {row}", permission=SIGNED.permission)


@pytest.fixture
def decide(rf: RequestFactory):
    """`decide(actor, grant, name, **posted)` asks the transition view as the browser of this person."""
    view = GrantDecisions(RoleGrant, site)
    sessions: dict[str, Any] = {}

    def ask(who: str, obj: RoleGrant, name: str, /, **posted: str) -> HttpResponse:
        if who not in sessions:
            sessions[who] = inside(who).session
        request = rf.post("/x/", posted) if posted else rf.get("/x/")
        request.session = sessions[who]
        request.user = User.objects.get(username=who)
        request._messages = type("Store", (), {"add": lambda *_a, **_k: None, "__iter__": lambda _s: iter(())})()
        return view.transition_view(request, str(obj.pk), name)

    return ask


def token_in(response: HttpResponse) -> str:
    return response.content.decode().split('name="token" value="')[1].split('"')[0]


def posted(token: str, **more: str) -> dict[str, str]:
    data = {"token": token, "version": "1", "username": "quinn", "password": SECRET, "reason": REASON}
    return data | more


@pytest.mark.req("R106")
@pytest.mark.req("R113")
def test_decision_is_shown_then_signed(decide: Any) -> None:
    person("quinn", "qa")
    granted = grant("anna")
    page = decide("quinn", granted, "retire")
    html = page.content.decode()
    assert "Yes, nothing stands open" in html
    assert "Signs as <b>Quinn Test</b>" in html
    assert decide("quinn", granted, "retire", **posted(token_in(page))).status_code == 302
    signature = signed().get()
    assert (signature.username, signature.meaning, signature.record_version) == ("quinn", "approved", 2)
    assert RoleGrant.objects.get(pk=granted.pk).state == GrantState.WITHDRAWN


@pytest.mark.case("CON-05")
def test_decision_sent_twice_is_taken_once(decide: Any) -> None:
    person("quinn", "qa")
    granted = grant("anna")
    data = posted(token_in(decide("quinn", granted, "retire")))
    assert [decide("quinn", granted, "retire", **data).status_code for _ in range(2)] == [302, 302]
    assert signed().count() == 1


@pytest.mark.case("SIG-01")
@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"password": ""}, 403, "do not belong together"),
        ({"password": WRONG}, 403, "do not belong together"),
        ({"username": "rosa"}, 403, "belongs to Quinn Test"),
        ({"reason": "no"}, 422, "eight letters"),
        ({"version": "7"}, 409, "changed by somebody else"),
        ({"version": ""}, 422, "which version"),
        ({"token": "x"}, 422, "not opened in your session"),
    ],
)
def test_refused_decision_keeps_what_was_typed(decide: Any, change: dict[str, str], status: int, words: str) -> None:
    person("quinn", "qa")
    person("rosa", "qa")
    granted = grant("anna")
    data = posted(token_in(decide("quinn", granted, "retire"))) | change
    response = decide("quinn", granted, "retire", **data)
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert data["reason"] in html
    assert not data["password"] or data["password"] not in html
    assert not signed().exists()
    assert RoleGrant.objects.get(pk=granted.pk).state == GrantState.HELD


@pytest.mark.req("R106")
def test_decision_from_the_wrong_state_says_what_stops_it(decide: Any) -> None:
    person("quinn", "qa")
    granted = grant("anna")
    token = token_in(decide("quinn", granted, "retire"))
    admin = person("sysadmin")
    with act(admin, "role.withdrawn", granted.user) as a:
        accounts.withdraw_role(a, granted, REASON, approval(admin, granted.user))
    html = decide("quinn", granted, "retire").content.decode()
    assert "No, 1 open" in html
    assert "This is withdrawn" in html
    late = decide("quinn", granted, "retire", **posted(token, version="2"))
    assert late.status_code == 409
    assert not signed().exists()


@pytest.mark.req("R107")
def test_decision_of_another_role_is_shown_closed_and_refused(decide: Any) -> None:
    person("quinn", "qa")
    granted = grant("anna")
    page = decide("quinn", granted, "withdraw")
    assert "It is for: System administrator." in page.content.decode()
    response = decide("quinn", granted, "withdraw", token=token_in(page), version="1", reason=REASON)
    assert response.status_code == 403
    assert RoleGrant.objects.get(pk=granted.pk).state == GrantState.HELD
    person("opal", "operator")
    with pytest.raises(Denied):
        decide("opal", granted, "retire")


@pytest.mark.case("SIG-11")
def test_lockout_at_a_decision_ends_the_session(decide: Any) -> None:
    person("quinn", "qa")
    granted = grant("anna")
    token = token_in(decide("quinn", granted, "retire"))
    for _ in range(4):
        assert decide("quinn", granted, "retire", **posted(token, password=WRONG)).status_code == 403
    with pytest.raises(Throttled):
        decide("quinn", granted, "retire", **posted(token, password=WRONG))


def test_decision_without_its_function_is_a_fault() -> None:
    view = admin.TransitionAdmin(RoleGrant, site)
    with pytest.raises(NotImplementedError):
        view.perform(None, None, None, "retire", {})  # type: ignore[arg-type]
    assert view.fields_of(None, SIGNED) == (FormField("reason", "Reason", "area"),)
