"""Inside an app, imports go downward only, and every module has a place in the order."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import source

# Top to bottom; modules on one line do not import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("urls",),
    ("views", "admin", "middleware", "context", "backends", "hashers"),
    ("admin_site",),
    ("forms", "tasks"),
    ("pdf", "importers"),
    ("domain",),
    ("net",),
    ("guards",),
    ("completeness", "exceptions"),
    ("queries", "manifests", "verification"),
    ("models",),
)
# Below all layers: plain values and words, which know no row. Among themselves they form a vocabulary.
VOCABULARY = {
    "calculations", "constraints", "fields", "gates", "jobs", "kinds", "masterfile", "masters", "numbers",
    "pages", "paper", "refusals", "registry", "roles", "rules", "states", "typedfields", "validators",
}  # fmt: skip
FAMILIES = ("kinds_", "page_", "paper_", "states_")
# Pure parts that stand under `domain` by their meaning but know no row: guards and the linter read them too.
PURE = ("domain.calculations", "domain.masterfile", "domain.masters")
# Wiring, which Django calls by name, and the demonstration, which a command plays; nothing of the product imports it.
OUTSIDE = {"__init__", "apps", "checks", "demo", "management", "migrations", "templatetags"}
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def rank_of(part: str) -> int | None:
    """The layer's number from the top; one number for the vocabulary; None for a module without a place."""
    if part in VOCABULARY or part.startswith(FAMILIES):
        return len(LAYERS)
    return RANK.get(part)


def part_of(name: str) -> str:
    """`batches/domain/execution.py` is part `domain`."""
    return family(pure(".".join(name.removesuffix(".py").split("/")[1:])))


def pure(dotted: str) -> str:
    """`domain.masterfile.load` is part `masterfile`; any other name is its first part."""
    parts = dotted.split(".")
    return parts[1] if ".".join(parts[:2]) in PURE else parts[0]


def family(part: str) -> str:
    """`net_sqlite` is a part of `net`."""
    return "net" if part.startswith("net_") else part


def is_type_checking(node: ast.AST) -> bool:
    """`if TYPE_CHECKING:`: read by the type checker alone, so it makes no ring."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that stand under `if TYPE_CHECKING:`."""
    for child in ast.iter_child_nodes(tree):
        if not is_type_checking(child):
            yield child
            yield from running(child)


def imported_parts(tree: ast.AST, app: str) -> list[tuple[int, str]]:
    """Line and part of each import of the app's own modules."""
    found = []
    for node in running(tree):
        match node:
            case ast.Import(names=names):
                dotted = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names, level=0):
                dotted = [f"{module}.{alias.name}" for alias in names] if module == app else [module]
            case ast.ImportFrom(level=level) if level:
                raise AssertionError(f"line {node.lineno}: write imports of the app in full")
            case _:
                continue
        inside = [name.removeprefix(f"{app}.") for name in dotted if name.startswith(f"{app}.")]
        found += [(node.lineno, family(pure(name))) for name in inside]
    return found


def upward(tree: ast.AST, name: str) -> list[str]:
    """Each import from a lower or equal place to another part."""
    app, part = name.split("/", maxsplit=1)[0], part_of(name)
    if part in OUTSIDE:
        return []
    own = rank_of(part)
    if own is None:
        return [f"{name}: `{part}` has no place among the layers"]
    return [
        f"{name}:{line} {part} imports {target}, which is not below it"
        for line, target in imported_parts(tree, app)
        if target != part and not below(own, rank_of(target))
    ]


def below(own: int, target: int | None) -> bool:
    """True when the target stands below; words of the vocabulary may use each other."""
    return target is not None and (target > own or own == target == len(LAYERS))


def inline_imports(tree: ast.AST, name: str) -> list[str]:
    """Each import inside a function: it hides a ring. `AppConfig.ready` may."""
    return [
        f"{name}:{node.lineno} imports inside {function.name}()"
        for function in source.functions(tree)
        if not (name.endswith("/apps.py") and function.name == "ready")
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_layers_inside_apps() -> None:
    found = [
        finding
        for path in source.modules(under=source.APPS)
        for finding in upward(source.tree(path), source.relative(path))
    ]
    assert not found, source.report(found)


def test_imports_stand_on_top() -> None:
    found = [f for path in source.modules() for f in inline_imports(source.tree(path), source.relative(path))]
    assert not found, source.report(found)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("batches/models/batch.py", "from batches.domain import execution"),
        ("batches/models/batch.py", "from batches.domain.execution import start_phase"),
        ("batches/models/batch.py", "import batches.domain.execution"),
        ("batches/states.py", "from batches import queries"),
        ("batches/queries.py", "if x:\n    from batches.domain import execution"),
        ("batches/helpers.py", "x = 1"),
        ("batches/domain/execution.py", "from batches.tasks import task_render"),
    ],
)
def test_upward_import_is_found(name: str, code: str) -> None:
    assert upward(ast.parse(code), name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("batches/domain/execution.py", "from batches.models import Batch"),
        ("batches/domain/execution.py", "from batches.domain import culture"),
        ("batches/views/phase.py", "from compliance.domain.act import act"),
        ("batches/guards.py", "if TYPE_CHECKING:\n    from batches.domain import execution"),
        ("batches/states.py", "from batches import validators"),
        ("batches/management/commands/demo.py", "from batches.domain import execution"),
    ],
)
def test_downward_import_passes(name: str, code: str) -> None:
    assert not upward(ast.parse(code), name)


def test_inline_import_is_found() -> None:
    code = ast.parse("def ready(self):\n    from batches import checks\n")
    assert inline_imports(code, "batches/guards.py")
    assert not inline_imports(code, "batches/apps.py")
