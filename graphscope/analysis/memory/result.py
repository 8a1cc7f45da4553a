"""What an estimate of memory says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What the bytes are for."""

    WEIGHTS = "weights"
    INPUTS = "inputs"
    """What the model is given, and its constants: there from start to end."""
    ACTIVATIONS = "activations"
    """What operations compute on the way forward."""
    GRADIENTS = "gradients"
    """Of activations and of weights."""
    OPTIMIZER = "optimizer"
    """What the optimizer remembers, and needs for its update."""


@dataclass(frozen=True, slots=True)
class LiveTensor:
    """A tensor that is in memory when the peak is reached."""

    node: str
    """Id of the node that makes it, or whose gradient it is; of the weight, for its gradient."""
    layer: str
    """Id of the innermost layer call around that node; empty for the model itself."""
    role: Role
    bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self) | {"role": str(self.role)}


@dataclass(frozen=True, slots=True)
class Memory:
    """Peak memory of one call (or one training step) at given sizes, in bytes."""

    peak: int
    by_role: Mapping[Role, int]
    """What the peak is made of; sums to `peak`."""
    at: str
    """Id of the node that runs when the peak is reached."""
    layer: str
    """Id of the innermost layer call around it; empty for the model itself."""
    largest: tuple[LiveTensor, ...]
    """The biggest tensors beside weights and optimizer state that are alive then, biggest first."""
    unknown: int
    """Tensors of unknown size, which the peak leaves out."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "peak": self.peak,
            "by_role": {str(role): size for role, size in self.by_role.items()},
            "at": self.at,
            "layer": self.layer,
            "largest": [tensor.as_dict() for tensor in self.largest],
            "unknown": self.unknown,
        }
