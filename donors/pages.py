"""What the donor pages show. Coded only: a page value has no place for a name."""

from compliance.page_forms import ListPage, RecordPage


class DonorListPage(ListPage):
    """Coded donors and what each may be used for. Never identity."""


class DonorPage(RecordPage):
    """One coded donor: consent, screening, eligibility, donations. Never identity."""


class TissueLotPage(RecordPage):
    """One tissue lot with its containers and hand-overs."""
