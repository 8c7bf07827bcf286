"""A module, function or template that a reader cannot hold in mind is refused."""

import ast

import pytest

from tests.architecture import source

MODULE_LINES = 400
FUNCTION_LINES = 60
TEMPLATE_LINES = 120


def length_of(text: str, limit: int, name: str) -> list[str]:
    """A finding when the text has more lines than the limit."""
    lines = len(text.splitlines())
    return [f"{name}: {lines} lines, at most {limit}"] if lines > limit else []


def long_functions(tree: ast.AST, name: str) -> list[str]:
    """A finding for each function longer than the limit, decorators not counted."""
    return [
        f"{name}:{function.lineno} {function.name}: {lines} lines, at most {FUNCTION_LINES}"
        for function in source.functions(tree)
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES
    ]


def is_vendored(path: object) -> bool:
    """Files of others, kept as they came."""
    return "/vendor/" in str(path)


def test_modules_within_size() -> None:
    found: list[str] = []
    for path in source.files(".py", ".sh", ".js"):
        name = source.relative(path)
        if "/migrations/" not in name and not is_vendored(name):
            found += length_of(path.read_text(encoding="utf-8"), MODULE_LINES, name)
    assert not found, source.report(found)


def test_functions_within_size() -> None:
    everywhere = source.modules(under=())
    found = [f for path in everywhere for f in long_functions(source.tree(path), source.relative(path))]
    assert everywhere
    assert not found, source.report(found)


def test_templates_within_size() -> None:
    found: list[str] = []
    for path in source.files(".html", ".svg", ".xml", under=("templates",)):
        found += length_of(path.read_text(encoding="utf-8"), TEMPLATE_LINES, source.relative(path))
    assert not found, source.report(found)


@pytest.mark.parametrize(("lines", "findings"), [(60, 0), (61, 1)])
def test_long_function_is_found(lines: int, findings: int) -> None:
    code = "def f():\n" + "    x = 1\n" * (lines - 1)
    assert len(long_functions(ast.parse(code), "sample")) == findings


@pytest.mark.parametrize(("lines", "findings"), [(120, 0), (121, 1)])
def test_long_template_is_found(lines: int, findings: int) -> None:
    assert len(length_of("<p>\n" * lines, TEMPLATE_LINES, "sample")) == findings
