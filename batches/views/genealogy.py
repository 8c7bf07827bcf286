"""The way of a batch or a single vial, from the donor's code to the last container and back (R402, R318)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from batches import queries
from batches.models import LotNode
from batches.views import places
from batches.views.genealogy_page import genealogy_page
from compliance.page_frame import Link
from compliance.views import acts, shown

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@never_cache
@acts.needs("batches.read")
def of_batch(request: HttpRequest, number: str) -> HttpResponse:
    """Everything a batch comes from and everything that came from it."""
    batch = places.batch_of(number)
    graph = queries.graph_of(batch)
    crumbs = (Link(batch.number, places.batch_url(batch.number)), Link("Genealogy"))
    text = "From the donation to the last container. Quantities stand at the edges."
    page = genealogy_page(f"Genealogy of {batch.number}", text, graph, None, crumbs)
    return render(request, "batches/genealogy.html", {"page": page})


@require_safe
@never_cache
@acts.needs("batches.read")
def of_container(request: HttpRequest, number: str) -> HttpResponse:
    """One container back to the donation it comes from."""
    rows = LotNode.objects.select_related("container__batch")
    node = rows.filter(container__number=number.replace("\x00", "")[:60]).first()
    if node is None or node.container is None:
        raise Http404("There is no such container.")
    batch = node.container.batch
    graph = queries.ancestors(node)
    crumbs = (Link(batch.number, places.batch_url(batch.number)), Link(node.container.number))
    text = f"{node.container.number}, {node.container.get_state_display()}: everything it comes from."
    page = genealogy_page(f"Vial {node.container.number}", text, graph, node.pk, crumbs)
    links = shown.trail_link(acts.of_request(request), node.container)
    return render(request, "batches/genealogy.html", {"page": replace(page, links=links)})
