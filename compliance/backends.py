"""Finds a person by folded user name and password. Roles are ours, so no Django permissions are read."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from compliance.domain import clock
from compliance.models import User


def folded_username(_request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name under which wrong passwords are counted, at every door alike (SIG-11)."""
    return str((credentials or {}).get("username") or "").strip().casefold()


class PersonBackend(BaseBackend):
    """Both components, and an active account."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_kwargs: Any
    ) -> User | None:
        """The person, or None. An unknown name costs the same time as a wrong password."""
        del request
        name = (username or "").strip().casefold()
        user = User.objects.filter(username=name).first()
        if user is None:
            make_password(password or "")
            return None
        return user if user.check_password(password or "") and user.may_enter(clock.true_now()) else None

    def get_user(self, user_id: int) -> User | None:
        """The account behind a session; none when it is no longer active."""
        user = User.objects.filter(pk=user_id).first()
        return user if user is not None and user.may_enter(clock.true_now()) else None
