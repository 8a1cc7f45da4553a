"""A WSGI server in a background thread that can be stopped from any other."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Any

from waitress import create_server, wasyncore

from graphscope.app.receiving import Allowance, make_channel

_HEADER_LIMIT = 1 << 16  # bytes
_CONNECTIONS = 500
"""Open at once. A browser opens six, and some are held open by whoever sends slowly."""
_SILENCE = 60
"""Seconds after which a connection is closed that nothing came from and nothing is owed to."""


class BackgroundServer:
    """waitress on a bound socket, serving from the moment it is made.

    Args:
        app: the WSGI application.
        listener: a bound socket; the server closes it.
        body_limit: bytes of a request body beyond which the connection is refused unread.
        threads: how many requests are answered at once.
        allowance: how much of a request's body is kept, see `graphscope.app.receiving`; by
            default all that is not refused unread.
    """

    def __init__(
        self,
        app: Any,
        listener: socket.socket,
        *,
        body_limit: int,
        threads: int = 8,
        allowance: Allowance | None = None,
    ) -> None:
        # It reports every short queue, which a page of many modules causes by itself.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._connections: dict[int, Any] = {}
        self._server = create_server(
            app,
            map=self._connections,
            sockets=[listener],
            threads=threads,
            ident=None,
            max_request_body_size=body_limit,
            max_request_header_size=_HEADER_LIMIT,
            connection_limit=_CONNECTIONS,
            channel_timeout=_SILENCE,
            cleanup_interval=5,
            asyncore_use_poll=True,  # select() ends at file number 1,023
            outbuf_overflow=1 << 26,  # files of longer answers would stay open when it is stopped
            channel_request_lookahead=1,  # a visitor who left is noticed before the answer is made
        )
        if allowance is not None:
            self._server.channel_class = make_channel(allowance)
        self._thread = threading.Thread(
            target=self._server.run, name="graphscope-inspector", daemon=True
        )
        self._thread.start()

    def is_serving(self) -> bool:
        """Tell whether the server has not been stopped."""
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait until the server has stopped, for at most so many seconds."""
        self._thread.join(seconds)

    def stop(self) -> None:
        """Close all connections and the socket, and wait for the thread to end."""
        if self._thread.is_alive():
            self._close_all()
            self._thread.join()
            self._server.task_dispatcher.shutdown()

    def _close_all(self) -> None:
        """Have the loop close its connections, which it owns."""
        is_pulled = threading.Event()

        def close() -> None:
            # The loop may wake for another reason, and would close what is still to be pulled.
            is_pulled.wait()
            wasyncore.close_all(self._connections)

        try:
            self._server.trigger.pull_trigger(close)
        finally:
            is_pulled.set()
