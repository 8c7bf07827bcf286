"""Compares rows, history, ledger, chains, signatures and published heads, and names whatever differs (R101)."""

from compliance.domain.verification.findings import Finding, Kind
from compliance.domain.verification.registry import register_check, register_resolver, scope_for
from compliance.domain.verification.run import Report, verify
from compliance.domain.verification.scope import Scope

__all__ = ["Finding", "Kind", "Report", "Scope", "register_check", "register_resolver", "scope_for", "verify"]
