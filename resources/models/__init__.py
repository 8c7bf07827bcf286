"""Materials, lots and stock; equipment and rooms; documents and who is qualified in them."""

from resources.models.calibration import CalibrationRecord
from resources.models.document import Document
from resources.models.equipment import Equipment
from resources.models.lot import LotTest, MaterialLot
from resources.models.material import MaterialItem, Supplier
from resources.models.movement import StockMovement
from resources.models.qualification import Qualification
from resources.models.room import Room
from resources.models.usage import CleaningCheck, CleaningRecord, EquipmentUse

__all__ = [
    "CalibrationRecord",
    "CleaningCheck",
    "CleaningRecord",
    "Document",
    "Equipment",
    "EquipmentUse",
    "LotTest",
    "MaterialItem",
    "MaterialLot",
    "Qualification",
    "Room",
    "StockMovement",
    "Supplier",
]
