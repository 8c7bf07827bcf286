"""Registers the app with the registries of compliance."""

from django.apps import AppConfig


class DonorsConfig(AppConfig):
    """The donors app."""

    name = "donors"
