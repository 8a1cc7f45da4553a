"""When every buffer is in memory: made once for a graph, evaluated at any sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from graphscope.analysis.costs.sizes import OpenSizes, count_bytes
from graphscope.analysis.memory.result import LiveTensor, Memory, Role
from graphscope.graph import BATCH, TensorSpec

_LISTED = 10
"""How many tensors a result names."""

_WITHOUT_BYTES = frozenset({"variant", "resource", "string"})
"""Handles; what they stand for is counted where it is made."""


@dataclass(slots=True)
class Buffer:
    """Bytes that are held from one moment to another, both included."""

    spec: TensorSpec
    start: int
    end: int
    node: str
    role: Role


@dataclass(frozen=True, slots=True)
class Moment:
    """What runs at one point in time."""

    node: str
    layer: str


@dataclass(frozen=True)
class Plan:
    """The buffers of one call or one training step, in time."""

    buffers: tuple[Buffer, ...]
    moments: tuple[Moment, ...]
    """What runs at each time."""
    fixed: Mapping[Role, int]
    """Bytes that are there from start to end whatever the sizes: weights, optimizer slots."""
    layers: Mapping[str, str]
    """The innermost layer call around a node, by the node's id."""

    @cached_property
    def _specs(self) -> dict[TensorSpec, list[int]]:
        found: dict[TensorSpec, list[int]] = {}
        for index, buffer in enumerate(self.buffers):
            found.setdefault(buffer.spec, []).append(index)
        return found

    def evaluate(self, sizes: Mapping[str, int]) -> Memory:
        """Return the peak where named dimensions have these sizes."""
        bytes_, unknown = self._measure(sizes)
        peak = self._find_peak(bytes_)
        return self._tell(peak, self._find_live(peak, bytes_), unknown)

    def live_at_peak(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """Return the bytes that are alive at the peak, by the node that makes them.

        Weights and what the optimizer keeps are there all the time and are left out.
        """
        bytes_, _ = self._measure(sizes)
        live: dict[str, int] = {}
        for size, index in self._find_live(self._find_peak(bytes_), bytes_):
            node = self.buffers[index].node
            live[node] = live.get(node, 0) + size
        return live

    def _find_peak(self, bytes_: list[int]) -> int:
        """Return the first moment at which most bytes are alive."""
        changes = [0] * (len(self.moments) + 1)
        for buffer, size in zip(self.buffers, bytes_, strict=True):
            if buffer.end >= buffer.start:
                changes[buffer.start] += size
                changes[buffer.end + 1] -= size
        levels = list(accumulate(changes[:-1]))
        return max(range(len(levels)), key=levels.__getitem__, default=0)

    def _find_live(self, peak: int, bytes_: list[int]) -> list[tuple[int, int]]:
        """Return the size and the place of each buffer that is alive at a moment."""
        return [
            (size, index)
            for index, (buffer, size) in enumerate(zip(self.buffers, bytes_, strict=True))
            if buffer.start <= peak <= buffer.end and size
        ]

    def peak(self, sizes: Mapping[str, int]) -> int:
        """Return only the peak in bytes."""
        return self.evaluate(sizes).peak

    def _measure(self, sizes: Mapping[str, int]) -> tuple[list[int], int]:
        numbers = OpenSizes(sizes.get(BATCH, 1), sizes)
        bytes_, unknown = [0] * len(self.buffers), 0
        for spec, indices in self._specs.items():
            size = 0 if spec.dtype in _WITHOUT_BYTES else count_bytes(spec, numbers)
            if size is None:
                unknown += len(indices)
                continue
            for index in indices:
                bytes_[index] = size
        return bytes_, unknown

    def _tell(self, peak: int, live: list[tuple[int, int]], unknown: int) -> Memory:
        by_role = dict.fromkeys(Role, 0) | dict(self.fixed)
        for size, index in live:
            by_role[self.buffers[index].role] += size
        live.sort(key=lambda found: (-found[0], found[1]))
        largest = [
            LiveTensor(buffer.node, self.layers.get(buffer.node, ""), buffer.role, size)
            for size, index in live[:_LISTED]
            for buffer in (self.buffers[index],)
        ]
        moment = self.moments[peak] if self.moments else Moment("", "")
        return Memory(
            peak=sum(by_role.values()),
            by_role={role: size for role, size in by_role.items() if size},
            at=moment.node,
            layer=moment.layer,
            largest=tuple(largest),
            unknown=unknown,
        )
