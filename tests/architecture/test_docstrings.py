"""What a GMP reader opens first says in words what it does: domain functions, guards, states."""

import ast

import pytest

from tests.architecture import source


def speaks(name: str) -> bool:
    """Whether the file is one whose public names carry docstrings."""
    return "/domain/" in name or name.split("/")[1] in {"guards.py", "states.py", "validators.py"}


def silent(tree: ast.Module, name: str) -> list[str]:
    """Each public function or class on the top level that has no docstring."""
    return [
        f"{name}:{node.lineno} {node.name} has no docstring"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def unnamed(tree: ast.Module, name: str) -> list[str]:
    """A module that holds code and does not say what it is for."""
    return [f"{name}: no module docstring"] if tree.body and not ast.get_docstring(tree) else []


def test_public_names_have_docstrings() -> None:
    found = [
        finding
        for path in source.modules(under=source.APPS)
        if speaks(name := source.relative(path))
        for finding in silent(source.tree(path), name)
    ]
    assert not found, source.report(found)


def test_modules_have_docstrings() -> None:
    everywhere = source.modules(under=())
    found = [f for path in everywhere for f in unnamed(source.tree(path), source.relative(path))]
    assert not found, source.report(found)


@pytest.mark.parametrize("code", ["def start_phase(a): ...", "class MasterState: ...", "async def x(): ..."])
def test_silent_name_is_found(code: str) -> None:
    assert silent(ast.parse(code), "sample")
    assert unnamed(ast.parse(code), "sample")


def test_private_name_passes() -> None:
    assert not silent(ast.parse("def _part(): ..."), "sample")
