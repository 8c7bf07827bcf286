"""Reads the product's own source for the architecture tests: its files and their syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("compliance", "resources", "donors", "batches", "qc", "release")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the product: tracked, or new and not ignored; the whole tree where git is absent."""
    if not (ROOT / ".git").exists():
        return tuple(sorted(p for p in ROOT.rglob("*") if p.is_file() and not _left_out(p)))
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(path for name in set(names.split("\0")) if name and (path := ROOT / name).is_file()))


def _left_out(path: Path) -> bool:
    return bool({".venv", "var", "__pycache__", "node_modules"} & set(path.relative_to(ROOT).parts))


def relative(path: Path) -> str:
    """The path as the findings name it."""
    return path.relative_to(ROOT).as_posix()


def files(*suffixes: str, under: tuple[str, ...] = ()) -> list[Path]:
    """Files with one of the suffixes, below one of the top folders (all when none is named)."""
    return [
        path
        for path in tracked()
        if path.suffix in suffixes and (not under or relative(path).split("/")[0] in under)
    ]


def modules(*, under: tuple[str, ...] = (*APPS, "config"), migrations: bool = False) -> list[Path]:
    """Python modules of the product; migrations only when asked for."""
    return [p for p in files(".py", under=under) if migrations or "/migrations/" not in relative(p)]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function below the node, nested ones too."""
    for child in ast.walk(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child


def report(findings: list[str]) -> str:
    """The findings as an assertion message."""
    return "\n".join(["", *findings])
