"""Registers the app with the registries of compliance."""

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    """The release app."""

    name = "release"
