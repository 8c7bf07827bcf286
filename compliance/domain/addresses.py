"""Where a request comes from: by its connection, never by what a client writes into a header (R207)."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address, IPv4Network, IPv6Network

    from django.http import HttpRequest

    Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """The address of the client; "" where the connection has none (a local socket).

    Behind a proxy of `PROXIES` it is the last address of X-Forwarded-For that is no such proxy: what stands before
    it was written by the client. An entry that is no address ends the search at the proxy itself.
    """
    peer = _parsed(str(request.META.get("REMOTE_ADDR", "")))
    if peer is None:
        return ""
    written = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    while written and _within(peer, settings.PROXIES):
        before = _parsed(written.pop().strip())
        if before is None:
            break
        peer = before
    return str(peer)


def is_trusted(request: HttpRequest) -> bool:
    """Whether the request comes from a network of the site. An address that cannot be read does not."""
    address = _parsed(client_address(request))
    return address is not None and _within(address, settings.TRUSTED_NETWORKS)


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor is asked for where this request comes from."""
    return settings.SECOND_FACTOR == "always" or not is_trusted(request)


def _parsed(text: str) -> Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # ::ffff:10.0.0.7 is 10.0.0.7 on a socket for both families.
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _within(address: Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)
