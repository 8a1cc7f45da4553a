"""What each device holds of the weights, and of what the layers return."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from graphscope.runs.distribution import Shard, Sharding


def weight_shards(model: Any) -> list[Shard]:
    """Return the weights of a built model, each as it lies on one device."""
    slots = _slot_bytes(model)
    return [
        shard_of(
            value.value if hasattr(value, "value") else value,
            layer=value.path.rpartition("/")[0],
            name=value.path.rpartition("/")[2],
            slot_bytes=slots.get(value.path, 0),
        )
        for value in model.variables
        if hasattr(value.value, "sharding")
    ]


def _slot_bytes(model: Any) -> dict[str, int]:
    """Return the bytes of the optimizer's slots on one device, by the path of their weight."""
    optimizer = getattr(model, "optimizer", None)
    found: defaultdict[str, int] = defaultdict(int)
    # A slot's name is its weight's path with underscores, then the slot's own name.
    paths = {each.path.replace("/", "_"): each.path for each in model.trainable_variables}
    for slot in getattr(optimizer, "variables", ()):
        name = slot.path.partition("/")[2]
        owner = next((key for key in paths if name.startswith(f"{key}_")), None)
        if owner is not None:
            found[paths[owner]] += _bytes_on_one_device(slot.value)
    return dict(found)


def _bytes_on_one_device(array: Any) -> int:
    shape = array.sharding.shard_shape(array.shape)
    return int(math.prod(shape) * np.dtype(array.dtype).itemsize)


def shard_of(array: Any, *, layer: str, name: str, slot_bytes: int = 0) -> Shard:
    """Return what one device holds of a JAX array."""
    return describe_shard(
        array.sharding, array.shape, array.dtype, layer=layer, name=name, slot_bytes=slot_bytes
    )


def describe_shard(
    sharding: Any, shape: tuple[int, ...], dtype: Any, *, layer: str, name: str, slot_bytes: int = 0
) -> Shard:
    """Return what one device holds of an array of a shape, by a `jax.sharding.Sharding`."""
    part = tuple(int(extent) for extent in sharding.shard_shape(tuple(shape)))
    return Shard(
        layer=layer,
        name=name,
        shape=tuple(int(extent) for extent in shape),
        shard_shape=part,
        dtype=str(np.dtype(dtype)),
        sharding=_axes(sharding, len(shape)),
        bytes_per_device=math.prod(part) * np.dtype(dtype).itemsize,
        slot_bytes=slot_bytes,
    )


def _axes(sharding: Any, rank: int) -> Sharding:
    spec = tuple(getattr(sharding, "spec", ()) or ())
    given = [() if each is None else each if isinstance(each, tuple) else (each,) for each in spec]
    return tuple(given) + ((),) * (rank - len(given))


def device_bytes(model: Any) -> dict[str, int]:
    """Return how many bytes of weights and optimizer slots each device really holds."""
    optimizer = getattr(model, "optimizer", None)
    found: defaultdict[str, int] = defaultdict(int)
    for variable in [*model.variables, *getattr(optimizer, "variables", ())]:
        for shard in getattr(variable.value, "addressable_shards", ()):
            device = shard.device
            found[f"{device.platform}:{device.id}"] += shard.data.nbytes
    return dict(found)


@contextmanager
def watched_outputs(found: dict[tuple[str, int], Shard]) -> Iterator[None]:
    """Take down how the outputs of layers are sharded, of what is compiled in the block.

    Args:
        found: gets the shards by layer path and number of the output; JAX calls back when it has
            partitioned the program.
    """
    import jax
    import keras

    base: Any = keras.layers.Layer
    original = base.__call__

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N807
        outputs = original(self, *args, **kwargs)
        for index, tensor in enumerate(keras.tree.flatten(outputs)):
            if isinstance(tensor, jax.core.Tracer):
                jax.debug.inspect_array_sharding(
                    tensor, callback=_noting(found, self.path, index, tensor)
                )
        return outputs

    base.__call__ = __call__
    try:
        yield
    finally:
        base.__call__ = original


def _noting(found: dict[tuple[str, int], Shard], layer: str, index: int, tensor: Any) -> Any:
    shape, dtype = tuple(tensor.shape), tensor.dtype
    name = f"output {index}" if index else "output"

    def note(sharding: Any) -> None:
        found[layer, index] = describe_shard(sharding, shape, dtype, layer=layer, name=name)

    return note
