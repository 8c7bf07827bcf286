"""Pages of resources."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "resources"
urlpatterns: list[URLPattern] = []
