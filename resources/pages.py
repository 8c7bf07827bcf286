"""What the resource pages show: lots, equipment, people's qualification."""

from compliance.page_forms import ListPage, RecordPage


class LotListPage(ListPage):
    """Material lots with status, expiry and stock."""


class LotPage(RecordPage):
    """One material lot: receipt, movements, disposition."""


class EquipmentListPage(ListPage):
    """Equipment with calibration and clean status."""


class PeopleListPage(ListPage):
    """People by procedure: who is qualified, until when."""
