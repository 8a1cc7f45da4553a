"""When every buffer is in memory: made once for a graph, evaluated at any sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphscope.analysis.costs.sizes import OpenSizes
from graphscope.analysis.memory.arrays import IntArray
from graphscope.analysis.memory.buffers import ROLES, Buffers
from graphscope.analysis.memory.result import LiveTensor, Memory, Role
from graphscope.analysis.memory.spec_sizes import SpecSizes
from graphscope.graph import BATCH, ROOT

Amounts: TypeAlias = NDArray[Any]
"""Bytes as int64, or as Python's numbers where these would not hold them."""

_MOST = 1 << 62
_LISTED = 10
"""How many tensors a result names."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The buffers of one call or one training step, in time."""

    buffers: Buffers
    runs: IntArray
    """The step that runs at each time; -1 where none of the model does."""
    nodes: Sequence[str]
    """Id of the node that each step is part of."""
    fixed: Mapping[Role, int]
    """Bytes that are there from start to end whatever the sizes: weights, optimizer slots."""
    layer_of: Callable[[str], str]
    """Gives the innermost layer call around a node, by the node's id."""

    @cached_property
    def _sizes(self) -> SpecSizes:
        return SpecSizes(self.buffers.specs)

    @cached_property
    def _counts(self) -> list[int]:
        """How many buffers there are of each shape and dtype."""
        buffers = self.buffers
        counts: list[int] = np.bincount(buffers.spec, minlength=len(buffers.specs)).tolist()
        return counts

    def evaluate(self, sizes: Mapping[str, int]) -> Memory:
        """Return the peak where named dimensions have these sizes."""
        bytes_, unknown = self._measure(sizes)
        peak = self._find_peak(bytes_)
        return self._tell(peak, bytes_, unknown)

    def live_at_peak(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """Return the bytes that are alive at the peak, by the node that makes them.

        Weights and what the optimizer keeps are there all the time and are left out.
        """
        bytes_, _ = self._measure(sizes)
        alive = self._find_live(self._find_peak(bytes_), bytes_)
        live: dict[str, int] = {}
        for size, index in zip(bytes_[alive].tolist(), alive.tolist(), strict=True):
            node = self.buffers.nodes[index]
            live[node] = live.get(node, 0) + size
        return live

    def peak(self, sizes: Mapping[str, int]) -> int:
        """Return only the peak in bytes."""
        bytes_, _ = self._measure(sizes)
        alive = self._find_live(self._find_peak(bytes_), bytes_)
        return sum(self.fixed.values()) + int(bytes_[alive].sum())

    def node_at(self, moment: int) -> str:
        """Return the id of the node that runs at a moment; the model's own where none does."""
        step = int(self.runs[moment])
        return self.nodes[step] if step >= 0 else ROOT

    def _find_peak(self, bytes_: Amounts) -> int:
        """Return the first moment at which most bytes are alive."""
        starts, ends = self.buffers.start, self.buffers.end
        held = ends >= starts
        changes = np.zeros(len(self.runs) + 1, dtype=bytes_.dtype)
        np.add.at(changes, starts[held], bytes_[held])
        np.subtract.at(changes, ends[held] + 1, bytes_[held])
        return int(np.cumsum(changes[:-1]).argmax())

    def _find_live(self, peak: int, bytes_: Amounts) -> IntArray:
        """Return the places of the buffers (n,) that are alive at a moment."""
        starts, ends = self.buffers.start, self.buffers.end
        (alive,) = np.nonzero((starts <= peak) & (peak <= ends) & (bytes_ != 0))
        return alive

    def _measure(self, sizes: Mapping[str, int]) -> tuple[Amounts, int]:
        """Return the bytes of each buffer, and how many buffers have none that are known."""
        found = self._sizes.count(OpenSizes(sizes.get(BATCH, 1), sizes))
        known = [
            size if size and count else 0 for size, count in zip(found, self._counts, strict=True)
        ]
        total = sum(size * count for size, count in zip(known, self._counts, strict=True))
        unknown = sum(
            count for size, count in zip(found, self._counts, strict=True) if size is None
        )
        # Files may declare any sizes; Python's own numbers do not overflow.
        by_spec = np.asarray(known, dtype=np.int64 if total < _MOST else object)
        return by_spec[self.buffers.spec], unknown

    def _tell(self, peak: int, bytes_: Amounts, unknown: int) -> Memory:
        alive = self._find_live(peak, bytes_)
        sizes, roles = bytes_[alive], self.buffers.role[alive]
        by_role = dict.fromkeys(Role, 0) | dict(self.fixed)
        for place, role in enumerate(ROLES):
            by_role[role] += int(sizes[roles == place].sum())
        order = np.argsort(-sizes, kind="stable")[:_LISTED]
        node = self.node_at(peak)
        return Memory(
            peak=sum(by_role.values()),
            by_role={role: size for role, size in by_role.items() if size},
            at=node,
            layer=self.layer_of(node),
            largest=tuple(
                self._name(index, size)
                for index, size in zip(alive[order].tolist(), sizes[order].tolist(), strict=True)
            ),
            unknown=unknown,
        )

    def _name(self, index: int, size: int) -> LiveTensor:
        node = self.buffers.nodes[index]
        return LiveTensor(node, self.layer_of(node), ROLES[self.buffers.role[index]], size)
