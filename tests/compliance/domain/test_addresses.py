"""Where a request comes from is the connection's word, not the client's (R207)."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from compliance.domain.addresses import client_address, is_trusted, needs_second_factor
from config import env

pytestmark = pytest.mark.req("R207")

PROXIED = (ip_network("10.9.0.0/16"),)


def asked(peer: str, forwarded: str = "") -> Any:
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **extra)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "10.0.0.5", "203.0.113.7"),
        ("10.9.0.1", "10.0.0.5, 203.0.113.7", "203.0.113.7"),
        ("10.9.0.1", "203.0.113.7, 10.9.0.2", "203.0.113.7"),
        ("10.9.0.1", "10.0.0.5, junk", "10.9.0.1"),
        ("10.9.0.1", "", "10.9.0.1"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("2001:db8::1", "", "2001:db8::1"),
        ("", "10.0.0.5", ""),
        ("no address", "10.0.0.5", ""),
    ],
)
def test_address_is_the_last_hop_that_is_no_proxy_of_ours(
    settings: Any, peer: str, forwarded: str, address: str
) -> None:
    settings.PROXIES = PROXIED
    assert client_address(asked(peer, forwarded)) == address


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [("127.0.0.1", True), ("192.168.4.4", True), ("::1", True), ("203.0.113.7", False), ("", False)],
)
def test_only_networks_of_the_site_are_trusted(settings: Any, peer: str, trusted: bool) -> None:
    assert is_trusted(asked(peer)) is trusted
    assert needs_second_factor(asked(peer)) is not trusted
    settings.SECOND_FACTOR = "always"
    assert needs_second_factor(asked(peer))


def test_network_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_TRUSTED_NETWORKS", "10.0.0.0/8, office")
    with pytest.raises(ImproperlyConfigured, match=r"EVIDENCE_TRUSTED_NETWORKS is '10\.0\.0\.0/8, office'"):
        env.networks("EVIDENCE_TRUSTED_NETWORKS", "")
    monkeypatch.setenv("EVIDENCE_TRUSTED_NETWORKS", "")
    assert env.networks("EVIDENCE_TRUSTED_NETWORKS", "10.0.0.0/8") == ()
