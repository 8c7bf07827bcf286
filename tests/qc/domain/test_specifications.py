"""Specifications: what a text must say, who approves it, which version a batch is judged by."""

from __future__ import annotations

import json

import pytest

from compliance.domain.act import act
from compliance.models import Signature
from compliance.refusals import Denied, Invalid, Refused
from qc import queries
from qc.domain import specifications
from qc.models import Specification, SpecificationItem
from tests import helpers
from tests.qc import steps

pytestmark = pytest.mark.django_db
HEAD = "specification: SPEC-X\ntitle: X\nproduct: {code: EV-MINI, version: 1}\nitems:\n"
BASE = "code: a, test: t, point: FIN, title: A, method: M-1, stage: release"
GOOD = f"{BASE}, decimals: 1, limits: {{specification: {{max: 0.2}}}}"


def items(*parts: str) -> str:
    """A specification text of these items."""
    return HEAD + "".join(f"  - {{{part}}}\n" for part in parts)


def test_text_becomes_items_with_limits_in_words() -> None:
    row = steps.drafted()
    assert (row.code, row.number, row.state, row.items.count()) == ("SPEC-LAB", 1, "draft", 7)
    endotoxin, particles = row.items.get(code="endotoxin"), row.items.get(code="particles")
    assert (endotoxin.limit_words, endotoxin.is_cqa, endotoxin.kind) == ("≤ 0.25 EU/mL", True, "number")
    assert particles.limit_words == "alert 3.6E+10 to 4.4E+10 particles/mL; 3.2E+10 to 4.8E+10 particles/mL"
    assert json.loads(row.items.get(code="sterility_a").passing) == ["no growth"]


@pytest.mark.req("R503")
@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("code: a", "misses test, point, title, method, stage"),
        (f"{GOOD}, limit: 3", "unknown: limit"),
        (BASE.replace("release", "later"), "stage is one of"),
        (BASE.replace("code: a", "code: [a]"), "code is a single value"),
        (f"{GOOD}, unit: furlong", "the unit furlong is not known"),
        (f"{GOOD}, cqa: maybe", "cqa is true or false"),
        (BASE, "nothing could be judged"),
        (f"{BASE}, options: [x, y]", "nothing could be judged"),
        (f"{BASE}, options: [x, y], passing: [z]", "passing names some of the options"),
        (f"{BASE}, options: [x, y], passing: [x, y]", "passing names some of the options"),
        (f"{BASE}, passing: [x]", "passing names some of the options"),
        (f"{BASE}, options: xy, passing: [x]", "lists of words"),
        (f"{BASE}, options: [x, [y]], passing: [x]", "lists of words"),
        (f"{BASE}, options: [x, y, y], passing: [x]", "an option stands twice"),
        (f"{GOOD}, options: [x, y], passing: [x]", "options or limits, not both"),
        (f"{BASE}, limits: 3", "limits is a set of keys"),
        (f"{BASE}, limits: {{specification: [1]}}", "limits is a set of keys"),
        (f"{BASE}, limits: {{specification: 3}}", "a limit is written"),
        (f"{BASE}, decimals: 0, limits: {{plausible: {{min: 0}}}}", "nothing could be judged"),
        (f"{BASE}, decimals: 0, limits: {{specification: {{min: 3, max: 2}}}}", "above the upper limit"),
        (f"{BASE}, decimals: 0, limits: {{specification: {{max: '1,5'}}}}", "Write 1.5, not 1,5"),
        (f"{BASE}, decimals: 0, limits: {{specification: {{max: {{of: b, percent: 98}}}}}}", "not a share"),
        (f"{BASE}, decimals: 0, limits: {{action: {{max: 2}}}}", "action limits belong to the process"),
        (f"{BASE}, decimals: x, limits: {{specification: {{max: 2}}}}", "decimals is a whole number, not x"),
        (f"{BASE}, decimals: 99, limits: {{specification: {{max: 2}}}}", "decimals is a whole number"),
        (f"{BASE}, significant: 0, limits: {{specification: {{max: 2}}}}", "at least one significant digit"),
        (f"{GOOD}, significant: 2", "decimals or to significant digits"),
        (GOOD.replace("decimals: 1", "decimals: 2"), "the limit 0.2 is judged to 1 decimals"),
        (GOOD.replace("decimals: 1, ", ""), "the limit 0.2 is judged to 1 decimals"),
        (GOOD.replace("release", "info"), "for information has no specification limit"),
        (f"{BASE.replace('release', 'info')}, options: [x, y], passing: [x]", "for information has no specification"),
        ("code: a, test: t, point: FIN, title: A, method: M-1, stage: ''", "misses stage"),
    ],
)
def test_item_that_could_not_be_judged_is_refused_with_its_place(part: str, said: str) -> None:
    with pytest.raises(Invalid, match="Item 2: ") as caught:
        steps.drafted(items(GOOD.replace("code: a", "code: first"), part))
    assert said in caught.value.text
    assert Specification.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("- a", "a set of keys"),
        ("specification: [", "line 1"),
        (HEAD + "  - x\n", "Item 1: an item is a set of keys"),
        (items(GOOD, GOOD), "Item 2: a stands twice at FIN"),
        (items(GOOD) + "limits: 3\n", "does not know limits"),
        (items(GOOD).replace("title: X", "title: ' '"), "a code and a title"),
        (items(GOOD).replace("SPEC-X", "[SPEC-X]"), "a code and a title"),
        (HEAD.replace("items:", "items: []"), "has items"),
        (items(GOOD).replace("version: 1", "version: 2"), "no approved product version"),
        (items(GOOD).replace("version: 1", "version: one"), "no approved product version"),
        (items(GOOD).replace("{code: EV-MINI, version: 1}", "EV-MINI"), "no approved product version"),
        (items(GOOD).replace("EV-MINI", "EV-OTHER"), "no approved product version"),
    ],
)
def test_text_that_is_no_specification_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        steps.drafted(text)
    assert said in caught.value.text
    assert Specification.objects.count() == SpecificationItem.objects.count() == 0


def test_rounding_of_its_own_is_judged_and_printed_alike() -> None:
    part = GOOD.replace("{specification: {max: 0.2}}", "{specification: {max: 0.25}, round: {decimals: 1}}")
    assert steps.drafted(items(part)).items.get().limit_words == "≤ 0.25"


@pytest.mark.req("R107")
def test_only_named_roles_draft() -> None:
    steps.steps.approved_product()
    with pytest.raises(Denied), act(steps.analyst(), "specification.drafted", "specifications") as a:
        specifications.draft_specification(a, items(GOOD))


@pytest.mark.req("R113")
def test_quality_approves_and_signs() -> None:
    row = steps.approved()
    signature = Signature.objects.get(record_uuid=row.uuid)
    assert (row.state, signature.meaning, signature.title) == ("approved", "approved", "Specification SPEC-LAB v1")
    assert row.digest in signature.content
    assert '"label":"qc.specificationitem"' in signature.content


@pytest.mark.case("SIG-02")
def test_who_drafted_does_not_approve() -> None:
    steps.steps.approved_product()
    both = helpers.person("petra.qa", "process_engineer", "qa")
    with act(both, "specification.drafted", "specifications") as a:
        row = specifications.draft_specification(a, items(GOOD))
    with (
        pytest.raises(Refused) as caught,
        steps.steps.signed(both, "specification.approved", row, "approved") as (a, t),
    ):
        specifications.approve_specification(a, t, row)
    assert caught.value.code == "same_person"
    assert Specification.objects.get().state == "draft"


def test_next_version_supersedes_the_one_before() -> None:
    first, second = steps.approved(), steps.approved()
    assert (second.number, Specification.objects.get(pk=first.pk).state) == (2, "superseded")
    assert queries.specification_for(second.product_version) == second


@pytest.mark.req("R509")
def test_batch_in_test_keeps_the_version_it_is_judged_by() -> None:
    batch = steps.taken()
    steps.entered(steps.received(batch, "FIN"), "endotoxin", "0.10")
    first = queries.specification_of(batch)
    steps.approved()
    assert queries.specification_of(batch) == first
    assert queries.specification_of(steps.lab_batch()) != first
