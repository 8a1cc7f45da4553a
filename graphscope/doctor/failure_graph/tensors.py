"""What a recorded tensor is to the graph: its identity, its world, what it was computed from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from graphscope.doctor.records import CallRecord, Spec
from graphscope.graph import BATCH, Dimension, TensorSpec

EAGER = "eager"
"""The world of tensors that have values."""

_MOST_STEPS = 4000
"""Operations of a backend's graph that are walked back from one tensor."""


def key_of(tensor: Any) -> Hashable:
    """Return what tells a tensor apart from others for as long as the recording lives.

    TensorFlow hands out several Python objects for one tensor of a graph.
    """
    graph, name = _of(tensor, "graph"), _of(tensor, "name")
    return (id(graph), name) if graph is not None and isinstance(name, str) else id(tensor)


def is_symbolic(tensor: Any) -> bool:
    """Whether a tensor stands for values of a functional model that is being built."""
    return type(tensor).__name__ == "KerasTensor"


def is_anonymous(tensor: Any) -> bool:
    """Whether a tensor cannot be told apart from others: eager ones are not kept."""
    return not is_symbolic(tensor) and _of(tensor, "graph") is None


def history_of(tensor: Any) -> Any:
    """Return the operation that Keras says made a symbolic tensor, or None."""
    return _of(_of(tensor, "_keras_history"), "operation")


def world_of(call: CallRecord) -> Any:
    """Return what the calls of one attempt have in common: the graph their tensors live in.

    A layer that is not built yet runs its `call` in a graph that is thrown away, and again in
    another one; the tensors of such attempts have nothing to do with each other.
    """
    for tensor in (*call.outputs, *call.inputs):
        graph = _of(tensor, "graph")
        if graph is not None:
            return graph
        return "symbolic" if is_symbolic(tensor) else EAGER
    return None


def is_same_attempt(world: Any, other: Any) -> bool:
    """Whether calls in two worlds may belong together: one lies in a body of the other."""
    if world is None or other is None or world is other or world == other:
        return True
    return other in _around(world) or world in _around(other)


def made_from(tensor: Any, known: Any) -> list[Hashable]:
    """Return the keys in `known` that a tensor of a backend's graph was computed from.

    Args:
        tensor: the tensor.
        known: a collection of keys; the walk stops at them.
    """
    found: dict[Hashable, None] = {}
    seen: set[Hashable] = set()
    waiting = [tensor]
    while waiting and len(seen) < _MOST_STEPS:
        for before in _inputs(waiting.pop()):
            key = key_of(before)
            if key in seen:
                continue
            seen.add(key)
            if key in known:
                found[key] = None
            else:
                waiting.append(before)
    return list(found)


def to_tensor_spec(spec: Spec | None) -> TensorSpec:
    """Return a recorded spec as one of a graph; an open first size is the batch."""
    if spec is None or spec.shape is None:
        return TensorSpec(None, str(spec.dtype) if spec else "")
    sizes = [_size(size) for size in spec.shape]
    if sizes and sizes[0] is None:
        sizes[0] = BATCH
    return TensorSpec(tuple(sizes), str(spec.dtype))


def is_compatible(given: Spec | None, wanted: Spec | None) -> bool:
    """Whether two specs may be those of one tensor."""
    if given is None or wanted is None or given.shape is None or wanted.shape is None:
        return False
    return len(given.shape) == len(wanted.shape) and all(
        a is None or b is None or a == b for a, b in zip(given.shape, wanted.shape, strict=True)
    )


def spec_of(value: Any) -> Spec | None:
    """Return shape and dtype of a live value; None for what is no tensor or array."""
    if isinstance(value, Spec):
        return value
    shape, dtype = _of(value, "shape"), _of(value, "dtype")
    if shape is None or dtype is None:
        return None
    try:
        sizes = tuple(None if size is None else int(size) for size in shape)
    except (TypeError, ValueError):
        return None
    return Spec(sizes, str(_of(dtype, "name") or dtype))


def pairs(tensors: Iterable[Any], specs: Iterable[Spec]) -> Iterator[tuple[Any, Spec | None]]:
    """Yield tensors with their specs; the spec is None where fewer were recorded."""
    rest = iter(specs)
    for tensor in tensors:
        yield tensor, next(rest, None)


def _size(size: Any) -> Dimension:
    return int(size) if isinstance(size, int) else None


def _inputs(tensor: Any) -> list[Any]:
    operation = _of(tensor, "op") if _of(tensor, "graph") is not None else None
    return list(_of(operation, "inputs") or ())


def _around(world: Any) -> list[Any]:
    found: list[Any] = []
    while len(found) < 64 and (world := _of(world, "outer_graph")) is not None:
        found.append(world)
    return found


def _of(thing: Any, name: str) -> Any:
    """Return an attribute; None where there is none or where asking for it raises.

    The objects are the user's and the backend's: TensorFlow's eager tensors raise for `op`.
    """
    try:
        return getattr(thing, name, None)
    except Exception:  # noqa: BLE001 - whatever a stranger's property raises, it has no answer
        return None
