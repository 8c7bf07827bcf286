"""Pages of people, signatures and the trail."""

from django.urls import URLPattern, path

app_name = "compliance"
urlpatterns: list[URLPattern] = []
