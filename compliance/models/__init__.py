"""People, records, signatures, ledger and the plain tables beside them."""

from compliance.models.factors import Factor, TimeStamp
from compliance.models.ledger import ChainHead, ChainLink, LedgerEntry
from compliance.models.numbering import NumberSeries
from compliance.models.people import (
    AccessReview,
    Acknowledgement,
    ActivationLink,
    Alert,
    IdentityCheck,
    LiveSession,
    TrailReview,
)
from compliance.models.plain import OutboxJob, SignChallenge, SiteState
from compliance.models.record import AppendOnly, Record
from compliance.models.signature import Signature, SignatureVoid
from compliance.models.user import RoleGrant, User

__all__ = [
    "AccessReview",
    "Acknowledgement",
    "ActivationLink",
    "Alert",
    "AppendOnly",
    "ChainHead",
    "ChainLink",
    "Factor",
    "IdentityCheck",
    "LedgerEntry",
    "LiveSession",
    "NumberSeries",
    "OutboxJob",
    "Record",
    "RoleGrant",
    "SignChallenge",
    "Signature",
    "SignatureVoid",
    "SiteState",
    "TimeStamp",
    "TrailReview",
    "User",
]
