"""What people see when something is wrong: what happened, what is kept, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import Error
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from compliance.page_frame import Frame

if TYPE_CHECKING:
    from django.http import HttpRequest


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: the browser sent something no page of ours sends."""
    del exception
    return render(request, "400.html", status=400)


def denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: signed in, but not for this."""
    return render(request, "403.html", {"text": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    del exception
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing was recorded by half. Said also when the database cannot say who is signed in."""
    try:
        return render(request, "500.html", status=500)
    except Error:  # what failed is in the log already; the page then stands without person and navigation
        return HttpResponse(render_to_string("500.html", {"frame": Frame()}), status=500)
