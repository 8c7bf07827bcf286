"""The page of one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from batches.views import batch_page, places
from compliance.domain import clock
from compliance.views import acts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@never_cache
@acts.needs("batches.read")
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """What comes next in a batch, its path, its clocks, deviations, materials and signatures."""
    now = clock.now()
    data = batch_page.load(places.batch_of(number), now)
    page = batch_page.batch_page(acts.of_request(request), data, now)
    return render(request, "batches/batch.html", {"page": page})
