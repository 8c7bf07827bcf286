"""The QA admin: review and release by transition views; no record is edited, added, deleted or acted on in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

from compliance.domain import actor as actors
from compliance.domain import sessions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern, URLResolver

READ = "compliance.read_trail"
# The door of the product is the only one, and a password is changed by an act of its own.
CLOSED = frozenset({"password_change", "password_change_done"})


class QualitySite(AdminSite):
    """The admin for people who read the trail; signing in happens at the one door of the product."""

    site_header = "EVidence quality"
    site_title = "EVidence quality"
    index_title = "Review and release"
    enable_nav_sidebar = False
    actions = ()

    def has_permission(self, request: HttpRequest) -> bool:
        """An active person whose roles read the trail."""
        user = request.user
        return bool(user.is_authenticated and user.is_active and user.has_perm(READ))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """The stock URLs without the password pages; each app's `admin` module registers before."""
        autodiscover_modules("admin")
        return [u for u in super().get_urls() if getattr(u, "name", None) not in CLOSED]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No door here: the one of the product, where wrong passwords are counted (SIG-11)."""
        del extra_context
        if request.user.is_authenticated:
            actors.of_request(request).need(READ)
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(f"{reverse('compliance:login')}?{urlencode({'next': reverse('admin:index')})}")

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signs out as everywhere, on record."""
        del extra_context
        sessions.sign_out(request)
        return HttpResponseRedirect(reverse("compliance:login"))


site = QualitySite(name="admin")
