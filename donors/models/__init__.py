"""Coded donors, their consents, screening and donations, and the tissue lots that came of them."""

from donors.models.consent import Consent
from donors.models.determination import Determination, DeterminationVoid
from donors.models.donation import Donation
from donors.models.donor import Donor
from donors.models.identity import DonorIdentity, IdentityDestruction
from donors.models.screening import ScreeningHistory, TestResult
from donors.models.tissue_lot import Handover, TissueLot, TissueUse

__all__ = [
    "Consent",
    "Determination",
    "DeterminationVoid",
    "Donation",
    "Donor",
    "DonorIdentity",
    "Handover",
    "IdentityDestruction",
    "ScreeningHistory",
    "TestResult",
    "TissueLot",
    "TissueUse",
]
