"""Specifications, samples, results, investigations."""

from qc.models.investigation import OosInvestigation
from qc.models.result import Result
from qc.models.sample import Sample
from qc.models.specification import Specification, SpecificationItem

__all__ = ["OosInvestigation", "Result", "Sample", "Specification", "SpecificationItem"]
