"""Take a master of the product, change one thing in it, and lint it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from batches.domain.masterfile.codec import build, plain
from batches.domain.masterfile.findings import Finding
from batches.domain.masterfile.lint import lint
from batches.domain.masterfile.load import load
from batches.domain.masterfile.spec import MasterSpec
from batches.domain.masterfile.tree import from_plain

MASTERS = Path(__file__).resolve().parents[3] / "batches" / "masters"
Edit = Callable[[Any], object]


@cache
def text_of(name: str) -> str:
    return (MASTERS / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def master(name: str) -> MasterSpec:
    return load(text_of(name))


def edited(name: str, edit: Edit) -> MasterSpec:
    """The master with one change made to its plain form."""
    data: dict[str, Any] = plain(master(name))
    edit(data)
    return build(MasterSpec, from_plain(data), "master")


def findings_after(name: str, edit: Edit) -> list[Finding]:
    return lint(edited(name, edit))


def unit(data: Any, name: str) -> Any:
    return next(one for one in data["unit_procedures"] if one["id"] == name)


def phase(data: Any, path: str) -> Any:
    unit_id, operation_id, phase_id = path.split(".")
    operation = next(one for one in unit(data, unit_id)["operations"] if one["id"] == operation_id)
    return next(one for one in operation["phases"] if one["id"] == phase_id)


def parameter(data: Any, path: str) -> Any:
    phase_path, _, name = path.rpartition(".")
    return next(one for one in phase(data, phase_path)["parameters"] if one["id"] == name)


def hold(data: Any, name: str) -> Any:
    return next(one for one in data["hold_times"] if one["id"] == name)
