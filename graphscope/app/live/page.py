"""The live page: a web server for all runs of a folder."""

from __future__ import annotations

import time
from collections.abc import Sequence

from graphscope.app.address import LOOPBACK
from graphscope.app.guard import Guard
from graphscope.app.headers import make_headers
from graphscope.app.live.examiner import Examiner
from graphscope.app.live.polls import THREADS
from graphscope.app.live.sources import Source
from graphscope.app.live.watcher import Watcher
from graphscope.app.serving import PageServer


class LivePage(PageServer):
    """A running page that shows all runs of a folder while they are written.

    The link in `url` works once; the browser then holds a cookie.

    Args:
        sources: where runs come from; closed with the page.
        host: the address to listen at.
        port: the port, or None for a free one.

    Raises:
        ServerError: when the address cannot be served.
    """

    threads = THREADS

    def __init__(
        self, sources: Sequence[Source], *, host: str = LOOPBACK, port: int | None = None
    ) -> None:
        self.watcher = Watcher(sources)
        self._examiner = Examiner(self.watcher)
        self._is_over = False
        super().__init__(host=host, port=port)

    def idle(self) -> float:
        """Return for how many seconds nobody has looked at the page."""
        return time.monotonic() - self.watcher.asked

    def stop(self) -> None:
        """Stop serving and watching; stopping twice is fine."""
        if not self._is_over:
            self._is_over = True
            self._examiner.stop()
            self.watcher.stop()
        super().stop()

    def _make_application(self) -> Guard:
        from graphscope.app.live.mounted import Mounted
        from graphscope.app.live.routes import make_server
        from graphscope.resources import assets_dir

        app = Mounted(make_server(self.watcher, assets_dir()), self.watcher)
        self.watcher.start()
        self._examiner.start()
        return Guard(
            app,
            address=self.address,
            keys=self._keys,
            headers=lambda: make_headers(script_hashes=app.script_hashes),
        )
