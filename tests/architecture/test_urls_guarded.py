"""Nobody gets in without a log-in: every URL is asked for by somebody who is not logged in (R104)."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path, reverse
from django.urls.resolvers import RegexPattern, RoutePattern

from tests.architecture import source

# Open by intent, each with its reason. An entry that no URL has any more is refused too.
OPEN: dict[str, str] = {
    "compliance:login": "the way in",
    "compliance:activate": "the person behind a one-time link has no password yet",
    "compliance:health": "says only that the server answers",
}
SAMPLES = ("1", "x", "00000000-0000-4000-8000-000000000000", "2026-01-31", "EV-26-0001", "compliance")
REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
PART = re.compile(r"<(?:(?P<kind>[^>:]+):)?(?P<name>[^>]+)>")
GROUP = re.compile(r"\(\?P<\w+>(?P<inside>[^()]*)\)")


def sample_for(pattern: str) -> str:
    """A text that the part of a URL accepts."""
    for sample in SAMPLES:
        if re.fullmatch(pattern, sample):
            return sample
    raise AssertionError(f"add a sample that matches {pattern!r}")


def address(pattern: RoutePattern | RegexPattern) -> str:
    """The pattern's part of the URL with each variable filled in."""
    if isinstance(pattern, RegexPattern):
        filled = GROUP.sub(lambda m: sample_for(m["inside"]), str(pattern).strip("^$"))
        return filled.replace("\\Z", "")
    return PART.sub(lambda m: sample_for(pattern.converters[m["name"]].regex), str(pattern))


def walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[tuple[str, str]]:
    """Address and full name of each URL."""
    for entry in patterns:
        here = before + address(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from walk(entry.url_patterns, here, inner)
        else:
            yield here, f"{space}{entry.name or ''}"


def lets_in(response: HttpResponse, login: str) -> bool:
    """True when the answer is neither a refusal nor the way to the log-in page."""
    if response.status_code == HTTPStatus.FOUND:
        return not response["Location"].startswith(login)
    return response.status_code not in REFUSED


def unguarded(client: Client, urls: list[tuple[str, str]], login: str) -> list[str]:
    """Each URL that answers a stranger; a wrong method may be named as such, but not to GET and POST."""
    found = []
    for url, name in urls:
        if name in OPEN:
            continue
        answers = [client.get(url), client.post(url)]
        codes = [a.status_code for a in answers]
        wrong_method = [a for a in answers if a.status_code == HTTPStatus.METHOD_NOT_ALLOWED]
        judged = [a for a in answers if a not in wrong_method]
        if not judged or any(lets_in(a, login) for a in judged):
            found.append(f"{url} ({name or 'no name'}): GET, POST answered {codes}")
    return found


@pytest.mark.req("R104")
@pytest.mark.django_db
def test_every_url_asks_for_login(client: Client) -> None:
    urls = list(walk(get_resolver().url_patterns, "/", ""))
    assert urls
    found = unguarded(client, urls, reverse(settings.LOGIN_URL))
    assert not found, source.report(found)


def test_open_list_is_current() -> None:
    names = {name for _url, name in walk(get_resolver().url_patterns, "/", "")}
    assert set(OPEN) <= names, set(OPEN) - names


def _hello(_request: object, **_parts: str) -> HttpResponse:
    return HttpResponse("hello")


def test_walk_fills_every_part() -> None:
    patterns = [path("a/<int:pk>/", include(([path("<slug:s>/<uuid:u>/<path:p>", _hello, name="x")], "n")))]
    assert list(walk(patterns, "/", "")) == [("/a/1/1/00000000-0000-4000-8000-000000000000/1", "n:x")]


@pytest.mark.parametrize(
    ("status", "location", "open_"),
    [(200, "", True), (404, "", True), (302, "/b/", True), (302, "/login/?next=/", False), (403, "", False)],
)
def test_open_answer_is_found(status: int, location: str, open_: bool) -> None:
    response = HttpResponse(status=status, headers={"Location": location} if location else {})
    assert lets_in(response, "/login/") is open_
