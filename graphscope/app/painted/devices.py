"""How a training is spread over devices, as far as the page shows it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from graphscope.app.painted.places import Rows
from graphscope.app.present.values import format_bytes
from graphscope.runs import Run
from graphscope.runs.distribution import Collective, Shard, Sharding


def tell_distribution(run: Run, rows: Rows) -> dict[str, Any] | None:
    """Return how a run is spread; None where it lies on one device.

    Args:
        run: as far as it is known.
        rows: its layers in the picture.

    Returns:
        The mesh, bytes by device, and by row of a layer its weights and what devices exchange for
        it. `bytes` has for each row what one device holds of it, with the optimizer's slots.
    """
    spread = run.distribution
    if spread is None:
        return None
    shards: defaultdict[str, list[str]] = defaultdict(list)
    held: defaultdict[str, int] = defaultdict(int)
    for weight in spread.weights:
        shards[weight.layer].append(_describe(weight))
        held[weight.layer] += weight.bytes_per_device + weight.slot_bytes
    for activation in spread.activations:
        shards[activation.layer].append(_describe(activation))
    for each in spread.collectives:
        if each.layer is not None:
            shards[each.layer].append(_describe_collective(each))
    return {
        "axes": [[name, size] for name, size in spread.mesh.axes],
        "devices": list(spread.mesh.devices),
        "deviceBytes": dict(spread.device_bytes or {}),
        "stepBytes": spread.step_bytes,
        "bytes": [held.get(each.key) for each in rows.layers],
        "shards": [shards.get(each.key, []) for each in rows.layers],
        "notes": list(spread.notes),
    }


def _describe(shard: Shard) -> str:
    whole = _show(shard.shape)
    if shard.is_replicated:
        return f"{shard.name} {whole}: whole on every device"
    axes = _show_axes(shard.sharding)
    return f"{shard.name} {whole}: {_show(shard.shard_shape)} on each device, split along {axes}"


def _describe_collective(each: Collective) -> str:
    return (
        f"{each.kind} of {format_bytes(each.bytes)} among {each.group_size} devices ({each.phase})"
    )


def _show(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "scalar"


def _show_axes(sharding: Sharding) -> str:
    return ", ".join(dict.fromkeys(axis for axes in sharding for axis in axes)) or "no axis"
