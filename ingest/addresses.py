"""Which addresses a source may be fetched from: public ones, by their ordinary names and ports."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence

from index.errors import FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Permit = Callable[[Address], str | None]  # why an address is refused, or None

# Beside what Python calls not global: addresses that carry another one inside, and public ones that clouds use for their metadata.
REFUSED = [
    (ipaddress.ip_network(network), why)
    for network, why in (
        ("0.0.0.0/8", "an address of this network"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "a carrier's shared address"),
        ("127.0.0.0/8", "a loopback address"),
        ("168.63.129.16/32", "a cloud's metadata address"),
        ("169.254.0.0/16", "a link-local address, where clouds keep their metadata"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "a reserved address"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("::/96", "an address of this machine, or one with an IPv4 address inside"),
        ("::ffff:0:0/96", "an IPv6 address with an IPv4 address inside"),
        ("::ffff:0:0:0/96", "an IPv6 address with an IPv4 address inside"),
        ("64:ff9b::/96", "an IPv6 address with an IPv4 address inside (NAT64)"),
        ("64:ff9b:1::/48", "an IPv6 address with an IPv4 address inside (NAT64)"),
        ("2001::/32", "an IPv6 address with an IPv4 address inside (Teredo)"),
        ("2002::/16", "an IPv6 address with an IPv4 address inside (6to4)"),
        ("3fff::/20", "an address for documentation"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private address"),
        ("ff00::/8", "a multicast address"),
    )
]
# All that is handed out to the public; older Pythons call some of the rest global.
UNICAST = ipaddress.IPv6Network("2000::/3")
HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def only_public(address: Address) -> str | None:
    """Why nothing is fetched from this address, or None where it is an ordinary public one."""
    for network, why in REFUSED:
        if address.version == network.version and address in network:
            return why
    public = address.is_global and not address.is_multicast and (address.version == 4 or address in UNICAST)
    return None if public else "not a public address"


def is_literal(host: str) -> Address | None:
    """The address a host is written as, or None for a name. `127.1`, `0x7f000001` and `2130706433` are refused: programs differ on them."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if re.fullmatch(r"\d+|0x[0-9a-f]*", host.rpartition(".")[2]):
            raise FetchRefused(f"{host} is an address in an odd form. Write it as four decimal numbers, or use the site's name.") from None
        return None
    if "%" in host:
        raise FetchRefused(f"{host} is bound to one network interface. Use the site's name.")
    return address


def checked_addresses(host: str, found: Sequence[str], permit: Permit) -> list[Address]:
    """The addresses a host resolves to. One refused address refuses the host: which of them is used must not matter."""
    addresses = [ipaddress.ip_address(address.partition("%")[0]) for address in found]
    if not addresses:
        raise FetchRefused(f"{host} has no address. Check the name.")
    for address in addresses:
        why = permit(address)
        if why:
            raise FetchRefused(f"{host} is not fetched: it resolves to {address}, {why}. Download the policy and give its path.")
    return addresses


def without_credentials(url: str) -> str:
    """A URL as it may stand in a message."""
    return re.sub(r"(?<=//)[^/?#]*@", "…@", url)[:300]
