"""What people see when something is wrong: what happened, what is kept, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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
    """500: our fault; nothing was recorded by half."""
    return render(request, "500.html", status=500)
