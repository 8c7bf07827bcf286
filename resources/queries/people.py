"""Who is qualified in what at a time (R109)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from compliance.domain import clock
from compliance.roles import Role
from resources.models import Document, Qualification
from resources.states import QualificationState
from resources.validators.expiry import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from compliance.models import User

# Who works by procedures on the floor and at the bench.
TRAINED_ROLES = frozenset({Role.OPERATOR, Role.VERIFIER, Role.QC_ANALYST})


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """One asked document and how a person stands to it; `document` is the version effective at the time."""

    code: str
    document: Document | None
    held: Qualification | None
    run_out: Qualification | None = None
    older: bool = False


def effective_documents(codes: Iterable[str], at: datetime) -> dict[str, Document]:
    """Code to the version that was effective at an instant."""
    rows = Document.objects.filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=at), code__in=set(codes), effective_from__lte=at
    )
    return {row.code: row for row in rows}


def training_of(user: User, codes: Iterable[str], at: datetime) -> list[TrainingLine]:
    """How a person stands to each document at an instant, in the order asked (R109). Two queries."""
    asked = list(dict.fromkeys(codes))
    documents = effective_documents(asked, at)
    rows = list(
        Qualification.objects.filter(
            Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at),
            person=user,
            document__code__in=asked,
            recorded_at__lte=at,
        ).select_related("document")
    )
    return [_line(code, documents.get(code), rows, at) for code in asked]


def _line(code: str, document: Document | None, rows: list[Qualification], at: datetime) -> TrainingLine:
    today = local_day(at, clock.zone())
    of_code = [row for row in rows if row.document.code == code]
    own = [row for row in of_code if document is not None and row.document_id == document.pk]
    held = [row for row in own if row.expires_on is None or row.expires_on >= today]
    return TrainingLine(
        code,
        document,
        held[-1] if held else None,
        own[-1] if own and not held else None,
        older=bool(of_code) and not own,
    )


def untrained(held: Mapping[int, tuple[str, ...]]) -> dict[int, str]:
    """Who works by procedures and is qualified in none today, for the access review (R109, R205). One query."""
    working = {user_id for user_id, roles in held.items() if TRAINED_ROLES & set(roles)}
    today = clock.today()
    qualified = Qualification.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=today), person__in=working, state=QualificationState.HELD
    )
    return dict.fromkeys(working - set(qualified.values_list("person_id", flat=True)), "works without any training")
