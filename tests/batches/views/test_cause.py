"""A value out of its limit whose cause the master asks for: a box beside it, and no signature before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batches.domain.execution import comment, write_cause
from batches.models import PhaseComment
from compliance.domain.act import act
from compliance.refusals import Invalid, Refused
from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import PhaseRecord
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db

ACTUAL = "max: {of: planned, percent: 102}}}, binds: passage.seeded_volume}"


def seed(extra: str = "cause: true, ", actual: str = "11.00") -> PhaseRecord:
    """A seed phase whose volume lies beyond its limit, everything else recorded."""
    text = (steps.MASTERS / "mini.yaml").read_text()
    assert ACTUAL in text
    text = text.replace(ACTUAL, ACTUAL.replace("binds", f"{extra}binds"))
    row = steps.started(steps.phase(steps.issued(steps.effective_master(text=text)), "passage.seed"))
    for name, typed in (("area", "1264"), ("planned", "10.00"), ("actual", actual)):
        steps.recorded(row, name, typed)
    return row


@pytest.mark.req("R203")
def test_step_is_not_signed_before_the_cause_is_written(browser: Callable[..., Browser]) -> None:
    row = seed()
    with pytest.raises(Refused) as caught:
        steps.performed(row)
    assert [b.code for b in caught.value.blockers] == ["cause"]
    anna = browser(steps.operator())
    text = anna.text(scenes.url(row))
    assert "Volume seeded is out of limit; its cause is not written." in text
    assert text.count("Write the cause you saw") == 1
    box = scenes.url(row, "comment/?field=actual")
    opened = anna.text(box)
    assert "Cause of Volume seeded" in opened.partition('id="open-actual"')[2].partition('id="open-')[0]
    assert anna.submit(box, box, text="short").status_code == 422
    assert not PhaseComment.objects.exists()
    assert anna.submit(box, box, text="The pipette was set to 11 mL").status_code == 302
    text = anna.text(scenes.url(row))
    assert "Cause, Volume seeded: The pipette was set to 11 mL" in text
    assert "Write the cause" not in text
    assert steps.performed(row).state == "performed"


def test_comment_with_the_value_is_its_cause() -> None:
    row = seed(actual="10.00")
    steps.recorded(row, "actual", "11.00", reason="Read anew", comment="The pipette was set to 11 mL")
    assert steps.performed(row).state == "performed"


def test_comment_on_something_else_is_no_cause() -> None:
    row = seed()
    with act(steps.operator(), "batch.commented", row.batch) as a:
        comment(a, row, "The window was open all day")
    with pytest.raises(Refused):
        steps.performed(row)


def test_cause_is_older_than_a_correction_that_is_out_again() -> None:
    row = seed()
    with act(steps.operator(), "batch.commented", row.batch) as a:
        write_cause(a, row, "actual", "The pipette was set to 11 mL")
    steps.recorded(row, "actual", "12.00", reason="Read anew from the pipette")
    with pytest.raises(Refused, match="cause is not written"):
        steps.performed(row)


def test_cause_is_refused_where_none_is_asked_for_or_without_words() -> None:
    row = seed()
    with pytest.raises(Invalid), act(steps.operator(), "batch.commented", row.batch) as a:
        write_cause(a, row, "actual", "...")
    with (
        pytest.raises(Refused, match="No cause is asked for here"),
        act(steps.operator(), "batch.commented", row.batch) as a,
    ):
        write_cause(a, row, "area", "The pipette was set to 11 mL")


def test_master_that_asks_for_no_cause_lets_the_step_be_signed() -> None:
    assert steps.performed(seed(extra="")).state == "performed"


@pytest.mark.req("R504")
@pytest.mark.parametrize(
    ("extra", "words"),
    [("", "Work may go on: QA judges DEV-"), ("on_breach: stop, ", "Work stops: QA judges DEV-")],
)
def test_page_says_what_follows_from_a_value_out_of_limit(
    browser: Callable[..., Browser], extra: str, words: str
) -> None:
    assert words in browser(steps.operator()).text(scenes.url(seed(extra=extra)))
