"""What is kept of a request's body: as much as may come, which its headers tell.

waitress takes a whole request before the application sees any of it, and writes a larger body to a
temporary file. Whoever may not pass would fill the disk of this machine all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

Environ = dict[str, Any]
Allowance = Callable[[Environ], int]
"""Returns how many bytes of a request's body may be kept; of the WSGI environment it is given what
follows from the first line and the headers."""


def make_channel(allowance: Allowance) -> type[HTTPChannel]:
    """Return the class of connections that keep no more of a body than is allowed.

    The rest is received and dropped, so that the visitor gets the answer and the connection can
    go on; the application must refuse such a request unread.
    """

    def make_parser(adj: Any) -> _Parser:
        return _Parser(adj, allowance)

    return type("Channel", (HTTPChannel,), {"parser_class": staticmethod(make_parser)})


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """A parser that asks, between headers and body, how much of the body is kept."""

    def __init__(self, adj: Any, allowance: Allowance) -> None:
        super().__init__(adj)
        self._allowance = allowance

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, and prepare for the body."""
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = Body(self._allowance(self._describe()), self.adj.inbuf_overflow)

    def _describe(self) -> Environ:
        headers = {f"HTTP_{name}": value for name, value in self.headers.items()}
        return {
            **headers,
            "CONTENT_LENGTH": self.headers.get("CONTENT_LENGTH", ""),
            "REQUEST_METHOD": self.command.upper(),
            "PATH_INFO": "/" + self.path.lstrip("/"),
            "QUERY_STRING": self.query,
        }


class Body:
    """The buffer that a body is received into; the first bytes are kept, all are counted.

    Args:
        most: bytes that are kept. Of a longer body the rest is dropped.
        overflow: bytes from which on they are in a temporary file.
    """

    def __init__(self, most: int, overflow: int) -> None:
        self._kept = OverflowableBuffer(overflow)
        self._most = most
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, data: bytes) -> None:
        """Take what arrived."""
        self._length += len(data)
        if self._length <= self._most:
            self._kept.append(data)

    def getfile(self) -> IO[bytes]:
        """Return what is kept, to be read."""
        file: IO[bytes] = self._kept.getfile()
        return file

    def close(self) -> None:
        """Delete what is kept."""
        self._kept.close()
