"""Registers the app with the registries of compliance."""

from django.apps import AppConfig


class BatchesConfig(AppConfig):
    """The batches app."""

    name = "batches"
