"""People. An account is never deleted and its name never used again (R115)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property

from compliance import roles
from compliance.models.record import Record
from compliance.states import GrantState

if TYPE_CHECKING:
    from datetime import datetime

SYSTEM_PK = 0  # sequences start at 1, so the system's own account never meets a person's


class UserManager(BaseUserManager["User"]):
    """Finds people by folded name; accounts are made by `domain.accounts` alone."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account of this name, whatever its case."""
        return self.get(username=(username or "").casefold())


class User(AbstractBaseUser, Record):
    """A person (or the system itself): user name, printed name, and whether the account may act."""

    outside_history: ClassVar[tuple[str, ...]] = ("password", "last_login")

    username = models.CharField(max_length=60, unique=True)
    printed_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    theme = models.CharField(max_length=8, default="auto")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        ordering = ["username"]
        constraints = [models.CheckConstraint(condition=~models.Q(username=""), name="user_has_name")]

    def __str__(self) -> str:
        return self.printed_name

    @cached_property
    def held_roles(self) -> frozenset[str]:
        """The roles held now; read once a request."""
        return frozenset(self.grants.filter(state=GrantState.HELD).values_list("role", flat=True))

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Every permission the roles give. Nobody holds all of them."""
        return roles.permissions_of(self.held_roles) if self.is_active else frozenset()

    def has_perm(self, perm: str, _obj: Any = None) -> bool:
        """One permission by codename."""
        return perm in self.permissions

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        """All of them."""
        return all(self.has_perm(p, obj) for p in perm_list)

    def has_module_perms(self, _app_label: str) -> bool:
        """Whether the admin lists the app: decided by the admin site's own permission."""
        return self.is_staff

    @property
    def is_staff(self) -> bool:
        """Who may enter the admin: reviewers, never the system administrator as such."""
        return "compliance.read_trail" in self.permissions

    def may_enter(self, at: datetime) -> bool:
        """Whether the account is active and has not run out (time-boxed accounts of inspectors)."""
        return self.is_active and (self.valid_until is None or at < self.valid_until)

    @property
    def is_system(self) -> bool:
        """The account that acts when no person does."""
        return self.pk == SYSTEM_PK


class RoleGrant(Record):
    """One role held by one person, from its grant to its withdrawal (R205)."""

    # Also in the database: who administers holds no GMP role.
    net_rule: ClassVar[tuple[str, str]] = (
        (
            "NEW.state = 'held' AND NEW.role <> 'inspector' AND EXISTS (SELECT 1 FROM compliance_rolegrant g "
            "WHERE g.user_id = NEW.user_id AND g.uuid <> NEW.uuid AND g.state = 'held' AND g.role <> 'inspector' "
            "AND (g.role = 'system_administrator') <> (NEW.role = 'system_administrator'))"
        ),
        "an administrator holds no GMP role",
    )

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=roles.Role.choices)
    state = models.CharField(max_length=12, choices=GrantState.choices, default=GrantState.HELD)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(state=GrantState.HELD), name="role_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"
