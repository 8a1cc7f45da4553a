"""Leave a model as it was: what tracing changes inside layers is undone afterwards.

Calling a layer writes to it (`built`, losses, sublayers and weights that `build` makes, whatever
the user's `call` assigns). All of it lives in the attributes of layers and in the containers that
these attributes hold, so a shallow copy of both is enough to put everything back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

CONTAINERS = (list, dict, set)
GLOBAL_STATE = ("object_name_uids", "uninitialized_variables", "global_seed_generator")
"""Keras's own bookkeeping that a call may change: name counters, variables that wait for their
first value, the generator behind random operations without a seed."""


@contextmanager
def preserved(model: Any, others: Iterable[Any] = ()) -> Iterator[None]:
    """Restore the layers of `model` and Keras's global counters when the block ends.

    Args:
        model: a Keras model or layer.
        others: what is restored beside its layers: optimizers, losses, metrics.
    """
    owners = [*model._flatten_layers(include_self=True), *others]
    snapshots = [_Snapshot(owner) for owner in owners]
    with _preserved_globals():
        try:
            yield
        finally:
            for snapshot in snapshots:
                snapshot.restore()


class _Snapshot:
    """The attributes of one object, and the contents of the containers among them."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self._attributes = dict(vars(owner))
        self._contents: dict[int, tuple[Any, Any]] = {}
        self._notes: list[tuple[Any, dict[str, Any]]] = []
        self._tracker = self._attributes.get("_tracker")
        for value in self._attributes.values():
            self._copy_containers(value)
        if self._tracker is not None:
            self._tracker_attributes = dict(vars(self._tracker))
            self._copy_containers(self._tracker.stored_ids)

    def _copy_containers(self, value: Any) -> None:
        pending = [value]
        while pending:
            # On TensorFlow a dictionary may sit inside a proxy object that tracks it.
            container = getattr(item := pending.pop(), "__wrapped__", item)
            if not isinstance(container, CONTAINERS) or id(container) in self._contents:
                continue
            # The plain base type: Keras's tracked containers report to a tracker when copied.
            copy = _plain_type(container)(container)
            self._contents[id(container)] = (container, copy)
            pending.extend(copy.values() if isinstance(copy, dict) else copy)
            if hasattr(container, "_storage"):
                # TensorFlow's tracked lists keep what they hold twice, and notes about it beside.
                self._notes.append((container, dict(vars(container))))
                pending.append(container._storage)

    def restore(self) -> None:
        for container, copy in self._contents.values():
            _refill(container, copy)
        for container, notes in self._notes:
            vars(container).clear()
            vars(container).update(notes)
        attributes = vars(self._owner)
        attributes.clear()
        attributes.update(self._attributes)
        if self._tracker is not None:
            for name, value in self._tracker_attributes.items():
                setattr(self._tracker, name, value)


def _plain_type(container: Any) -> type:
    return next(type_ for type_ in CONTAINERS if isinstance(container, type_))


def _refill(container: Any, content: Any) -> None:
    if isinstance(container, list):
        list.clear(container)
        list.extend(container, content)
    elif isinstance(container, dict):
        dict.clear(container)
        dict.update(container, content)
    else:
        set.clear(container)
        set.update(container, content)


@contextmanager
def _preserved_globals() -> Iterator[None]:
    from keras.src.backend.common import global_state

    before = {}
    for name in GLOBAL_STATE:
        value = global_state.get_global_attribute(name)
        before[name] = value.copy() if isinstance(value, CONTAINERS) else value
    try:
        yield
    finally:
        for name, value in before.items():
            global_state.set_global_attribute(name, value)
