"""Where the live page's runs come from: folders, each with an index of what lies in it."""

from __future__ import annotations

import time
from pathlib import Path

from graphscope.runs.folders import is_remote
from graphscope.runs.index import open_store
from graphscope.runs.index.rows import RunRow
from graphscope.runs.index.store import Store
from graphscope.runs.index.updating import Update

_AT_ONCE = 0.5
"""Seconds of reading before what was found so far is shown."""
_SHARE = 10.0
"""How many times longer than a look through all folders took is waited before the next one, when
runs that train are looked at one by one in between."""
_REMOTE = 2.0
"""Seconds between two looks at shared storage, which bills each; segments come every 5 s."""


class Source:
    """Runs below one folder.

    Args:
        root: the folder; it may not exist yet.
        store: where its index is kept, see `graphscope.runs.index.open_store`.
        shown: what the page says that it shows; the folder by default.

    Raises:
        GraphscopeError: when no index can be kept.
    """

    def __init__(
        self, root: Path, store: str | Path | None = None, *, shown: Path | None = None
    ) -> None:
        self.root = root
        self.shown = shown or root
        self.store: Store = open_store(store, root=root)
        self._may_look = 0.0

    def look(self, running: list[RunRow]) -> Update:
        """Take up what is new.

        A look through all folders may take long where there are many; in between only those of
        runs that train are looked at.

        Args:
            running: the runs that train, as far as is known.
        """
        began = time.monotonic()
        if began < self._may_look:
            return self._look_at(running)
        update = self.store.update(self.root, seconds=_AT_ONCE)
        took = time.monotonic() - began
        if is_remote(self.root):
            self._may_look = began + max(_REMOTE, _SHARE * took)
        elif update.is_complete and not update.bytes:
            self._may_look = began + _SHARE * took
        return update

    def rows(self) -> list[RunRow]:
        """Return the runs in order of their names."""
        return self.store.runs(self.root)

    def note(self) -> str | None:
        """Return what the user should know of the folder itself."""
        try:
            if self.root.is_dir():
                return None
            if self.root.exists():
                return f"{self.root} is a file, not a folder of runs."
        except OSError as error:
            return f"The folder {self.root} cannot be looked into ({error})."
        return f"The folder {self.root} does not exist yet; runs appear once it does."

    def close(self) -> None:
        """End all connections."""
        self.store.close()

    def _look_at(self, running: list[RunRow]) -> Update:
        if is_remote(self.root):
            return Update()
        found = [self.store.update(Path(row.location), seconds=_AT_ONCE) for row in running]
        return Update(
            sum(each.bytes for each in found),
            sum(each.rebuilt for each in found),
            sum(each.removed for each in found),
            all(each.is_complete for each in found),
        )
