"""A guarded page on a port: a web server that starts, waits and stops.

Importing this module costs nothing; the server is imported when a page starts.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from graphscope.app.address import LOOPBACK, bind
from graphscope.app.guard import BODY_LIMIT
from graphscope.app.keys import KeyRing

if TYPE_CHECKING:
    from graphscope.app.background import BackgroundServer
    from graphscope.app.guard import Guard

_PAUSE = 0.5  # seconds between two looks for Ctrl-C, which an endless join would not notice


class PageServer:
    """Serves a page to whoever has its link, in a background thread.

    Args:
        host: the address to listen at; the default is reachable from this machine only.
        port: the port, or None for a free one.

    Raises:
        ServerError: when the address cannot be served.
    """

    threads = 8
    """Requests that are answered at once; a browser opens six connections."""
    body_limit = BODY_LIMIT
    """Bytes of a request body beyond which the connection is refused unread."""

    def __init__(self, *, host: str = LOOPBACK, port: int | None = None) -> None:
        self._keys = KeyRing()
        self._listener, self.address = bind(host, port)
        self._server: BackgroundServer | None = None
        self.url = self.new_url()

    def new_url(self) -> str:
        """Return a further link, for one more browser."""
        return f"{self.address.origin}/?token={self._keys.make_token()}"

    def start(self) -> Self:
        """Serve in a background thread; the page is ready when this returns."""
        if self._server is None:
            from graphscope.app.background import BackgroundServer

            guard = self._make_application()
            self._server = BackgroundServer(
                guard,
                self._listener,
                body_limit=self.body_limit,
                threads=self.threads,
                allowance=guard.allowance,
            )
        return self

    def wait(self) -> None:
        """Return when the server has stopped; Ctrl-C stops it."""
        try:
            while self._server is not None and self._server.is_serving():
                self._server.join(_PAUSE)
        except KeyboardInterrupt:
            self.stop()

    def stop(self) -> None:
        """Stop serving and free the port; stopping twice is fine."""
        if self._server is not None:
            self._server.stop()
        self._listener.close()

    def _make_application(self) -> Guard:
        """Return what answers requests."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
