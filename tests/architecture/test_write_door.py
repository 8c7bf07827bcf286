"""Only the write doors write: everything else would miss history, ledger or signature (R105)."""

import ast

import pytest

from tests.architecture import source

DOORS = {f"compliance/domain/{name}.py" for name in ("records", "ledger", "signing", "plain")}
WRITES = {
    "save", "asave", "create", "acreate", "delete", "adelete", "update", "aupdate",
    "bulk_create", "abulk_create", "bulk_update", "abulk_update", "bulk_history_create",
    "get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create",
    "save_base", "_raw_delete", "_update", "bulk_create_with_history", "bulk_update_with_history",
}  # fmt: skip
# Paper only: PDF libraries have a `save` and an `update` of their own, and rows never come here (see below).
WITHOUT_ROWS = "release/pdf/"
ROWS = {"models", "queries", "domain", "guards", "db"}
# Refused everywhere, the doors included: they switch the history off.
NEVER = {"skip_history_when_saving", "save_without_historical_record", "skip_history"}
MODEL_SIGNALS = {"pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
RAW_SQL_NAMES = {"RunSQL", "RawSQL"}
RAW_SQL_CALLS = {"cursor", "raw", "extra", "execute", "executemany", "executescript"}
RAW_SQL_PLACES = {
    "compliance/domain/act.py",
    "compliance/domain/grants.py",
    "batches/queries.py",
}
RAW_SQL_FOLDERS = ("compliance/net.py", "compliance/net_", "compliance/domain/verification/")


def raw_sql_allowed(name: str) -> bool:
    """Migrations, the net, the act, the grants, the genealogy query and the verifier speak SQL; nothing else."""
    return name in RAW_SQL_PLACES or name.startswith(RAW_SQL_FOLDERS)


def writes_rows(name: str) -> bool:
    """True for every file where a call of such a name could write a row."""
    return name not in DOORS and not name.startswith(WITHOUT_ROWS)


def row_imports(tree: ast.AST, name: str) -> list[str]:
    """Each import by which rows could reach a module that must not know any."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                dotted = [f"{module}.{alias.name}" for alias in names]
            case ast.Import(names=names):
                dotted = [alias.name for alias in names]
            case _:
                continue
        own = [d for d in dotted if d.split(".")[0] in {*source.APPS, "django"}]
        found += [f"{name}:{node.lineno} imports {d}: no rows here" for d in own if ROWS & set(d.split("."))]
    return found


def writes(tree: ast.AST, name: str) -> list[str]:
    """Each call that writes rows outside the doors, each switched-off history, each model signal."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in WRITES and writes_rows(name):
                found.append(f"{name}:{node.lineno} calls .{attr}(): rows are written by the doors only")
            case ast.Attribute(attr=attr) | ast.Name(id=attr) | ast.alias(name=attr) if attr in NEVER:
                found.append(f"{name}:{node.lineno} uses {attr}: history is never off")
            case ast.Attribute(attr=attr) | ast.Name(id=attr) | ast.alias(name=attr) if attr in MODEL_SIGNALS:
                found.append(f"{name}:{node.lineno} uses {attr}: no signals on models")
            case ast.Constant(value=str(text)) if text in NEVER:
                found.append(f"{name}:{node.lineno} names {text}: history is never off")
    return found


def raw_sql(tree: ast.AST, name: str) -> list[str]:
    """Each place that speaks SQL itself."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in RAW_SQL_CALLS:
                found.append(f"{name}:{node.lineno} calls .{attr}(): no SQL here")
            case ast.Attribute(attr=attr) | ast.Name(id=attr) | ast.alias(name=attr) if attr in RAW_SQL_NAMES:
                found.append(f"{name}:{node.lineno} uses {attr}: no SQL here")
    return found


@pytest.mark.req("R105")
@pytest.mark.case("AUD-01")
def test_only_doors_write() -> None:
    found = [f for path in source.modules() for f in writes(source.tree(path), source.relative(path))]
    assert not found, source.report(found)


@pytest.mark.req("R105")
def test_only_named_modules_speak_sql() -> None:
    found = [
        finding
        for path in source.modules()
        if not raw_sql_allowed(name := source.relative(path))
        for finding in raw_sql(source.tree(path), name)
    ]
    assert not found, source.report(found)


@pytest.mark.req("R105")
def test_paper_knows_no_rows() -> None:
    paper = [p for p in source.modules() if source.relative(p).startswith(WITHOUT_ROWS)]
    found = [f for path in paper for f in row_imports(source.tree(path), source.relative(path))]
    assert paper
    assert not found, source.report(found)


def test_doors_exist() -> None:
    """A renamed door would leave its old name open to a newcomer."""
    names = {source.relative(path) for path in source.modules()}
    assert names >= DOORS, sorted(DOORS - names)


@pytest.mark.parametrize(
    "code",
    [
        "batch.save()",
        "Batch.objects.filter(pk=1).update(state='released')",
        "Batch.objects.create(number='x')",
        "batch.delete()",
        "Entry.objects.bulk_create(rows)",
        "super().save(*args)",
        "values.update(more)",
        "batch.skip_history_when_saving = True",
        "setattr(batch, 'skip_history_when_saving', True)",
        "batch.save_without_historical_record()",
        "from django.db.models.signals import post_save",
        "signals.pre_delete.connect(f)",
    ],
)
def test_write_round_the_door_is_found(code: str) -> None:
    assert writes(ast.parse(code), "batches/domain/execution.py")


@pytest.mark.parametrize(
    "code", ["from release.models import Document", "from django.db import models", "import batches.queries"]
)
def test_rows_in_paper_are_found(code: str) -> None:
    assert row_imports(ast.parse(code), "release/pdf/render.py")


@pytest.mark.parametrize(
    "code",
    [
        "connection.cursor()",
        "Batch.objects.raw('select 1')",
        "migrations.RunSQL('x')",
        "Batch.objects.annotate(x=RawSQL('1', []))",
        "connection.connection.execute('pragma')",
    ],
)
def test_raw_sql_is_found(code: str) -> None:
    assert raw_sql(ast.parse(code), "qc/queries.py")


@pytest.mark.parametrize(
    "code", ["values |= more", "records.save_records(a, rows, reason)", "hashlib.file_digest(f, 'sha256')"]
)
def test_honest_code_passes(code: str) -> None:
    assert not writes(ast.parse(code), "batches/domain/execution.py")
    assert not raw_sql(ast.parse(code), "batches/domain/execution.py")
