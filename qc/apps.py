"""Registers the app with the registries of compliance."""

from django.apps import AppConfig


class QcConfig(AppConfig):
    """The qc app."""

    name = "qc"
