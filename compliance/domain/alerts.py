"""What security and QA must see at once: raised in the act that met it, answered by name with a comment (R120)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find
from compliance.models import Alert, User
from compliance.states import ALERT_TRANSITIONS, AlertState
from compliance.validators import clean_reason

if TYPE_CHECKING:
    from compliance.domain.act import Act

LOCKED = "locked"


def raise_alert(a: Act, kind: str, about: User | None, text: str) -> Alert:
    """Raises an alert in the open act. One of the same kind about the same person that still stands is enough."""
    standing = Alert.objects.filter(kind=kind, about=about, state=AlertState.RAISED).first()
    if standing is not None:
        return standing
    if about is not None:
        a.touch(about)
    return save_record(a, Alert(kind=kind, about=about, text=text, raised_at=a.at))


def raise_lock(a: Act, name: str) -> Alert | None:
    """An account was locked by wrong passwords. A name that nobody has raises nothing: it stands in the trail."""
    user = User.objects.filter(username=name).first()
    if user is None:
        return None
    text = f"The account of {user.printed_name} ({user.username}) is locked after wrong passwords."
    return raise_alert(a, LOCKED, user, text)


def acknowledge_alert(a: Act, alert: Alert, comment: str, version: int | None = None) -> Alert:
    """Answers an alert: somebody looked, and says what was found. Refuses a comment that says nothing."""
    said = clean_reason(comment)
    return apply_transition(
        a, alert, find(ALERT_TRANSITIONS, "acknowledge"), version=version, reason=said, comment=said
    )
