from __future__ import annotations

import socket

import pytest

from graphscope.app.address import Address, bind, check_origin
from graphscope.errors import ServerError


def test_a_free_port_is_taken_by_default() -> None:
    listener, address = bind("127.0.0.1", None)
    with listener:
        assert address == Address("127.0.0.1", listener.getsockname()[1])
        assert address.origin == f"http://127.0.0.1:{address.port}"


def test_a_port_in_use_is_named_with_the_remedy() -> None:
    listener, address = bind("127.0.0.1", None)
    with listener, pytest.raises(ServerError) as caught:
        bind("127.0.0.1", address.port)
    assert str(caught.value) == (
        f"Port {address.port} of 127.0.0.1 is in use by another program. "
        "Choose another one with --port, or leave it out to take a free one."
    )


def test_a_port_that_cannot_exist() -> None:
    with pytest.raises(ServerError, match=r"There is no port 65536\. Choose one between"):
        bind("127.0.0.1", 65536)


@pytest.mark.parametrize("host", ["203.0.113.1", "no.such.host.invalid"])
def test_an_address_of_another_machine(host: str) -> None:
    with pytest.raises(ServerError, match="cannot be served"):
        bind(host, None)


def test_an_address_chosen_by_the_user_is_a_name_of_the_server() -> None:
    address = Address("192.168.0.7", 8050)
    assert address.is_called("192.168.0.7:8050")
    assert not address.is_called("192.168.0.8:8050")


def test_a_server_on_all_addresses_answers_to_addresses_but_not_to_foreign_names() -> None:
    address = Address("0.0.0.0", 8050)
    assert address.origin == "http://127.0.0.1:8050"
    assert address.is_called("192.168.0.7:8050")
    assert address.is_called(f"{socket.gethostname().upper()}:8050")
    assert not address.is_called("evil.example:8050")


def test_the_default_port_may_be_left_out() -> None:
    assert Address("127.0.0.1", 80).is_called("localhost")
    assert not Address("127.0.0.1", 8050).is_called("localhost")


def test_an_ipv6_address_is_bracketed() -> None:
    assert Address("::1", 8050).origin == "http://[::1]:8050"


@pytest.mark.parametrize(
    "origin", ["http://localhost:8888", "https://hub.example", "http://[::1]:*"]
)
def test_origins(origin: str) -> None:
    assert check_origin(origin) == origin


@pytest.mark.parametrize(
    "origin",
    ["*", "localhost:8888", "http://a; script-src *", "http://a b", "http://a\r\nX: y", ""],
)
def test_an_origin_must_not_smuggle_anything_into_the_header(origin: str) -> None:
    with pytest.raises(ServerError, match="is not an origin"):
        check_origin(origin)
