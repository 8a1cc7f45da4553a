"""The models of one server, and those who wait for news of them."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from graphscope.app.services import Services
from graphscope.errors import GraphscopeError

_LONGEST_KEY = 40
"""Characters of a key, which stands in addresses."""
MOST_MODELS = 24
"""Models that are open at once: each is kept in memory with what was computed from it."""


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model in a tab. A new `version` of it has other services and the same key."""

    key: str
    title: str
    services: Services
    is_first: bool = False
    complaint: tuple[str, str] | None = None
    """Message and remedy, when its newest version could not be read and an older one is shown."""
    version: int = 0


@dataclass(slots=True)
class _Shelf:
    models: dict[str, OpenModel] = field(default_factory=dict)
    revision: int = 0


class Workspace:
    """The models by key. Every change has a number, and those who wait for the next are woken.

    Args:
        first: the model at the top of the server, which cannot be closed.
        title: of its tab; by default the name of its graph.
    """

    def __init__(self, first: Services, *, title: str = "") -> None:
        self.instance = secrets.token_hex(8)
        """Differs between two servers, also on the same port."""
        self._shelf = _Shelf()
        self._changed = threading.Condition()
        self._is_over = False
        with self._changed:
            self.first = self._add(first, title, is_first=True)

    @property
    def models(self) -> tuple[OpenModel, ...]:
        """The models in the order of their tabs."""
        with self._changed:
            return tuple(self._shelf.models.values())

    @property
    def revision(self) -> int:
        """The number of the newest change."""
        with self._changed:
            return self._shelf.revision

    def find(self, key: str) -> OpenModel | None:
        """Return a model by its key."""
        with self._changed:
            return self._shelf.models.get(key)

    def require_room(self) -> None:
        """Check that one more model can be opened, before work is done for it.

        Raises:
            GraphscopeError: when too many are open.
        """
        with self._changed:
            if len(self._shelf.models) >= MOST_MODELS:
                raise GraphscopeError(
                    f"{MOST_MODELS} models are open, which is as many as one server shows.",
                    "Close one of them.",
                )

    def add(self, services: Services, *, title: str = "") -> OpenModel:
        """Open one more model.

        Raises:
            GraphscopeError: when too many are open.
        """
        with self._changed:
            self.require_room()
            return self._add(services, title)

    def close(self, key: str) -> bool:
        """Close a model; False for the first, and where there is none."""
        with self._changed:
            model = self._shelf.models.get(key)
            if model is None or model.is_first:
                return False
            del self._shelf.models[key]
            self._tell()
            return True

    def renew(self, key: str, services: Services) -> None:
        """Show another graph in the place of a model that is still open."""
        with self._changed:
            model = self._shelf.models.get(key)
            if model is not None:
                self._put(
                    replace(model, services=services, complaint=None, version=model.version + 1)
                )

    def complain(self, key: str, error: GraphscopeError) -> None:
        """Tell why the newest version of a model cannot be shown."""
        with self._changed:
            model = self._shelf.models.get(key)
            if model is not None:
                self._put(replace(model, complaint=(error.message, error.remedy)))

    def content(self, key: str) -> None:
        """Take a complaint back: the version that is shown is the newest again."""
        with self._changed:
            model = self._shelf.models.get(key)
            if model is not None and model.complaint is not None:
                self._put(replace(model, complaint=None))

    def wait(self, known: int, seconds: float) -> int:
        """Return the newest change's number, after waiting for one that the caller does not know.

        Args:
            known: the number that the caller knows.
            seconds: how long to wait at most.
        """
        end = time.monotonic() + seconds
        with self._changed:
            while self._shelf.revision == known and not self._is_over:
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            return self._shelf.revision

    def end(self) -> None:
        """Wake all who wait; nobody waits from now on."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _add(self, services: Services, title: str, *, is_first: bool = False) -> OpenModel:
        titles = [model.title for model in self._shelf.models.values()]
        title = _unlike(title or services.graph.name or "model", titles, " ({})")
        key = _unlike(_key_of(title), self._shelf.models, "-{}")
        model = OpenModel(key, title, services, is_first=is_first)
        self._put(model)
        return model

    def _put(self, model: OpenModel) -> None:
        self._shelf.models[model.key] = model
        self._tell()

    def _tell(self) -> None:
        self._shelf.revision += 1
        self._changed.notify_all()


def _key_of(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower(), flags=re.ASCII).strip("-")[:_LONGEST_KEY] or "model"


def _unlike(text: str, others: Iterable[str], form: str) -> str:
    """Return a text that is none of the others, numbered where it must be."""
    taken = set(others)
    found, number = text, 1
    while found in taken:
        number += 1
        found = text + form.format(number)
    return found
