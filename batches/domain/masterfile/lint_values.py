"""Rules on single parameters: what a kind needs, units, limits, options, typed fields."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from batches.domain.masterfile.findings import Finding, ParameterPlace, Subject, error, warning
from batches.domain.masterfile.order import all_before
from batches.domain.masterfile.parameter import ParameterSpec
from batches.domain.masterfile.units import TIME, UNITS
from batches.kinds import find_kind
from batches.typedfields import FieldType
from batches.validators import Bound, LimitSet, RelativeBound
from batches.validators.limits import LEVELS, PAIRS

NEEDS: dict[str, tuple[str, ...]] = {
    "number": ("unit",),
    "duration": ("unit",),
    "choice": ("options",),
    "material": ("item",),
    "equipment": ("equipment_class",),
    "sample": ("sample",),
    "series": ("columns",),
    "calculation": ("function", "unit"),
}
ONLY: dict[str, tuple[str, ...]] = {
    "options": ("choice",),
    "passing": ("choice",),
    "function": ("calculation",),
    "arguments": ("calculation",),
    "report": ("calculation",),
    "columns": ("series",),
    "derive": ("series",),
    "column_limits": ("series",),
    "every": ("series",),
    "window": ("series",),
    "item": ("material",),
    "equipment_class": ("equipment",),
    "sample": ("sample",),
    "limits": ("number", "calculation", "duration"),
    "target": ("number", "calculation", "duration"),
    "decimals": ("number", "duration", "material"),
    "significant": ("number",),
    "unit": ("number", "calculation", "duration", "material"),
}
FIELD_TYPES: dict[str, FieldType] = {
    "number": "number",
    "duration": "number",
    "calculation": "number",
    "choice": "choice",
    "text": "text",
    "equipment": "text",
    "material": "text",
    "instant": "instant",
}


def values(subject: Subject) -> Iterator[Finding]:
    """All rules of this module."""
    for place in subject.parameters:
        yield from _keys(place)
        yield from _units(place)
        yield from _judged(place)
        yield from _cause(place)
        yield from _sample(place)
        for limits, words in limit_sets(place.parameter):
            yield from _limits(place, limits, words)
            yield from _shares(subject, place, limits)
        yield from _binds(place)
    yield from _bound_twice(subject)


def limit_sets(parameter: ParameterSpec) -> Iterator[tuple[LimitSet, str]]:
    """The limits of a parameter, and of each column of a series."""
    if parameter.limits is not None:
        yield parameter.limits, parameter.label
    for column in parameter.column_limits:
        yield column.limits, f"{parameter.label}, {column.column}"


def _keys(place: ParameterPlace) -> Iterator[Finding]:
    parameter = place.parameter
    for key in NEEDS.get(parameter.kind, ()):
        if not getattr(parameter, key):
            yield error(f"missing_{key}", place.path, f"{parameter.label}: the key {key!r} is missing.")
    for key, kinds in ONLY.items():
        value = getattr(parameter, key)
        if value not in (None, ()) and parameter.kind not in kinds:
            yield error("key_of_other_kind", place.path, f"{parameter.label}: a {parameter.kind} has no {key!r}.")
    if parameter.decimals is not None and parameter.significant is not None:
        yield error("two_precisions", place.path, f"{parameter.label}: decimals or significant, not both.")
    if parameter.kind == "choice":
        yield from _options(place)


def _options(place: ParameterPlace) -> Iterator[Finding]:
    parameter = place.parameter
    if len(parameter.options) == 1 or len(set(parameter.options)) < len(parameter.options):
        yield error("bad_options", place.path, f"{parameter.label}: a choice needs two different options.")
    wrong = [option for option in parameter.passing if option not in parameter.options]
    if wrong:
        yield error("passing_not_an_option", place.path, f"{parameter.label}: no option {', '.join(wrong)}.")
    if parameter.passing and set(parameter.passing) == set(parameter.options):
        yield warning("always_passing", place.path, f"{parameter.label}: every option passes.")


def _units(place: ParameterPlace) -> Iterator[Finding]:
    parameter = place.parameter
    units = [parameter.unit, *(column.unit for column in parameter.columns)]
    units += [quantity.unit for quantity in (parameter.every, parameter.window) if quantity is not None]
    for unit in units:
        if unit is not None and unit not in UNITS:
            yield error("unknown_unit", place.path, f"{parameter.label}: there is no unit {unit!r}.")
    times = [quantity.unit for quantity in (parameter.every, parameter.window) if quantity is not None]
    if parameter.kind == "duration" and parameter.unit is not None:
        times.append(parameter.unit)
    if any(unit not in TIME for unit in times):
        yield error("not_a_time", place.path, f"{parameter.label}: a time is in s, min, h or d.")


def _cause(place: ParameterPlace) -> Iterator[Finding]:
    """A cause is asked for where a breach opens a deviation; elsewhere nobody would ever be asked."""
    parameter = place.parameter
    if parameter.cause and not (parameter.is_judged and parameter.on_breach in {"deviation", "stop"}):
        text = f"{parameter.label}: a cause belongs to a limited value whose breach opens a deviation."
        yield error("cause_of_nothing", place.path, text)


def _judged(place: ParameterPlace) -> Iterator[Finding]:
    """A critical value without a limit is judged by nobody."""
    parameter = place.parameter
    marked = [word for word in ("cpp", "ipc", "critical") if getattr(parameter, word)]
    if not marked or parameter.kind in {"text", "instant", "confirm", "material", "equipment", "sample"}:
        return
    if parameter.kind == "choice" and not parameter.passing:
        yield error("missing_passing", place.path, f"{parameter.label}: which options pass?")
    elif parameter.kind != "choice" and not _has_limit(parameter, marked):
        yield error("missing_limit", place.path, f"{parameter.label} is {marked[0]} and has no limit.")


def _has_limit(parameter: ParameterSpec, marked: list[str]) -> bool:
    """A critical value may have a plausible range only; a CPP or IPC is judged by alert, action or more."""
    found = [limits for limits, _ in limit_sets(parameter)]
    if marked == ["critical"]:
        return any(found)
    return any(getattr(limits, level) is not None for limits in found for level in LEVELS)


def _sample(place: ParameterPlace) -> Iterator[Finding]:
    name = place.parameter.sample
    if name is not None and name not in {sample.id for sample in place.phase.phase.samples}:
        yield error("unknown_sample", place.path, f"{place.parameter.label}: the phase has no sample {name}.")


def _limits(place: ParameterPlace, limits: LimitSet, words: str) -> Iterator[Finding]:
    """Plausible holds specification, that holds action, that holds alert, and the target lies inside all."""
    lows, highs = _written(limits, "low"), _written(limits, "high")
    if lows != sorted(lows) or highs != sorted(highs, reverse=True) or (lows and highs and lows[-1] > highs[-1]):
        yield error(
            "limits_contradict",
            place.path,
            f"{words}: plausible must hold specification, specification action, and action alert.",
        )
    target = limits.target if place.parameter.target is None else place.parameter.target
    if target is not None and ((lows and target < lows[-1]) or (highs and target > highs[-1])):
        yield error("target_outside_limits", place.path, f"{words}: the target {target} is outside its limits.")
    for name in PAIRS:
        pair = getattr(limits, name)
        if pair is not None and any(isinstance(bound, RelativeBound) and bound.percent <= 0 for bound in pair.bounds):
            yield error("bad_share", place.path, f"{words}: a share is above nothing.")


def _written(limits: LimitSet, end: str) -> list[Decimal]:
    """The written bounds of one end, from the widest level to the narrowest."""
    bounds = [
        getattr(pair, end)
        for pair in (limits.plausible, limits.specification, limits.action, limits.alert)
        if pair is not None
    ]
    return [bound.value for bound in bounds if isinstance(bound, Bound)]


def _shares(subject: Subject, place: ParameterPlace, limits: LimitSet) -> Iterator[Finding]:
    for path in sorted(limits.needs):
        target = subject.find(path, place.phase.path)
        if target is None:
            yield error("bad_path", place.path, f"limits: there is no parameter {path!r}, or it is not plain.")
        elif target.parameter is None or target.aspect != "value" or not target.parameter.is_numeric:
            yield error("bound_not_a_number", place.path, f"limits: {target.path} is no number.")
        elif target.path == place.path:
            yield error("bound_of_itself", place.path, "limits: a share of the value itself.")
        elif (
            target.phase.path != place.phase.path
            and target.phase.path not in all_before(subject.spec)[place.phase.path]
        ):
            yield error("reference_to_later_phase", place.path, f"limits: {target.path} is not known by then.")
        elif target.parameter.unit != place.parameter.unit and place.parameter.kind != "series":
            yield error("unit_mismatch", place.path, f"limits: {target.path} is in {target.parameter.unit}.")


def _binds(place: ParameterPlace) -> Iterator[Finding]:
    parameter, binds = place.parameter, place.parameter.binds
    if binds is None:
        return
    kind_name, _, name = binds.partition(".")
    own = place.phase.unit_procedure.kind
    kind = find_kind(kind_name)
    typed = kind.field(name) if kind is not None else None
    if typed is None:
        yield error("unknown_field", place.path, f"{parameter.label}: there is no typed field {binds!r}.")
    elif kind_name != own:
        yield error(
            "field_of_other_kind",
            place.path,
            f"{parameter.label}: {binds} belongs to a {kind_name}, this is a {own}.",
        )
    elif FIELD_TYPES.get(parameter.kind) != typed.type:
        yield error("field_type", place.path, f"{parameter.label}: {binds} is a {typed.type}.")
    elif typed.unit is not None and typed.unit != parameter.unit:
        yield error("unit_mismatch", place.path, f"{parameter.label}: {binds} is in {typed.unit}.")


def _bound_twice(subject: Subject) -> Iterator[Finding]:
    bound = Counter(
        (place.phase.unit_path, place.parameter.binds)
        for place in subject.parameters
        if place.parameter.binds is not None
    )
    for (unit, binds), count in bound.items():
        if count > 1:
            yield error("bound_twice", unit, f"{count} parameters write the typed field {binds}.")
