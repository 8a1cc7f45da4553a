"""Where a server listens, and which names a browser may call it by."""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import socket
from dataclasses import dataclass

from graphscope.errors import ServerError

LOOPBACK = "127.0.0.1"
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+?(:(\d{1,5}|\*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """Host (a name or IP address) and port that a server is bound to."""

    host: str
    port: int

    @property
    def origin(self) -> str:
        """The origin to open: a server that listens everywhere is opened on this machine."""
        host = LOOPBACK if _is_wildcard(self.host) else self.host
        return f"http://{_in_address(host)}:{self.port}"

    def is_called(self, host_header: str | None) -> bool:
        """Tell whether a Host header names this server.

        A page of a foreign name that resolves to this machine (DNS rebinding) still sends its
        own name, so only names that belong to the server pass. A server that was bound to all
        addresses on purpose also answers to IP addresses, which cannot be rebound.
        """
        name = self._without_port((host_header or "").strip().lower())
        if not name:
            return False
        if name in _LOCAL_NAMES or name == _in_address(self.host.lower()):
            return True
        return _is_wildcard(self.host) and (_is_ip(name) or name == socket.gethostname().lower())

    def _without_port(self, host: str) -> str:
        name, colon, port = host.rpartition(":")
        if colon and port == str(self.port):
            return name
        return host if self.port == 80 else ""  # browsers leave out only the default port


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is asked to listen: a host, and a port or None for a free one."""

    host: str = LOOPBACK
    port: int | None = None

    @property
    def is_local(self) -> bool:
        """Whether only programs of this machine can reach it."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


ANYWHERE_LOCAL = Place()
"""At this machine alone, at a free port."""


def bind(host: str, port: int | None) -> tuple[socket.socket, Address]:
    """Return a bound socket and where it is bound; a port of None or 0 takes a free one.

    Raises:
        ServerError: when the port is taken, or the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere the option would let two servers share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port or 0))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise _explain(error, host, port) from error
    bound, number = listener.getsockname()[:2]
    # There are many ways to write that a server listens everywhere.
    return listener, Address(bound if _is_wildcard(bound) else host, number)


def check_origin(origin: str) -> str:
    """Return an origin that may frame the page, e.g. `http://localhost:8888`.

    Raises:
        ServerError: when the text is not a plain origin (it becomes part of a header).
    """
    if not _ORIGIN.fullmatch(origin):
        raise ServerError(
            f"{origin!r} is not an origin that could embed the inspector.",
            "Give scheme, host and port, as in http://localhost:8888.",
        )
    return origin


def _explain(error: OSError | OverflowError, host: str, port: int | None) -> ServerError:
    if isinstance(error, OverflowError):
        return ServerError(f"There is no port {port}.", "Choose one between 1024 and 65535.")
    if error.errno == errno.EADDRINUSE:
        return ServerError(
            f"Port {port} of {host} is in use by another program.",
            "Choose another one with --port, or leave it out to take a free one.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return ServerError(f"Port {port} may not be used.", "Choose a port above 1023.")
    return ServerError(
        f"The address {host!r} cannot be served: {error.strerror or error}.",
        f"Use an address of this machine, such as {LOOPBACK}.",
    )


def _is_wildcard(host: str) -> bool:
    return host in ("0.0.0.0", "::")


def _in_address(host: str) -> str:
    """Return a host as addresses write it."""
    return f"[{host}]" if ":" in host else host


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(re.sub(r"\[(.*:.*)\]", r"\1", name))
    except ValueError:
        return False
    return True
