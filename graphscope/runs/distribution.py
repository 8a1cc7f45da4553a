"""How a model is spread over devices: what the page shows, as plain values.

Sizes are bytes. A sharding says for each dimension along which axes of the mesh it is split:
`("batch",)`, or `()` where it is whole on every device.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Sharding = tuple[tuple[str, ...], ...]
Phase = Literal["forward", "backward", "update"]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Devices in a grid with named axes."""

    axes: tuple[tuple[str, int], ...]
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shard:
    """A weight, or what a layer returns, and the part of it that one device holds.

    Attributes:
        layer: path of the layer.
        name: of the weight within the layer; `output`, `output 1`, ... for what it returns.
        shape: of the whole.
        shard_shape: of what one device holds.
        dtype: of its numbers.
        sharding: by dimension.
        bytes_per_device: of the shard; for a weight with the optimizer's slots beside it in
            `slot_bytes`.
    """

    layer: str
    name: str
    shape: tuple[int, ...]
    shard_shape: tuple[int, ...]
    dtype: str
    sharding: Sharding
    bytes_per_device: int
    slot_bytes: int = 0

    @property
    def is_replicated(self) -> bool:
        """Whether every device holds all of it."""
        return self.shape == self.shard_shape


@dataclass(frozen=True, slots=True)
class Collective:
    """Devices exchanging numbers in the compiled step, as far as it serves one layer.

    Attributes:
        kind: `all-reduce`, `all-gather`, `reduce-scatter`, `all-to-all`, `collective-permute`.
        layer: path of the layer it serves; None where the compiler says nothing of its origin.
        phase: of the step; a gradient that is summed over devices belongs to `backward`.
        bytes: that one device holds when it is done.
        group_size: how many devices exchange.
        operation: the compiler's name of the operation it serves.
        instruction: in the compiled module. Several collectives of one instruction were combined.
    """

    kind: str
    layer: str | None
    phase: Phase
    bytes: int
    group_size: int
    operation: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """How one training step is spread.

    Attributes:
        mesh: the devices.
        weights: in the model's order.
        activations: in the order of the calls.
        collectives: in the order in which the compiled step holds them.
        device_bytes: weights and optimizer slots, by device.
        step_bytes: what the compiler reserves on each device for one step beyond its arguments.
        notes: what could not be known.
    """

    mesh: Mesh
    weights: tuple[Shard, ...]
    activations: tuple[Shard, ...] = ()
    collectives: tuple[Collective, ...] = ()
    device_bytes: Mapping[str, int] | None = None
    step_bytes: int | None = None
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Distribution:
        """Return what `as_dict` wrote, also after it was JSON."""
        mesh = values["mesh"]
        return cls(
            Mesh(tuple((name, size) for name, size in mesh["axes"]), tuple(mesh["devices"])),
            tuple(map(_shard, values["weights"])),
            tuple(map(_shard, values["activations"])),
            tuple(Collective(**each) for each in values["collectives"]),
            values["device_bytes"],
            values["step_bytes"],
            tuple(values["notes"]),
        )

    def by_layer(self) -> dict[str, dict[str, float]]:
        """Return numbers for each layer, as an overlay shows them.

        `weight_bytes_per_device`, `activation_bytes_per_device`, `collective_bytes` and
        `collectives` (how many).
        """
        found: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for weight in self.weights:
            found[weight.layer]["weight_bytes_per_device"] += weight.bytes_per_device
        for activation in self.activations:
            found[activation.layer]["activation_bytes_per_device"] += activation.bytes_per_device
        for each in self.collectives:
            if each.layer is not None:
                found[each.layer]["collective_bytes"] += each.bytes
                found[each.layer]["collectives"] += 1
        return {layer: dict(numbers) for layer, numbers in found.items()}


def _shard(values: Mapping[str, Any]) -> Shard:
    return Shard(
        **{
            **values,
            "shape": tuple(values["shape"]),
            "shard_shape": tuple(values["shard_shape"]),
            "sharding": tuple(tuple(axes) for axes in values["sharding"]),
        }
    )
