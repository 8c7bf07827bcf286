"""Whether the server answers and reaches its database; nothing else is told to strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from compliance.queries import database_answers

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 with words, or 503 when the database does not answer."""
    del request
    try:
        database_answers()
    except Error:
        return HttpResponse("The database does not answer.\n", content_type="text/plain", status=503)
    return HttpResponse("ok\ndatabase reachable\n", content_type="text/plain")
