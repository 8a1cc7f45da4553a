"""Parts: the things that are put in order and folded, each with its interface.

A part is a node, a scope, or a synthetic block or repeat. All it shows its neighbours is an
interface: which tensors it reads and which it hands on. Interfaces compose, so a block is found
by looking at the children of one scope and never at the whole graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphscope.graph import Dimension, Port

Shape = tuple[Dimension, ...] | None


@dataclass(slots=True, eq=False)
class Part:
    """One item of the outline while it is made.

    Attributes:
        subject: id of the node or scope; None for blocks and repeats.
        rank: position in the program of the first node inside.
        exact: signature with shapes and attributes; equal numbers are equal computations.
        loose: signature of the types alone.
        inputs: tensors read from outside, in order of first use, with how often.
        outputs: tensors handed on, with how many reads outside.
        shape: shape of the first output.
        made: the tensors handed on, as ports of nodes.
        leaves: number of nodes inside.
        count: members of a repeat.
        children: the parts inside, in order.
        tokens: words and ordinals of a telling name; read where a scope is searched for blocks.
    """

    subject: str | None
    name: str
    type: str
    kind: str
    rank: int
    exact: int = 0
    loose: int = 0
    inputs: dict[int, int] = field(default_factory=dict)
    outputs: dict[int, int] = field(default_factory=dict)
    shape: Shape = None
    made: tuple[Port, ...] = ()
    leaves: int = 1
    count: int = 1
    children: Sequence[Part] = ()
    tokens: tuple[str, ...] = ()


def join_interfaces(parts: Sequence[Part]) -> tuple[dict[int, int], dict[int, int]]:
    """Return inputs and outputs of the whole that the parts make."""
    reads: dict[int, int] = {}
    made: dict[int, int] = {}
    for part in parts:
        made.update(part.outputs)
        for tensor, count in part.inputs.items():
            reads[tensor] = reads.get(tensor, 0) + count
    inputs = {tensor: count for tensor, count in reads.items() if tensor not in made}
    outputs = {}
    for tensor, count in made.items():
        left = count - reads.get(tensor, 0)
        if left > 0:
            outputs[tensor] = left
    return inputs, outputs
