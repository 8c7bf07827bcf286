"""Builds the donor rules out of the rule files and checks that they agree with each other."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

from donors.rules.reading import (
    RulesError,
    choice,
    day,
    positive_decimal,
    read_yaml,
    rows,
    take,
    text,
    texts,
    whole,
)
from donors.rules.schema import (
    Demand,
    Edition,
    FieldKind,
    LeukocyteRich,
    Marker,
    OnReactive,
    Repeat,
    RequiredField,
    Rules,
    SourceType,
    Subject,
    Use,
    When,
    Window,
)

ON_REACTIVE = ("ineligible", "assess", "note")
KINDS = ("number", "text", "choice", "confirm", "instant")


def build_rules(sources: Mapping[str, str], scheme_files: tuple[str, ...], digest: str) -> Rules:
    """Build the rules out of the text of each file; refuses what does not fit together."""
    markers = _markers(sources["markers.yaml"])
    editions = tuple(e for name in scheme_files for e in _editions(name, sources[name], markers))
    source_types = _source_types(sources["source_types.yaml"], editions)
    return Rules(markers=markers, editions=editions, source_types=source_types, digest=digest)


def _unique(where: str, codes: list[str]) -> None:
    doubled = sorted({code for code in codes if codes.count(code) > 1})
    if doubled:
        raise RulesError(f"{where}: {', '.join(doubled)} twice")


def _markers(source: str) -> dict[str, Marker]:
    name = "markers.yaml"
    top = take(read_yaml(name, source), name, ("markers",))
    found = []
    for n, row in enumerate(rows(top["markers"], name), 1):
        where = f"{name} marker {n}"
        take(row, where, ("code", "label", "agent", "method", "alone_excludes"))
        found.append(
            Marker(
                code=text(row["code"], where),
                label=text(row["label"], where),
                agent=text(row["agent"], where),
                method=choice(row["method"], where, ("antibody", "antigen", "nucleic_acid")),
                alone_excludes=choice(row["alone_excludes"], where, ("yes", "no")) == "yes",
            )
        )
    _unique(name, [marker.code for marker in found])
    return {marker.code: marker for marker in found}


def _editions(name: str, source: str, markers: Mapping[str, Marker]) -> list[Edition]:
    top = take(read_yaml(name, source), name, ("scheme", "editions"))
    scheme = text(top["scheme"], name)
    found = [_edition(name, scheme, row, markers) for row in rows(top["editions"], name)]
    _unique(name, [edition.id for edition in found])
    if not found:
        raise RulesError(f"{name}: no edition")
    for before, after in pairwise(found):
        if before.effective_to is None or before.effective_to + timedelta(days=1) != after.effective_from:
            raise RulesError(f"{name}: {after.id} must start the day after {before.id} ends")
    return found


def _edition(name: str, scheme: str, row: Any, markers: Mapping[str, Marker]) -> Edition:
    required = ("id", "effective_from", "source", "windows", "autologous", "demands")
    where = f"{name} edition"
    take(row, where, required, ("effective_to", "note", "repeat"))
    where = f"{name} {text(row['id'], where)}"
    windows = _windows(where, row["windows"])
    autologous = take(row["autologous"], where, ("testing", "reactive"))
    first = day(row["effective_from"], where)
    last = day(row["effective_to"], where) if "effective_to" in row else None
    if last is not None and last < first:
        raise RulesError(f"{where}: ends before it starts")
    demands = tuple(_demand(where, demand, markers) for demand in rows(row["demands"], where))
    _unique(where, [demand.id for demand in demands])
    testing = choice(autologous["testing"], where, ("required", "not_required"))
    return Edition(
        scheme=scheme,
        id=row["id"],
        effective_from=first,
        effective_to=last,
        source=text(row["source"], where),
        note=text(row["note"], where) if "note" in row else "",
        windows=windows,
        demands=demands,
        autologous_testing="required" if testing == "required" else "not_required",
        autologous_reactive=cast(OnReactive, choice(autologous["reactive"], where, ON_REACTIVE)),
        repeat=_repeat(where, row["repeat"], windows, markers) if "repeat" in row else None,
    )


def _windows(where: str, value: Any) -> dict[str, Window]:
    take(value, where, ("general", "marrow"), ("repeat",))
    found = {}
    for key, row in value.items():
        take(row, f"{where} window {key}", ("earliest", "latest"))
        window = Window(whole(row["earliest"], where), whole(row["latest"], where))
        if window.earliest > window.latest:
            raise RulesError(f"{where} window {key}: earliest after latest")
        found[key] = window
    return found


def _known(where: str, codes: tuple[str, ...], markers: Mapping[str, Marker]) -> tuple[str, ...]:
    unknown = [code for code in codes if code not in markers]
    if unknown or not codes:
        raise RulesError(f"{where}: unknown marker {', '.join(unknown) or 'list (empty)'}")
    return codes


def _demand(where: str, row: Any, markers: Mapping[str, Marker]) -> Demand:
    take(row, f"{where} demand", ("id", "any_of", "when", "reactive"), ("cleared_by",))
    where = f"{where} {text(row['id'], where)}"
    any_of = _known(where, texts(row["any_of"], where), markers)
    cleared = row.get("cleared_by", {})
    take(cleared, where, (), any_of)
    _known(where, tuple(cleared.values()) or any_of, markers)
    return Demand(
        id=row["id"],
        any_of=any_of,
        when=cast(When, choice(row["when"], where, ("all", "leukocyte_rich", "htlv_risk"))),
        reactive=cast(OnReactive, choice(row["reactive"], where, ON_REACTIVE)),
        cleared_by=dict(cleared),
    )


def _repeat(where: str, row: Any, windows: Mapping[str, Window], markers: Mapping[str, Marker]) -> Repeat:
    where = f"{where} repeat"
    take(row, where, ("after_days", "window", "waived_by"))
    window = choice(row["window"], where, tuple(windows))
    return Repeat(
        whole(row["after_days"], where), window, _known(where, texts(row["waived_by"], where), markers)
    )


def _source_types(source: str, editions: tuple[Edition, ...]) -> dict[str, SourceType]:
    name = "source_types.yaml"
    top = take(read_yaml(name, source), name, ("source_types",))
    found = [_source_type(name, row) for row in rows(top["source_types"], name)]
    _unique(name, [source_type.code for source_type in found])
    for source_type in found:
        if any(source_type.window not in edition.windows for edition in editions):
            raise RulesError(f"{name} {source_type.code}: a scheme has no window {source_type.window}")
    return {source_type.code: source_type for source_type in found}


def _source_type(name: str, row: Any) -> SourceType:
    keys = (
        "code",
        "label",
        "cells",
        "quantity_unit",
        "subject",
        "history_of",
        "window",
        "leukocyte_rich",
        "default_use",
        "transport_c",
        "required",
    )
    take(row, f"{name} source type", keys, ("collection_limit_h",))
    where = f"{name} {text(row['code'], name)}"
    fields = tuple(_required_field(where, field) for field in rows(row["required"], where))
    _unique(where, [field.id for field in fields])
    history_of = texts(row["history_of"], where)
    for person in history_of:
        choice(person, where, ("donor", "birth_mother", "newborn"))
    limit = row.get("collection_limit_h")
    return SourceType(
        code=row["code"],
        label=text(row["label"], where),
        cells=text(row["cells"], where),
        quantity_unit=text(row["quantity_unit"], where),
        subject=cast(Subject, choice(row["subject"], where, ("donor", "birth_mother"))),
        history_of=history_of,
        window=text(row["window"], where),
        leukocyte_rich=cast(LeukocyteRich, choice(row["leukocyte_rich"], where, ("yes", "no", "undecided"))),
        default_use=cast(Use, choice(row["default_use"], where, ("allogeneic", "autologous"))),
        collection_limit_h=None if limit is None else positive_decimal(limit, where),
        transport_c=tuple(_range(where, item) for item in texts(row["transport_c"], where)),
        required=fields,
    )


def _range(where: str, value: str) -> tuple[Decimal, Decimal]:
    """A range of two positive temperatures, as 2-8."""
    ends = value.split("-")
    if len(ends) != 2:
        raise RulesError(f"{where}: {value} is not a range")
    low, high = (positive_decimal(end, where) for end in ends)
    if low >= high:
        raise RulesError(f"{where}: {value} is not a range")
    return low, high


def _required_field(where: str, row: Any) -> RequiredField:
    take(row, f"{where} field", ("id", "label", "kind"), ("unit", "choices"))
    where = f"{where} {text(row['id'], where)}"
    kind = choice(row["kind"], where, KINDS)
    if (kind == "number") != ("unit" in row) or (kind == "choice") != ("choices" in row):
        raise RulesError(f"{where}: a number has a unit, a choice has choices, nothing else has")
    return RequiredField(
        id=row["id"],
        label=text(row["label"], where),
        kind=cast(FieldKind, kind),
        unit=text(row["unit"], where) if kind == "number" else "",
        choices=texts(row["choices"], where) if kind == "choice" else (),
    )
