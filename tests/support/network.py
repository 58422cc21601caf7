"""Tests reach nothing beyond this machine: every other connection is refused, by name."""

import ipaddress
import sys
from typing import Any


def is_local(host: object) -> bool:
    if not isinstance(host, str) or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_strangers(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket is a path, not a tuple
    elif event == "socket.getaddrinfo":
        host = args[0].decode() if isinstance(args[0], bytes) else args[0]
    else:
        return
    if not is_local(host):
        raise PermissionError(f"A test tried to reach {host}. Tests use nothing from the network.")


def block_network() -> None:
    """Install the guard for the rest of this process (an audit hook can't be taken out again)."""
    sys.addaudithook(_refuse_strangers)
