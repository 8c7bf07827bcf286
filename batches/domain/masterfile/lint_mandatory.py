"""What 21 CFR 211.186(b) wants in every master: each item that is missing is an error (R331)."""

from collections.abc import Iterator

from batches.domain.masterfile.findings import Finding, Subject, error, warning


def mandatory(subject: Subject) -> Iterator[Finding]:
    """Every item of 211.186(b)(1)-(9), and the change it comes from (R505)."""
    yield from _product(subject)
    yield from _bill(subject)
    yield from _yields(subject)
    yield from _packaging(subject)
    yield from _instructions(subject)
    spec = subject.spec
    if not spec.specifications:
        yield error("missing_specifications", "specifications", "No specification is named (211.186(b)(9)).")
    if not spec.precautions:
        yield error("missing_precautions", "precautions", "No precaution is written (211.186(b)(9)).")
    if spec.change is None:
        yield error("missing_change", "change", "The change control of this version is missing.")


def _product(subject: Subject) -> Iterator[Finding]:
    product = subject.spec.product
    wanted = {
        "name": (product.name, "The name of the product"),
        "form": (product.form, "The dosage form"),
        "strength": (product.strength, "The strength"),
        "unit_total": (product.unit_total, "The total amount in one unit"),
    }
    for key, (value, words) in wanted.items():
        if value is None:
            yield error(f"missing_{key}", f"product.{key}", f"{words} is missing (211.186(b)(1)-(2)).")
    if not product.active:
        yield error("missing_active", "product.active", "The active substance is missing (211.186(b)(2)).")
    for active in product.active:
        if active.amount is None or active.per is None:
            yield error(
                "missing_active_amount",
                "product.active",
                f"How much {active.name} is in one unit is missing (211.186(b)(2)).",
            )


def _bill(subject: Subject) -> Iterator[Finding]:
    bill = subject.spec.bill_of_materials
    if not bill:
        yield error("missing_bill", "bill_of_materials", "The list of components is missing (211.186(b)(3)).")
    for item in bill:
        for key, words in (("quantity", "amount"), ("unit", "unit"), ("excess", "excess (0 for none)")):
            if getattr(item, key) is None:
                yield error(
                    f"missing_bill_{key}",
                    f"bill_of_materials.{item.item}",
                    f"The {words} of {item.item} is missing (211.186(b)(4)-(5)).",
                )
    yield from _used_items(subject)


def _used_items(subject: Subject) -> Iterator[Finding]:
    bill = {item.item for item in subject.spec.bill_of_materials}
    used: dict[str, str] = {}
    for place in subject.phases:
        for need in place.phase.requires.materials:
            used.setdefault(need.item, place.path)
    for found in subject.parameters:
        if found.parameter.item is not None:
            used.setdefault(found.parameter.item, found.path)
    for container in subject.spec.containers:
        used.setdefault(container.item, "containers")
    for label in subject.spec.labels:
        used.setdefault(label.item, f"labels.{label.id}")
    for item, path in used.items():
        if item not in bill:
            yield error("item_not_on_bill", path, f"{item} is used but not on the bill of materials.")
    for item in sorted(bill - used.keys()):
        yield warning("bill_item_unused", f"bill_of_materials.{item}", f"No phase uses {item}.")


def _yields(subject: Subject) -> Iterator[Finding]:
    yields = subject.spec.theoretical_yields
    if not yields:
        yield error("missing_yields", "theoretical_yields", "No theoretical yield is given (211.186(b)(7)).")
    for item in yields:
        path = f"theoretical_yields.{item.id}"
        for key, words in (("min_percent", "lowest"), ("max_percent", "highest")):
            if getattr(item, key) is None:
                yield error(
                    f"missing_yield_{key[:3]}",
                    path,
                    f"The {words} share of the theoretical yield is missing (211.186(b)(7)).",
                )
        if (item.theoretical is None) == (item.amount is None):
            yield error("missing_yield_basis", path, "Give the theoretical amount, or the parameter it is.")


def _packaging(subject: Subject) -> Iterator[Finding]:
    spec = subject.spec
    if not spec.containers:
        yield error("missing_containers", "containers", "Containers and closures are missing (211.186(b)(8)).")
    for container in spec.containers:
        if container.description is None:
            yield error(
                "missing_container_description",
                f"containers.{container.item}",
                f"{container.item} is not described (211.186(b)(8)).",
            )
    if not spec.labels:
        yield error("missing_labels", "labels", "No label is named (211.186(b)(8)).")
    for label in spec.labels:
        for key in ("template", "specimen"):
            if getattr(label, key) is None:
                yield error(
                    f"missing_label_{key}",
                    f"labels.{label.id}",
                    f"The {key} of label {label.id} is missing (211.186(b)(8)).",
                )


def _instructions(subject: Subject) -> Iterator[Finding]:
    sampled = False
    for place in subject.phases:
        sampled = sampled or bool(place.phase.samples)
        if place.phase.instruction is None:
            yield error(
                "missing_instruction",
                place.path,
                f"{place.phase.title}: the instruction is missing (211.186(b)(9)).",
            )
        if not place.phase.documents:
            yield warning("missing_document", place.path, f"{place.phase.title}: no document is named.")
        for sample in place.phase.samples:
            if not sample.tests:
                yield error("missing_tests", f"{place.path}.{sample.id}", "The tests of this sample are missing.")
            if sample.volume is None:
                yield error("missing_sample_volume", f"{place.path}.{sample.id}", "How much is sampled is missing.")
    if not sampled:
        yield error("missing_sampling", "", "No phase takes a sample (211.186(b)(9)).")
