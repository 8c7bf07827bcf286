"""The only door by which a record changes its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.module_loading import import_string

from compliance.domain.records import save_record
from compliance.models import Record
from compliance.refusals import Blocker, Refused, Stale
from compliance.validators import clean_reason

if TYPE_CHECKING:
    from datetime import datetime

    from compliance.domain.act import Act
    from compliance.domain.actor import Actor
    from compliance.states import Transition

R = TypeVar("R", bound=Record)


def find(table: tuple[Transition, ...], name: str) -> Transition:
    """The transition of this name; an unknown name is a programming error."""
    return next(t for t in table if t.name == name)


def locked(record: R, version: int | None = None) -> R:
    """The record read anew under a row lock. Refuses when `version` is not the one the person saw (CON-01)."""
    row: R = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if version is not None and row.version != version:
        raise Stale(
            f"{row._meta.verbose_name} was changed by somebody else since you opened it. "
            "Nothing was overwritten. Load it again and look at the change.",
            "stale",
        )
    return row


def blockers(actor: Actor, record: Record, transition: Transition, at: datetime) -> list[Blocker]:
    """What stops the move now, for the screen: wrong state, then every guard."""
    state = str(record.state)  # type: ignore[attr-defined]
    if state not in transition.source:
        words = " or ".join(s.replace("_", " ") for s in transition.source)
        text = f"This is {state.replace('_', ' ')}; {transition.title or transition.name} needs {words}."
        return [Blocker("wrong_state", text)]
    found: list[Blocker] = []
    for dotted in transition.guards:
        found += import_string(dotted)(actor, record, at)
    return found


def apply_transition(
    a: Act,
    record: R,
    transition: Transition,
    *,
    version: int | None = None,
    reason: str | None = None,
    **values: Any,
) -> R:
    """Moves a record: lock, source state, permission, guards, then one write with `values` (R106, WF-05, WF-06).

    Refuses: Denied without permission, Stale on another version, Refused with every blocker, Invalid when
    the move asks for a reason and none is given. The signature, where the move asks for one, follows by
    `signing.sign` in the same act: it covers the version after the move.
    """
    a.actor.need(transition.permission)
    row = locked(record, version)
    found = blockers(a.actor, row, transition, a.at)
    if found:
        raise Refused(found)
    why = clean_reason(reason) if transition.reason or reason is not None else None
    for name, value in values.items():
        setattr(row, name, value)
    before = row.state  # type: ignore[attr-defined]
    row.state = transition.target  # type: ignore[attr-defined]
    save_record(a, row, why)
    a.facts.setdefault("moves", []).append(
        {"label": row._meta.label_lower, "uuid": str(row.uuid), "from": before, "to": transition.target}
    )
    return row
