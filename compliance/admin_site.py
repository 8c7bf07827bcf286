"""The QA admin: review and release by transition views; no record is edited, added, deleted or acted on in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin import AdminSite

if TYPE_CHECKING:
    from django.http import HttpRequest


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
        return bool(user.is_authenticated and user.is_active and user.has_perm("compliance.read_trail"))


site = QualitySite(name="admin")
