"""What the donor pages show. Coded only: a page value has no place for a name."""

from dataclasses import dataclass

from compliance.page_forms import ActForm, FormField, ListPage, RecordPage


class DonorListPage(ListPage):
    """Coded donors and what each may be used for. Never identity."""


class DonorPage(RecordPage):
    """One coded donor: consent, screening, eligibility, donations. Never identity."""


class TissueLotPage(RecordPage):
    """One tissue lot with its containers and hand-overs."""


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """One test in the form of a sample's results: its name, how it stands, outcome and kit."""

    label: str
    stands: str
    outcome: FormField
    kit: FormField


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage(RecordPage):
    """The results of one sample, entered as one table."""

    form: ActForm
    sample: tuple[FormField, ...]
    rows: tuple[MarkerRow, ...]
