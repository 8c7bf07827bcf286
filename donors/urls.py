"""Pages of donors."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "donors"
urlpatterns: list[URLPattern] = []
