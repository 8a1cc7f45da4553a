"""When every buffer is in memory: made once for a graph, evaluated at any sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphscope.analysis.costs.sizes import OpenSizes, count_bytes
from graphscope.analysis.memory.result import LiveTensor, Memory, Role
from graphscope.graph import BATCH, TensorSpec

IntArray: TypeAlias = NDArray[np.int64]
Amounts: TypeAlias = NDArray[Any]
"""Bytes as int64, or as Python's numbers where these would not hold them."""

_MOST = 1 << 62
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
    def _specs(self) -> dict[TensorSpec, IntArray]:
        """The places of the buffers of each shape and dtype."""
        found: dict[TensorSpec, list[int]] = {}
        for index, buffer in enumerate(self.buffers):
            found.setdefault(buffer.spec, []).append(index)
        return {spec: np.asarray(places) for spec, places in found.items()}

    @cached_property
    def _spans(self) -> tuple[IntArray, IntArray]:
        """(n,), (n,) when each buffer begins and ends."""
        starts = np.asarray([buffer.start for buffer in self.buffers], dtype=np.int64)
        return starts, np.asarray([buffer.end for buffer in self.buffers], dtype=np.int64)

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

    def _find_peak(self, bytes_: Amounts) -> int:
        """Return the first moment at which most bytes are alive."""
        if not self.moments:
            return 0
        starts, ends = self._spans
        held = ends >= starts
        changes = np.zeros(len(self.moments) + 1, dtype=bytes_.dtype)
        np.add.at(changes, starts[held], bytes_[held])
        np.subtract.at(changes, ends[held] + 1, bytes_[held])
        return int(np.cumsum(changes[:-1]).argmax())

    def _find_live(self, peak: int, bytes_: Amounts) -> list[tuple[int, int]]:
        """Return the size and the place of each buffer that is alive at a moment."""
        starts, ends = self._spans
        (alive,) = np.nonzero((starts <= peak) & (peak <= ends) & (bytes_ != 0))
        return list(zip(bytes_[alive].tolist(), alive.tolist(), strict=True))

    def peak(self, sizes: Mapping[str, int]) -> int:
        """Return only the peak in bytes."""
        return self.evaluate(sizes).peak

    def _measure(self, sizes: Mapping[str, int]) -> tuple[Amounts, int]:
        """Return the bytes of each buffer, and how many buffers have none that are known."""
        numbers = OpenSizes(sizes.get(BATCH, 1), sizes)
        known: list[tuple[int, IntArray]] = []
        unknown = total = 0
        for spec, places in self._specs.items():
            size = 0 if spec.dtype in _WITHOUT_BYTES else count_bytes(spec, numbers)
            if size is None:
                unknown += len(places)
            else:
                known.append((size, places))
                total += size * len(places)
        # Files may declare any sizes; Python's own numbers do not overflow.
        bytes_ = np.zeros(len(self.buffers), dtype=np.int64 if total < _MOST else object)
        for size, places in known:
            bytes_[places] = size
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
