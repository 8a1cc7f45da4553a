"""Reading a model anew when its file, or what its program imports, has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from graphscope.app.failed import explain
from graphscope.app.origins import find_origin
from graphscope.app.services import Services
from graphscope.app.workspace.models import OpenModel, Workspace
from graphscope.errors import GraphscopeError
from graphscope.graph import Graph
from graphscope.session.elsewhere import Opened, open_apart
from graphscope.session.open import OpenOptions

PAUSE = 0.4
"""Seconds between two looks at the files; a look at a hundred files takes about a millisecond."""
SETTLING = 0.15
"""Seconds that files must stay as they are: editors write in several steps."""

_State = dict[str, tuple[int, int, int] | None]
Prepare = Callable[[Graph], Graph]


class ModelWatcher:
    """A thread that looks at the files of one model and renews it in the workspace.

    Python programs are imported in a process of their own each time: what was imported before
    would hide what has changed.

    Args:
        workspace: that holds the model.
        key: of the model.
        target: what is opened, as on the command line.
        options: how.
        files: that it came from, at first.
        prepare: is applied to each new graph (overlays of the user).
        batch: the batch size that costs are estimated for.
    """

    def __init__(
        self,
        workspace: Workspace,
        key: str,
        target: str,
        options: OpenOptions,
        *,
        files: Iterable[str],
        prepare: Prepare,
        batch: int = 1,
    ) -> None:
        self._workspace, self._key = workspace, key
        self._target, self._options = target, options
        self._prepare, self._batch = prepare, batch
        self._files = set(files)
        self._seen = _look(self._files)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="graphscope-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End; a model that is being read is not waited for."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(PAUSE):
            now = _look(self._files)
            if now == self._seen:
                continue
            if self._over.wait(SETTLING):
                return
            if _look(self._files) != now:
                continue  # It is still being written.
            self._seen = now
            self._renew()

    def _renew(self) -> None:
        try:
            opened = open_apart(self._target, self._options)
        except GraphscopeError as error:
            opened = Opened(error=error)
        if self._over.is_set():
            return
        self._follow(opened.files)
        model = self._workspace.find(self._key)
        if model is None:
            return
        try:
            services = self._make_services(opened, model)
        except GraphscopeError as error:
            self._workspace.complain(self._key, error)
            return
        if model.services.drawing.digest == services.drawing.digest:
            self._workspace.content(self._key)
        else:
            self._workspace.renew(self._key, services)

    def _make_services(self, opened: Opened, shown: OpenModel) -> Services:
        """Return what is shown from now on.

        Raises:
            GraphscopeError: when what is shown is better than what there is now.
        """
        findings = None
        if opened.error is None:
            graph = self._prepare(opened.take())
        else:
            # A sound older version is worth more than what is left of a broken one.
            is_sound = shown.services.findings is None
            findings = None if is_sound else explain(opened.error, self._target)
            if findings is None:
                raise opened.error
            graph = findings.failure_graph.graph
        origin = find_origin(self._target, graph)
        return Services(graph, batch=self._batch, findings=findings, origin=origin)

    def _follow(self, files: Iterable[str]) -> None:
        """Watch further files. None is dropped: an import may fail before it is reached."""
        new = set(files) - self._files
        self._files |= new
        self._seen |= _look(new)


def _look(files: Iterable[str]) -> _State:
    return {file: _state_of(file) for file in files}


def _state_of(file: str) -> tuple[int, int, int] | None:
    try:
        state = Path(file).stat()
    except OSError:
        return None  # An editor may replace a file; it will be back.
    return state.st_mtime_ns, state.st_size, state.st_ino
