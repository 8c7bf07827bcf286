"""Pages hold no script, no style and no address of another host: the content security policy allows none."""

import re
from pathlib import Path

import pytest

from tests.architecture import source

RULES = {
    "inline script": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*[\"']application/(?:ld\+)?json[\"'])", re.IGNORECASE
    ),
    "inline style": re.compile(r"<style\b|<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"<[a-z][^<>]*\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "other host": re.compile(
        r"\b(?:src|href|action|srcset|poster|data|hx-(?:get|post|put|patch|delete))\s*=\s*[\"']?\s*(?:https?:)?//"
        r"|url\(\s*[\"']?(?:https?:)?//|@import",
        re.IGNORECASE,
    ),
    "unescaped text": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}
STATIC_RULES = {"other host": re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import|fetch\(\s*[\"'`]https?:")}
SCRIPT_RULES = {"code from text": re.compile(r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write\(")}


def judge(text: str, name: str, rules: dict[str, re.Pattern[str]]) -> list[str]:
    """A finding for each place that breaks a rule."""
    return [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1} {rule}: {hit.group(0)[:60]!r}"
        for rule, pattern in rules.items()
        for hit in pattern.finditer(text)
    ]


def judge_files(paths: list[Path], rules: dict[str, re.Pattern[str]]) -> list[str]:
    """The findings of several files."""
    return [
        finding
        for path in paths
        if "/vendor/" not in (name := source.relative(path))
        for finding in judge(path.read_text(encoding="utf-8"), name, rules)
    ]


def test_templates_are_clean() -> None:
    everywhere = source.files(".html", ".svg", ".txt", ".xml")
    found = judge_files([p for p in everywhere if "/templates/" in f"/{source.relative(p)}"], RULES)
    assert not found, source.report(found)


def test_static_files_are_clean() -> None:
    found = judge_files(source.files(".css", ".js", ".svg", under=("static",)), STATIC_RULES)
    found += judge_files(source.files(".js", under=("static",)), SCRIPT_RULES)
    assert not found, source.report(found)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<script type="module">import "x"</script>',
        "<style>p {}</style>",
        '<p class="a"\n  style="color: red">',
        '<button onclick="go()">',
        '<div hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<link href="https://fonts.example/x.css">',
        "<img src=//cdn.example/x.png>",
        "{{ name|safe }}",
        "{% autoescape off %}",
    ],
)
def test_bad_template_is_found(html: str) -> None:
    assert judge(html, "sample", RULES)


@pytest.mark.parametrize(
    "html",
    [
        "<script src=\"{% static 'js/scan.js' %}\" defer></script>",
        '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="red"/></svg>',
        '<a href="{% url \'batches:board\' %}" hx-get="/x/">one</a>',
        '<script id="limits" type="application/json">{}</script>',
    ],
)
def test_clean_template_passes(html: str) -> None:
    assert not judge(html, "sample", RULES)


@pytest.mark.parametrize("code", ["el.innerHTML = x", "eval(x)"])
def test_bad_script_is_found(code: str) -> None:
    assert judge(code, "sample", SCRIPT_RULES)
