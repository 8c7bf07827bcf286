"""Mounts the apps, nothing else."""

from django.urls import include, path

from compliance.admin_site import site

urlpatterns = [
    path("", include("compliance.urls")),
    path("", include("batches.urls")),
    path("donors/", include("donors.urls")),
    path("resources/", include("resources.urls")),
    path("qc/", include("qc.urls")),
    path("release/", include("release.urls")),
    path("admin/", site.urls),
]
handler400 = "compliance.views.errors.bad_request"
handler403 = "compliance.views.errors.denied"
handler404 = "compliance.views.errors.not_found"
handler500 = "compliance.views.errors.server_error"
