"""Registers the app with the registries of compliance."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """The resources app."""

    name = "resources"
