"""The floor board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from batches.views import floor
from batches.views.board_page import board_page
from compliance.domain import clock
from compliance.views import acts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@never_cache
@acts.needs("batches.read")
def board(request: HttpRequest) -> HttpResponse:
    """Every batch on the floor with its next action for this person; htmx asks for the rows alone."""
    page = board_page(acts.of_request(request), floor.active_batches(), clock.now())
    return acts.page_or_fragment(request, "batches/board.html", "batches/_board.html", {"page": page})
