"""Pages of batches."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "batches"
urlpatterns: list[URLPattern] = []
