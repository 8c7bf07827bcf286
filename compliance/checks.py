"""System checks: the switches that must be on, the frozen field lists, the guards in the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.checks import Warning as Notice
from django.db import connections
from django.utils.module_loading import import_string

from compliance import net
from compliance.manifests import frozen, gmp_models, manifest_of, newest, wanted
from compliance.roles import all_permissions, all_transitions, event_title


@register(Tags.security)
def switches(**_kwargs: Any) -> list[Error]:
    """History on, revert off, no request-wide transactions, jobs outlive their limit (R210, JOB-02)."""
    found = []
    if not getattr(settings, "SIMPLE_HISTORY_ENABLED", False):
        found.append(Error("SIMPLE_HISTORY_ENABLED may not be off.", id="compliance.E001"))
    if not getattr(settings, "SIMPLE_HISTORY_REVERT_DISABLED", False):
        found.append(Error("SIMPLE_HISTORY_REVERT_DISABLED may not be off.", id="compliance.E002"))
    if settings.ATOMIC_REQUESTS:
        found.append(Error("ATOMIC_REQUESTS would nest acts in a request.", id="compliance.E003"))
    options: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if options.get("visibility_timeout", settings.CELERY_TASK_TIME_LIMIT + 1) <= settings.CELERY_TASK_TIME_LIMIT:
        found.append(Error("The broker's visibility timeout is shorter than the longest job.", id="compliance.E004"))
    return found


@register(Tags.security)
def proxies(**_kwargs: Any) -> list[Error]:
    """Behind TLS every client comes through a proxy; unnamed, the proxy's own address would stand for all (R207)."""
    if settings.BEHIND_TLS and settings.SECOND_FACTOR == "outside" and not settings.PROXIES:
        text = "Behind TLS name the proxy in EVIDENCE_PROXIES, or everybody is taken for a neighbour."
        return [Error(text, id="compliance.E010")]
    return []


@register(Tags.models)
def manifests(**_kwargs: Any) -> list[Error]:
    """Each GMP model's columns are frozen under its newest number."""
    found = []
    for model in gmp_models():
        label = model._meta.label_lower
        listed = frozen(model._meta.app_label).get(label)
        if not listed or sorted(manifest_of(label, newest(label))) != wanted(model):
            found.append(Error(f"{label}: columns not frozen; run freeze_manifests.", id="compliance.E005"))
    return found


@register()
def transitions(**_kwargs: Any) -> list[Error]:
    """Each transition names a known permission, a registered event, and guards that exist."""
    found = []
    for label, table in all_transitions().items():
        for move in table:
            if move.permission not in all_permissions():
                found.append(Error(f"{label}.{move.name}: unknown permission {move.permission}", id="compliance.E006"))
            if event_title(move.event) is None:
                found.append(Error(f"{label}.{move.name}: unknown event {move.event}", id="compliance.E007"))
            for dotted in move.guards:
                try:
                    import_string(dotted)
                except ImportError:
                    found.append(Error(f"{label}.{move.name}: no guard {dotted}", id="compliance.E008"))
    return found


@register(Tags.database)
def guards(databases: Any = None, **_kwargs: Any) -> list[Notice]:
    """The guards in the database are the ones the models want (`check --database default`, AUD-18).

    A warning and no error, since `migrate`, which mends it, runs the checks first; acts are refused meanwhile.
    """
    # A database without a single table has nothing to guard yet: `migrate` is about to make both.
    filled = [c for c in (connections[alias] for alias in databases or []) if c.introspection.table_names()]
    return [Notice(text, id="compliance.W009") for connection in filled for text in net.problems(connection)]
