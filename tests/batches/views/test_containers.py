"""Containers on their page: by fate, moved many in one act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batches.domain import genealogy
from batches.forms.containers import indexes_of, words_for
from batches.models import Container
from compliance.domain.act import act
from compliance.refusals import Invalid
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import Batch
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled() -> Batch:
    row = scenes.seed()
    with act(steps.operator(), "batch.entry_recorded", row.batch) as a:
        genealogy.make_containers(a, row.batch, row.run, 6)
    return row.batch


def url(batch: Batch) -> str:
    return f"/batches/{batch.number}/containers/"


@pytest.mark.req("R314")
def test_containers_are_moved_many_in_one_act(browser: Callable[..., Browser], filled: Batch) -> None:
    anna = browser(steps.operator())
    moved = {"indexes": "1-2, 5", "move": "reject", "defect": "fibre"}
    assert anna.submit(url(filled), url(filled), **moved).status_code == 302
    stored = {"indexes": "rest", "move": "store", "position": "LN2-01 / 3"}
    assert anna.submit(url(filled), url(filled), **stored).status_code == 302
    states = dict(Container.objects.values_list("index", "state"))
    assert states == {1: "rejected", 2: "rejected", 3: "stored", 4: "stored", 5: "rejected", 6: "stored"}
    text = anna.text(url(filled))
    assert "1-2, 5" in text
    assert "fibre" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"indexes": "7"},
        {"indexes": "1, 1"},
        {"indexes": "x"},
        {"indexes": ""},
        {"move": "release"},
        {"move": ""},
        {"defect": "\x00"},
        {"defect": "x" * 81},
    ],
)
def test_bad_move_moves_none_and_keeps_what_was_typed(
    browser: Callable[..., Browser], filled: Batch, wrong: dict[str, str]
) -> None:
    data = {"indexes": "1-2", "move": "reject", "defect": "fibre"} | wrong
    response = browser(steps.operator()).submit(url(filled), url(filled), **data)
    assert response.status_code in {409, 422}
    assert "Move containers" in response.content.decode()
    assert not Container.objects.exclude(state="filled").exists()


@pytest.mark.req("R107")
def test_reader_sees_and_may_not_move(browser: Callable[..., Browser], filled: Batch) -> None:
    ines = browser(helpers.person("ines", "inspector"))
    assert "Move containers" not in ines.text(url(filled))
    assert ines.post(url(filled), {"indexes": "1", "move": "reject"}).status_code == 403


def test_batch_without_containers_says_when_they_come(browser: Callable[..., Browser]) -> None:
    assert "names the containers" in browser(steps.operator()).text(url(steps.issued()))


@pytest.mark.parametrize(
    ("text", "found"),
    [("1", [1]), ("1-3", [1, 2, 3]), ("1 - 2 , 9", [1, 2, 9]), ("rest", None), (" REST ", None), ("3,1", [3, 1])],
)
def test_numbers_as_people_write_them(text: str, found: list[int] | None) -> None:
    assert indexes_of(text) == found


@pytest.mark.parametrize("text", ["", "a", "1-", "-1", "3-1", "1-99999", "1;2", "１", "1," * 2000, "1\x00"])
def test_no_list_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        indexes_of(text)


def test_numbers_as_people_read_them() -> None:
    assert words_for([9, 1, 3, 2]) == "1-3, 9"
