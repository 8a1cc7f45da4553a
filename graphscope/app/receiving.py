"""How requests are received: only what can be read in one way, and no more than may come.

waitress takes a whole request before the application sees any of it, and writes a larger body to a
temporary file. Whoever may not pass would fill the disk of this machine all the same, or hold a
connection for ever by sending a letter now and then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest

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

    return type("Channel", (_Channel,), {"parser_class": staticmethod(make_parser)})


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection on which only what is wanted counts as a sign of life."""

    last_activity: float

    def handle_read(self) -> None:
        """Take what arrived."""
        before = self.last_activity
        super().handle_read()
        if self.request is not None and not self.request.is_wanted:
            self.last_activity = before


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """A parser that refuses what others could read differently, and asks, between headers and
    body, how much of the body is kept.
    """

    is_wanted = False
    """Whether the headers are there, and a body may follow."""

    def __init__(self, adj: Any, allowance: Allowance) -> None:
        super().__init__(adj)
        self._allowance = allowance

    def received(self, data: bytes) -> int:
        """Take a part of the request, and return how many bytes of it belong to this one."""
        consumed: int = super().received(data)
        if self.chunked and self._around_chunks() > self.adj.max_request_header_size:
            # waitress counts these as a body, and searches them from the start each time.
            self.error = BadRequest("The lines around the chunks are too long.")
            self.completed = True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, and prepare for the body.

        Raises:
            ParsingError: when they cannot be read, or in two ways.
        """
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # A length of thousands of digits, an address with one bracket.
            raise ParsingError("The first line or a length cannot be read.") from error
        self._refuse_contradictions()
        if self.body_rcv is not None:
            most = self._allowance(self._describe())
            self.body_rcv.buf = Body(most, self.adj.inbuf_overflow)
            self.is_wanted = most > 0

    def _refuse_contradictions(self) -> None:
        encoding = self.headers.get("TRANSFER_ENCODING")  # gone where waitress has minded it
        if encoding is not None or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("It is not clear where the request ends.")
        if self.proxy_netloc and self.proxy_netloc.lower() != self.headers.get("HOST", "").lower():
            raise ParsingError("The first line and the Host header name two servers.")

    def _around_chunks(self) -> int:
        return len(self.body_rcv.control_line) + len(self.body_rcv.trailer)

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
