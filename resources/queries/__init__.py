"""Reads lots, stock, equipment and qualifications; writes nothing."""

from resources.queries.equipment import (
    EquipmentLine,
    calibrations_of,
    cleanings_of,
    equipment_list,
    uses_in_doubt,
    uses_of,
)
from resources.queries.lots import LotLine, earlier_lots, first_expired, lot_list, lots_of_item
from resources.queries.people import TrainingLine, effective_documents, training_of
from resources.queries.scan import Scanned, find_scanned, masked
from resources.queries.stock import BatchUse, charged_by, on_hand, use_by_batch
from resources.queries.times import dates_of, state_at

__all__ = [
    "BatchUse",
    "EquipmentLine",
    "LotLine",
    "Scanned",
    "TrainingLine",
    "calibrations_of",
    "charged_by",
    "cleanings_of",
    "dates_of",
    "earlier_lots",
    "effective_documents",
    "equipment_list",
    "find_scanned",
    "first_expired",
    "lot_list",
    "lots_of_item",
    "masked",
    "on_hand",
    "state_at",
    "training_of",
    "use_by_batch",
    "uses_in_doubt",
    "uses_of",
]
