"""What the QC pages show: samples, one sample with its results and their second-person review."""

from dataclasses import dataclass

from batches.pages import Field
from compliance.page_forms import ActForm, ListPage, RecordPage
from compliance.page_frame import Link


class SampleListPage(ListPage):
    """Samples, those that wait for this person first."""


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """The results of one test, with what was retracted before. `review` is a form below this group alone.

    `more` leads to the pages that take instrument, comment and raw file with a result.
    """

    title: str
    aside: str
    fields: tuple[Field, ...]
    review: ActForm | None = None
    more: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage(RecordPage):
    """One sample. Results go through the number engine; a second person reviews them.

    htmx swaps `#results` (`_results.html`) after each entry, with `closing`: the forms that hand the results of the
    whole sample on, so that they never stand beside results they do not cover.
    """

    results: tuple[ResultGroup, ...] = ()
    closing: tuple[ActForm, ...] = ()


class ResultPage(RecordPage):
    """One result: what was typed, how it was judged, its file, its signatures."""


class InvestigationListPage(ListPage):
    """Out-of-specification investigations, open ones first."""


class InvestigationPage(RecordPage):
    """One investigation with its next step."""
