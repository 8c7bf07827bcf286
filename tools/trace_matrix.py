"""Writes docs/validation/trace_matrix.md from the `req` and `case` markers of the tests.

With --check it writes nothing: exit 1 when the file is not what the markers say.
"""

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MATRIX = ROOT / "docs" / "validation" / "trace_matrix.md"
KINDS = {"req": re.compile(r"R\d{3}"), "case": re.compile(r"[A-Z]{2,5}-\d{2}")}
Matrix = dict[str, dict[str, set[str]]]


class MarkerError(Exception):
    """A marker that the matrix cannot read."""


def marks(node: ast.AST, where: str) -> Iterator[tuple[str, str]]:
    """Kind and id of each req or case marker in an expression, those on single parameters included."""
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr=kind)) if kind in KINDS:
                for argument in call.args:
                    identifier = str(getattr(argument, "value", ""))
                    if not KINDS[kind].fullmatch(identifier):
                        raise MarkerError(f"{where}: {ast.unparse(argument)} is no {kind} id")
                    yield kind, identifier


def module_marks(tree: ast.Module, where: str) -> Iterator[tuple[str, str]]:
    """The markers of `pytestmark = ...`, which hold for each test of the module."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                yield from marks(value, where)


def tests_of(tree: ast.Module, where: str) -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """Name and markers of each test function."""
    inherited = set(module_marks(tree, where))
    for node in tree.body:
        own = inherited | {m for d in getattr(node, "decorator_list", []) for m in marks(d, where)}
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name.startswith("test_"):
                    yield f"{node.name}::{method.name}", own | {
                        m for d in method.decorator_list for m in marks(d, where)
                    }
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, own


def collect(folder: Path) -> Matrix:
    """Id to the tests that prove it, for each kind of marker."""
    found: Matrix = {kind: defaultdict(set) for kind in KINDS}
    for path in sorted(folder.rglob("test_*.py")):
        where = path.relative_to(folder.parent).as_posix()
        for name, markers in tests_of(ast.parse(path.read_text(encoding="utf-8")), where):
            for kind, identifier in markers:
                found[kind][identifier].add(f"{where}::{name}")
    return found


def table(rows: dict[str, set[str]], head: str) -> list[str]:
    """One line a test, the id on the first."""
    lines = [f"| {head} | proved by |", "|---|---|"]
    for identifier in sorted(rows):
        for number, test in enumerate(sorted(rows[identifier])):
            lines.append(f"| {identifier if number == 0 else ''} | `{test}` |")
    return lines


def written(found: Matrix) -> str:
    """The matrix as Markdown."""
    lines = [
        "# Trace matrix",
        "",
        "Written by `make trace` from the markers in `tests/`; `make lint` refuses one that is out of date.",
        "",
        f"{len(found['req'])} requirements and {len(found['case'])} failure cases have a test.",
        "",
        "## Requirements",
        "",
        *table(found["req"], "requirement"),
        "",
        "## Failure cases",
        "",
        *table(found["case"], "case"),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Writes the matrix, or compares it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when out of date")
    check = parser.parse_args().check
    try:
        text = written(collect(ROOT / "tests"))
    except MarkerError as error:
        print(error, file=sys.stderr)
        return 1
    if not check:
        MATRIX.parent.mkdir(parents=True, exist_ok=True)
        MATRIX.write_text(text, encoding="utf-8")
        return 0
    if MATRIX.exists() and MATRIX.read_text(encoding="utf-8") == text:
        return 0
    print(f"{MATRIX.relative_to(ROOT)} is out of date: run `make trace`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
