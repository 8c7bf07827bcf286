"""Products, masters, batches, their record, readings and genealogy."""

from batches.models.batch import Batch, PhaseRecord, UnitRun
from batches.models.culture import (
    CellBank,
    CultureRun,
    Isolation,
    LineClearance,
    Passage,
    Thaw,
    TissueReceipt,
)
from batches.models.deviation import Deviation
from batches.models.execution import Entry, EquipmentScan, MaterialCharge, PhaseComment, SeriesPoint
from batches.models.finishing import (
    Combination,
    Fill,
    Inspection,
    Labelling,
    Lyophilisation,
    Shipment,
    SterileFiltration,
    Storage,
)
from batches.models.genealogy import Container, LotLink, LotNode
from batches.models.isolation import (
    Clarification,
    Coating,
    Formulation,
    Harvest,
    Loading,
    Polishing,
    Pool,
    TffRun,
)
from batches.models.master import MasterBatchRecord, MasterVersion
from batches.models.product import Product, ProductVersion
from batches.models.reading import Reading

__all__ = [
    "Batch",
    "CellBank",
    "Clarification",
    "Coating",
    "Combination",
    "Container",
    "CultureRun",
    "Deviation",
    "Entry",
    "EquipmentScan",
    "Fill",
    "Formulation",
    "Harvest",
    "Inspection",
    "Isolation",
    "Labelling",
    "LineClearance",
    "Loading",
    "LotLink",
    "LotNode",
    "Lyophilisation",
    "MasterBatchRecord",
    "MasterVersion",
    "MaterialCharge",
    "Passage",
    "PhaseComment",
    "PhaseRecord",
    "Polishing",
    "Pool",
    "Product",
    "ProductVersion",
    "Reading",
    "SeriesPoint",
    "Shipment",
    "SterileFiltration",
    "Storage",
    "TffRun",
    "Thaw",
    "TissueReceipt",
    "UnitRun",
]
