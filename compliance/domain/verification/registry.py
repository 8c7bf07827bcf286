"""What other apps add: checks of their own readings and files, and how a number finds its chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain.verification.scope import Scope
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compliance.domain.verification.findings import Finding

_checks: dict[str, Callable[[Scope], Iterable[Finding]]] = {}
_resolvers: dict[str, Callable[[str], Iterable[str]]] = {}


def register_check(name: str, check: Callable[[Scope], Iterable[Finding]]) -> None:
    """Adds a check that runs after the general ones: readings from entries, files and their SHA-256.

    It gets the scope (`scope.everything`, `scope.chains`, `scope.covers(chain)`), gives findings, writes nothing.
    """
    _checks[name] = check


def register_resolver(kind: str, resolve: Callable[[str], Iterable[str]]) -> None:
    """Says which chains belong to a number of this kind; none means that there is no such number."""
    _resolvers[kind] = resolve


def checks() -> dict[str, Callable[[Scope], Iterable[Finding]]]:
    """Every added check by name."""
    return dict(_checks)


def scope_for(kind: str, number: str) -> Scope:
    """The scope of one batch (or another registered kind). Refuses an unknown kind and an unknown number."""
    resolve = _resolvers.get(kind)
    if resolve is None:
        raise Invalid(f"Nothing here can look up a {kind} by its number.", kind)
    chains = tuple(resolve(number))
    if not chains:
        raise Invalid(f"There is no {kind} {number}.", kind)
    return Scope(chains)
