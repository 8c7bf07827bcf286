"""What an owner of the database could do behind the product's back, each drawn at random and taken back afterwards."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from compliance import net
from compliance.domain.canonical import canonical_json
from compliance.domain.ledger import entry_digest, link_digest, row_digest
from compliance.models import AppendOnly, ChainHead, ChainLink, LedgerEntry, Record, User
from tests.compliance.domain import tampering
from tests.compliance.domain.tampering import Cell, execute, names_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

TRIES = 200


class Attack(NamedTuple):
    """What was done, and which words a finding must hold to have named it."""

    words: str
    names: tuple[str, ...]


class Unlucky(Exception):
    """This draw changes nothing or the database itself refuses it: draw again."""


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table


def filled() -> list[type[models.Model]]:
    """Every guarded table that holds rows."""
    return [m for m in net.guarded_models() if m._base_manager.exists()]


def some(chance: random.Random, model: type[models.Model], count: int = 1) -> list[Any]:
    """Keys of rows drawn from a table."""
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    if len(keys) < count:
        raise Unlucky
    return chance.sample(keys, count)


def _prepared(field: models.Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def cell(chance: random.Random, keep: Callable[[models.Field[Any, Any]], bool]) -> Attack:
    """One cell of a kind of column."""
    model, field = chance.choice([pair for pair in tampering.columns() if keep(pair[1])])
    place = tampering.pick(chance, model, field)
    names = names_of(place)
    try:
        before, after = tampering.tamper(chance, place)
    except AssertionError as error:
        raise Unlucky from error
    return Attack(f"{place}: {before!r} became {after!r}", names)


def is_time(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.DateTimeField)


def is_person(field: models.Field[Any, Any]) -> bool:
    return field.is_relation and field.related_model is User


def value(chance: random.Random) -> Attack:
    """Another value."""
    return cell(chance, lambda f: not is_time(f) and not is_person(f))


def time(chance: random.Random) -> Attack:
    """Another time."""
    return cell(chance, is_time)


def person(chance: random.Random) -> Attack:
    """Another person of the house."""
    pairs = [(m, f) for m, f in tampering.columns() if is_person(f)]
    model, field = chance.choice(pairs)
    (key,) = some(chance, model)
    place = Cell(model, key, field)
    before = model._base_manager.filter(pk=key).values_list(field.attname, flat=True).get()
    other = chance.choice([pk for pk in User.objects.values_list("pk", flat=True) if pk != before])
    names = names_of(place)
    _update(model, key, {field.column: other})
    return Attack(f"{place}: person {before} became {other}", names)


def removed(chance: random.Random) -> Attack:
    """A row taken out."""
    model = chance.choice(filled())
    (key,) = some(chance, model)
    names = names_of(Cell(model, key, model._meta.pk))
    execute(f'DELETE FROM "{table_of(model)}" WHERE "{model._meta.pk.column}" = %s', _prepared(model._meta.pk, key))  # noqa: S608
    return Attack(f"row {key} of {model._meta.label_lower} removed", names)


def inserted(chance: random.Random) -> Attack:
    """A row copied under another key and identity."""
    model = chance.choice(filled())
    (key,) = some(chance, model)
    row = model._base_manager.values(*[f.attname for f in model._meta.concrete_fields]).get(pk=key)
    top = model._base_manager.order_by("-pk").values_list("pk", flat=True)[0]
    for field in model._meta.concrete_fields:
        if field.primary_key:
            row[field.attname] = uuid.UUID(int=chance.getrandbits(128)) if isinstance(top, uuid.UUID) else top + 7
        elif field.name in {"uuid", "act_id"} and isinstance(field, models.UUIDField):
            row[field.attname] = uuid.UUID(int=chance.getrandbits(128))
        elif field.unique and isinstance(row[field.attname], str):
            row[field.attname] += "x"
    columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields)
    marks = ", ".join(["%s"] * len(row))
    values = [_prepared(f, row[f.attname]) for f in model._meta.concrete_fields]
    execute(f'INSERT INTO "{table_of(model)}" ({columns}) VALUES ({marks})', *values)  # noqa: S608
    pk = row[model._meta.pk.attname]
    return Attack(f"row {pk} of {model._meta.label_lower} inserted", names_of(Cell(model, pk, model._meta.pk)))


def swapped(chance: random.Random) -> Attack:
    """Two rows change places; of a chain's links, the acts they hold."""
    model = chance.choice([m for m in filled() if m is not ChainHead])
    one, two = some(chance, model, 2)
    names = names_of(Cell(model, one, model._meta.pk))
    pk = model._meta.pk
    if model is ChainLink:
        held = dict(ChainLink.objects.filter(pk__in=[one, two]).values_list("pk", "entry_id"))
        field = ChainLink._meta.get_field("entry")
        _update(model, one, {field.column: _prepared(field, held[two])})
        _update(model, two, {field.column: _prepared(field, held[one])})
    else:
        aside = uuid.UUID(int=chance.getrandbits(128)) if isinstance(one, uuid.UUID) else -1
        for was, becomes in ((one, aside), (two, one), (aside, two)):
            _update(model, was, {pk.column: _prepared(pk, becomes)})
    return Attack(f"rows {one} and {two} of {model._meta.label_lower} swapped", names)


def _update(model: type[models.Model], key: Any, values: dict[str, Any]) -> None:
    sets = ", ".join(f'"{column}" = %s' for column in values)
    pk = model._meta.pk
    execute(f'UPDATE "{table_of(model)}" SET {sets} WHERE "{pk.column}" = %s', *values.values(), _prepared(pk, key))  # noqa: S608


def relink(entry: LedgerEntry) -> None:
    """Makes an entry and everything after it in its chains consistent again, as somebody would who read the code."""
    entry.digest = entry_digest(entry)
    fields = {f.attname: f for f in LedgerEntry._meta.concrete_fields}
    _update(
        LedgerEntry,
        entry.pk,
        {fields[n].column: _prepared(fields[n], getattr(entry, n)) for n in ("payload", "digest", "recorded_at")},
    )
    for first in list(ChainLink.objects.filter(entry_id=entry.act_id)):
        prev = first.prev
        for link in ChainLink.objects.filter(chain=first.chain, seq__gte=first.seq).order_by("seq"):
            digest = LedgerEntry.objects.values_list("digest", flat=True).get(act_id=link.entry_id)
            made = link_digest(link.chain, link.seq, prev, digest)
            _update(ChainLink, link.pk, {"prev": prev, "digest": made})
            prev = made
        head = ChainHead.objects.get(chain=first.chain)
        _update(ChainHead, head.pk, {"digest": prev})


def rewritten(chance: random.Random) -> Attack:
    """A chain rewritten from one act to its end: the act says something else, all digests after it agree."""
    entry = LedgerEntry.objects.get(pk=some(chance, LedgerEntry)[0])
    payload = json.loads(entry.payload)
    payload["facts"]["note"] = f"said later {chance.getrandbits(32)}"
    entry.payload = canonical_json(payload)
    relink(entry)
    return Attack(f"chain of {entry.home} rewritten from act {entry.act_id}", (f"chain {entry.home}",))


def consistent(chance: random.Random) -> Attack:
    """A row, its history, the ledger's digest of it and every chain after it, all made to agree."""
    pairs = [(m, f) for m, f in tampering.columns() if issubclass(m, Record | AppendOnly) and _plain(m, f)]
    model, field = chance.choice(pairs)
    place = tampering.pick(chance, model, field)
    try:
        before, after = tampering.tamper(chance, place)
    except AssertionError as error:
        raise Unlucky from error
    row = model._base_manager.get(pk=place.pk)
    if issubclass(model, Record):
        history = row.history.get(version=row.version)
        _update(type(history), history.pk, {field.column: _prepared(field, after)})
        row = row.history.get(version=row.version)
    entry = LedgerEntry.objects.get(act_id=row.act_id)
    payload = json.loads(entry.payload)
    for noted in payload["rows"]:
        if noted["uuid"] == str(row.uuid) and noted["version"] == row.version:
            noted["digest"] = row_digest(row, noted["manifest"])
    entry.payload = canonical_json(payload)
    relink(entry)
    words = f"{place}: {before!r} became {after!r}, with history, ledger and chains"
    return Attack(words, (f"chain {entry.home}",))


def _plain(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    """A column that says something, not one by which the row is found."""
    return not field.primary_key and not field.is_relation and field.name not in {"uuid", "version"}


ATTACKS: dict[str, Callable[[random.Random], Attack]] = {
    "value": value,
    "time": time,
    "person": person,
    "row removed": removed,
    "row inserted": inserted,
    "rows swapped": swapped,
    "chain rewritten": rewritten,
    "row, history and chain rewritten": consistent,
}


def kept_files() -> list[Path]:
    """Every file that a record names by its digest; rendered sections may be made again and are no record."""
    named = {
        digest
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("sha256") and issubclass(model, Record | AppendOnly)
        for digest in model._base_manager.values_list(field.name, flat=True)
    }
    return [path for digest in sorted(named) if (path := Path(settings.FILES) / digest).is_file()]


@contextmanager
def file_attack(chance: random.Random) -> Iterator[Attack]:
    """A stored file with one byte changed, removed, or in the place of another; put back afterwards."""
    files = kept_files()
    path = chance.choice(files)
    was, mode = path.read_bytes(), path.stat().st_mode
    path.chmod(0o600)
    how = chance.choice(["changed", "removed", "exchanged"])
    if how == "removed" or not was:
        path.unlink()
    elif how == "exchanged":
        path.write_bytes(chance.choice([p for p in files if p != path]).read_bytes())
    else:
        place = chance.randrange(len(was))
        path.write_bytes(was[:place] + bytes([was[place] ^ 1]) + was[place + 1 :])
    try:
        yield Attack(f"file {path.name} {how}", (path.name[:12],))
    finally:
        path.write_bytes(was)
        path.chmod(mode)


def draw(chance: random.Random, attack: Callable[[random.Random], Attack]) -> Attack:
    """Draws until one changes something that the database itself does not refuse."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return attack(chance)
        except (Unlucky, IntegrityError):
            continue
    raise RuntimeError(f"{attack.__name__}: no draw of {TRIES} changed anything")
