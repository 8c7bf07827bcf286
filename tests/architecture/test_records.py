"""Each GMP row has its history, its frozen field list and exact numbers."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from compliance.manifests import frozen, gmp_models, newest, wanted
from compliance.models import AppendOnly, Record
from tests.architecture import source
from tests.architecture.test_on_delete import is_history, own_models

# Tables beside the record, each with the reason why it needs no history.
OUTSIDE_THE_RECORD = {
    "compliance.ledgerentry": "is the ledger",
    "compliance.chainlink": "is the ledger",
    "compliance.chainhead": "lock and short-cut of the ledger",
    "compliance.outboxjob": "carries work, holds no record",
    "compliance.signchallenge": "lives 60 seconds",
    "compliance.sitestate": "says what the database is for",
    "compliance.activationlink": "a secret's shadow, good once; making and using it are ledger events",
    "compliance.livesession": "what is open now; opening and ending are ledger events",
    "release.keptsection": "rendered pages that may be made again",
}


def without_history(model: type[models.Model]) -> Iterator[str]:
    """A Record whose history model is missing or keeps fewer columns than the record."""
    history = getattr(model, "history", None)
    if history is None:
        yield f"{model._meta.label}: no history"
        return
    kept = {field.name for field in history.model._meta.concrete_fields}
    outside = set(getattr(model, "outside_history", ()))
    for field in model._meta.concrete_fields:
        if field.name not in kept | outside:
            yield f"{model._meta.label}.{field.name}: not in the history"


def inexact_numbers(model: type[models.Model]) -> Iterator[str]:
    """Float columns, and Django's own decimal, which SQLite keeps as a float."""
    for field in model._meta.get_fields():
        if isinstance(field, models.FloatField | models.DecimalField):
            yield f"{model._meta.label}.{field.name}: {type(field).__name__}, must be ExactDecimalField"


def manifest_gaps(model: type[models.Model]) -> Iterator[str]:
    """A GMP model whose newest frozen field list is missing or is not what the model holds."""
    label = model._meta.label_lower
    lists = frozen(model._meta.app_label)
    if label not in lists:
        yield f"{label}: no frozen manifest; run manage.py freeze_manifests"
    elif lists[label][str(newest(label))] != wanted(model):
        yield f"{label}: manifest {newest(label)} is out of date; run manage.py freeze_manifests"


@pytest.mark.req("R105")
def test_records_have_history() -> None:
    records = [model for model in gmp_models() if issubclass(model, Record)]
    found = [finding for model in records for finding in without_history(model)]
    assert records
    assert not found, source.report(found)


@pytest.mark.req("R101")
def test_records_have_frozen_manifest() -> None:
    found = [finding for model in gmp_models() for finding in manifest_gaps(model)]
    assert not found, source.report(found)


def test_numbers_are_exact() -> None:
    found = [finding for model in own_models() for finding in inexact_numbers(model)]
    assert not found, source.report(found)


@pytest.mark.req("R105")
def test_every_table_is_a_record() -> None:
    """A table that is no GMP row says why here; a table without a reason is refused."""
    plain = {
        model._meta.label_lower
        for model in own_models()
        if not issubclass(model, Record | AppendOnly) and not is_history(model)
    }
    assert plain == set(OUTSIDE_THE_RECORD), plain ^ set(OUTSIDE_THE_RECORD)


def test_bad_model_is_found() -> None:
    class Sloppy(models.Model):
        mass = models.FloatField()
        volume = models.DecimalField(max_digits=9, decimal_places=3)

        class Meta:
            app_label = "architecture_sample"

        def __str__(self) -> str:
            return ""

    try:
        assert len(list(inexact_numbers(Sloppy))) == len(("mass", "volume"))
        assert list(without_history(Sloppy)) == ["architecture_sample.Sloppy: no history"]
    finally:
        del apps.all_models["architecture_sample"]
        apps.clear_cache()


def test_missing_manifest_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    model = gmp_models()[0]
    monkeypatch.setattr("tests.architecture.test_records.frozen", lambda _app: {})
    assert list(manifest_gaps(model))
    stale = {model._meta.label_lower: {"1": ["of_old"]}}
    monkeypatch.setattr("tests.architecture.test_records.frozen", lambda _app: stale)
    monkeypatch.setattr("tests.architecture.test_records.newest", lambda _label: 1)
    assert list(manifest_gaps(model))
