"""Pages of release."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "release"
urlpatterns: list[URLPattern] = []
