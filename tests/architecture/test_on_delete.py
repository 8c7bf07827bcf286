"""Nothing that a record points to can be deleted under it, and no record goes with another."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from tests.architecture import source

KEEPS = {models.PROTECT, models.RESTRICT}


def own_models() -> list[type[models.Model]]:
    """The product's models, history tables included."""
    return [model for app in source.APPS for model in apps.get_app_config(app).get_models()]


def is_history(model: type[models.Model]) -> bool:
    """True for the tables that simple-history makes."""
    return getattr(model, "net_kind", "") == "history"


def loose_keys(model: type[models.Model]) -> Iterator[str]:
    """Each foreign key that would cascade or blank. A history row's copies point without a constraint."""
    allowed = KEEPS | {models.DO_NOTHING} if is_history(model) else KEEPS
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete not in allowed:
            yield f"{field}: on_delete={field.remote_field.on_delete.__name__}, must be PROTECT or RESTRICT"
        if isinstance(field, models.ManyToManyField):
            yield f"{field}: a many-to-many table has no history; write a model with two foreign keys"


@pytest.mark.req("R103")
def test_foreign_keys_protect() -> None:
    everything = own_models()
    found = [finding for model in everything for finding in loose_keys(model)]
    assert everything
    assert not found, source.report(found)


@pytest.mark.parametrize("on_delete", [models.CASCADE, models.SET_NULL, models.DO_NOTHING])
def test_loose_key_is_found(on_delete: object) -> None:
    class Loose(models.Model):
        user = models.ForeignKey("compliance.User", on_delete=on_delete, null=True, related_name="+")

        class Meta:
            app_label = "architecture_sample"

        def __str__(self) -> str:
            return ""

    try:
        assert len(list(loose_keys(Loose))) == 1
    finally:
        del apps.all_models["architecture_sample"]
        apps.clear_cache()
