"""Refuse a master that a batch could not run, before anybody signs it (R331)."""

from collections.abc import Callable, Iterator

from batches.domain.masterfile.findings import Catalogue, Finding, Subject, error
from batches.domain.masterfile.lint_calculations import calculations
from batches.domain.masterfile.lint_links import links
from batches.domain.masterfile.lint_mandatory import mandatory
from batches.domain.masterfile.lint_shape import shape
from batches.domain.masterfile.lint_values import values
from batches.domain.masterfile.spec import MasterSpec

RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (mandatory, shape, links, values, calculations)


def lint(spec: MasterSpec, catalogue: Catalogue | None = None) -> list[Finding]:
    """Everything that is wrong with a master, errors first, in the order of the master (R331, R505).

    With a catalogue, what the master names must also exist at the site.
    """
    subject = Subject(spec, catalogue or Catalogue())
    found = [finding for rule in (*RULES, known_at_site) for finding in rule(subject)]
    return sorted(found, key=lambda finding: finding.severity)


def errors(spec: MasterSpec, catalogue: Catalogue | None = None) -> list[Finding]:
    """The findings that keep a master from being approved."""
    return [finding for finding in lint(spec, catalogue) if finding.severity == "error"]


def known_at_site(subject: Subject) -> Iterator[Finding]:
    """What the master names and the site does not have."""
    site, product = subject.catalogue, subject.spec.product
    if site.products is not None and (product.code, product.version) not in site.products:
        yield error("unknown_product", "product", f"The site has no product {product.code} version {product.version}.")
    for noun, path, name in _named(subject):
        known = getattr(site, _SETS[noun])
        if known is not None and name not in known:
            yield error(f"unknown_{noun.replace(' ', '_')}", path, f"The site has no {noun} {name}.")


_SETS = {
    "item": "items",
    "equipment class": "equipment_classes",
    "document": "documents",
    "test": "tests",
    "specification": "specifications",
    "master": "masters",
    "room": "rooms",
}


def _named(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """What a master names, as noun, path and name."""
    spec = subject.spec
    yield from (("item", f"bill_of_materials.{item.item}", item.item) for item in spec.bill_of_materials)
    yield from (("specification", "specifications", code) for code in spec.specifications)
    if spec.bank is not None:
        yield "master", "bank", spec.bank
    for unit in spec.unit_procedures:
        yield from (("room", unit.id, room) for room in unit.rooms)
    for place in subject.phases:
        needs = place.phase.requires
        yield from (("equipment class", place.path, need.class_) for need in needs.equipment)
        yield from (("document", place.path, name) for name in (*place.phase.documents, *needs.training))
        yield from (("room", place.path, room) for room in (needs.room,) if room is not None)
        for sample in place.phase.samples:
            yield from (("test", f"{place.path}.{sample.id}", test) for test in sample.tests)
    for found in subject.parameters:
        if found.parameter.equipment_class is not None:
            yield "equipment class", found.path, found.parameter.equipment_class
