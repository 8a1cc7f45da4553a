"""How many tensors are alive between neighbours in the order: where a scope can be cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphscope.analysis.folding.parts import Part

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Flow:
    """The tensors between the parts of one ordered scope.

    Attributes:
        widths: (n - 1,) number of distinct tensors that cross the gap behind each part.
        maker: (reads,) position of the part that makes the tensor, -1 if made outside.
        reader: (reads,) position of the part that reads it.
        tensor: (reads,) number of the tensor.
        leaving: (k,) positions of parts that hand a tensor out of the scope.
        forks: (n,) whether a tensor of the part is read by two or more parts.
    """

    widths: IntArray
    maker: IntArray
    reader: IntArray
    tensor: IntArray
    leaving: IntArray
    forks: npt.NDArray[np.bool_]


def measure_flow(parts: Sequence[Part]) -> Flow:
    """Return what flows between the parts, which must stand in topological order."""
    maker_of = {tensor: i for i, part in enumerate(parts) for tensor in part.outputs}
    tensors = [tensor for part in parts for tensor in part.inputs]
    maker = np.array([maker_of.get(tensor, -1) for tensor in tensors], dtype=np.int64)
    reader = np.repeat(np.arange(len(parts)), [len(part.inputs) for part in parts])
    tensor = np.array(tensors, dtype=np.int64)
    return Flow(
        widths=_count_alive(len(parts), maker, reader, tensor),
        maker=maker,
        reader=reader,
        tensor=tensor,
        leaving=_find_leaving(parts, reads_inside=_count_reads(parts)),
        forks=_find_forks(len(parts), maker, tensor),
    )


def count_boundary(flow: Flow, unit: IntArray) -> IntArray:
    """Return for each unit how many distinct tensors it reads from and hands to the outside.

    Args:
        flow: the tensors between the parts.
        unit: (n,) number of the unit that each part lies in, not decreasing.
    """
    units = int(unit[-1]) + 1
    source = np.where(flow.maker >= 0, unit[flow.maker], -1)
    target = unit[flow.reader]
    crosses = source != target
    read = np.unique(flow.tensor[crosses] * units + target[crosses]) % units
    made = crosses & (source >= 0)
    handed = np.unique(flow.tensor[made] * units + source[made]) % units
    counts = np.bincount(read, minlength=units) + np.bincount(handed, minlength=units)
    ends = np.unique(unit[flow.leaving])
    only_out = ends[~np.isin(ends, handed)]
    counts[only_out] += 1
    return counts


def find_followers(flow: Flow, unit: IntArray) -> npt.NDArray[np.bool_]:
    """Return for each unit whether it reads from the unit right before it; True for the first."""
    follows = np.zeros(int(unit[-1]) + 1, dtype=bool)
    follows[0] = True
    inside = flow.maker >= 0
    source, target = unit[flow.maker[inside]], unit[flow.reader[inside]]
    follows[target[target == source + 1]] = True
    return follows


def _count_alive(n: int, maker: IntArray, reader: IntArray, tensor: IntArray) -> IntArray:
    if n < 2:
        return np.zeros(0, dtype=np.int64)
    _, index = np.unique(tensor, return_inverse=True)
    count = int(index.max()) + 1 if len(index) else 0
    first = np.full(count, n, dtype=np.int64)
    last = np.zeros(count, dtype=np.int64)
    start = np.where(maker >= 0, maker, reader)
    np.minimum.at(first, index, start)
    np.maximum.at(last, index, reader)
    change = np.zeros(n + 1, dtype=np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, last, -1)
    return np.cumsum(change)[: n - 1]


def _count_reads(parts: Sequence[Part]) -> dict[int, int]:
    reads: dict[int, int] = {}
    for part in parts:
        for tensor, count in part.inputs.items():
            reads[tensor] = reads[tensor] + count if tensor in reads else count
    return reads


def _find_leaving(parts: Sequence[Part], reads_inside: dict[int, int]) -> IntArray:
    leaving = {
        i
        for i, part in enumerate(parts)
        for tensor, count in part.outputs.items()
        if count > reads_inside.get(tensor, 0)
    }
    return np.array(sorted(leaving), dtype=np.int64)


def _find_forks(n: int, maker: IntArray, tensor: IntArray) -> npt.NDArray[np.bool_]:
    inside = maker >= 0
    _, first, counts = np.unique(tensor[inside], return_index=True, return_counts=True)
    forks = np.zeros(n, dtype=bool)
    forks[maker[inside][first[counts > 1]]] = True
    return forks
