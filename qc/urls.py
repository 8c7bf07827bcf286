"""Pages of qc."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "qc"
urlpatterns: list[URLPattern] = []
