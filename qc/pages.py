"""What the QC pages show: samples, one sample with its results and their second-person review."""

from dataclasses import dataclass

from batches.pages import Field
from compliance.page_forms import ActForm, ListPage, RecordPage


class SampleListPage(ListPage):
    """Samples, those that wait for this person first."""


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """The results of one test: its fields, its review, and what was retracted before."""

    title: str
    aside: str
    fields: tuple[Field, ...]
    review: ActForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage(RecordPage):
    """One sample. Results go through the number engine; a second person reviews them.

    htmx swaps `#results` (`_results.html`) after each entry.
    """

    results: tuple[ResultGroup, ...] = ()
