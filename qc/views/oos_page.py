"""One investigation as a page value: the result, what was found, and the next step for this person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain.transitions import blockers, find
from compliance.forms.reading import reason_field, yes_or_no
from compliance.page_forms import ActForm, FormField, Section, Signing
from compliance.page_frame import Head, Link
from compliance.pages import Fact
from compliance.views import shown
from compliance.views.shown import moment, signatures_on, trail_link
from qc.domain.investigating import EVIDENCE
from qc.pages import InvestigationPage
from qc.states import LIVE, OOS_TRANSITIONS, RESULT_TRANSITIONS, OosState
from qc.views import places, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from compliance.domain.actor import Actor
    from qc.models import OosInvestigation

FIELDS: dict[str, tuple[FormField, ...]] = {
    "begin": (),
    "extend": (reason_field("Plan", "What of production is looked at, and how many retests, fixed before the first."),),
    "conclude": (
        FormField("cause", "What was looked at, and the cause", "area"),
        yes_or_no("confirmed", "Is a laboratory cause proven?", "yes, the result may be invalidated", "no, it stands"),
        FormField(
            "evidence",
            "Evidence of a laboratory cause",
            "area",
            required=False,
            help="Where it is proven: what was found, and where the proof is. At least 20 letters.",
        ),
        FormField("conclusion", "Conclusion", "area"),
    ),
    "approve": (),
}
NEXT_SIGNED = {
    OosState.PHASE_1: ("conclusion", "conclude"),
    OosState.PHASE_2: ("conclusion", "conclude"),
    OosState.CONCLUDED: ("approval", "approve"),
}
SUBMIT = {
    "begin": "Begin phase I",
    "extend": "Begin phase II",
    "conclude": "Sign the conclusion",
    "approve": "Sign as approved",
}


def investigation_page(
    actor: Actor,
    oos: OosInvestigation,
    tokens: Callable[[], str],
    now: datetime,
    crumbs: tuple[Link, ...],
    form: ActForm | None = None,
) -> InvestigationPage:
    """The page for one person. `form` is a refused form in place of the one of its name."""
    sample = oos.result.sample
    forms = tuple(form if form and form.name == f.name else f for f in _forms(actor, oos, tokens))
    act, move = NEXT_SIGNED.get(OosState(oos.state), ("", ""))
    stops = blockers(actor, oos, find(OOS_TRANSITIONS, move), now) if move else []
    return InvestigationPage(
        head=Head(title=oos.number, section="samples", subject=sample.batch.number, crumbs=crumbs),
        title=f"{oos.number} {oos.result.item.title} {words.with_unit(oos.result)}",
        step=str(oos.get_state_display()),
        blockers=shown.blockers(f"This stops the {act}", stops) if forms else None,
        sections=tuple(_sections(actor, oos)),
        signatures=signatures_on([oos.uuid]),
        forms=forms,
        links=trail_link(actor, oos),
    )


def _sections(actor: Actor, oos: OosInvestigation) -> Iterable[Section]:
    result = oos.result
    limits = words.limit_line(result.item)
    yield Section(
        title="What failed",
        facts=(
            Fact(
                "Result", words.with_unit(result), f"typed {result.typed}", url=places.result_url(result), kind="over"
            ),
            Fact("Specification", limits, words.verdict_of(result).detail),
            Fact("Sample", result.sample.number, url=places.sample_url(result.sample)),
            Fact("Batch", result.sample.batch.number, url=places.batch_url(actor, result.sample)),
            Fact("Opened", moment(oos.opened_at), oos.opened_by.printed_name),
            Fact("Result is", str(result.get_state_display()), result.reason),
        ),
    )
    cause, _, evidence = oos.laboratory_cause.partition(EVIDENCE)
    written = (
        ("Phase II plan", oos.retest_plan),
        ("Looked at", cause),
        ("Evidence", evidence),
        ("Laboratory cause", _confirmed(oos)),
        ("Conclusion", oos.conclusion),
    )
    facts = tuple(Fact(term, text) for term, text in written if text)
    if facts:
        yield Section(title="What was found", facts=facts)


def _confirmed(oos: OosInvestigation) -> str:
    if not oos.conclusion:
        return ""
    return "proven" if oos.confirmed_laboratory_cause else "not proven, the result stands"


def _forms(actor: Actor, oos: OosInvestigation, tokens: Callable[[], str]) -> tuple[ActForm, ...]:
    moves = [t for t in OOS_TRANSITIONS if oos.state in t.source and actor.may(t.permission)]
    found = [
        ActForm(
            name=move.name,
            title=move.title,
            action_url=places.oos_url(oos, f"investigation-{move.name}"),
            token=tokens(),
            version=oos.version,
            submit=SUBMIT[move.name],
            fields=FIELDS[move.name],
            signing=Signing(str(move.meaning), actor.user.printed_name, actor.user.username) if move.meaning else None,
            primary=move.name != "extend",
        )
        for move in moves
    ]
    return (*found, *_invalidate(actor, oos, tokens))


def _invalidate(actor: Actor, oos: OosInvestigation, tokens: Callable[[], str]) -> tuple[ActForm, ...]:
    """QA takes the result out of judgement, once a laboratory cause is proven and approved."""
    ready = oos.state == OosState.APPROVED and oos.confirmed_laboratory_cause and oos.result.state in LIVE
    if not ready or not actor.may(find(RESULT_TRANSITIONS, "invalidate").permission):
        return ()
    return (
        ActForm(
            name="invalidate",
            title="Invalidate the result",
            action_url=places.oos_url(oos, "investigation-invalidate"),
            token=tokens(),
            version=oos.result.version,
            submit="Invalidate",
            fields=(reason_field(),),
            help="The result stays in the record and on paper; the test is open again.",
        ),
    )
