"""Buffers: bytes that are held from one moment to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphscope.analysis.memory.arrays import IntArray
from graphscope.analysis.memory.result import Role
from graphscope.graph import TensorSpec

ROLES = tuple(Role)


class Buffer(NamedTuple):
    """Bytes that are held from one moment to another, both included."""

    spec: TensorSpec
    start: int
    end: int
    node: str
    role: Role


@dataclass(frozen=True, eq=False)
class Buffers:
    """Many buffers, as columns.

    Attributes:
        specs: shapes and dtypes, of which some may be there twice.
        spec: (n,) places in `specs`.
        start: (n,) the first moment of each.
        end: (n,) the last moment of each.
        nodes: ids of the nodes that make them, n of them.
        role: (n,) places in `ROLES`.
    """

    specs: tuple[TensorSpec, ...]
    spec: IntArray
    start: IntArray
    end: IntArray
    nodes: Sequence[str]
    role: IntArray

    def __len__(self) -> int:
        """Return the number of buffers."""
        return len(self.spec)

    def row(self, place: int) -> Buffer:
        """Return the buffer at one place."""
        return Buffer(
            self.specs[self.spec[place]],
            int(self.start[place]),
            int(self.end[place]),
            self.nodes[place],
            ROLES[self.role[place]],
        )

    def __iter__(self) -> Iterator[Buffer]:
        """Return them one by one."""
        return map(self.row, range(len(self)))


def fill_role(role: Role, count: int) -> IntArray:
    """Return a column (count,) of one role."""
    return np.full(count, ROLES.index(role))


def collect(rows: Sequence[Buffer]) -> Buffers:
    """Return buffers from rows."""
    specs = dict.fromkeys(row.spec for row in rows)
    places = {spec: place for place, spec in enumerate(specs)}
    return Buffers(
        tuple(specs),
        np.asarray([places[row.spec] for row in rows], dtype=np.int64),
        np.asarray([row.start for row in rows], dtype=np.int64),
        np.asarray([row.end for row in rows], dtype=np.int64),
        [row.node for row in rows],
        np.asarray([ROLES.index(row.role) for row in rows], dtype=np.int64),
    )


def join(parts: Sequence[Buffers]) -> Buffers:
    """Return all buffers of some parts, one part after the other."""
    offsets = np.cumsum([0, *(len(part.specs) for part in parts)])
    return Buffers(
        tuple(spec for part in parts for spec in part.specs),
        np.concatenate(
            [part.spec + offset for part, offset in zip(parts, offsets[:-1], strict=True)]
        ),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        [node for part in parts for node in part.nodes],
        np.concatenate([part.role for part in parts]),
    )
