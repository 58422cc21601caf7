"""Nothing beyond this machine can be reached from a test."""

import socket

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_connecting_elsewhere_is_refused(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as outgoing, pytest.raises(PermissionError, match="nothing from the network"):
        outgoing.connect((address, 80))


def test_looking_up_a_name_is_refused():
    with pytest.raises(PermissionError, match="nothing from the network"):
        socket.getaddrinfo("example.org", 443)


def test_loopback_is_allowed():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
