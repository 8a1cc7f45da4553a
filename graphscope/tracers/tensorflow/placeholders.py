"""The inputs of a traced call: one placeholder, or several for a sparse or ragged tensor."""

from __future__ import annotations

from enum import Enum
from typing import Any

import keras
import tensorflow as tf

from graphscope.graph import BATCH, GraphBuilder, NodeKind, Port
from graphscope.tracers.inputs import CallArguments, flatten_named
from graphscope.tracers.tensorflow.shapes import AnyShapes
from graphscope.tracers.tensorflow.symbols import Symbols


class Naming(Enum):
    """Which open sizes of the inputs have names, and which are the same."""

    DISTINCT = "each input has open sizes of its own"
    SHARED = "inputs that are alike share their open sizes"
    BATCH_ONLY = "only the batch has a name"


class Placeholders:
    """Makes placeholders in the default graph, and later the input nodes that stand for them.

    Attributes:
        nodes: the (first) input node of each input, in order.
        ports: the input node of each placeholder, by tensor name.
    """

    def __init__(self, arguments: CallArguments) -> None:
        self.nodes: list[str] = []
        self.ports: dict[str, Port] = {}
        self._parts: list[list[tuple[str, Any]]] = []
        made = iter([self._make(name, tensor) for name, tensor in flatten_named(arguments)])

        def replace(leaf: Any) -> Any:
            return next(made) if isinstance(leaf, keras.KerasTensor) else leaf

        self.args = keras.tree.map_structure(replace, arguments.args)
        self.kwargs = keras.tree.map_structure(replace, arguments.kwargs)

    def bind(self, symbols: Symbols, naming: Naming, trial: int) -> dict[str, Any]:
        """Return the shape of each dense placeholder with a number for every open size.

        Args:
            symbols: gives the numbers.
            naming: which open sizes have names.
            trial: which of the two numbers of a name to take.
        """
        bound = {}
        earlier = 0
        for parts in self._parts:
            tensor = parts[0][1]
            if len(parts) == 1 and tensor.shape.rank:
                sizes = tensor.shape.as_list()
                names = _axis_names(len(sizes), naming, earlier)
                bound[tensor.op.name] = [
                    symbols.bind(name, trial) if size is None and name else size
                    for size, name in zip(sizes, names, strict=True)
                ]
                earlier += None in sizes[1:]
        return bound

    def has_open_sizes(self) -> bool:
        """Whether any dense input leaves more open than its batch."""
        return any(
            len(parts) == 1 and parts[0][1].shape.rank and None in parts[0][1].shape.as_list()[1:]
            for parts in self._parts
        )

    def add_nodes(self, builder: GraphBuilder, shapes: AnyShapes) -> None:
        """Add an input node for every placeholder."""
        for parts in self._parts:
            nodes = [
                builder.add_node(name, "Input", NodeKind.INPUT, outputs=[shapes.spec(tensor)])
                for name, tensor in parts
            ]
            self.nodes.append(nodes[0])
            for node, (_, tensor) in zip(nodes, parts, strict=True):
                self.ports[tensor.name] = Port(node)

    def _make(self, name: str, tensor: Any) -> Any:
        shape, dtype = tuple(tensor.shape), tensor.dtype
        if getattr(tensor, "sparse", False):
            value = tf.compat.v1.sparse_placeholder(dtype, shape)
        elif getattr(tensor, "ragged", False):
            value = tf.compat.v1.ragged.placeholder(dtype, tensor.ragged_rank or 1, shape[2:])
        else:
            value = tf.compat.v1.placeholder(dtype, shape)
            self._parts.append([(name, value)])
            return value
        parts = tf.nest.flatten(value, expand_composites=True)
        self._parts.append([(f"{name}/{part.op.name.rsplit('/', 1)[-1]}", part) for part in parts])
        return value


def _axis_names(rank: int, naming: Naming, earlier: int) -> list[str]:
    """Return what the sizes of an input are called: batch, time, depth, height, width.

    `earlier` is the number of inputs with open sizes before this one.
    """
    if naming is Naming.BATCH_ONLY:
        return [BATCH, *[""] * (rank - 1)]
    space = {2: ["T"], 3: ["T"], 4: ["H", "W"], 5: ["D", "H", "W"]}.get(rank, [])
    names = [f"N{axis}" for axis in range(rank)]
    first = 1 if keras.config.image_data_format() == "channels_last" or rank < 4 else 2
    names[first : first + len(space)] = space
    suffix = str(earlier + 1) if naming is Naming.DISTINCT and earlier else ""
    return [BATCH, *(f"{name}{suffix}" for name in names[1:])]
