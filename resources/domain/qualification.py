"""People's qualification in document versions (R109)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.guards import blockers_for_other_person
from compliance.refusals import Blocker, Invalid, Refused
from resources.models import Qualification
from resources.states import QUALIFICATION_TRANSITIONS, DocumentState, QualificationState
from resources.validators.expiry import local_day

if TYPE_CHECKING:
    from datetime import date

    from compliance.domain.act import Act
    from compliance.models import User
    from resources.models import Document


def qualify(
    a: Act,
    person: User,
    document: Document,
    *,
    trained_on: date,
    evidence: str,
    expires_on: date | None = None,
) -> Qualification:
    """The acting assessor records that a person is trained in a document version, up to a day (R109).

    Refuses an assessor's own training, a superseded version, training ahead of today, one that has run out
    already, and an account that is not active.
    """
    a.actor.need("resources.qualify_people")
    row = locked(document)
    found = blockers_for_other_person(a.actor.user, [person.pk], "assess it")
    if row.state == DocumentState.SUPERSEDED:
        found.append(
            Blocker("superseded", f"{row} is superseded.", clears="training in the effective version")
        )
    if not person.is_active:
        found.append(Blocker("inactive", f"The account of {person.printed_name} is not active."))
    if found:
        raise Refused(found)
    _check_days(trained_on, expires_on, local_day(a.at, clock.zone()))
    a.touch(row, person)
    return save_record(
        a,
        Qualification(
            person=person,
            document=row,
            trained_on=trained_on,
            expires_on=expires_on,
            evidence=evidence.strip(),
            assessor=a.actor.user,
            recorded_at=a.at,
        ),
    )


def _check_days(trained_on: date, expires_on: date | None, today: date) -> None:
    if trained_on > today:
        raise Invalid("The training lies in the future.", "trained_on", "future")
    if expires_on is not None and expires_on < today:
        raise Invalid("The training has run out already.", "expires_on", "run_out")


def withdraw(a: Act, qualification: Qualification, reason: str) -> list[Qualification]:
    """Withdraws what a person holds in a document version, older rows too, so that none stands in."""
    held = Qualification.objects.filter(
        person=qualification.person_id, document=qualification.document_id, state=QualificationState.HELD
    )
    rows = list(held.order_by("id"))
    if not rows:
        raise Refused([Blocker("withdrawn", "This qualification was withdrawn already.")])
    a.touch(qualification.document, qualification.person)
    move = find(QUALIFICATION_TRANSITIONS, "withdraw")
    return [apply_transition(a, row, move, reason=reason, withdrawn_at=a.at) for row in rows]
